"""Whatever is typed, and whatever the tables hold: no traceback, and an exit code that is declared."""

import contextlib
import csv
import datetime as dt
import io
import os
import tempfile
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lifecycle_utils import cli
from lifecycle_utils.report import pool
from lifecycle_utils.report.job import FAILED, Failure, Outcome
from lifecycle_utils.sources.share import KEY_VARIABLE
from tests.report.toys import write_notebook

DECLARED = {0, 2, 3, 4, 5, 6, 7, 8, 9}
ROWS = b"subscription_id,customer_id,started_on,ended_on,mrr\n1,a,2026-01-10,,10.00\n"
QUIET = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))

words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["by", "bye", "month", "data", "horizon_months", "rate", "pooled", "plan", "industry", "1e999", "-1", "true", "None", "__import__('os')",
                     "2026-13", "0000-00", "9999-12", "../..", "--share", "-p", "\x00", "\ud800", "ą", "=1+1", "a\nb"]),
)  # fmt: skip
flags = st.sampled_from(["--share", "--resume", "--keep-going", "--version-of", "--month", "--only", "--jobs", "--timeout", "--language"])
cells = st.one_of(st.text(max_size=8), st.sampled_from(["2026-01-10", "2026-02-30", "", "-5", "1e308", "NaN", "a", '"', "0001-01-01", "9999-12-31", "٣"]))


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    """A company and a notebook; and stop signals are those of the tests."""
    folder = tmp_path_factory.mktemp("anything")
    (folder / "company").mkdir()
    (folder / "company" / "subscriptions.csv").write_bytes(ROWS)
    write_notebook(folder / "notebooks", "02_toy.ipynb", "1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cli, "_clean_up_when_stopped", lambda: None)
        yield folder


@pytest.fixture(scope="module")
def place(folder):
    """The folder, and a pool that runs nothing: everything before the kernels is real."""
    failed = [Outcome("toy", FAILED, failure=Failure("error", "not run"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "run", lambda jobs, **_: failed)
        patch.setattr(pool, "warm_up", lambda: None)
        yield folder


def run(*arguments):
    """Exit code and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main(list(arguments))
        except SystemExit as stop:
            code = stop.code
    assert code in DECLARED, (arguments, code)
    assert "Traceback" not in err.getvalue(), err.getvalue()
    return code


@QUIET
@given(st.lists(st.tuples(words, words), max_size=3), st.lists(st.one_of(flags, words), max_size=3))
@example([("by", "plna")], [])
@example([("by", "plan")], ["--month", "2026-06"])
@example([("horizon_months", "1e3")], [])
@example([("rate", "inf")], [])
@example([("x = 1\nimport os", "1")], [])
def test_any_parameters(place, parameters, more):
    given = [part for name, value in parameters for part in ("-p", name, value)]
    code = run("report", "--data", str(place / "company"), "--out", str(place / "out"), "--notebooks", str(place / "notebooks"), *given, *more)
    assert code != 0  # nothing is ever made: the pool runs nothing
    assert not [one for one in (place / "out").glob("*") if one.name[0] != "."]


@QUIET
@given(st.one_of(st.binary(max_size=200), st.lists(st.lists(cells, min_size=1, max_size=6), max_size=5)), st.sampled_from(["subscriptions", "usage", "leads"]))
@example(b"", "subscriptions")
@example(b"\xff\xfe\x00", "subscriptions")
@example(b"subscription_id,customer_id,started_on,mrr\n1,a,2026-01-10,1\n\x00", "subscriptions")
def test_any_table(place, content, table):
    header = ["subscription_id,customer_id,started_on,ended_on,mrr,plan"]
    text = content if isinstance(content, bytes) else "\n".join(header + [",".join(row) for row in content]).encode("utf-8", "surrogatepass")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "subscriptions.csv").write_bytes(ROWS)
        (Path(folder) / f"{table}.csv").write_bytes(text)
        run("check", "--data", folder)
        run("report", "--data", folder, "--out", str(place / "out"), "--notebooks", str(place / "notebooks"))


@QUIET
@given(st.one_of(st.text(max_size=60), st.dictionaries(st.sampled_from(["company", "currency", "gross_margin", "share", "tables"]), words, max_size=3)))
@example("[share]\nk = 0")
@example("company = 1")
def test_any_settings(place, content):
    text = content if isinstance(content, str) else "\n".join(f"{name} = {value!r}" for name, value in content.items())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "subscriptions.csv").write_bytes(ROWS)
        (Path(folder) / "lifecycle.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
        run("report", "--data", folder, "--out", str(place / "out"), "--notebooks", str(place / "notebooks"))


# --- with kernels that run: the months, movements and settings of any company, in a notebook of the kit

days = st.dates(dt.date(2024, 1, 1), dt.date(2026, 9, 1))
paid = st.one_of(st.sampled_from(["0", "0.01", "1e-9", "9999999999", "1e300", "12.5"]), st.decimals(0, 5000, places=2).map(str))
plans = st.one_of(st.sampled_from(["", "=1+1", "<b>"]), st.text(max_size=5))
periods = st.tuples(st.sampled_from("abcdeą"), days, st.one_of(st.none(), st.integers(0, 900)), paid, plans)
asked = st.one_of(
    st.tuples(st.just("by"), st.sampled_from(["plan", "cohort_month", "plna"])),
    st.tuples(st.just("months"), st.one_of(st.integers(-2, 40).map(str), words)),
    st.tuples(st.just("holds_at"), st.one_of(st.floats(-0.5, 1.5).map(str), words)),
    st.tuples(st.just("span"), st.sampled_from(["year", "quarter", "yaer", ""])),
    st.tuples(st.just("top"), st.integers(-1, 20).map(str)),
)  # fmt: skip


@settings(QUIET, max_examples=150 if os.environ.get("LIFECYCLE_FAULTS") == "all" else 4)
@given(st.lists(periods, min_size=1, max_size=12), st.lists(asked, max_size=2, unique_by=itemgetter(0)), st.sampled_from([[], ["--share"], ["--keep-going"]]))
@example([("a", dt.date(2026, 1, 31), 30, "1e300", "=1+1")], [("by", "plan")], [])
@example([("a", dt.date(2026, 8, 31), None, "0", ""), ("b", dt.date(2024, 2, 29), 366, "0.01", "ą")], [("months", "40"), ("span", "quarter")], ["--share"])
def test_any_company_through_a_notebook_that_runs(folder, rows, parameters, more):
    given = [part for name, value in parameters for part in ("-p", name, value)]
    with tempfile.TemporaryDirectory() as place, open(Path(place) / "subscriptions.csv", "w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "plan"])
        for number, (customer, start, length, mrr, plan) in enumerate(rows):
            writer.writerow([number, customer, start, "" if length is None else start + dt.timedelta(length), mrr, plan])
        file.close()
        out = Path(place) / "out"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(KEY_VARIABLE, "a key that nobody guesses")
            code = run("report", "--data", place, "--out", str(out), "--month", "2026-09", "--only", "revenue_retention", *given, *more)
        assert code in (0, 2, 3), f"{code}: a company and parameters like these make a report, or are told to be wrong"
        assert (out / "2026-09" / "index.html").exists() == (code == 0)
