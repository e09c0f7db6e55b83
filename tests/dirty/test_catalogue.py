"""Every case of the catalogue has its declared outcome: no wrong value, no traceback. See README.md beside this."""

import datetime as dt
import tomllib
from pathlib import Path

import duckdb
import openpyxl
import pytest

from lifecycle_utils import estimate, observe, sources
from lifecycle_utils.errors import InputError, LifecycleError

HERE = Path(__file__).parent
HEADER = "subscription_id,customer_id,started_on,ended_on,mrr,plan\n"
KEYS = {
    "name", "rows", "files", "hex", "encoding", "parquet", "xlsx", "settings", "told", "says", "table", "columns", "values", "numeric", "mrr",
    "month", "outcome", "refused",
}  # fmt: skip


def catalogue():
    for path in sorted(HERE.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(case, id=f"{path.stem}: {case['name']}")


def write_company(case, folder):
    """The case's files in `folder`."""
    encoding = case.get("encoding", "utf-8")
    files = dict(case.get("files", {}))
    if "rows" in case:
        files.setdefault("subscriptions.csv", HEADER + case["rows"])
    for name, text in files.items():
        (folder / name).write_bytes(text.replace("{long}", "x" * 100_000).encode(encoding))
    for name, digits in case.get("hex", {}).items():
        (folder / name).write_bytes(bytes.fromhex(digits))
    if "settings" in case:
        (folder / "lifecycle.toml").write_text(case["settings"], encoding="utf-8")
    if "parquet" in case:
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({case['parquet']}) TO '{folder}/subscriptions.parquet'")
    if "xlsx" in case:
        book = openpyxl.Workbook()
        for row in case["xlsx"]:
            book.active.append([None if cell == "" else cell for cell in row])
        book.save(folder / "subscriptions.xlsx")
    return folder


def as_text(value):
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("case", list(catalogue()))
def test_case_has_its_outcome(case, tmp_path):
    assert set(case) <= KEYS, "a key of the case is misspelt"
    folder = write_company(case, tmp_path)
    if "refused" in case:
        with pytest.raises(InputError, match=case["refused"]):
            sources.open_company(folder)
        return
    company = sources.open_company(folder)
    told = [f"{one.severity} {one.code} {one.row or 0} {one.rows}" for one in company.problems]
    assert told == case.get("told", []), "\n".join(map(str, company.problems))
    text = "\n".join(map(str, company.problems))
    for words in case.get("says", []):
        assert words in text, text
    if "mrr" in case:
        assert company.problems[0].touched == case["mrr"]
    table = case.get("table", "subscriptions")
    if "values" in case:
        read = company.connection.execute(f"SELECT {', '.join(case['columns'])} FROM {table} ORDER BY _row").fetchall()
        assert [[as_text(value) for value in row] for row in read] == case["values"]
    if "numeric" in case:
        assert list(company.tables[table].numeric_attributes) == case["numeric"]
    if any(problem.severity == "error" for problem in company.problems):
        with pytest.raises(InputError):
            sources.snapshot_of(company, month="2024-06")
    else:
        ask(company, case)


def ask(company, case):
    """The questions of a report: an answer, or an error in words."""
    failed = None
    try:
        snapshot = sources.snapshot_of(company, month=case.get("month", "2025-01"))
        tenures = observe.tenures(snapshot)
        estimate.survival(tenures)
        estimate.hazard(tenures)
        estimate.lifetime_value(tenures, observe.revenue(snapshot))
    except LifecycleError as error:
        failed = error
    if "month" in case:
        assert (failed is not None) == (case.get("outcome") == "error"), failed


def test_the_catalogue_is_as_large_as_promised():
    cases = [case.values[0]["name"] for case in catalogue()]
    assert len(cases) == len(set(cases)) >= 100
