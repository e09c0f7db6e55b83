"""Cohort revenue by hand, blank where it must be, and for any history: it sums to the month's MRR and follows the definition."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from lifecycle_utils.months import month_index, month_range, shift_month
from lifecycle_utils.observe import cohort_revenue, mrr_movements, tenures
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_mrr_playbook, write_ravenstack
from tests.observe.histories import balances, cohorts, histories, open_history, open_rows, worth


def by_calendar_month(frame):
    known = frame.dropna(subset="mrr")
    months = [shift_month(cohort, int(tenure)) for cohort, tenure in zip(known["cohort_month"], known["tenure_month"], strict=True)]
    return known.groupby(months)[["customers", "mrr"]].sum()


def adds_up_to_the_movements(snapshot):
    movements = mrr_movements(snapshot).set_index("month")
    sums = by_calendar_month(cohort_revenue(snapshot)).reindex(movements.index, fill_value=0)
    np.testing.assert_allclose(sums["mrr"].to_numpy(dtype=float), movements["closing_mrr"].to_numpy(dtype=float), rtol=0, atol=0.004)
    assert sums["customers"].tolist() == movements["closing_customers"].tolist()


def test_a_company_counted_by_hand(tmp_path):
    rows = [
        "1,a,2024-01-10,,10,,x", "2,b,2024-01-31,2024-03-01,30,,x", "3,c,2024-01-02,2024-02-29,60,,x",
        "4,a,2024-03-09,,90,,x",  # a pays ten times as much from March
        "5,d,2024-02-01,,5,,x",
    ]  # fmt: skip
    frame = cohort_revenue(open_rows(tmp_path, rows, "2024-03"))
    january = frame[frame["cohort_month"] == "2024-01"]
    assert january["tenure_month"].tolist() == [0, 1, 2]
    assert january["customers"].tolist() == [3, 2, 1]
    assert january["mrr"].tolist() == [100, 40, 100]
    np.testing.assert_allclose(january["customer_retention"], [1, 2 / 3, 1 / 3])
    np.testing.assert_allclose(january["revenue_retention"], [1, 0.4, 1])
    february = frame[frame["cohort_month"] == "2024-02"]
    assert february["mature"].tolist() == [True, True, False]
    blank = february.iloc[2]
    assert pd.isna(blank["customers"]) and np.isnan(blank[["mrr", "customer_retention", "revenue_retention"]].to_numpy(dtype=float)).all()
    assert blank["withheld"] == "this month end is after the snapshot"


def test_a_cohort_is_the_month_of_the_first_paid_day(tmp_path):
    rows = ["1,a,2024-01-05,2024-01-20,10,,x", "2,a,2024-03-01,,10,,x", "3,b,2024-01-08,,10,,x"]
    snapshot = open_rows(tmp_path, rows, "2024-03")
    frame = cohort_revenue(snapshot)
    assert frame["customers"].tolist() == [1, 1, 2]  # a is of January, though no month's end saw it then
    assert set(frame["cohort_month"]) == set(tenures(snapshot)["group"]) - {"all"}


def test_retention_at_constant_rates_knows_no_currency_gain(tmp_path):
    rates = {"EUR": {"2024-01": 1.0, "2024-02": 1.5}}
    frame = cohort_revenue(open_rows(tmp_path, ["1,a,2024-01-05,,10,EUR,x", "2,b,2024-01-05,,10,,x"], "2024-02", rates=rates))
    assert frame["mrr"].tolist() == [20, 25]
    assert frame["revenue_retention"].tolist() == [1, 1.25]
    assert frame["revenue_retention_constant_rates"].tolist() == [1, 1]


def test_cohorts_older_than_the_data_have_revenue_and_no_retention(tmp_path):
    rows = ["1,a,2023-12-01,,10,,x", "2,b,2024-02-03,,20,,x"]
    frame = cohort_revenue(open_rows(tmp_path, rows, "2024-03", "observed_from = 2024-02-01")).set_index(["cohort_month", "tenure_month"])
    assert frame.loc["2023-12", "mrr"].fillna(-1).tolist() == [-1, -1, 10, 10]
    assert frame.loc["2023-12", "customer_retention"].isna().all()
    reasons = ["this month end is before the data begin", "the cohort began before the data: how many it was is not known"]
    assert frame.loc["2023-12", "withheld"].tolist()[1:3] == reasons
    assert frame.loc[("2024-02", 1), ["mrr", "revenue_retention"]].tolist() == [20, 1]


@pytest.mark.parametrize(("write", "month"), [(write_mrr_playbook, "2019-12"), (write_ravenstack, "2024-12")])
def test_real_companies_add_up(shared_data, tmp_path, write, month):
    adds_up_to_the_movements(open_snapshot(write(shared_data, tmp_path), month=month))


def test_the_sample_company_adds_up():
    adds_up_to_the_movements(open_snapshot(month="2026-09"))


@settings(max_examples=40, deadline=None)
@given(histories())
def test_any_history_agrees_with_the_definition(tmp_path_factory, history):
    snapshot = open_history(tmp_path_factory.mktemp("history"), history, "2023-07")
    adds_up_to_the_movements(snapshot)
    frame, firsts = cohort_revenue(snapshot).set_index(["cohort_month", "tenure_month"]), cohorts(history)
    for month in month_range("2023-01", "2023-07"):
        paid = balances(history, month)
        for cohort in {firsts[who] for who in paid}:
            members = [balance for who, balance in paid.items() if firsts[who] == cohort]
            row = frame.loc[(cohort, month_index(month) - month_index(cohort))]
            assert row["customers"] == len(members)
            assert abs(Fraction(row["mrr"]) - sum((worth(balance, month) for balance in members), Fraction(0))) < Fraction(5, 1000)
