"""What each customer is worth, by hand; and that nobody's own future enters."""

import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, sources
from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.customer_value import customer_value
from lifecycle_utils.observe.fetch import fetch
from tests.companies import write_csv

MONTHS = pd.DataFrame({"group": ["all", "all", "annual", "annual"], "tenure": [0, 1, 0, 1], "months": [3.0, 4.0, 10.0, 20.0]})


def company(folder, *, end_of_b=""):
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "billing_interval"], [
        ["s1", "a", "2024-01-01", "2024-03-01", 100, "monthly"],  # has left: what it paid
        ["s2", "b", "2024-03-01", end_of_b, 10, "annual"],
        ["s3", "c", "2023-01-01", "2023-02-01", 10, "annual"], ["s4", "c", "2024-03-15", "", 10, "monthly"],  # back since half a month
        ["s5", "d", "2024-03-01", "2024-04-01", 50, "annual"],  # its last paid day is the month's last
        ["s6", "e", "2022-01-01", "", 1, "annual"],  # older than anybody that was counted: as the oldest
    ])
    return sources.open_snapshot(folder, month="2024-03")


def worth(snapshot, value):
    return fetch(customer_value(snapshot, value, months_left=MONTHS)).set_index("customer_id")["worth"].sort_index()


def test_paid_so_far_and_expected_by_hand(tmp_path):
    snapshot = company(tmp_path)
    paid = worth(snapshot, "total_revenue")
    ahead = (worth(snapshot, "ltv") - paid).round(9)
    # b: one month done, annual; c: annual at first, back since half a month; e: 26 months, taken for 1
    assert ahead.to_dict() == {"a": 0, "b": 10 * 20, "c": 10 * 10, "d": 0, "e": 1 * 20}
    assert worth(snapshot, "mrr").to_dict() == {"a": 0, "b": 10, "c": 10, "d": 50, "e": 1}  # d still paid on the last day
    assert paid["a"] == pytest.approx(100 * 60 / (365.2425 / 12))


def test_a_customers_own_future_does_not_enter(tmp_path):
    (tmp_path / "stays").mkdir()
    (tmp_path / "leaves").mkdir()
    pd.testing.assert_series_equal(worth(company(tmp_path / "stays"), "ltv"), worth(company(tmp_path / "leaves", end_of_b="2024-04-20"), "ltv"))


def test_it_ranks_the_top_customers_of_the_sample():
    snapshot = sources.open_snapshot("", month="2026-10")
    chosen = {"value": "ltv", "months_left": estimate.expected_months(observe.tenures(snapshot, by="billing_interval"))}
    profile = estimate.ideal_customer_profile(observe.traits(snapshot, **chosen))
    assert list(profile["attribute"][:4]) == ["employees", "industry", "acquisition_channel", "annual_revenue"]  # the truth, and its shadow
    assert profile["customers"].sum() // profile["attribute"].nunique() == 2750


def test_what_cannot_be_ranked_is_refused(tmp_path):
    snapshot = company(tmp_path)
    with pytest.raises(UsageError, match="not one of ltv, mrr, total_revenue"):
        customer_value(snapshot, "loyalty")
    with pytest.raises(UsageError, match="needs months_left: estimate.expected_months"):
        customer_value(snapshot, "ltv")
