from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from scipy.stats import binomtest

from lifecycle_utils.estimate import churn_peak_summary, highest_churn_month
from lifecycle_utils.estimate.churn_peak import judge_peaks
from lifecycle_utils.estimate.peak_study import simulate_life_tables, study_peaks
from lifecycle_utils.estimate.peak_tests import above_average_p_values, flat_hazard_p_value, may_be_peak_p_values, pairwise_p_values
from tests.estimate.strategies import quick, tenures_frames


def from_life_table(at_risk, churned, group="all"):
    """Counts that have this life table; what does not leave is censored."""
    rows = [(group, 0, month + 1, True, d) for month, d in enumerate(churned)]
    rest = np.append(at_risk[1:], 0)
    rows += [(group, 0, month + 1, False, n - d - r) for month, (n, d, r) in enumerate(zip(at_risk, churned, rest, strict=True))]
    return pd.DataFrame(rows, columns=["group", "entry", "tenure", "churned", "customers"])


def test_telco_month_to_month_peaks_in_month_1_and_says_why(telco_tenures, truth):
    summary = churn_peak_summary(highest_churn_month(telco_tenures)).set_index("group")
    found = summary.loc["Month-to-month"]
    assert (found["verdict"], found["tenure_month"], found["confidence_set"]) == ("peak", 1, "1")
    assert found["reason"] == ("month 1 lost 380 of 3,875 at risk; every other month with enough customers at risk is lower; "
                               "month 69 is higher, but on only 17 customers at risk")
    known = truth("telco_peak_churn_month.csv").set_index(["group", "definition"])
    for group in ("all", "Month-to-month", "One year", "Two year"):
        by_hazard = known.loc[(group, "max_hazard_n>=10pct_of_month1")]
        by_count = known.loc[(group, "max_churn_count")]
        assert (summary.loc[group, "tenure_month"], summary.loc[group, "churned"]) == (by_hazard["tenure_month"], by_hazard["d"])
        np.testing.assert_allclose(summary.loc[group, "hazard"], by_hazard["value"], atol=1e-12)
        assert (summary.loc[group, "month_by_count"], summary.loc[group, "churned_by_count"]) == (by_count["tenure_month"], by_count["value"])
    # The raw d / n of the truth file does peak in the thin tail.
    assert known.loc[("Month-to-month", "max_hazard_no_min_n"), "tenure_month"] == found["thin_month"] == 69


def test_annual_contracts_are_told_a_window_or_nothing_sharper(telco_tenures):
    summary = churn_peak_summary(highest_churn_month(telco_tenures)).set_index("group")
    assert summary.loc["Two year", "reason"] == "above average in month 70-72, but 51 of 72 months may be the highest"
    assert summary["verdict"].to_dict() == {"all": "peak", "Month-to-month": "peak", "One year": "window", "Two year": "none"}


def test_pairwise_p_values_are_scipys_binomial_tests():
    n, d = np.array([100, 40, 250, 0]), np.array([7, 0, 30, 0])
    ours = pairwise_p_values(n, d)
    for a, b in product(range(4), repeat=2):
        if a == b or n[a] == 0 or n[b] == 0 or d[a] + d[b] == 0:
            assert ours[a, b] == 1
            continue
        np.testing.assert_allclose(ours[a, b], binomtest(d[a], d[a] + d[b], n[a] / (n[a] + n[b]), alternative="greater").pvalue, rtol=1e-9)


def test_the_flat_test_never_exceeds_its_level_over_every_possible_outcome():
    # Exhaustive: 9 leavers over months of 50, 30 and 20 customers, every way they can fall under a flat hazard.
    n = np.array([50, 30, 20])
    ways = np.array([(a, b, 9 - a - b) for a in range(10) for b in range(10 - a)])
    log_factorial = np.concatenate([[0], np.cumsum(np.log(np.arange(1, 10)))])
    chance = np.exp(log_factorial[9] - log_factorial[ways].sum(axis=1) + ways @ np.log(n / 100))
    np.testing.assert_allclose(chance.sum(), 1)
    p = flat_hazard_p_value(np.broadcast_to(n, ways.shape), ways)
    for level in (0.01, 0.05, 0.1, 0.3):
        reached = chance[p <= level].sum()
        assert reached <= level
    # Corrected by what is attainable it is no waste either: at 10 % plain Bonferroni would reach less.
    each = [[binomtest(int(x), 9, q, alternative="greater").pvalue for x, q in zip(way, n / 100, strict=True)] for way in ways]
    bonferroni = np.minimum(3 * np.min(each, axis=1), 1)
    assert chance[p <= 0.1].sum() >= chance[bonferroni <= 0.1].sum()
    assert (p <= bonferroni + 1e-12).all()


def test_the_flat_p_value_is_the_smallest_of_the_months():
    at_risk, churned = simulate_life_tables(np.full(12, 0.03), new_customers=40, companies=20, rng=np.random.default_rng(2))
    np.testing.assert_allclose(flat_hazard_p_value(at_risk, churned), above_average_p_values(at_risk, churned).min(axis=-1))


