"""The command `lifecycle`: exit codes that a scheduler reads, and sentences that an operator reads."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lifecycle_utils import cli, simulate, sources
from lifecycle_utils.errors import Locked, NotebookFailed
from lifecycle_utils.report import run as report_run
from lifecycle_utils.report.catalogue import Notebook
from lifecycle_utils.report.company import Company
from lifecycle_utils.report.job import DONE, FAILED, SKIPPED, Failure, Outcome
from lifecycle_utils.report.run import Published
from lifecycle_utils.report.terminal import listener
from tests.report.toys import write_notebook

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def lifecycle(capsys):
    """Run a command; returns its exit code, standard output and standard error."""

    def lifecycle(*arguments):
        try:
            code = cli.main(list(map(str, arguments)))
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return code, out, err

    return lifecycle


@pytest.fixture
def company(tmp_path):
    (tmp_path / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,ended_on,mrr\n1,a,2026-01-10,,10.00\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["reprot"],
        ["report", "--moth", "2026-10"],
        ["report", "--jobs", "0"],
        ["report", "--jobs", "two"],
        ["report", "--timeout", "-1"],
        ["report", "--timeout", "nan"],
        ["report", "-p", "by"],
        ["sample"],
        ["sample", "--out", "x", "--customers", "-5"],
    ],
)
def test_wrong_usage_exits_2_without_a_traceback(lifecycle, arguments):
    code, out, err = lifecycle(*arguments)
    assert (code, out) == (2, "")
    assert "error:" in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["report", "--only", "cohort_survivl"], 2, "did you mean 'cohort_survival'?"),
        (["report", "-p", "bye", "industry"], 2, "did you mean 'by'?"),
        (["report", "-p", "min_at_risk", "many"], 2, "whole number such as 30, not 'many'"),
        (["report", "-p", "month", "2026-10"], 2, "--month"),
        (["report", "--month", "2026-13"], 2, "2026-13"),
        (["report", "--data", "/nowhere/at/all"], 3, "/nowhere/at/all"),
        (["check", "--data", "/nowhere/at/all"], 3, "/nowhere/at/all"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(lifecycle, tmp_path, arguments, code, told):
    place = ["--out", tmp_path] if arguments[0] == "report" else []
    assert_code, out, err = lifecycle(*arguments, *place)
    assert (assert_code, out) == (code, "")
    assert err.startswith("lifecycle: ") and told in err and "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_command(lifecycle):
    code, out, _ = lifecycle("--help")
    assert code == 0
    assert all(command in out for command in ("report", "check", "sample"))


def test_check_prints_every_problem_and_exits_3_for_an_error(lifecycle, company):
    assert lifecycle("check", "--data", company)[0] == 0
    rows = "1,a,2026-01-10,2025-01-10,10.00\n2,b,10/01/2026,,10.00\n3,c,2026-01-10,,ten\n"
    (company / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,ended_on,mrr\n" + rows, encoding="utf-8")
    code, out, err = lifecycle("check", "--data", company)
    assert code == 3
    assert "row 2" in out and "row 3" in out and "row 4" in out
    told = [line.partition("; touches MRR")[0] for line in out.splitlines()]
    assert told == [str(problem) for problem in sources.check(company)]
    assert "3 of them errors" in err


def test_a_report_of_wrong_tables_exits_3_and_leaves_nothing(lifecycle, company, tmp_path_factory):
    (company / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,mrr\n1,a,soon,10\n", encoding="utf-8")
    out = tmp_path_factory.mktemp("out")
    code, _, err = lifecycle("report", "--data", company, "--out", out)
    assert code == 3 and "soon" in err
    assert list(out.iterdir()) == []


def test_a_report_hands_its_options_on(lifecycle, monkeypatch):
    asked = []
    skipped = Outcome("growth", SKIPPED, missing=("usage",))
    monkeypatch.setattr(report_run, "report", lambda options, listener: asked.append(options) or Published(Path("reports/2026-10"), "2026-10", [skipped]))
    code, out, err = lifecycle(
        "report", "--data", "d", "--month", "2026-10", "--only", "a", "b", "-p", "by", "plan", "-p", "rate", "-0.5", "--jobs", 3, "--timeout", 9
    )
    assert (code, out.strip()) == (0, str(Path("reports/2026-10/index.html")))
    assert "growth was skipped: it needs usage" in err
    (options,) = asked
    assert (options.data, options.month, options.only, options.jobs, options.timeout) == ("d", "2026-10", ("a", "b"), 3, 9)
    assert options.parameters == (("by", "plan"), ("rate", "-0.5"))


@pytest.mark.parametrize(("error", "code"), [(NotebookFailed("02_x.ipynb code cell 3 of 5: no"), 4), (Locked("another run"), 9)])
def test_the_exit_code_is_the_error_s(lifecycle, monkeypatch, error, code):
    def fail(options, listener):
        raise error

    monkeypatch.setattr(report_run, "report", fail)
    assert lifecycle("report") == (code, "", f"lifecycle: {error}\n")


def test_a_report_without_a_failed_notebook_exits_7(lifecycle, monkeypatch):
    failed = Outcome("value", FAILED, failure=Failure("error", "ValueError: no", 3, 5))
    monkeypatch.setattr(report_run, "report", lambda options, listener: Published(Path("r"), "2026-10", [failed]))
    code, _, err = lifecycle("report", "--keep-going")
    assert code == 7 and "value: code cell 3 of 5: ValueError: no" in err


def test_a_sample_company_is_written_where_it_is_asked_for(lifecycle, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(simulate, "write_company", lambda out, **wished: asked.append((str(out), wished)))
    assert lifecycle("sample", "--out", tmp_path, "--customers", 50, "--seed", 0)[0] == 0
    assert asked == [(str(tmp_path), {"customers": 50, "seed": 0})]


def test_a_stopped_run_cleans_up(company, tmp_path_factory):
    """SIGTERM while a cell runs, as a scheduler sends it: the report before stays, and nothing is left running or lying about."""
    folder, out = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("out")
    begun = out / "begun"
    write_notebook(folder, "02_cohort_survival.ipynb", f"import os, pathlib, time\npathlib.Path({str(begun)!r}).write_text(str(os.getpid()))\ntime.sleep(120)")
    options = {"--data": company, "--out": out, "--notebooks": folder, "--month": "2026-06"}
    command = [sys.executable, "-m", "lifecycle_utils", "report", *(str(part) for option in options.items() for part in option)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            wait_until(lambda: begun.exists() and begun.read_text())
            running.send_signal(signal.SIGTERM)
            _, err = running.communicate(timeout=120)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "stopped; nothing was published" in err and "Traceback" not in err
    kernel = int(begun.read_text())
    wait_until(lambda: not alive(kernel))
    assert sorted(path.name for path in out.iterdir()) == [".lock", "begun"]


def wait_until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A kernel whose worker is gone may stay as a zombie where process 1 collects none.
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] if Path("/proc").exists() else True


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_told_line_by_line_or_by_a_bar(terminal):
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    company = Company("", Path(), "2026-10", None, None, frozenset(), (), ("warning [x] subscriptions.csv row 4: odd",))
    notebooks = [Notebook("survival", Path("02_survival.ipynb"), "Survival"), Notebook("value", Path("05_value.ipynb"), "Value")]
    with listener(stream) as listening:
        listening.begin(company, notebooks)
        listening.told(Outcome("value", FAILED, seconds=2.04))
        listening.told(Outcome("survival", DONE, seconds=1.96))
    told = stream.getvalue()
    assert told.startswith("warning [x] subscriptions.csv row 4: odd\n")
    assert "value: failed" in told
    if terminal:
        assert "2/2" in told and "report of 2026-10" in told
    else:
        assert told.splitlines()[1:] == ["report of 2026-10: 2 notebooks", "value: failed in 2.0 s", "survival: done in 2.0 s"]
