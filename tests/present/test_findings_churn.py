"""When customers leave, whom to call, what it is worth, and last month: the sentences, word for word."""

import math

import pandas as pd
import pytest

from lifecycle_utils import present
from tests.present.frames import NAN, hazard_frame, peak_frame

LOST = "8.0% (95% interval 6.4% to 10.0%) of the 400 who began"
PAY = "customers who pay"


def peaks(**verdicts):
    """Hazards of four months, the third the highest, for each group: "peak", "window" of months 2 and 3, or "none"."""
    contenders = {"peak": [3], "window": [2, 3], "none": [1, 2, 3]}
    frames = []
    for number, (group, verdict) in enumerate(verdicts.items()):
        frame = peak_frame(hazard_frame(group=group), 3, contenders[verdict], verdict=verdict)
        frames.append(frame.assign(at_risk=frame["at_risk"] - number))
    return pd.concat(frames)


def test_the_month_of_highest_churn():
    found = present.highest_churn_month_finding(peaks(all="peak"))
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("highest_churn_month", 3, 3, 3, 400, "subscription month")
    assert str(found) == (
        f"Customers leave most in subscription month 3: {LOST} it left during it. Every other month with enough customers is lower, beyond chance."
    )


def test_a_window_of_months_is_not_called_one_month():
    found = present.highest_churn_month_finding(peaks(all="window"))
    assert (found.value, found.lower, found.upper) == (3, 2, 3)
    assert str(found) == f"Customers leave most in one of the subscription months 2 and 3, and the data cannot tell which: {LOST} month 3 left during it."


def test_a_wide_window_is_told_by_its_number_and_its_ends():
    hazards = hazard_frame([0.02] * 20)
    found = present.highest_churn_month_finding(peak_frame(hazards, 9, range(5, 13), verdict="window"))
    assert "leave most in one of 8 subscription months between 5 and 12, and the data cannot tell which" in str(found)


def test_no_peak_is_an_answer():
    found = present.highest_churn_month_finding(peaks(all="none"))
    assert math.isnan(found.value) and found.withheld == "3 of the 4 months with enough customers may be the highest"
    assert str(found) == (
        "No subscription month stands out. 3 of the 4 months with enough customers may be the highest; "
        f"the highest seen is no proof: {LOST} month 3 left during it."
    )
    nobody = present.highest_churn_month_finding(peak_frame(hazard_frame(), 99, [], verdict="none"))
    assert str(nobody) == "Customers have not left in any month with enough customers to say."
    assert nobody.withheld == "nobody has left in a month with enough customers at risk"


def test_with_several_billing_intervals_the_headline_tells_each_and_never_the_pooled_peak():
    pooled = peak_frame(hazard_frame((0.2, 0.01, 0.01, 0.01)), 1, [1])
    found = present.highest_churn_month_findings(pd.concat([pooled, peaks(monthly="peak", quarterly="none", weekly="none")]))
    assert [one.key for one in found] == [
        "highest_churn_month", "highest_churn_month:monthly", "highest_churn_month:quarterly", "highest_churn_month:weekly",
    ]
    assert str(found[0]) == (
        f"Customers who pay monthly leave most in subscription month 3: {LOST} it left during it; "
        "no subscription month stands out for customers who pay quarterly and customers who pay weekly."
    )
    assert (found[0].value, found[0].n) == (3, 400) and 'billing interval with most customers, "monthly"' in found[0].definition
    assert str(found[3]).startswith("No subscription month stands out for customers who pay weekly. 3 of the 4 months")


def test_annual_contracts_leave_at_renewals():
    hazards = hazard_frame([0.001] * 11 + [0.2] + [0.001] * 11 + [0.15], group="annual")
    found = present.highest_churn_month_finding(peak_frame(hazards, 12, [12, 24], verdict="window"), group="annual")
    assert str(found).startswith("Customers who pay annually leave most at their renewals in months 12 and 24: 20% (95% interval")
    assert str(found).endswith("of the 400 who began month 12 left during it.")
    once = present.highest_churn_month_finding(peak_frame(hazards, 12, [12]), group="annual")
    assert "leave most at the renewal in month 12: 20%" in str(once)
    elsewhere = present.highest_churn_month_finding(peak_frame(hazards, 12, [12, 13], verdict="window"), group="annual")
    assert "in one of the subscription months 12 and 13" in str(elsewhere)


