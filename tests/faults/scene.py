"""Where faults are injected: a tiny company, two toy notebooks, and the good report that is there already."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from lifecycle_utils.report.run import Options, report
from tests.report.toys import figure, finding, table, write_notebook

ROOT = Path(__file__).resolve().parents[2]
MONTH = "2026-06"
ROWS = "subscription_id,customer_id,started_on,ended_on,mrr\n1,ą,2026-01-10,,10.00\n2,b,2026-02-10,2026-05-10,20.00\n"
DECLARED = {0, 2, 3, 4, 5, 6, 7, 8, 9, 130}


@dataclass
class Scene:
    """A place of its own for one fault."""

    folder: Path

    @property
    def company(self):
        return self.folder / "company"

    @property
    def notebooks(self):
        return self.folder / "notebooks"

    @property
    def out(self):
        return self.folder / "out"

    @property
    def place(self):
        return self.out / MONTH

    @property
    def table(self):
        return self.company / "subscriptions.csv"

    def options(self, **changes):
        return {"data": str(self.company), "month": MONTH, "out": self.out, "notebooks": self.notebooks, "jobs": 2, "timeout": 20.0} | changes

    def run(self, **changes):
        """A run in this process; raises as `report` does."""
        return report(Options(**self.options(**changes)))

    def cell(self, *cells):
        """A third notebook, with these cells."""
        return write_notebook(self.notebooks, "09_faulty.ipynb", *cells, title="Faulty")

    def command(self, *more, **changes):
        options = self.options(**changes)
        named = [part for name in ("data", "month", "out", "notebooks", "jobs", "timeout") for part in (f"--{name}", str(options[name]))]
        return [sys.executable, "-m", "lifecycle_utils", "report", *named, *more]

    def start(self, *more, environment=None, cwd=ROOT, **popen):
        """A run of its own process, in a session of its own."""
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | popen
        environment = os.environ | {"PYTHONPATH": str(ROOT)} if environment is None else environment
        return subprocess.Popen(self.command(*more), cwd=cwd, env=environment, start_new_session=True, **piped)

    def finish(self, process, seconds=120):
        """Exit code and what was written to standard error; whatever happened, it is told without a traceback."""
        _, err = process.communicate(timeout=seconds)
        told = (err or b"").decode("utf-8", "replace")
        assert "Traceback" not in told and "zmq" not in told.lower(), told
        assert process.returncode in DECLARED, (process.returncode, told)
        return process.returncode, told

    def command_line(self, *more, seconds=120, **popen):
        return self.finish(self.start(*more, **popen), seconds)

    def wait_for(self, condition, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "what was waited for did not happen"
            time.sleep(0.05)


def build(folder):
    """The scene before anything goes wrong."""
    scene = Scene(folder)
    scene.company.mkdir(parents=True)
    scene.table.write_text(ROWS, encoding="utf-8")
    (scene.company / "lifecycle.toml").write_text('company = "Tiny"\n', encoding="utf-8")
    write_notebook(scene.notebooks, "02_cohort_survival.ipynb", finding(), table(), figure())
    write_notebook(scene.notebooks, "03_churn.ipynb", finding("churn", 0.1, "10% leave.\u00a0Zażółć"), title="Churn")
    scene.run()
    return scene


def copy(scene, folder):
    shutil.copytree(scene.folder, folder, symlinks=True)
    return Scene(folder)


def content(folder):
    """Every file of a report; of the run record what does not depend on when, where and from which folder it was made."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    record = json.loads(files.pop("run.json"))
    assert {one["file"] for one in record["outputs"]} == set(files), "the record names every file"
    return files


def intact(folder):
    """Is this a whole report, every file of which is as its record says?"""
    from lifecycle_utils.report.company import fingerprint

    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return all(fingerprint(folder / one["file"])["sha256"] == one["sha256"] for one in record["outputs"]) and len(record["outputs"]) > 5


def kill(process):
    """End a run and all that it has started, without a warning."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe:
            pipe.close()
