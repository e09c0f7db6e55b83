"""What is kept between two month ends: by hand, for any history by the definition, and equal to the month's movements."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import shift_month
from lifecycle_utils.observe import mrr_movements, revenue_kept, revenue_kept_by_cohort
from lifecycle_utils.observe.revenue_kept import COUNTS, MONEY, PRODUCTS
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_ravenstack
from tests.estimate.customers import kept_of
from tests.observe.histories import balances, cohorts, histories, open_history, open_rows, worth

ROWS = [
    "1,a,2024-01-10,,10,,small", "2,a,2024-03-09,,90,,large",  # pays ten times as much from March
    "3,b,2024-01-31,2024-03-01,30,,large",
    "4,c,2024-02-01,2024-02-10,5,,small", "5,c,2024-02-20,,5,,small",  # away in between: kept
    "6,d,2024-03-01,,7,,small",  # not there at first
]  # fmt: skip


def sums(frame, group):
    return frame[frame["group"] == group].iloc[0][[*COUNTS, *MONEY]].tolist()


def test_a_company_counted_by_hand(tmp_path):
    snapshot = open_rows(tmp_path, ROWS, "2024-03")
    frame = revenue_kept(snapshot, months=2, by="plan")
    assert sums(frame, "all") == [2, 1, 40, 10, 100, 10]
    assert sums(frame, "small") == [1, 1, 10, 10, 100, 10]  # the plan of the first day, so that nobody moves between groups
    assert sums(frame, "large") == [1, 0, 30, 0, 0, 0]
    assert sums(revenue_kept(snapshot, months=1, ago=1), "all") == [2, 2, 40, 40, 40, 40]
    assert sums(revenue_kept(snapshot, months=1), "2024-02") == [1, 1, 5, 5, 5, 5]
    by_cohort = revenue_kept_by_cohort(snapshot, months=1)
    assert by_cohort["group"].tolist() == ["all", "2024-01", "2024-02", "2024-03"]
    assert sums(by_cohort, "all") == [3, 3, 45, 45, 45, 45]
    assert sums(by_cohort, "2024-01") == [2, 2, 40, 40, 40, 40]
    march = by_cohort.iloc[3]
    assert not march["mature"] and march["withheld"] == "the cohort is not 1 month old" and march["customers"] == 1
    assert march[["kept_customers", *MONEY, *PRODUCTS]].isna().all()


def test_before_the_data_begin_nothing_is_known(tmp_path):
    snapshot = open_rows(tmp_path, ROWS, "2024-03", "observed_from = 2024-02-01")
    assert revenue_kept(snapshot, months=2)["withheld"].tolist()[0] == "the first month end is before the data begin"
    assert revenue_kept(snapshot, months=1)["mature"].all()
    by_cohort = revenue_kept_by_cohort(snapshot, months=1).set_index("group")
    assert by_cohort["mature"].to_dict() == {"all": True, "2024-01": False, "2024-02": True, "2024-03": False}
    assert by_cohort.loc["2024-01", "withheld"] == "the cohort began before the data"


def test_nobody_to_begin_with_and_a_wrong_question(tmp_path):
    snapshot = open_rows(tmp_path, ROWS, "2024-03")
    assert revenue_kept(snapshot, months=12)[["group", "customers"]].to_numpy().tolist() == [["all", 0]]
    assert revenue_kept_by_cohort(snapshot, months=12)["withheld"].tolist()[0] == "no cohort is 12 months old"
    with pytest.raises(UsageError, match="months = 0 must be a whole number of 1 or more"):
        revenue_kept(snapshot, months=0)


def test_one_month_is_the_month_of_the_movements(shared_data, tmp_path):
    snapshot = open_snapshot(write_ravenstack(shared_data, tmp_path), month="2024-09")
    month, kept = mrr_movements(snapshot).iloc[-1], revenue_kept(snapshot, months=1).iloc[0]
    assert kept["start_mrr"] == month["opening_mrr"] and kept["customers"] == month["opening_customers"]
    assert kept["customers"] - kept["kept_customers"] == month["churned_customers"] == 1
    assert kept["kept_start_mrr"] - kept["start_mrr"] == month["churn"]
    assert kept["kept_mrr"] - kept["start_mrr"] == month["churn"] + month["contraction"] + month["expansion"]
    assert kept["capped_mrr"] - kept["start_mrr"] == month["churn"] + month["contraction"]


def test_groups_add_up_to_everybody():
    snapshot = open_snapshot(month="2026-09")
    for by in ("cohort_month", "plan", "industry"):
        frame = revenue_kept(snapshot, by=by)
        numbers = frame[[*COUNTS, *MONEY, *PRODUCTS]].astype(float)
        np.testing.assert_allclose(numbers.iloc[1:].sum(), numbers.iloc[0], rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(histories(), st.sampled_from([1, 3]))
def test_any_history_agrees_with_the_definition(tmp_path_factory, history, months):
    snapshot = open_history(tmp_path_factory.mktemp("history"), history, "2023-07")
    first = shift_month("2023-07", -months)
    agrees(revenue_kept(snapshot, months=months).iloc[0], history, dict.fromkeys(balances(history, first), (first, "2023-07")))
    by_cohort = revenue_kept_by_cohort(snapshot, months=months)
    for cohort in by_cohort.loc[by_cohort["mature"] & (by_cohort["group"] != "all"), "group"]:
        members = {who: (cohort, shift_month(cohort, months)) for who, month in cohorts(history).items() if month == cohort}
        agrees(by_cohort[by_cohort["group"] == cohort].iloc[0], history, members)


def agrees(row, history, months_of):
    """Every customer's MRR at its two months, at the snapshot's rates, summed up the plain way."""
    pairs = [[worth(balances(history, month).get(who, {}), "2023-07") for month in months] for who, months in months_of.items()]
    pairs = [pair for pair in pairs if pair[0] > 0]
    truth = kept_of([float(then) for then, _ in pairs], [float(now) for _, now in pairs]).iloc[0]
    assert row["customers"] == truth["customers"] and row["kept_customers"] == truth["kept_customers"]
    for name in (*MONEY, *PRODUCTS):
        assert abs(Fraction(float(row[name])) - Fraction(float(truth[name]))) < Fraction(1, 100), name
    assert pd.notna(row["mature"])