def test_one_interval_that_is_everybody_is_not_repeated():
    (only,) = present.highest_churn_month_findings(peaks(**{"all": "peak", "(unknown)": "peak"}))
    assert only.key == "highest_churn_month" and str(only).startswith("Customers leave most")


def test_more_intervals_than_a_sentence_holds_are_counted():
    found = present.highest_churn_month_findings(peaks(monthly="peak", quarterly="peak", annual="peak"), most=1)
    assert str(found[0]).endswith("; 2 more billing intervals are told below.") and len(found) == 4


def test_an_interval_is_named_as_in_the_data():
    (told,) = (one for one in present.highest_churn_month_findings(peaks(monthly="peak", **{"$x_{": "none"})) if one.key.endswith("$x_{"))
    assert str(told).startswith('No subscription month stands out for customers in "$x_{".')


CALLS = pd.DataFrame({"group": ["annual", "monthly", "monthly"], "customer_id": ["a", "b", "c"]})


def test_whom_to_call_says_who_is_not_on_the_list():
    found = present.customers_to_call_finding(CALLS, peaks(monthly="peak", annual="window", weekly="none"), {"annual": [12, 24], "monthly": [3]}, limit=500)
    assert (found.key, found.value, found.unit) == ("customers_to_call", 3, "customers")
    assert str(found) == (
        "3 customers are in a month of highest churn now: 1 of the customers who pay annually (months 12 and 24) and 2 of the customers who pay "
        "monthly (month 3); customers who pay weekly are not on the list, because no month stands out for them. All are on the list, those who pay most first."
    )


def test_a_cut_list_and_an_empty_one():
    one = peaks(**{"all": "peak", "(unknown)": "peak"})
    cut = present.customers_to_call_finding(CALLS, one, {"(unknown)": [3]}, limit=3)
    assert str(cut) == "3 customers are in a month of highest churn now (month 3). The list holds the 3 largest of them, those who pay most first."
    nobody = present.customers_to_call_finding(CALLS.head(0), one, {}, limit=3)
    assert math.isnan(nobody.value) and nobody.withheld.startswith("no subscription month stands out")
    assert str(nobody).startswith("There is nobody to call by this rule: no subscription month stands out")


def worth(group, month, yearly, value, withheld=""):
    rows = [("yearly_revenue", *yearly), ("lifetime_value", *value)]
    return pd.DataFrame(
        [(group, month, 0.25, measure, *numbers, 36, 1900, withheld if math.isnan(numbers[0]) else "") for measure, *numbers in rows],
        columns=["group", "tenure_month", "reduction", "measure", "gain", "lower", "upper", "horizon_months", "customers", "withheld"],
    )


NOTHING = (NAN, NAN, NAN)
MONTHLY = worth("monthly", 3.0, (24417.5, 20461.9, 29137.8), (63.2, 53.1, 75.3))
FLAT = worth("weekly", NAN, NOTHING, NOTHING, "no month to fix")


def total(gain, lower, upper, withheld=""):
    return pd.DataFrame([{"gain": gain, "lower": lower, "upper": upper, "groups": 1, "withheld": withheld}])


def test_worth_of_fixing_is_money_a_year_and_a_customer():
    found = present.worth_of_fixing_finding(MONTHLY, currency="USD", group="monthly", customers_per_year={"monthly": 611})
    assert (found.key, found.value, found.unit, found.n) == ("worth_of_fixing:monthly", 24417.5, "USD", 1900)
    assert str(found) == (
        "If 25% fewer customers who pay monthly left in subscription month 3, revenue would be about $24,400 (95% interval $20,500 to $29,100) a year higher "
        "(611 customers began that month in the last twelve months). Seen from its start, a new customer would bring $63 (95% interval $53 to $75) more "
        "in its first 36 months, after margin and discount."
    )


