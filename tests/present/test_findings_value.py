"""What a customer is worth, costs and still brings: the sentences, word for word."""

import math

import pandas as pd
import pytest

from lifecycle_utils import present
from tests.present.frames import NAN, economics_frame, gap_frame, value_frame

SETTINGS = {"gross_margin": 0.8, "discount_rate_annual": 0.1}


def test_lifetime_value_is_that_of_the_longest_horizon_that_was_seen_and_says_after_what():
    found = present.lifetime_value_finding(value_frame(), currency="USD", **SETTINGS)
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("ltv", 3000, 2600, 3400, 400, "USD")
    assert str(found) == (
        "A customer brings $3,000 (95% interval $2,600 to $3,400) of gross profit in its first 36 months, at 80% gross margin, discounted at 10% a year: "
        "the average over 400 customers. What comes later is not counted."
    )


def test_without_a_margin_it_is_revenue():
    told = str(present.lifetime_value_finding(value_frame(), currency="USD"))
    assert "of revenue in its first 36 months, before the cost of serving, not discounted: the average" in told


def test_a_lifetime_value_without_an_interval_says_why():
    frame = value_frame().assign(lower=NAN, upper=NAN, interval_withheld="fewer than 10 customers left: too few for an interval")
    found = present.lifetime_value_finding(frame, currency="USD")
    assert (found.value, found.withheld) == (3000, "fewer than 10 customers left")
    assert "in its first 36 months (no interval: fewer than 10 customers left), before" in str(found)


def test_lifetime_value_is_withheld_when_no_horizon_was_seen():
    frame = value_frame()
    found = present.lifetime_value_finding(frame[frame["horizon_months"] == 60], currency="USD")
    assert str(found) == "What a customer is worth is withheld: customers have been seen for 47 months, 59 are needed."


def test_every_interval_has_its_own_value_but_a_single_one_is_not_repeated():
    frame = pd.concat([value_frame(), value_frame().assign(group="annual"), value_frame().assign(group="monthly", value=NAN)])
    annual, monthly = present.lifetime_value_findings(frame, currency="USD", **SETTINGS)
    assert (annual.key, monthly.key) == ("ltv:annual", "ltv:monthly")
    assert str(annual) == (
        "Customers who pay annually bring $3,000 (95% interval $2,600 to $3,400) of gross profit each in their first 36 months: the average over 400 customers."
    )
    assert str(monthly).startswith("What one of the customers who pay monthly is worth is withheld")
    assert present.lifetime_value_findings(frame[frame["group"] != "monthly"], currency="USD") == []


def test_the_simple_formula_is_told_with_every_step_of_its_gap():
    found = present.simple_formula_finding(value_frame(), gap_frame(), currency="USD", horizon_months=36, gross_margin=0.8)
    assert (found.key, found.value) == ("ltv_simple_formula", 5000)
    assert str(found) == (
        "The usual formula, average MRR × gross margin ÷ monthly churn, prints $5,000, $2,000 more than the $3,000 that survival supports. From the one to "
        "the other: −$2,100 for what it counts after month 36, +$200 because churn is not the same in every month of tenure and −$100 for discounting."
    )


def test_a_formula_below_survival_and_without_discount():
    gap = gap_frame((5000, -500, 1500, 0, 6000))
    told = str(present.simple_formula_finding(value_frame(), gap, currency="USD", horizon_months=36))
    assert told.startswith("The usual formula, average MRR ÷ monthly churn, prints $5,000, $1,000 less than the $6,000")
    assert told.endswith("+$1,500 because churn is not the same in every month of tenure.")


def test_a_formula_that_cannot_be_computed_or_compared():
    nobody = value_frame().assign(value=NAN, withheld="nobody churned")
    assert str(present.simple_formula_finding(nobody, gap_frame(), currency="USD", horizon_months=36)) == (
        "The usual formula, average MRR ÷ monthly churn, has no answer: nobody churned."
    )
    unseen = gap_frame((NAN,) * 5, withheld="seen for 5 months")
    assert str(present.simple_formula_finding(value_frame(), unseen, currency="USD", horizon_months=36)).endswith(
        "prints $5,000; it cannot be compared with what was seen: seen for 5 months."
    )


