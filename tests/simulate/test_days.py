"""The month arithmetic for arrays is the one of lifecycle_utils.months."""

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifecycle_utils import months
from lifecycle_utils.simulate.days import DAY, add_months, complete_months

DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2060, 12, 31))


@given(DAYS, st.integers(0, 300))
def test_anniversaries_agree(day, number):
    assert add_months(np.array([day], dtype=DAY), np.array([number]))[0] == np.datetime64(months.add_months(day, number), "D")


@given(DAYS, DAYS)
def test_complete_months_agree(start, end):
    assert complete_months(np.array([start], dtype=DAY), np.array([end], dtype=DAY))[0] == months.complete_months(start, end)
