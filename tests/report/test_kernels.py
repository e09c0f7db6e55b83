"""Kernels forked from a warm process are kernels like any other: the same bytes, the same figures, the same ends."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from papermill.clientwrap import PapermillNotebookClient

from lifecycle_utils.errors import Incomplete, KernelDied, NotebookFailed, NotebookTimeout
from lifecycle_utils.report import pool
from lifecycle_utils.report.environment import FIXED
from lifecycle_utils.report.execute import execute
from tests.report.toys import figure, finding, table, write_notebook

forks_only = pytest.mark.skipif(not pool.forks_kernels(), reason="kernels are forked on Linux only")

DRAWS = "import matplotlib.pyplot as plt\nimport seaborn\nseaborn.set_theme()\nplt.plot([1, 2])\nplt.figure()\nplt.plot([2, 1])"
SAYS = "import json, os, sys, threading\nprint(json.dumps({}))"
CHANCE = "import numpy, pandas\nprint(numpy.random.rand(), list(set('abc')), pandas.Series([1, 2]).sample(1).iloc[0], dir())"


def outputs_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "run.json"}


def printed(published, name):
    notebook = nbformat.read(published.folder / "notebooks" / name, as_version=4)
    return json.loads(next(output.text for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"))


def gone(pid):
    """Has a process ended? One that nobody has reaped yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@forks_only
def test_forked_and_new_interpreters_leave_the_same_bytes(tmp_path, run):
    write_notebook(tmp_path / "notebooks", "02_cohort_survival.ipynb", finding(), table(), figure(), CHANCE, "import warnings; warnings.warn('told')")
    write_notebook(tmp_path / "notebooks", "03_chance.ipynb", CHANCE, "input_was = In[-1]\nimport os; os.getcwd() == os.path.realpath('.')")
    forked = run(tmp_path / "notebooks", out=tmp_path / "forked", forked=True)
    plain = run(tmp_path / "notebooks", out=tmp_path / "plain", forked=False, jobs=1)
    assert outputs_of(forked.folder) == outputs_of(plain.folder)
    assert [one.messages for one in forked.outcomes] == [one.messages for one in plain.outcomes] != ["", ""]


@pytest.mark.parametrize("forked", [True, False])
def test_pyplot_s_figures_appear(tmp_path, run, forked):
    """A first trial of forked kernels showed none, and no error: notebooks without alt text are refused, so that is where they are seen."""
    write_notebook(tmp_path / "notebooks", "02_cohort_survival.ipynb", DRAWS)
    with pytest.raises(Incomplete, match="no alt text") as failure:
        run(tmp_path / "notebooks", forked=forked)
    kept = next(Path(line.partition(": ")[2]) for line in str(failure.value).splitlines() if line.startswith("as far as it ran"))
    shown = [output for cell in nbformat.read(kept, as_version=4).cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})]
    assert len(shown) == 2


@forks_only
def test_a_forked_kernel_is_warm_and_a_session_of_its_own(tmp_path, run):
    asks = "[os.getpid(), os.getsid(0), 'great_tables' in sys.modules, 'papermill' in sys.modules, os.environ['JPY_PARENT_PID'] == str(os.getppid())]"
    for name in ("02_one.ipynb", "03_two.ipynb"):
        write_notebook(tmp_path / "notebooks", name, SAYS.format(asks))
    published = run(tmp_path / "notebooks", forked=True)
    one, two = printed(published, "02_one.ipynb"), printed(published, "03_two.ipynb")
    assert one[0] == one[1] != two[0] == two[1]
    assert one[2:] == two[2:] == [True, True, True]
    write_notebook(tmp_path / "notebooks", "03_two.ipynb", SAYS.format(asks))
    assert printed(run(tmp_path / "notebooks", forked=False), "03_two.ipynb")[2:] == [False, False, True]


ENDS = """
import atexit, ipykernel.iostream, pathlib, threading
from ipykernel.kernelapp import IPKernelApp
tell, app = ipykernel.iostream.IOPubThread.schedule, IPKernelApp.instance()
ipykernel.iostream.IOPubThread.schedule = lambda thread, what: threading.current_thread() is app.control_thread or tell(thread, what)
atexit.unregister(app.close)
atexit.register(pathlib.Path({path!r}).touch)
atexit.register(app.close)
"""


@forks_only
def test_a_kernel_ends_by_itself(tmp_path, run):
    """ipykernel's own end waits for a thread that may be waiting for it, and the kernel is killed: what is to be done at its end is not done."""
    write_notebook(tmp_path / "notebooks", "02_one.ipynb", ENDS.format(path=str(tmp_path / "ended")))
    run(tmp_path / "notebooks", forked=True)
    assert (tmp_path / "ended").exists()


