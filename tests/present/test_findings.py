"""The sentences, word for word, and what they say when there is nothing to say."""

import math

import pandas as pd
import pytest

from lifecycle_utils import present
from tests.present.frames import NAN, hazard_frame, peak_frame, profile_frame, survival_frame, value_frame

REVENUE = pd.DataFrame({"group": ["all", "b"], "customers": [2750, 3], "active_customers": [2013, 1], "mrr": [466712.0, 9.5], "average_mrr": [209.0, 9.5]})


def test_customers_and_mrr():
    customers = present.customers_finding(REVENUE, month="2026-10")
    assert (customers.key, customers.value, customers.n) == ("customers", 2013, 2750)
    assert str(customers) == "2,013 customers were paying at the end of October 2026, of 2,750 who ever paid."
    mrr = present.mrr_finding(REVENUE, month="2026-10", currency="EUR")
    assert (mrr.key, mrr.value, mrr.unit, mrr.n) == ("mrr", 466712, "EUR", 2013)
    assert str(mrr) == "Monthly recurring revenue (MRR) was €466,712 at the end of October 2026, from 2,013 customers."


def test_retention():
    found = present.retention_finding(survival_frame(), tenure_month=12)
    assert (found.key, found.unit, found.n, found.withheld) == ("retention_month_12", "share", 145, None)
    assert (found.value, found.lower, found.upper) == pytest.approx((0.76, 0.73, 0.79))
    assert str(found) == "76% (95% interval 73% to 79%) of customers are still paying after 12 months; 145 have been observed that long."


def test_retention_of_a_group_has_a_key_of_its_own():
    found = present.retention_finding(survival_frame(groups=("all", "_x")), tenure_month=2, group="_x")
    assert found.key == "retention_month_2:_x" and 'of the customers in "_x" are still paying after 2 months' in str(found)


@pytest.mark.parametrize(
    ("at_risk", "months", "why"),
    [
        (29, 12, "only 29 were observed in that month, and at least 30 are needed"),
        (1, 12, "only 1 was observed in that month, and at least 30 are needed"),
        (200, 11, "nobody has been observed in that month, and at least 30 are needed"),
    ],
)
def test_retention_is_withheld_with_its_reason(at_risk, months, why):
    found = present.retention_finding(survival_frame(at_risk=at_risk, decrease=0, months=months))
    assert math.isnan(found.value) and found.withheld == why
    assert str(found) == f"The share of customers still paying after 12 months is withheld: {why}."


def test_a_share_without_an_interval_says_why_there_is_none():
    frame = survival_frame(months=2).assign(survival=1.0, lower=NAN, upper=NAN, withheld="nobody has left yet: no interval")
    found = present.retention_finding(frame, tenure_month=2)
    assert (found.value, found.withheld) == (1.0, "nobody has left yet: no interval")
    assert str(found) == "100% of customers are still paying after 2 months; 195 have been observed that long (nobody has left yet: no interval)."


def quantile(month, lower, upper, withheld=""):
    return pd.DataFrame([{"group": "all", "share_left": 0.5, "tenure_month": month, "lower": lower, "upper": upper, "customers": 900, "withheld": withheld}])


def test_median_lifetime():
    found = present.median_lifetime_finding(quantile(14.0, 12.0, 17.0))
    assert (found.key, found.value, found.lower, found.upper, found.unit, found.n) == ("median_lifetime", 14, 12, 17, "months", 900)
    assert str(found) == "Half of the customers have left by the end of subscription month 14 (95% interval month 12 to 17), of 900 customers."
    open_ended = present.median_lifetime_finding(quantile(46.0, 41.0, NAN, "the upper end lies beyond the last month"))
    assert "(95% interval from month 41 to beyond the last month observed)" in str(open_ended)
    unknown = present.median_lifetime_finding(quantile(NAN, NAN, NAN, "61 % are still there after the last month, 20"))
    assert unknown.withheld and str(unknown) == (
        "The month by which half of the customers have left is not known yet: 61 % are still there after the last month, 20 (of 900 customers)."
    )


