"""Sums of products of money: equal to Python's whole numbers, in currencies of small units too."""

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.observe import concentration, revenue_kept
from lifecycle_utils.observe.money import UNIT, product_parts, products
from tests.observe.histories import open_rows

AMOUNTS = st.integers(0, 10**17) | st.integers(0, 10**8) | st.sampled_from([0, 99_999, 100_000, 10**10 - 1, 10**10, 10**17])


def sum_of_products(relation):
    parts = nw.from_native(relation).select(**product_parts("both", "left_units", "right_units"))
    return products(parts.to_native().df(), ["both"])["both"].iloc[0]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=80))
def test_as_python_s_whole_numbers(pairs):
    frame = pd.DataFrame(pairs, columns=["left_units", "right_units"], dtype="int64")
    with duckdb.connect() as connection:
        assert sum_of_products(connection.from_df(frame)) == sum(left * right for left, right in pairs) / UNIT**2


@pytest.mark.parametrize(("customers", "mrr"), [(1_000, 10**9), (10, 10**10), (1_000, 10**13), (300_000, 10**13)])
def test_many_that_pay_much(customers, mrr):
    with duckdb.connect() as connection:
        rows = connection.sql(f"SELECT {mrr * UNIT - 7} AS left_units, {mrr * UNIT - 7} AS right_units FROM range({customers})")
        assert sum_of_products(rows) == pytest.approx(customers * (mrr * UNIT - 7) ** 2 / UNIT**2, rel=1e-15)


def test_questions_of_a_company_in_rupiah(tmp_path):
    snapshot = open_rows(tmp_path, [f"{number},c{number},2024-01-01,,{10**10},,x" for number in range(20)], "2025-03")
    assert concentration(snapshot)["squares"].iloc[0] == 20 * 10.0**20
    assert revenue_kept(snapshot)["start_start"].iloc[0] == 20 * 10.0**20
