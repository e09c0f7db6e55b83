"""What engines are told in their own words must mean the same as ours."""

import datetime as dt

import duckdb
import narwhals as nw
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lifecycle_utils.months import month_index
from lifecycle_utils.sources.engine import month_numbers

DAYS = st.lists(st.none() | st.dates(dt.date(1600, 1, 1), dt.date(9999, 12, 31)), min_size=1, max_size=30)


@given(DAYS)
def test_month_numbers_are_those_of_calendar_months(days):
    """A date is as good as a time of its day, and a blank stays one."""
    rows = pd.DataFrame({"number": range(len(days)), "day": [day and f"{day:%Y-%m-%d}" for day in days]})
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        table = connection.sql("SELECT number, CAST(day AS DATE) AS day, CAST(day AS DATE) + INTERVAL 23 HOURS AS time FROM rows")
        found = nw.to_native(month_numbers(nw.from_native(table), by_day="day", by_time="time")).order("number").fetchall()
    expected = [None if day is None else month_index(f"{day:%Y-%m}") for day in days]
    assert [row[-2] for row in found] == expected == [row[-1] for row in found]