def test_the_median_of_a_few_is_withheld():
    found = present.median_lifetime_finding(quantile(1.0, NAN, NAN).assign(customers=1))
    assert math.isnan(found.value) and found.withheld == "fewer than 30 customers"
    assert str(found) == "The month by which half of the customers have left is not known yet: fewer than 30 customers (of 1 customer)."


def test_one_customer_is_a_customer():
    assert str(present.customers_finding(REVENUE, month="2026-10", group="b")).startswith("1 customer was paying at the end of October 2026")


@pytest.mark.parametrize(
    ("p_value", "sentence"),
    [
        (
            0.822,
            (
                "The 48 groups by cohort month do not leave at different speeds, as far as can be told from chance "
                "(log-rank χ² = 38.0 on 47 degrees of freedom, p = 0.822)."
            ),
        ),
        (
            1e-5,
            "The 48 groups by cohort month leave at different speeds, beyond chance (log-rank χ² = 38.0 on 47 degrees of freedom, p < 0.001).",
        ),
    ],
)
def test_groups_differ(p_value, sentence):
    frame = pd.DataFrame([{"groups": 48, "chi_square": 38.0, "degrees_of_freedom": 47, "p_value": p_value}])
    assert str(present.groups_differ_finding(frame, by="cohort_month")) == sentence


def test_a_grouping_keeps_its_name():
    frame = pd.DataFrame([{"groups": 3, "chi_square": 38.0, "degrees_of_freedom": 2, "p_value": 1e-5}])
    assert str(present.groups_differ_finding(frame, by="Contract")).startswith("The 3 groups by Contract leave")


def trend(change, lower, upper, p_value):
    row = {"tenure_month": 12, "cohorts": 36, "customers": 1821, "change_per_year": change, "lower": lower, "upper": upper, "p_value": p_value}
    return pd.DataFrame([row | {"withheld": ""}])


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (
            trend(0.002, -0.022, 0.026, 0.9),
            (
                "Retention after 12 months shows no trend beyond chance from cohort to cohort: +0.2 percentage points a year "
                "(95% interval −2.2 to +2.6, p = 0.900); 36 mature cohorts, 1,821 customers."
            ),
        ),
        (
            trend(-0.05, -0.08, -0.02, 0.001),
            (
                "Retention after 12 months is falling from cohort to cohort: −5.0 percentage points a year "
                "(95% interval −8.0 to −2.0, p = 0.001); 36 mature cohorts, 1,821 customers."
            ),
        ),
    ],
)
def test_retention_trend(frame, sentence):
    assert str(present.retention_trend_finding(frame)) == sentence


def test_the_month_of_highest_churn():
    hazards = hazard_frame()
    found = present.highest_churn_month_finding(peak_frame(hazards, 3, [3]))
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("highest_churn_month", 3, 3, 3, 400, "subscription month")
    assert str(found) == (
        "Customers are most likely to leave in subscription month 3: of 400 who began month 3, 8.0% (95% interval 6.4% to 10.0%) left during it. "
        "Every other month with enough customers is lower, beyond chance."
    )


def test_a_window_of_months_is_not_called_one_month():
    found = present.highest_churn_month_finding(peak_frame(hazard_frame(), 3, [2, 3], verdict="window"), pooled="billing intervals")
    assert (found.lower, found.upper) == (2, 3)
    assert str(found).startswith(
        "All billing intervals together, customers are most likely to leave in one of the subscription months 2 and 3, and the data cannot tell which: of 400"
    )


def test_no_peak_is_an_answer():
    found = present.highest_churn_month_finding(peak_frame(hazard_frame(), 3, [1, 2, 3], verdict="none"))
    assert math.isnan(found.value) and found.withheld == "3 of the 4 months with enough customers may be the highest"
    assert str(found).startswith(
        "Customers have no identifiable month of highest churn: 3 of the 4 months with enough customers may be the highest. The highest seen is no proof"
    )
    nobody = present.highest_churn_month_finding(peak_frame(hazard_frame(), 99, [], verdict="none"))
    assert str(nobody) == "Customers have no month of highest churn yet: nobody has left in a month with enough customers at risk."


