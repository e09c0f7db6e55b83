"""How long does a whole monthly report take, against papermill and nbconvert as they come?

    python benchmarks/report.py [--rounds 3] [--data DIR] [--month 2026-10] [--ways kit api commands] [--warm] [--compiled]
    python benchmarks/report.py --customers 1000000 --data DIR --rounds 1 --ways kit api

Every notebook is run and written as HTML, each time by cold processes, in turns: the kit; papermill's API with nbconvert's in two
processes; and their two commands, one notebook after another. `--warm` measures a second report of one process as well; `--customers`
simulates a company with so many paying customers into DIR first. `--compiled` lets every way find its modules compiled where the
environment keeps none (PYTHONDONTWRITEBYTECODE): importing, which the kit does once, is then cheaper for all. A way whose tables or
figures differ from the kit's ends the benchmark. Linux only: the CPU time of processes that outlive their parent is counted by adopting them.
"""

import argparse
import ctypes
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from engines import make
from results import machine, table, write_section

from lifecycle_utils.report.catalogue import FOLDER

_PR_SET_CHILD_SUBREAPER = 36
SECTION = "A whole report"
TABLE = "application/vnd.lifecycle.table+json"

_KIT_TWICE = """
import sys, time
from pathlib import Path
from lifecycle_utils.report.run import Options, report

out, data, month, *only = sys.argv[1:]
for number in range(2):
    began = time.monotonic()
    report(Options(data=data, month=month, out=Path(out) / str(number), jobs=2, only=tuple(only)))
print(time.monotonic() - began)
"""

_IN_TWO_PROCESSES = """
import sys, time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

def run(job):
    import papermill
    from nbconvert import HTMLExporter
    source, target, data, month = job
    papermill.execute_notebook(source, target, parameters={"data": data, "month": month}, kernel_name="python3", progress_bar=False)
    Path(target).with_suffix(".html").write_text(HTMLExporter().from_filename(target)[0], encoding="utf-8")

if __name__ == "__main__":
    times, out, data, month, *sources = sys.argv[1:]
    with ProcessPoolExecutor(2) as pool:
        for _ in range(int(times)):
            began = time.monotonic()
            list(pool.map(run, [(source, str(Path(out) / Path(source).name), data, month) for source in sources]))
    print(time.monotonic() - began)
"""


def kit(notebooks, data, month, out):
    """`lifecycle report`."""
    return _call("-m", "lifecycle_utils", "report", "--data", data, "--month", month, "--out", out, "--jobs", "2", "--only", *_names(notebooks))


def kit_warm(notebooks, data, month, out):
    """The second report of a process."""
    return _call("-c", _KIT_TWICE, out, data, month, *_names(notebooks))


def api(notebooks, data, month, out, times=1):
    """`papermill.execute_notebook` and `HTMLExporter` in a pool of two."""
    program = Path(out) / "pool.py"
    program.write_text(_IN_TWO_PROCESSES, encoding="utf-8")
    return _call(str(program), str(times), out, data, month, *notebooks)


def api_warm(*arguments):
    """The second round of the same pool; its kernels are new."""
    return api(*arguments, times=2)


def commands(notebooks, data, month, out):
    """`papermill` and `jupyter nbconvert`, notebook after notebook."""
    for notebook in notebooks:
        target = str(Path(out) / Path(notebook).name)
        _call("-m", "papermill", notebook, target, "-p", "data", data, "-p", "month", month, "-k", "python3", "--no-progress-bar")
        _call("-m", "nbconvert", "--to", "html", target)