def weighted(value, lower, upper, why=""):
    row = {"group": "all", "method": "revenue_weighted_mean", "value": value, "lower": lower, "upper": upper, "horizon_months": 36, "withheld": "",
           "customers": 400, "interval_withheld": why}
    return pd.concat([value_frame(), pd.DataFrame([row])]).fillna({"interval_withheld": ""})


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (3100, (
            "Weighting every customer by what it pays gives $3,100 (95% interval $2,800 to $3,400). The plain $3,000 lies within that interval, so large "
            "customers cannot be said to stay longer, or shorter, than small ones."
        )),
        (3600, (
            "Large customers stay longer than small ones: weighted by what each customer pays, a customer is worth $3,600 (95% interval $3,300 to $3,900), "
            "and the plain average of $3,000 is less than that, beyond chance. Plan with the weighted number."
        )),
        (2400, (
            "Large customers stay shorter than small ones: weighted by what each customer pays, a customer is worth $2,400 (95% interval $2,100 to $2,700), "
            "and the plain average of $3,000 is more than that, beyond chance. Plan with the weighted number."
        )),
    ],
)
def test_whether_large_customers_stay_longer(value, sentence):
    found = present.revenue_weighted_finding(weighted(value, value - 300, value + 300), currency="USD")
    assert (found.key, found.value, str(found)) == ("ltv_revenue_weighted", value, sentence)


def test_without_an_interval_nobody_says_who_stays_longer():
    found = present.revenue_weighted_finding(weighted(3600, NAN, NAN, "fewer than 10 customers left: too few for an interval"), currency="USD")
    assert str(found) == "Whether large customers stay longer is withheld: fewer than 10 customers left."


def test_the_fitted_model_carries_its_warning():
    values = value_frame().assign(interval_withheld="", note="")
    told = str(present.fitted_model_finding(values, currency="USD"))
    assert told == "The fitted model expects $3,100 (95% interval $2,700 to $3,600) in the first 36 months."
    warned = present.fitted_model_finding(values.assign(note="the model misses"), currency="USD")
    assert str(warned).endswith("in the first 36 months. It comes with a warning: the model misses.")
    few = values.assign(lower=NAN, upper=NAN, interval_withheld="fewer than 10 customers left: too few for an interval")
    assert str(present.fitted_model_finding(few, currency="USD")) == (
        "The fitted model expects $3,100 in the first 36 months (no interval: fewer than 10 customers left)."
    )


def test_what_customers_cost_and_bring_back():
    found = present.unit_economics_finding(economics_frame(), currency="USD", last_months=12)
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("ltv_to_cac", 5.54, 5.34, 5.75, 929, "ratio")
    assert str(found) == (
        "In 36 months a customer brings back 5.54 times (95% interval 5.34 to 5.75) what it cost to win ($707 over the last 12 months), and has paid it "
        "back after 5 monthly payments. Below the line of 3 times: events (1.9 times, not paid back). Too near the line of 3 times to tell: $x_{ (3.1 times, "
        "paid back after 1 monthly payment)."
    )


def test_channels_that_are_all_above_the_line_and_a_ratio_that_is_not_known():
    above = economics_frame().iloc[[0, 1]]
    assert str(present.unit_economics_finding(above, currency="USD", last_months=12)).endswith("Every channel is above the line of 3 times.")
    unknown = economics_frame().assign(ltv_to_cac=NAN, withheld="no spend is recorded")
    found = present.unit_economics_finding(unknown, currency="USD", last_months=12)
    assert math.isnan(found.value) and str(found).endswith("what they cost to win is withheld: no spend is recorded.")


RESIDUAL = {"group": "all", "customers": 1968, "mrr": 466711.8, "horizon_months": 36, "value": 9456454.9, "lower": 9214100.8, "upper": 9651951.9,
            "withheld": "", "note": ""}


def test_what_todays_customers_still_bring():
    found = present.residual_value_finding(pd.DataFrame([RESIDUAL]), currency="USD", **SETTINGS)
    assert (found.key, found.value, found.n) == ("residual_value", 9456454.9, 1968)
    assert str(found) == (
        "The customers behind today's MRR of $466,712 are expected to bring $9,460,000 (95% interval $9,210,000 to $9,650,000) of gross profit in the next "
        "36 months, at 80% gross margin, discounted at 10% a year, if they go on as customers of their age did."
    )
    warned = present.residual_value_finding(pd.DataFrame([RESIDUAL | {"note": "the model misses"}]), currency="USD")
    assert str(warned).endswith("did. It comes with a warning: the model misses.")


def test_a_residual_value_that_is_not_known_or_has_no_interval():
    nobody = RESIDUAL | {"value": NAN, "lower": NAN, "upper": NAN, "withheld": "no customer of this group is still there"}
    assert str(present.residual_value_finding(pd.DataFrame([nobody]), currency="USD")) == (
        "What today's customers will still bring is withheld: no customer of this group is still there."
    )
    few = present.residual_value_finding(pd.DataFrame([RESIDUAL | {"lower": NAN, "upper": NAN}]), currency="USD")
    assert few.withheld and str(few).endswith("did (no interval: too few have left for an interval).")
