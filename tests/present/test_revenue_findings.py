"""The sentences on revenue, word for word, and what they say when there is nothing to say."""

import math

import pandas as pd
import pytest

from lifecycle_utils import present
from tests.present.frames import NAN
from tests.present.test_revenue_charts import MOVEMENTS


def test_the_month_in_one_sentence():
    found = present.mrr_change_finding(MOVEMENTS, currency="USD")
    assert (found.key, found.value, found.unit, found.n, found.withheld) == ("mrr_change", -10.0, "USD", 7, None)
    assert str(found) == "MRR fell by $10.00 to $120 in October 2026: +$10.00 new customers, +$20.00 expansion, −$30.00 churn, −$10.00 contraction."
    none = present.mrr_change_finding(MOVEMENTS.head(0), currency="USD")
    assert math.isnan(none.value) and str(none) == "How MRR changed is withheld: there is no month to compare."


def kept(net=(0.928, 0.897, 0.960), withheld=""):
    shares = {"customer_retention": (0.842, 0.822, 0.860), "gross_revenue_retention": (0.845, 0.820, 0.868), "net_revenue_retention": net}
    rows = [("all", name, *values, 1413, withheld) for name, values in shares.items()]
    return pd.DataFrame(rows, columns=["group", "measure", "value", "lower", "upper", "customers", "withheld"])


def test_net_revenue_retention():
    found = present.net_revenue_retention_finding(kept())
    assert (found.key, found.value, found.lower, found.upper, found.n, found.unit) == ("net_revenue_retention", 0.928, 0.897, 0.960, 1413, "share")
    assert str(found) == (
        "Customers of 12 months ago pay 93% (95% interval 90% to 96%) of what they paid then (net revenue retention); without expansion it would be "
        "84% (95% interval 82% to 87%). 84% (95% interval 82% to 86%) of the 1,413 customers are still there."
    )
    blank = present.net_revenue_retention_finding(kept((NAN, NAN, NAN), "nobody was a customer at the first month end"), months=1)
    assert str(blank) == "Net revenue retention over 1 month is withheld: nobody was a customer at the first month end."


def verdict(name="strong_stay", because="larger", withheld="", value=0.928):
    return pd.DataFrame([{
        "group": "all", "verdict": name, "because": because, "certainty": 0.97, "leaning": name or "strong_stay", "customer_retention": 0.842,
        "customer_retention_lower": 0.822, "customer_retention_upper": 0.860, "net_revenue_retention": value, "net_revenue_retention_lower": 0.897,
        "net_revenue_retention_upper": 0.960, "customers": 1413, "holds_at": 0.9, "withheld": withheld,
    }])  # fmt: skip


@pytest.mark.parametrize(("name", "because", "said"), [
    ("strong_stay", "larger", "Customers leave but revenue holds: the strong ones stay."),
    ("strong_stay", "grown", "Customers leave but revenue holds: those who stay pay more."),
    ("strong_leave", "smaller", "Customers stay but revenue leaves: the strong ones leave."),
    ("strong_leave", "", "Customers stay but revenue leaves: it is the larger payments that are lost."),
    ("both_hold", "", "Customers stay and revenue holds."),
    ("both_leave", "larger", "Customers leave and revenue leaves with them, though the larger ones stay more often."),
])  # fmt: skip
def test_the_four_verdicts(name, because, said):
    found = present.revenue_verdict_finding(verdict(name, because))
    assert str(found).startswith(f"{said} Of the customers of 12 months ago 84% (95% interval 82% to 86%) are kept, of their revenue 93%")
    assert str(found).endswith("; holding means at least 90%, and each stands on its side of that with a certainty of 97% or more.")
    assert found.n == 1413 and found.withheld is None


def test_a_verdict_that_chance_could_turn_is_told_as_such():
    near = "net revenue retention is too near 90% to say on which side it lies"
    found = present.revenue_verdict_finding(verdict("", "", near), whose="Of all customers, in their first {},", key="first_year")
    assert str(found) == (
        f"Whether revenue leaves with the customers cannot be told from chance: {near}. Of all customers, in their first 12 months, "
        "84% (95% interval 82% to 86%) are kept, of their revenue 93% (95% interval 90% to 96%). It leans to: customers leave, revenue holds."
    )
    assert found.withheld == near and found.key == "first_year"
    blank = present.revenue_verdict_finding(verdict("", "", "no cohort is 12 months old", NAN))
    assert str(blank) == "Whether revenue leaves with the customers is withheld: no cohort is 12 months old."


def test_revenue_of_earlier_customers():
    shares = pd.DataFrame({"month": "2026-10", "period": ["month", "quarter", "year"], "share": [0.97, 0.96, 0.68], "change": [NAN, NAN, 0.08]})
    found = present.earlier_customers_finding(shares.assign(share_year_before=0.6))
    assert str(found) == (
        "68% of the MRR of October 2026 comes from customers won before this year (a year ago 60%), 96% before this quarter and 97% before this month."
    )
    assert "a year ago" not in str(present.earlier_customers_finding(shares.assign(change=NAN)))
    assert present.earlier_customers_finding(shares.head(0)).withheld == present.earlier_customers_finding(shares.assign(share=NAN)).withheld


