"""The largest customers: by hand, at the month's end and its rates, and equal to the movements."""

import pytest

from lifecycle_utils import estimate
from lifecycle_utils.observe import concentration, largest_customers, mrr_movements
from lifecycle_utils.sources import open_snapshot
from tests.observe.histories import open_rows

ROWS = [
    "1,a,2024-01-01,,10,,x", "2,a,2024-02-01,,20,,x", "3,b,2024-01-01,2024-04-01,30,EUR,x",  # paid on the last of March
    "4,c,2024-01-01,2024-03-31,500,,x",  # not paid on it
    "5,d,2024-03-01,,25,,x", "6,e,2024-03-01,,0,,x",
]  # fmt: skip


def test_by_hand(tmp_path):
    snapshot = open_rows(tmp_path, ROWS, "2024-03", rates={"EUR": {"2024-01": 2, "2024-03": 1.5}})
    frame = concentration(snapshot, tops=(1, 2, 10))
    assert frame[["top", "top_mrr"]].to_numpy().tolist() == [[1, 45], [2, 75], [3, 100]]
    assert frame[["customers", "mrr", "squares"]].drop_duplicates().to_numpy().tolist() == [[3, 100, 45**2 + 30**2 + 25**2]]
    told = estimate.concentration(frame)
    assert told["share"].tolist() == [0.45, 0.75, 1] and told["even_share"].tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    assert largest_customers(snapshot, limit=2)[["rank", "customer_id", "name", "cohort_month", "mrr"]].to_numpy().tolist() == [
        [1, "b", "b", "2024-01", 45], [2, "a", "a", "2024-01", 30],
    ]  # fmt: skip


def test_nobody_pays(tmp_path):
    snapshot = open_rows(tmp_path, ROWS[3:4], "2024-05")
    assert concentration(snapshot).empty and estimate.concentration(concentration(snapshot)).empty
    assert largest_customers(snapshot).empty


def test_all_of_them_are_the_closing_mrr():
    snapshot = open_snapshot(month="2026-09")
    everybody, month = concentration(snapshot).iloc[-1], mrr_movements(snapshot).iloc[-1]
    assert everybody["top"] == month["closing_customers"]
    assert everybody["mrr"] == pytest.approx(month["closing_mrr"], abs=0.2)  # converted customer by customer, not as a sum
    assert everybody["top_mrr"] == everybody["mrr"]
    names = largest_customers(snapshot, limit=5)
    assert names["mrr"].is_monotonic_decreasing and (names["name"] != names["customer_id"]).all()
