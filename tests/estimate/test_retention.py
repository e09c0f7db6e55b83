import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from lifecycle_utils.errors import UsageError
from lifecycle_utils.estimate import retention_trend, retention_trend_test
from lifecycle_utils.estimate.retention import is_mature
from lifecycle_utils.months import add_months, month_end, shift_month
from tests.estimate.strategies import quick

COHORTS = pd.DataFrame(
    [("2025-01", 0, 1, True, 10), ("2025-01", 0, 5, True, 30), ("2025-01", 0, 14, False, 60),
     ("2025-12", 0, 2, True, 5), ("2025-12", 0, 3, False, 45), ("2026-02", 0, 1, True, 1), ("2026-02", 0, 1, False, 9)],
    columns=["group", "entry", "tenure", "churned", "customers"])


def test_hand_count():
    trend = retention_trend(COHORTS, month="2026-03").set_index(["cohort_month", "tenure_month"])
    assert trend["customers"].to_dict() == {("all", 2): 150, ("2025-01", 2): 100, ("2025-12", 2): 50, ("2026-02", 2): 10,
                                            ("all", 12): 100, ("2025-01", 12): 100, ("2025-12", 12): 50, ("2026-02", 12): 10}
    np.testing.assert_allclose(trend["retention"], [135 / 150, 0.9, 0.9, np.nan, 0.6, 0.6, np.nan, np.nan])
    assert trend["mature"].tolist() == [True, True, True, False, True, True, False, False]
    blank = trend[~trend["mature"]]
    assert blank[["retention", "lower", "upper"]].isna().all(axis=None) and (blank["withheld"] != "").all()


@given(st.dates(dt.date(2020, 1, 1), dt.date(2024, 12, 31)), st.integers(0, 24), st.integers(0, 30))
def test_mature_means_that_everybody_in_the_cohort_could_have_reached_it(day, tenure_month, later):
    cohort, month = day.strftime("%Y-%m"), shift_month(day.strftime("%Y-%m"), later)
    reached = all(add_months(dt.date(day.year, day.month, start), tenure_month) <= month_end(month)
                  for start in range(1, (month_end(cohort) - dt.timedelta(days=1)).day + 1))
    assert is_mature(cohort, tenure_month, month) == reached


def test_blank_is_neither_zero_nor_all():
    newest = pd.DataFrame({"group": ["2026-03"], "entry": 0, "tenure": 0, "churned": False, "customers": 40})
    trend = retention_trend(newest, month="2026-03", tenure_months=[2])
    assert trend["retention"].isna().all() and not trend["mature"].any()
    assert trend["withheld"].tolist() == ["no cohort is old enough", "the youngest customers cannot have reached this month yet"]


@quick
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.integers(1, 40)), min_size=1, max_size=6), st.sampled_from(["2026-01", "2026-02", "2026-03"]))
def test_young_cohorts_change_no_mature_number(rows, cohort):
    young = pd.DataFrame([(cohort, 0, tenure, churned, n) for tenure, churned, n in rows], columns=COHORTS.columns)
    before = retention_trend(COHORTS[COHORTS["group"] < "2026"], month="2026-03", tenure_months=[3, 12])
    after = retention_trend(pd.concat([COHORTS[COHORTS["group"] < "2026"], young]), month="2026-03", tenure_months=[3, 12])
    pd.testing.assert_frame_equal(before, after[after["cohort_month"] != cohort].reset_index(drop=True))
    pd.testing.assert_frame_equal(retention_trend_test(before), retention_trend_test(after))


