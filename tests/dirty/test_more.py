"""Hypothesis makes more dirt: what is told and what is read is held against a second reading of the same cells, in plain Python."""

import csv
import datetime as dt
import io
import re
import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from lifecycle_utils import sources
from lifecycle_utils.errors import InputError

DATES = [
    "2024-01-31", "2024-02-29", "2023-02-29", " 2024-03-01", "2024-03-01\u00a0", "2024-3-1", "31.01.2024", "45322", "1706659200", "", " ",
    "0024-01-01", "-024-01-01", "2024-01-1 ", "2024-02-29T23:30",
]  # fmt: skip
AMOUNTS = ["10", "0", "-5", "+7.25", " 10.5", "1e3", "1,5", "1.23456", "NaN", "inf", "", "\u00a0", "0x10", ".5", "5.", "1_000", "\u0661", "--1", "12.3400"]
IDS = ["a", "b", " a", "a\u00a0", "", "\u3000", "NA", "=cmd()", "$x_{", "<script>", "0012", "1E5", "e\u0301", "\u05d0\u05d1", "\U0001f680"]
ROWS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(DATES), st.sampled_from(DATES), st.sampled_from(AMOUNTS)), min_size=1, max_size=6)


def bare(cell):
    return cell.strip()


def day(cell):
    """The date of a cell, None where there is none to read."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9]{2}:[0-9]{2})?", bare(cell))
    try:
        return dt.date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def amount(cell):
    return float(bare(cell)) if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", bare(cell)) else None


def expected(rows):
    """{(code, column): rows} of the problems of cells."""
    found = {}
    for customer, started, ended, mrr in rows:
        broken = [
            ("empty", "customer_id", not bare(customer)), ("empty", "started_on", not bare(started)), ("empty", "mrr", not bare(mrr)),
            ("not_a_date", "started_on", bare(started) and day(started) is None), ("not_a_date", "ended_on", bare(ended) and day(ended) is None),
            ("not_a_money", "mrr", bare(mrr) and amount(mrr) is None),
            ("end_before_start", "ended_on", day(started) and day(ended) and day(ended) < day(started)),
            ("zero_length", "ended_on", day(started) and day(ended) == day(started)), ("negative_mrr", "mrr", (amount(mrr) or 0) < 0),
        ]  # fmt: skip
        for code, column, is_broken in broken:
            if is_broken:
                found[code, column] = found.get((code, column), 0) + 1
    return found


def written(rows):
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["subscription_id", "customer_id", "started_on", "ended_on", "mrr"])
    writer.writerows([f"s{number}", *cells] for number, cells in enumerate(rows))
    return file.getvalue()


@settings(max_examples=50, deadline=None)
@given(ROWS, st.sampled_from(["utf-8", "utf-16"]))  # which the engine reads itself, and which it does not
def test_cells_are_told_or_read_as_plain_python_reads_them(rows, encoding):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "subscriptions.csv").write_bytes(written(rows).encode(encoding))
        company = sources.open_company(folder)
        codes = {code for code, _column in expected([("", "", "", ""), ("a", "x", "x", "x"), ("a", "2024-01-02", "2024-01-01", "-1")])} | {"zero_length"}
        told = {(one.code, one.column): one.rows for one in company.problems if one.code in codes}
        assert told == expected(rows), "\n".join(map(str, company.problems))
        read = company.connection.execute("SELECT started_on, ended_on, CAST(mrr AS DOUBLE) FROM typed_subscriptions ORDER BY _row").fetchall()
        assert read == [(day(started), day(ended), amount(mrr) if amount(mrr) is None else round(amount(mrr), 4)) for _, started, ended, mrr in rows]
        quality = sources.data_quality(company).iloc[0]
        assert quality["rows_read"] == len(rows) == quality["rows_used"] + quality["rows_set_aside"]
        if any(one.severity == "error" for one in company.problems):
            with pytest.raises(InputError):
                sources.snapshot_of(company, month="2024-06")