@forks_only
def test_the_process_that_kernels_are_forked_from_has_one_thread():
    """Threads do not survive a fork, and neither does what they hold: no engine, no allocator's helper, no linear algebra's."""
    asks = (
        "import os, sys, threading\nimport lifecycle_utils.report.worker, lifecycle_utils.report.warm\nfrom lifecycle_utils.report.forked import can_fork\n"
        "print(threading.active_count(), len(os.listdir('/proc/self/task')), can_fork(), 'matplotlib_inline.backend_inline' in sys.modules,"
        " [x in sys.modules for x in ('pandas', 'seaborn', 'lifecycle_utils.sources.open', 'great_tables', 'narwhals._duckdb.dataframe')])\n"
        # what has been rehearsed can be done, and leaves nothing behind
        "from lifecycle_utils import present, sources\nimport duckdb, matplotlib.pyplot as plt\npresent.rehearsal.rehearse(), sources.rehearsal.rehearse()\n"
        "print(can_fork(), plt.get_fignums(), 'matplotlib_inline.backend_inline' in sys.modules, duckdb.sql('SELECT 42').fetchall(), can_fork())"
    )
    ended = subprocess.run([sys.executable, "-c", asks], env=os.environ | FIXED, capture_output=True, text=True, timeout=120)
    assert ended.stdout == "1 1 True False [True, True, True, True, True]\nTrue [] False [(42,)] False\n", ended.stderr


@pytest.mark.parametrize(
    ("cell", "error", "exit_code"),
    [
        ("1 / 0", NotebookFailed, 4),
        ("import time; time.sleep(60)", NotebookTimeout, 5),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KernelDied, 6),
        ("import os; os._exit(0)", KernelDied, 6),
    ],
)
def test_failures_are_told_the_same_by_new_interpreters(tmp_path, run, cell, error, exit_code):
    write_notebook(tmp_path / "notebooks", "02_cohort_survival.ipynb", "1", cell)
    told = []
    for forked in (True, False):
        with pytest.raises(error, match="02_cohort_survival.ipynb code cell 3 of 3") as failure:
            run(tmp_path / "notebooks", timeout=3, forked=forked)
        assert failure.value.exit_code == exit_code
        told.append(str(failure.value))
    assert told[0] == told[1]


def test_what_fails_after_the_first_cell_is_no_kernel_that_did_not_start(tmp_path, monkeypatch):
    def execute_cell(client, *args, **kwargs):
        raise RuntimeError("the loop is closed")

    monkeypatch.setattr(PapermillNotebookClient, "execute_cell", execute_cell)
    write_notebook(tmp_path, "02_cohort_survival.ipynb", "1")
    with pytest.raises(RuntimeError, match="the loop is closed"):
        execute(tmp_path / "02_cohort_survival.ipynb", {}, working=tmp_path, timeout=30)


@forks_only
def test_a_kernel_goes_with_its_worker_even_while_a_library_holds_it(tmp_path, run):
    """A kernel's own look-out is a thread, which does not run while one long call in C does."""
    holds = f"import os, signal\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\nos.kill(os.getppid(), signal.SIGKILL)\nsum(range(10**12))"
    write_notebook(tmp_path / "notebooks", "02_cohort_survival.ipynb", holds)
    with pytest.raises(KernelDied, match="its process died"):
        run(tmp_path / "notebooks", forked=True)
    pid, deadline = int((tmp_path / "pid").read_text()), time.monotonic() + 10
    while not gone(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert gone(pid)


def test_the_switch_asks_for_new_interpreters(monkeypatch):
    monkeypatch.setenv(pool.SWITCH, "plain")
    assert not pool.forks_kernels()


def test_the_company_is_opened_once_for_all_notebooks(tmp_path, run, company):
    """Its tables come out of the run's temporary folder, which is gone afterwards; another folder is opened as ever."""
    opens = "from lifecycle_utils import sources\nsnapshot = sources.open_snapshot(data, month=month)\n"
    where = "list(snapshot.company.connection.sql('SELECT path FROM duckdb_databases() WHERE path IS NOT NULL').fetchall())"
    write_notebook(tmp_path / "notebooks", "02_same.ipynb", opens + SAYS.format(where))
    write_notebook(tmp_path / "notebooks", "03_other.ipynb", opens.replace("(data", "(''") + SAYS.format(where))
    published = run(tmp_path / "notebooks")
    ((place,),) = printed(published, "02_same.ipynb")
    assert not Path(place).exists() and company not in Path(place).parents
    assert printed(published, "03_other.ipynb") == []
