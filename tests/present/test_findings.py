"""The sentences, word for word, and what they say when there is nothing to say."""

import math

import pandas as pd
import pytest

from lifecycle_utils import present
from tests.present.frames import NAN, profile_frame, survival_frame

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


def test_a_trend_that_hangs_on_a_few_customers_is_withheld():
    found = present.retention_trend_finding(trend(0.3, 0.02, 0.6, 0.2).assign(customers=15))
    assert math.isnan(found.value) and found.withheld == "the mature cohorts have only 15 customers"
    assert str(found) == "Whether retention after 12 months is changing from cohort to cohort is withheld: the mature cohorts have only 15 customers."


def pairs(*p_holm):
    rows = [(f"g{number}", "_x", p) for number, p in enumerate(p_holm)]
    return pd.DataFrame(rows, columns=["group_a", "group_b", "p_holm"])


def test_pairs_of_groups_are_named_the_clearest_first():
    found = present.pairs_differ_finding(pairs(0.04, 0.2, 1e-9), by="acquisition_channel")
    assert (found.key, found.value, found.n) == ("pairs_differ", 2, 3)
    assert str(found) == (
        "Different speeds, beyond chance: g2 and _x (p < 0.001) and g0 and _x (p = 0.040) "
        "(3 pairs of groups by acquisition channel tested, corrected for that by Holm)."
    )
    assert "g0 and _x (p = 0.001) and 1 more pair (2 pairs" in str(present.pairs_differ_finding(pairs(0.001, 0.002), by="plan", most=1))
    assert str(present.pairs_differ_finding(pairs(0.9, NAN), by="plan")).startswith("No two groups leave at different speeds beyond chance (1 pair of")


def test_the_ideal_customer():
    found = present.ideal_customer_finding(profile_frame())
    assert (found.key, found.value, found.n) == ("icp_traits", 7.5, 23)
    assert str(found) == (
        "The best 15 of 23 customers (those who have paid most so far) differ from all beyond chance in seats 61+ (30% of them, 4.0% of all); "
        "3 traits were tested. The clearest, seats 61+, is 7.5 times (95% interval 5.3 to 8.9) as frequent among them."
    )


def test_traits_beyond_the_named_ones_are_counted():
    found = present.ideal_customer_finding(profile_frame().assign(significant=True), value="ltv", most=1)
    assert "seats 61+ (30% of them, 4.0% of all) and 2 more traits; 3 traits were tested." in str(found)
    assert "(those with the highest lifetime value, paid so far and still expected)" in str(found)


def test_no_trait_beyond_chance_is_an_answer():
    found = present.ideal_customer_finding(profile_frame().assign(significant=False))
    assert found.withheld == "no trait is beyond chance" and math.isnan(found.value)
    assert str(found) == (
        "Nothing that is known of them distinguishes the best 15 of 23 customers (those who have paid most so far): none of 3 traits is more frequent "
        "among them than chance allows. An average trait is no profile."
    )


def test_a_number_whose_tables_are_missing_says_which():
    found = present.withheld_finding("k", "The number", missing=["usage"], unit="ratio")
    assert (found.key, found.withheld, found.n) == ("k", "the table usage is missing", None) and math.isnan(found.value)
    assert str(found) == "The number is withheld: the table usage is missing. Its columns are in data/README.md."
