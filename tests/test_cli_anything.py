"""Whatever is typed, and whatever the tables hold: no traceback, and an exit code that is declared."""

import contextlib
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lifecycle_utils import cli
from lifecycle_utils.report import pool
from lifecycle_utils.report.job import FAILED, Failure, Outcome
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
def place(tmp_path_factory):
    """A company, a notebook, and a pool that runs nothing: everything before the kernels is real."""
    folder = tmp_path_factory.mktemp("anything")
    (folder / "company").mkdir()
    (folder / "company" / "subscriptions.csv").write_bytes(ROWS)
    write_notebook(folder / "notebooks", "02_toy.ipynb", "1")
    failed = [Outcome("toy", FAILED, failure=Failure("error", "not run"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "run", lambda jobs, **_: failed)
        patch.setattr(pool, "warm_up", lambda **_: None)
        patch.setattr(cli, "_clean_up_when_stopped", lambda: None)
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
    assert "Traceback" not in err.getvalue()
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