def test_where_a_year_is_not_known_a_customer_is():
    frame = worth("monthly", 3.0, NOTHING, (63.2, 53.1, 75.3), "survival is not known up to month 15")
    found = present.worth_of_fixing_finding(frame, currency="USD", group="monthly")
    assert (found.value, found.lower, found.upper) == (63.2, 53.1, 75.3)
    assert str(found) == (
        "If 25% fewer customers who pay monthly left in subscription month 3, "
        "a new customer would bring $63 (95% interval $53 to $75) more in its first 36 months."
    )
    neither = worth("monthly", 3.0, NOTHING, NOTHING, "nobody left in that month")
    told = str(present.worth_of_fixing_finding(neither, currency="USD", group="monthly"))
    assert told.endswith("in subscription month 3 is withheld: nobody left in that month.")


def test_several_intervals_are_added_up_and_a_flat_one_is_told():
    found = present.worth_of_fixing_findings(pd.concat([MONTHLY, FLAT]), total(24417.5, 20461.9, 29137.8), currency="USD")
    assert [one.key for one in found] == ["worth_of_fixing", "worth_of_fixing:monthly", "worth_of_fixing:weekly"]
    assert str(found[0]) == (
        "If 25% fewer customers left in their worst month (month 3 for customers who pay monthly), "
        "revenue would be about $24,400 (95% interval $20,500 to $29,100) a year higher."
    )
    assert str(found[2]) == "What it would be worth if fewer customers who pay weekly left is withheld: no month of highest churn stands out."


def test_one_interval_is_everybody_and_without_a_month_there_is_one_sentence():
    (only,) = present.worth_of_fixing_findings(MONTHLY, total(1.0, 1.0, 1.0), currency="USD", customers_per_year={"monthly": 611})
    assert only.key == "worth_of_fixing" and "If 25% fewer customers left in subscription month 3, revenue" in str(only) and "(611 customers" in str(only)
    (nothing,) = present.worth_of_fixing_findings(pd.concat([FLAT, FLAT.assign(group="daily")]), total(NAN, NAN, NAN, "none"), currency="USD")
    assert str(nothing) == "What it would be worth a year if fewer customers left in their worst month is withheld: no month of highest churn stands out."


def rates(verdict, change=0.0012, withheld=""):
    rows = [("2026-09", 1990, 36, 0.0181, 0.013, 0.025, NAN, "noise", ""), ("2026-10", 2057, 44, 0.0214, 0.016, 0.0286, change, verdict, withheld)]
    columns = ["month", "opening_customers", "churned_customers", "rate", "lower", "upper", "change", "verdict", "withheld"]
    return pd.DataFrame(rows, columns=columns).assign(rate_before=[NAN, 0.0181])


@pytest.mark.parametrize(
    ("frame", "end"),
    [
        (rates("noise", 0.0033), "That is 0.3 points more than in September (1.8%), no more than chance."),
        (rates("news", -0.0121), "That is 1.2 points less than in September (1.8%), beyond chance."),
        (rates("noise", -0.0001), "That is the same share as in September."),
        (rates(""), "44 of 2,057 customers left."),
    ],
)
def test_last_months_churn_is_news_or_noise(frame, end):
    found = present.churn_rate_finding(frame)
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("churn_rate_monthly", 0.0214, 0.016, 0.0286, 2057, "share")
    assert str(found).startswith("Churn was 2.1% (95% interval 1.6% to 2.9%) in October 2026: 44 of 2,057 customers left.") and str(found).endswith(end)


def test_churn_of_a_few_or_of_nobody():
    few = rates("", withheld="fewer than 30 customers at the month's beginning").assign(lower=NAN, upper=NAN)
    assert str(present.churn_rate_finding(few)).endswith("44 of 2,057 customers left (no interval: fewer than 30 customers at the month's beginning).")
    assert str(present.churn_rate_finding(rates("").head(0))) == "Last month's churn is withheld: nobody has paid at a month's end."
