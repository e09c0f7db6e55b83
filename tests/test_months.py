"""The month arithmetic: hand counts, properties over any pair of dates, and engine columns held to the same rule."""

import datetime as dt

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils import months
from lifecycle_utils.errors import UsageError

dates = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("wrong", ["2026-13", "2026-1", "26-01", "2026-00", "", "2026-10-01", "0000-05", None, 202610])
def test_a_month_is_written_one_way(wrong):
    with pytest.raises(UsageError, match="YYYY-MM"):
        months.check_month(wrong)


@pytest.mark.parametrize(
    ("start", "end", "complete", "begun"),
    [
        ("2023-01-31", "2023-02-28", 1, 1),  # the anniversary clamps to the last day of February
        ("2023-01-31", "2023-03-30", 1, 2),
        ("2023-01-31", "2023-03-31", 2, 2),
        ("2024-02-29", "2025-02-28", 12, 12),  # leap day, a year on
        ("2024-02-29", "2028-02-28", 47, 48),
        ("2024-02-29", "2028-02-29", 48, 48),
        ("2024-01-15", "2024-01-15", 0, 0),
        ("2024-01-15", "2024-01-16", 0, 1),
        ("2024-12-31", "2025-01-01", 0, 1),
    ],
)
def test_subscription_months_counted_by_hand(start, end, complete, begun):
    start, end = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    assert months.complete_months(start, end) == complete
    assert months.begun_months(start, end) == begun


@given(dates, st.integers(-600, 600))
def test_an_anniversary_keeps_the_day_or_is_the_last_of_its_month(start, count):
    day = months.add_months(start, count)
    assert (day.year * 12 + day.month) - (start.year * 12 + start.month) == count
    assert day.day == start.day or (day.day < start.day and (day + DAY).day == 1)


@given(dates, dates)
def test_complete_months_is_the_last_anniversary_reached(start, end):
    complete = months.complete_months(start, end)
    assert months.add_months(start, complete) <= end < months.add_months(start, complete + 1)


@given(dates, dates)
def test_begun_months_is_the_first_anniversary_not_before(start, end):
    begun = months.begun_months(start, end)
    assert months.add_months(start, begun - 1) < end <= months.add_months(start, begun)


@given(dates, st.integers(0, 60))
def test_an_end_is_exclusive(start, count):
    anniversary = months.add_months(start, count)
    assert months.begun_months(start, anniversary) == months.complete_months(start, anniversary) == count
    assert months.begun_months(start, anniversary + DAY) == count + 1


@given(dates)
def test_a_month_ends_on_the_first_day_after_it(day):
    month = months.month_of(day)
    assert months.first_day(month) <= day < months.month_end(month)
    assert months.month_of(months.month_end(month)) == months.shift_month(month, 1)


@given(st.integers(2000 * 12, 2050 * 12), st.integers(0, 60))
def test_a_range_holds_every_month_once(first, count):
    text = f"{first // 12:04d}-{first % 12 + 1:02d}"
    whole = months.month_range(text, months.shift_month(text, count))
    assert len(whole) == count + 1 == len(set(whole))
    assert [months.month_index(month) - first for month in whole] == list(range(count + 1))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(dates, dates), min_size=1, max_size=60), dates)
def test_engine_columns_follow_the_same_rules(pairs, day):
    frame = pd.DataFrame(pairs, columns=["start", "end"]).astype("datetime64[us]")
    with duckdb.connect() as connection:
        connection.register("frame", frame)
        lazy = nw.from_native(connection.sql("SELECT start::DATE AS start, \"end\"::DATE AS \"end\" FROM frame"))
        start, end = nw.col("start"), nw.col("end")
        result = lazy.select(
            complete=months.complete_months_column(start, end),
            begun=months.begun_months_column(start, end),
            days=months.days_column(start, end),
            complete_by=months.complete_months_column(start, day),
            begun_by=months.begun_months_column(start, day),
            days_by=months.days_column(start, day),
            month=months.month_column(start),
        )
        rows = result.collect("pandas").to_native().itertuples(index=False)
        expected = [
            (
                months.complete_months(a, b), months.begun_months(a, b), (b - a).days,
                months.complete_months(a, day), months.begun_months(a, day), (day - a).days, months.month_of(a),
            )
            for a, b in pairs
        ]
        assert [tuple(row) for row in rows] == expected