WAYS = {
    "kit": "`lifecycle report`",
    "api": "papermill's API and nbconvert's, two processes",
    "commands": "`papermill` and `nbconvert`, one by one",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", default=str(FOLDER.parent / "data" / "sample"))
    parser.add_argument("--customers", type=int, default=0)
    parser.add_argument("--month", default="2026-10")
    parser.add_argument("--ways", nargs="+", default=list(WAYS), choices=WAYS)
    parser.add_argument("--warm", action="store_true")
    parser.add_argument("--compiled", action="store_true")
    asked = parser.parse_args()
    if asked.ways[0] != "kit":
        parser.error("the first of --ways is kit: the others are held against it")
    if asked.customers and not (Path(asked.data) / "marketing.parquet").exists():  # the last that is written
        make(asked.customers, Path(asked.data))
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    notebooks = [str(path) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")  # the same digits in every way
    with tempfile.TemporaryDirectory() as folder:
        if asked.compiled:
            os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
            os.environ["PYTHONPYCACHEPREFIX"] = folder
        for way in asked.ways:  # not measured: it reads every file once, and compiles it where that is kept
            _measured(way, notebooks[:1], asked.data, asked.month)
        took = _in_turns(asked, notebooks)
    write_section(_section(asked), _told(took, len(notebooks), asked))


def _section(asked):
    return SECTION + (f" of {asked.customers:,} customers" if asked.customers else "") + (", modules compiled" if asked.compiled else "")


def _keeps_compiled():
    return Path(importlib.util.cache_from_source(importlib.util.find_spec("papermill").origin)).exists()


def _in_turns(asked, notebooks):
    """Dict of way to what each round took."""
    took = {way: [] for way in asked.ways}
    for number in range(asked.rounds):
        for way, runs in took.items():
            runs.append(_measured(way, notebooks, asked.data, asked.month, warm=asked.warm))
            if runs[-1]["found"] != took["kit"][-1]["found"]:
                raise SystemExit(f"{WAYS[way]} did not come to the tables and figures of the kit")
            print(f"round {number + 1}, {WAYS[way]}: {runs[-1]['wall']:.1f} s, CPU {runs[-1]['cpu']:.1f} s, warm {runs[-1]['warm']:.1f} s", flush=True)
    return took


def _measured(way, notebooks, data, month, *, warm=False):
    """Wall and CPU seconds of a way, with everything that it started; wall seconds of it warm; its tables and number of figures."""
    with tempfile.TemporaryDirectory() as out:
        began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        globals()[way](notebooks, data, month, out)
        wall = time.monotonic() - began
        _adopt()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = _found(Path(out))
    second = float("nan")
    if warm and f"{way}_warm" in globals():
        with tempfile.TemporaryDirectory() as out:
            second = float(globals()[f"{way}_warm"](notebooks, data, month, out).splitlines()[-1])
        _adopt()
    return {"wall": wall, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "warm": second, "found": found}


def _adopt():
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def _found(out):
    """Dict of table to its CSV, and the number of figures, of all executed notebooks of a folder."""
    tables, figures = {}, 0
    for path in out.rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        bundles = [output.get("data", {}) for cell in cells for output in cell.get("outputs", ())]
        figures += sum("image/png" in bundle for bundle in bundles)
        tables |= {bundle[TABLE]["name"]: bundle[TABLE]["csv"] for bundle in bundles if TABLE in bundle}
    return tables, figures


def _told(took, notebooks, asked):
    ours = took["kit"]
    rows = [
        {
            "way": WAYS[way],
            "seconds": f"{_median(runs, 'wall'):.1f}",
            "times the kit's": f"{_ratio(runs, ours, 'wall'):.1f}",
            "CPU seconds": f"{_median(runs, 'cpu'):.1f}",
            "times the kit's CPU": f"{_ratio(runs, ours, 'cpu'):.1f}",
            "seconds when warm": f"{_median(runs, 'warm'):.1f}".replace("nan", ""),
        }
        for way, runs in took.items()
    ]
    times = "one round" if asked.rounds == 1 else f"medians of {asked.rounds} rounds"
    modules = "modules compiled" if asked.compiled or _keeps_compiled() else "modules compiled anew by every process, as this environment keeps none"
    told = f"{notebooks} notebooks, run and written as HTML by cold processes, {modules}; {times} in turns, ratios within a round."
    tables, figures = ours[-1]["found"]
    told += f" Every way came to the same {len(tables)} tables, byte for byte, and {figures} figures."
    return f"{told}\n\n{table(rows)}\n\n{machine('papermill', 'nbconvert', 'ipykernel', 'duckdb', 'pandas')}"


def _median(runs, which):
    return statistics.median(run[which] for run in runs)


def _ratio(runs, ours, which):
    return statistics.median(run[which] / own[which] for run, own in zip(runs, ours, strict=True))


def _names(notebooks):
    return [Path(notebook).stem.partition("_")[2] for notebook in notebooks]


def _call(*arguments):
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main()
