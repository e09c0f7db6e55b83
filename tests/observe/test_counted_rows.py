"""Rows that are prepared already, counted: against a hand count, pandas, a company's own tenures, and what cannot be counted."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe import patterns_of_rows, tenure_patterns, tenures, tenures_of_rows
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.spells import first_spells
from lifecycle_utils.sources import open_rows, open_snapshot

NAMES = {"tenure": "months", "churned": "gone"}
ROWS = pd.DataFrame({
    "cohort": ["2026-01", "2026-01", None, "all", "2026-01"], "months": [2, 2, 1, 3, 2], "gone": [True, True, False, True, False],
    "since": [0, 0, 0, 1, 0], "seats": [5, 5, 1, 1, 5],
})


def told(frame):
    return sorted(frame.itertuples(index=False, name=None))


@pytest.fixture(params=["parquet", "folder", "csv"])
def rows(request, tmp_path):
    if request.param == "csv":
        ROWS.to_csv(tmp_path / "it's rows.csv", index=False)
        return open_rows(tmp_path / "it's rows.csv")
    for number, part in enumerate((ROWS[:2], ROWS[2:])):
        part.to_parquet(tmp_path / f"{number}.parquet")
    if request.param == "folder":
        return open_rows(tmp_path, memory_limit="200MB")
    ROWS.to_parquet(tmp_path / "rows.pq")
    return open_rows(str(tmp_path / "rows.pq"))


def test_counted_by_hand(rows):
    frame = tenures_of_rows(rows, by="cohort", entry="since", **NAMES)
    groups = [("(unknown)", 0, 1, False, 1), ("2026-01", 0, 2, False, 1), ("2026-01", 0, 2, True, 2), ("all (value)", 1, 3, True, 1)]
    assert told(frame[frame["group"] != "all"]) == sorted(groups)
    assert told(frame[frame["group"] == "all"]) == sorted([("all", *rest) for _, *rest in groups])
    assert frame["group"].iloc[0] == "all" and frame["churned"].dtype == bool
    assert told(tenures_of_rows(rows, **NAMES)) == [("all", 0, 1, False, 1), ("all", 0, 2, False, 1), ("all", 0, 2, True, 2), ("all", 0, 3, True, 1)]


def test_patterns_keep_numbers_as_numbers(rows):
    frame = patterns_of_rows(rows, by=["seats"], **NAMES)
    assert told(frame) == [(1, 0, 1, False, 1), (1, 0, 3, True, 1), (5, 0, 2, False, 1), (5, 0, 2, True, 2)]


@pytest.mark.parametrize("name", ["entry", "tenure", "churned", "customers"])
def test_an_attribute_called_as_a_column_of_the_counts_is_to_be_renamed(tmp_path, name):
    ROWS.rename(columns={"seats": name}).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(UsageError, match=f"cannot be called '{name}'.*rename"):
        patterns_of_rows(open_rows(tmp_path / "rows.parquet"), by=[name], **NAMES)


def test_a_company_counted_from_its_own_first_spells():
    snapshot = open_snapshot(month="2026-09")
    spells = fetch(first_spells(snapshot))
    connection = duckdb.connect()
    again = tenures_of_rows(connection.from_df(spells), by="cohort_month", tenure="tenure", churned="churned", entry="entry")
    pd.testing.assert_frame_equal(again, tenures(snapshot))


def test_patterns_of_a_company_add_up_to_its_tenures():
    snapshot = open_snapshot(month="2026-09")
    frame = tenure_patterns(snapshot, by=["plan", "industry", "plan"])
    assert list(frame.columns) == ["plan", "industry", "entry", "tenure", "churned", "customers"]
    assert not frame.duplicated([*frame.columns[:-1]]).any()
    keys = ["entry", "tenure", "churned"]
    for name in ("plan", "industry"):
        sums = frame.groupby([name, *keys], as_index=False)["customers"].sum().rename(columns={name: "group"})
        expected = tenures(snapshot, by=name)
        assert told(sums) == told(expected[expected["group"] != "all"])
    with pytest.raises(UsageError, match="at least one"):
        tenure_patterns(snapshot, by=[])


@pytest.mark.parametrize(("column", "value", "message"), [
    ("months", [1.5, 2, 3, 4, 5], "months holds Float64, not whole numbers"),
    ("gone", ["yes"] * 5, "gone holds String"),
    ("gone", [0, 1, 2, 2, 0], "gone is neither true nor false, 1 nor 0 in 2 rows"),
    ("gone", pd.array([True, None, True, None, True], dtype="boolean"), "gone is empty in 2 rows"),
    ("months", pd.array([1, None, 2, 3, 4], dtype="Int64"), "months is empty in 1 rows"),
    ("cohort", None, "no column 'cohort'; they have months"),
])
def test_what_cannot_be_counted_is_told(tmp_path, column, value, message):
    wrong = ROWS.drop(columns=column) if value is None else ROWS.assign(**{column: value})
    wrong.to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(UsageError, match=message):
        tenures_of_rows(open_rows(tmp_path / "rows.parquet"), by="cohort", **NAMES)


def test_a_file_that_is_not_there_or_no_table_is_told(tmp_path):
    (tmp_path / "rows.txt.doc").write_text("x", encoding="utf-8")
    for name, message in (("none.parquet", "is not there"), ("rows.txt.doc", "neither Parquet nor CSV")):
        with pytest.raises(UsageError, match=message):
            open_rows(tmp_path / name)


def test_what_comes_back_does_not_grow_with_rows(tmp_path):
    rng = np.random.default_rng(0)
    sizes = []
    for rows in (20_000, 200_000):
        frame = pd.DataFrame({"cohort": rng.integers(0, 12, rows), "months": rng.integers(1, 13, rows), "gone": rng.integers(0, 2, rows)})
        frame.to_parquet(tmp_path / "rows.parquet")
        sizes.append(len(tenures_of_rows(open_rows(tmp_path / "rows.parquet"), by="cohort", **NAMES)))
    assert sizes[0] == sizes[1] == 13 * 12 * 2