def test_every_interval_has_its_own_sentence_but_a_single_one_is_not_repeated():
    both = pd.concat([peak_frame(hazard_frame(group=group), 3, [3]) for group in ("all", "annual", "monthly")])
    found = present.highest_churn_month_findings(both, pooled="billing intervals")
    assert [one.key for one in found] == ["highest_churn_month", "highest_churn_month:annual", "highest_churn_month:monthly"]
    assert str(found[1]).startswith('In the group "annual", customers are most likely')
    (only,) = present.highest_churn_month_findings(both[both["group"] != "annual"], pooled="billing intervals")
    assert str(only).startswith("Customers are most likely")


def test_worth_of_fixing():
    row = {"group": "all", "tenure_month": 3.0, "reduction": 0.25, "measure": "lifetime_value", "gain": 63.2, "lower": 53.1, "upper": 75.3,
           "horizon_months": 36, "customers": 1900, "withheld": ""}
    found = present.worth_of_fixing_finding(pd.DataFrame([row]), currency="USD")
    assert str(found) == (
        "If 25% fewer customers left in subscription month 3, a new customer would bring $63 (95% interval $53 to $75) more in the first 36 months."
    )
    nothing = row | {"gain": NAN, "lower": NAN, "upper": NAN, "tenure_month": NAN, "withheld": "no month to fix"}
    withheld = present.worth_of_fixing_finding(pd.DataFrame([nothing]), currency="USD")
    assert str(withheld) == "What fewer churn in that month would be worth is withheld: no month to fix."


def test_lifetime_value_is_that_of_the_longest_horizon_that_was_seen():
    found = present.lifetime_value_finding(value_frame(), currency="USD")
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("ltv", 3000, 2600, 3400, 400, "USD")
    assert str(found) == (
        "In its first 36 months a customer brings $3,000 (95% interval $2,600 to $3,400) on average, over 400 customers; what comes later is not counted."
    )


def test_a_lifetime_value_without_an_interval_says_why():
    frame = value_frame().assign(lower=NAN, upper=NAN, interval_withheld="fewer than 10 have left")
    found = present.lifetime_value_finding(frame, currency="USD")
    assert (found.value, found.withheld) == (3000, "fewer than 10 have left")
    assert str(found).endswith("what comes later is not counted (no interval: fewer than 10 have left).")
    assert "is $3,000. The formula" in str(present.simple_formula_finding(frame, currency="USD"))


def test_lifetime_value_is_withheld_when_no_horizon_was_seen():
    frame = value_frame()
    found = present.lifetime_value_finding(frame[frame["horizon_months"] == 60], currency="USD")
    assert str(found) == "What a customer is worth is withheld: customers have been seen for 47 months, 59 are needed."


def test_the_simple_formula_is_told_with_its_gap():
    assert str(present.simple_formula_finding(value_frame(), currency="USD")) == (
        "The usual formula, average MRR ÷ churn, prints $5,000; the answer from what was observed is $3,000, outside the interval of that answer. "
        "The formula takes one churn rate for all months, for ever."
    )
    nobody = value_frame().assign(value=NAN, withheld="nobody churned")
    assert str(present.simple_formula_finding(nobody, currency="USD")) == "The usual formula, average MRR ÷ churn, has no answer: nobody churned."


def test_the_ideal_customer():
    found = present.ideal_customer_finding(profile_frame())
    assert (found.key, found.value, found.n) == ("icp_traits", 7.5, 23)
    assert str(found) == (
        "More frequent among the top customers than among all, beyond chance: seats 61+ (30% against 4.0%) (15 top customers of 23, 3 traits tested). "
        "The clearest, seats 61+, is 7.5 times (95% interval 5.3 to 8.9) as frequent among the top customers."
    )


def test_traits_beyond_the_named_ones_are_counted():
    found = present.ideal_customer_finding(profile_frame().assign(significant=True), most=1)
    assert "seats 61+ (30% against 4.0%) and 2 more traits (15 top customers" in str(found)


def test_no_trait_beyond_chance_is_an_answer():
    found = present.ideal_customer_finding(profile_frame().assign(significant=False))
    assert found.withheld == "no trait is beyond chance" and math.isnan(found.value)
    assert str(found) == (
        "No trait sets the top customers apart: none is more frequent among them than chance allows (15 top customers of 23, 3 traits tested)."
    )