def test_the_winner_and_the_equally_high_are_in_the_set():
    p = may_be_peak_p_values([500, 500, 500, 500], [50, 50, 3, 2])
    assert (p[:2] == 1).all() and (p[2:] < 1e-6).all()


def test_one_company_or_thousands_get_the_same_answers():
    at_risk, churned = simulate_life_tables(np.r_[0.02, 0.06, np.full(10, 0.02)], new_customers=60, companies=30, rng=np.random.default_rng(5))
    together = judge_peaks(at_risk, churned)
    for company in range(30):
        frame = highest_churn_month(from_life_table(at_risk[company], churned[company]))
        assert frame["at_risk"].tolist() == at_risk[company].tolist()
        assert frame["verdict"].iloc[0] == together["verdict"][company]
        np.testing.assert_array_equal(frame["in_confidence_set"], together["in_confidence_set"][company])
        np.testing.assert_allclose(frame["p_value"], together["p_value"][company])


def test_the_thin_tail_cannot_win_however_high_its_hazard():
    frame = highest_churn_month(from_life_table([1000, 800, 500, 29], [50, 20, 12, 28]))
    tail = frame.iloc[-1]
    assert not tail["eligible"] and not tail["in_confidence_set"] and not tail["is_peak"]
    assert tail["reason"] == "fewer than 100 customers at risk" and np.isnan(tail["p_value"])
    assert frame.loc[frame["is_peak"], "tenure_month"].tolist() == [1]


def test_highest_by_count_and_by_hazard_are_both_told():
    # Month 1: 60 of 2,000; month 2: 50 of 700.
    summary = churn_peak_summary(highest_churn_month(from_life_table([2000, 700], [60, 50]))).iloc[0]
    assert (summary["tenure_month"], summary["month_by_count"]) == (2, 1)
    assert (summary["churned"], summary["churned_by_count"]) == (50, 60)


@pytest.mark.parametrize(("at_risk", "churned", "verdict", "reason"), [
    ([400, 400, 400], [0, 0, 0], "none", "nobody has left in a month with enough customers at risk"),
    ([400, 20], [9, 1], "none", "month 1 lost 9 of 400 at risk; no second month has enough customers at risk to compare with"),
    ([400, 380, 360], [9, 8, 9], "none", "month 3 lost 9 of 360 at risk, no more than chance would make of the same churn in every month (p = 1)"),
])
def test_no_identifiable_peak_is_an_answer(at_risk, churned, verdict, reason):
    summary = churn_peak_summary(highest_churn_month(from_life_table(at_risk, churned))).iloc[0]
    assert (summary["verdict"], summary["reason"]) == (verdict, reason)


def test_one_customer_is_not_customers():
    summary = churn_peak_summary(highest_churn_month(from_life_table([400, 391, 1], [9, 1, 1]))).iloc[0]
    assert summary["reason"].endswith("; month 3 is higher, but on only 1 customer at risk")


def test_a_group_that_nobody_was_observed_in_gives_an_empty_frame():
    frame = highest_churn_month(pd.DataFrame({"group": ["a"], "entry": 0, "tenure": 0, "churned": False, "customers": 5}))
    assert frame.empty and "in_confidence_set" in frame
    assert churn_peak_summary(frame).empty


@quick
@given(tenures_frames())
def test_the_peak_is_eligible_in_the_set_and_the_highest_of_the_eligible(tenures):
    for _, rows in highest_churn_month(tenures).groupby("group"):
        eligible = rows[rows["eligible"]]
        assert not rows.loc[~rows["eligible"], "in_confidence_set"].any()
        if eligible["churned"].sum() == 0:
            assert not rows["is_peak"].any()
            continue
        best = rows[rows["is_peak"]]
        assert len(best) == 1 and best["eligible"].all() and best["in_confidence_set"].all()
        assert best["hazard"].iloc[0] == eligible["hazard"].max()
        assert rows["verdict"].nunique() == 1


@pytest.mark.parametrize("hazard", [0.01, 0.04])
def test_over_2000_companies_with_a_flat_hazard_hardly_any_peak_is_named(hazard):
    study = study_peaks(np.full(24, hazard), new_customers=60, companies=2000, seed=11)
    assert study["raised"] <= 0.06
    assert study["named"] <= 0.02
    assert study["set_holds_peak"] >= 0.95
    assert study["naive_peak"] > 0.3


def test_two_equally_high_months_both_stay_in_the_set():
    hazards = np.full(12, 0.02)
    hazards[[2, 5]] = 0.06
    study = study_peaks(hazards, new_customers=200, companies=1000, seed=3)
    assert study["set_holds_peak"] >= 0.95
    assert study["wrong_peak"] <= 0.06


def test_a_real_peak_is_found():
    hazards = np.full(12, 0.03)
    hazards[2] = 0.09
    study = study_peaks(hazards, new_customers=200, companies=200, seed=4)
    assert study["peak"] >= 0.95 and study["wrong_peak"] == 0