EXPECTED = {
    "quarter_begins": "2026-10", "quarter_ends": "2026-12", "months_known": 1, "share": 0.9276, "lower": 0.919, "upper": 0.936, "change": 0.011,
    "change_lower": 0.002, "change_upper": 0.019, "history_months": 12, "withheld": "",
}  # fmt: skip


@pytest.mark.parametrize(("changes", "end"), [
    ({}, "won before it, 1 of its 3 months known: +1.1 points on the year before (95% interval +0.2 to +1.9)."),
    ({"months_known": 0, "change_lower": -0.002}, "won before it: +1.1 points on the year before (95% interval −0.2 to +1.9, which chance could make)."),
    ({"change": NAN}, "1 of its 3 months known; there is no such quarter a year earlier."),
    ({"share": NAN, "withheld": "fewer than 6 months to judge by"},
     "The share of revenue expected from existing customers in October to December 2026 is withheld: fewer than 6 months to judge by."),
])  # fmt: skip
def test_the_share_expected_this_quarter(changes, end):
    assert str(present.expected_share_finding(pd.DataFrame([EXPECTED | changes]))).endswith(end)


def test_the_quick_ratio_says_which_one_it_is():
    rates = pd.DataFrame([{"month": "2026-10", "months": 12, "quick_ratio": 2.816, "quick_ratio_with_reactivation": 2.9, "opening_customers": 20000}])
    found = present.quick_ratio_finding(rates)
    assert str(found) == (
        "Over 12 months, 2.82 of MRR was gained for each 1 lost: the quick ratio, (new + expansion) / (contraction + churn), without returning customers "
        "(with them 2.90)."
    )
    assert "(new + expansion + reactivation)" in str(present.quick_ratio_finding(rates, with_reactivation=True))
    assert present.quick_ratio_finding(rates.assign(quick_ratio=NAN)).withheld == "nothing was lost to divide by"
    assert present.quick_ratio_finding(rates.head(0)).withheld == "there is no month to compare"


def test_concentration():
    shares = pd.DataFrame({"top": [1, 10, 2017], "share": [0.005, 0.041, 1.0], "even_share": [0.0005, 0.005, 1.0], "customers": 2017})
    shares = shares.assign(effective_customers=1098.5)
    found = present.concentration_finding(shares)
    assert str(found) == "The largest 10 customers pay 4.1% of the MRR (0.5% if all 2,017 paid alike); it is as concentrated as with 1,098 equal customers."
    assert "The largest 1 customer pays 0.5%" in str(present.concentration_finding(shares, top=1))
    assert present.concentration_finding(shares.head(0)).withheld == "nobody pays at the month's end"


def test_mix_and_behaviour():
    row = {"group": "all", "churn_before": 0.173, "churn_now": 0.158, "change": -0.015, "mix": 0.001, "behaviour": -0.016, "behaviour_lower": -0.048,
           "behaviour_upper": 0.016, "customers_now": 1413, "withheld": ""}  # fmt: skip
    start = (
        "Customer churn went from 17.3% in the year before to 15.8% in this one, −1.5 points: +0.1 by another mix of billing interval, "
        "−1.6 by other behaviour within the groups"
    )
    found = present.churn_mix_finding(pd.DataFrame([row]), by="billing_interval")
    assert str(found) == f"{start} (95% interval −4.8 to +1.6, no more than chance)."
    assert str(present.churn_mix_finding(pd.DataFrame([row | {"behaviour_upper": -0.001}]), by="plan")).endswith("(95% interval −4.8 to −0.1).")
    few = row | {"behaviour_lower": NAN, "behaviour_upper": NAN, "withheld": "few"}
    assert str(present.churn_mix_finding(pd.DataFrame([few]), by="billing_interval")) == f"{start} (no interval: few)."
    assert str(present.churn_mix_finding(pd.DataFrame([few | {"change": NAN}]), by="plan")) == "What changed the churn rate is withheld: few."


def test_definitions_side_by_side():
    rows = [("this kit", 38, 1978, 0.0192, 0.014, 0.0263), ("ChartMogul", 38, 1978, 0.0192, 0.014, 0.0263), ("Stripe", 35, 2047, 0.0171, 0.012, 0.024)]
    table = pd.DataFrame(rows, columns=["definition", "churned", "customers", "churn_rate", "lower", "upper"]).assign(withheld="")
    found = present.churn_definitions_finding(table, month="2026-10")
    assert str(found) == (
        "In October 2026, 38 of 1,978 customers left, 1.9% (95% interval 1.4% to 2.6%). "
        "The same month is ChartMogul 1.9% (38 of 1,978) and Stripe 1.7% (35 of 2,047)."
    )
    assert str(present.churn_definitions_finding(table.assign(withheld="early"), month="2026-10")).endswith("(35 of 2,047) (early).")
    nobody = present.churn_definitions_finding(table.assign(churn_rate=NAN, customers=0), month="2026-10")
    assert nobody.withheld == "nobody was paying at the month's beginning"
