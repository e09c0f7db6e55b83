"""Churn of a calendar month: a hand count, Newcombe's published examples, identities, and how often nothing is called news."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import monthly_churn_rate
from lifecycle_utils.estimate.intervals import newcombe_interval, wilson_interval


def movements(opening, churned, *, first="2026-01"):
    months = pd.period_range(first, periods=len(opening), freq="M").astype(str)
    return pd.DataFrame({"month": months, "opening_customers": opening, "churned_customers": churned})


def test_counted_by_hand():
    """22 of 1,000 in January, 44 of 2,000 in February: the same 2.2 %, twice as surely."""
    rates = monthly_churn_rate(movements([1000, 2000, 2000], [22, 44, 90]))
    assert rates["rate"].tolist() == pytest.approx([0.022, 0.022, 0.045])
    assert rates["change"].tolist()[1:] == pytest.approx([0, 0.023], abs=1e-12) and np.isnan(rates["change"][0])
    assert rates["verdict"].tolist() == ["", "noise", "news"]
    low, high = wilson_interval(44, 2000)
    assert (rates["lower"][1], rates["upper"][1]) == (low, high)
    assert (rates["upper"] - rates["lower"])[0] > (rates["upper"] - rates["lower"])[1]


@pytest.mark.parametrize(
    ("first", "second", "published"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)), ((9, 10), (3, 10), (0.1705, 0.8090)), ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)), ((0, 10), (0, 10), (-0.2775, 0.2775)), ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombe_1998_table_ii_method_10(first, second, published):
    assert newcombe_interval(*first, *second) == pytest.approx(published, abs=5e-5)


def test_the_interval_turns_round_with_the_months():
    a, b = newcombe_interval(44, 2057, 52, 1990), newcombe_interval(52, 1990, 44, 2057)
    assert a == pytest.approx((-b[1], -b[0]))


def test_against_a_month_without_doubt_newcombe_is_wilson_moved():
    """With a billion customers the month before is known, and only this month's Wilson limits are left."""
    low, high = newcombe_interval(30, 1000, 20_000_000, 1_000_000_000)
    np.testing.assert_allclose((low + 0.02, high + 0.02), wilson_interval(30, 1000), atol=1e-4)


def test_the_same_churn_is_called_news_in_at_most_one_month_of_twenty():
    rng = np.random.default_rng(5)
    there = np.full(4001, 800)
    rates = pd.concat([monthly_churn_rate(movements(there[:401], rng.binomial(there[:401], 0.025), first="1980-01")) for _ in range(10)])
    said = rates["verdict"][rates["verdict"] != ""]
    assert 0.03 < (said == "news").mean() < 0.06


def test_a_doubled_churn_is_found():
    rng = np.random.default_rng(6)
    found = [monthly_churn_rate(movements([2000, 2000], [rng.binomial(2000, 0.02), rng.binomial(2000, 0.04)]))["verdict"][1] for _ in range(200)]
    assert found.count("news") > 180


def test_few_customers_have_a_rate_without_an_interval_and_nobody_has_none():
    rates = monthly_churn_rate(movements([0, 20, 40], [0, 1, 2]))
    assert np.isnan(rates["rate"][0]) and rates["withheld"][0] == "nobody was paying at the month's beginning"
    assert rates["rate"][1] == 0.05 and np.isnan(rates["lower"][1]) and "fewer than 30 customers" in rates["withheld"][1]
    assert rates["withheld"][2] == "" and rates["lower"][2] > 0
    assert rates["verdict"].tolist() == ["", "", ""]  # the month before is too thin to be held against
    assert len(monthly_churn_rate(movements([], []))) == 0


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(EstimateError, match="3 churned of 2"):
        monthly_churn_rate(movements([2], [3]))
    with pytest.raises(EstimateError, match="every calendar month"):
        monthly_churn_rate(movements([100, 100, 100], [1, 1, 1]).drop(index=1))
    with pytest.raises(EstimateError, match="churned_customers"):
        monthly_churn_rate(movements([1], [1]).drop(columns="churned_customers"))