def test_a_cohort_with_late_entrants_takes_kaplan_meier_and_stays_out_of_pool_and_trend():
    late = pd.DataFrame([("2025-02", 0, 1, True, 10), ("2025-02", 0, 13, False, 30), ("2025-02", 1, 13, False, 40)], columns=COHORTS.columns)
    trend = retention_trend(pd.concat([COHORTS, late]), month="2026-03", tenure_months=[12]).set_index("cohort_month")
    assert trend.loc["2025-02", "late_entrants"] == 40
    np.testing.assert_allclose(trend.loc["2025-02", "retention"], 0.75)  # 30 of the 40 seen in month 1, nobody of 70 later
    assert trend.loc["all", "customers"] == 100
    unseen = retention_trend(late.assign(entry=2, tenure=13, churned=False), month="2026-03", tenure_months=[12]).set_index("cohort_month")
    assert np.isnan(unseen.loc["2025-02", "retention"]) and unseen.loc["2025-02", "withheld"] == "nobody was observed in month 1"


def test_small_cohorts_get_no_interval():
    small = COHORTS[COHORTS["group"] == "2026-02"].assign(tenure=[1, 3])
    trend = retention_trend(small, month="2026-04", tenure_months=[2]).set_index("cohort_month")
    assert trend.loc["2026-02", "retention"] == 0.9
    assert np.isnan(trend.loc["2026-02", "lower"]) and trend.loc["2026-02", "withheld"] == "fewer than 30 customers"


def test_groups_must_be_months():
    with pytest.raises(UsageError, match="'Gold' is not a calendar month"):
        retention_trend(COHORTS.replace({"group": {"2025-01": "Gold"}}), month="2026-03")


def trend_of(retention, customers=100, start="2025-01"):
    months = [shift_month(start, number) for number in range(len(retention))]
    return pd.DataFrame({"cohort_month": months, "tenure_month": 2, "customers": customers, "retention": retention, "mature": True, "late_entrants": 0})


def test_trend_against_r_prop_trend_test():
    # R 4.2.2: smokers <- c(83, 90, 129, 70); patients <- c(86, 93, 136, 82); prop.trend.test(smokers, patients) (the example of its help page)
    smokers, patients = np.array([83, 90, 129, 70]), np.array([86, 93, 136, 82])
    test = retention_trend_test(trend_of(smokers / patients, patients)).iloc[0]
    np.testing.assert_allclose([test["z"] ** 2, test["p_value"]], [8.2249, 0.004132], rtol=2e-4)
    # prop.test(smokers, patients): X-squared = 12.6 on 3; what the line leaves is the difference, on 2.
    np.testing.assert_allclose(test["p_scatter"], 0.1120, atol=2e-3)


def test_the_change_is_the_slope_per_year():
    test = retention_trend_test(trend_of([0.90, 0.89, 0.88, 0.87])).iloc[0]
    np.testing.assert_allclose(test["change_per_year"], -0.12)
    assert test["lower"] < -0.12 < test["upper"] and test["p_scatter"] > 0.99


def test_gaps_between_cohorts_count_as_time():
    trend = trend_of([0.90, 0.88, 0.84]).assign(cohort_month=["2025-01", "2025-02", "2025-04"])
    np.testing.assert_allclose(retention_trend_test(trend)["change_per_year"], -0.24)


@pytest.mark.parametrize(("retention", "reason"), [([0.9, 0.8], "fewer than three mature cohorts"), ([1.0, 1.0, 1.0], "all or none of the customers left")])
def test_no_trend_is_tested_where_there_is_none_to_test(retention, reason):
    test = retention_trend_test(trend_of(retention)).iloc[0]
    assert np.isnan(test["p_value"]) and test["withheld"] == reason


def test_without_a_trend_one_test_in_twenty_says_so_and_the_interval_covers():
    rng = np.random.default_rng(5)
    kept = rng.binomial(60, 0.85, size=(1500, 12))
    tests = pd.concat([retention_trend_test(trend_of(row / 60, 60)) for row in kept])
    slack = norm.isf(0.001) * np.sqrt(0.05 * 0.95 / 1500)
    assert abs((tests["p_value"] < 0.05).mean() - 0.05) < slack
    assert abs(((tests["lower"] <= 0) & (tests["upper"] >= 0)).mean() - 0.95) < slack
