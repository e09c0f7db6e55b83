"""How long does a whole monthly report take, against papermill and nbconvert as they come?

    python benchmarks/report.py [--rounds 3] [--data DIR] [--month 2026-10]

Every notebook is run and written as HTML, each time by cold processes, in turns: the kit; papermill's API with nbconvert's in two
processes; and their two commands, one notebook after another. Linux only: the CPU time of processes that outlive their parent is
counted by adopting them.
"""

import argparse
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from results import machine, table, write_section

from lifecycle_utils.report.catalogue import FOLDER

_PR_SET_CHILD_SUBREAPER = 36
SECTION = "A whole report"

_IN_TWO_PROCESSES = """
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def run(job):
    import papermill
    from nbconvert import HTMLExporter
    source, target, data, month = job
    papermill.execute_notebook(source, target, parameters={"data": data, "month": month}, kernel_name="python3", progress_bar=False)
    Path(target).with_suffix(".html").write_text(HTMLExporter().from_filename(target)[0], encoding="utf-8")

if __name__ == "__main__":
    out, data, month, *sources = sys.argv[1:]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(run, [(source, str(Path(out) / Path(source).name), data, month) for source in sources]))
"""


def kit(notebooks, data, month, out):
    """`lifecycle report`."""
    _call(sys.executable, "-m", "lifecycle_utils", "report", "--data", data, "--month", month, "--out", out, "--jobs", "2")


def api_in_two_processes(notebooks, data, month, out):
    """`papermill.execute_notebook` and `HTMLExporter` in a pool of two."""
    program = Path(out) / "pool.py"
    program.write_text(_IN_TWO_PROCESSES, encoding="utf-8")
    _call(sys.executable, str(program), out, data, month, *notebooks)


def commands_one_by_one(notebooks, data, month, out):
    """`papermill` and `jupyter nbconvert`, notebook after notebook."""
    for notebook in notebooks:
        target = str(Path(out) / Path(notebook).name)
        _call(sys.executable, "-m", "papermill", notebook, target, "-p", "data", data, "-p", "month", month, "-k", "python3", "--no-progress-bar")
        _call(sys.executable, "-m", "nbconvert", "--to", "html", target)


WAYS = {
    "`lifecycle report`": kit,
    "papermill's API and nbconvert's, two processes": api_in_two_processes,
    "`papermill` and `nbconvert`, one by one": commands_one_by_one,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", default=str(FOLDER.parent / "data" / "sample"))
    parser.add_argument("--month", default="2026-10")
    asked = parser.parse_args()
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    notebooks = [str(path) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
    took = {name: [] for name in WAYS}
    for number in range(asked.rounds):
        for name, way in WAYS.items():
            with tempfile.TemporaryDirectory() as out:
                took[name].append(_measured(way, notebooks, asked.data, asked.month, out))
            print(f"round {number + 1}, {name}: {took[name][-1][0]:.1f} s, CPU {took[name][-1][1]:.1f} s", flush=True)
    write_section(SECTION, _told(took, len(notebooks), asked.rounds))


def _told(took, notebooks, rounds):
    ours = next(iter(took.values()))
    rows = [
        {
            "way": name,
            "seconds": f"{statistics.median(wall for wall, _ in runs):.1f}",
            "times the kit's": f"{statistics.median(wall / own for (wall, _), (own, _) in zip(runs, ours, strict=True)):.1f}",
            "CPU seconds": f"{statistics.median(cpu for _, cpu in runs):.1f}",
            "times the kit's CPU": f"{statistics.median(cpu / own for (_, cpu), (_, own) in zip(runs, ours, strict=True)):.1f}",
        }
        for name, runs in took.items()
    ]
    times = "one round" if rounds == 1 else f"medians of {rounds} rounds"
    told = f"{notebooks} notebooks, run and written as HTML by cold processes; {times} in turns, ratios within a round."
    return f"{told}\n\n{table(rows)}\n\n{machine('papermill', 'nbconvert', 'ipykernel', 'duckdb', 'pandas')}"


def _measured(way, *arguments):
    """Wall and CPU seconds of a way, with everything that it started."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    way(*arguments)
    wall = time.monotonic() - began
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _call(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


if __name__ == "__main__":
    main()
