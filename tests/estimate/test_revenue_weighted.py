"""Lifetime value where large customers stay longer: the product of averages misses it, the weighted mean does not."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.revenue_weighted import revenue_weighted_value
from tests.estimate.cohorts import cohort
from tests.estimate.simulated import simulated_company

HORIZON = 24


def large_stay_longer(rng, n):
    large = rng.random(n) < 0.3
    mrr = rng.lognormal(np.where(large, np.log(400), np.log(60)), 0.5)
    return simulated_company(rng, np.where(large, 0.01, 0.08), months=30, mrr=mrr)


def true_value():
    def months(churn):
        return (1 - (1 - churn) ** HORIZON) / churn
    return np.exp(0.5**2 / 2) * (0.3 * 400 * months(0.01) + 0.7 * 60 * months(0.08))


def test_without_censoring_it_is_the_average_revenue_per_customer():
    """Everybody is seen for the whole horizon: the truth is what they paid, added up."""
    rng = np.random.default_rng(2)
    lifetime, mrr = np.minimum(rng.geometric(0.2, 500), 6), rng.integers(10, 200, 500).astype(float)
    people = pd.DataFrame({"group": "all", "entry": 0, "tenure": lifetime, "churned": lifetime < 6, "mrr": mrr, "mrr_squared": mrr**2})
    counts = people.groupby(["group", "entry", "tenure", "churned"]).agg(customers=("mrr", "size"), mrr=("mrr", "sum"), mrr_squared=("mrr_squared", "sum"))
    value = revenue_weighted_value(counts.reset_index(), horizons_months=[6]).iloc[0]
    assert value["value"] == pytest.approx((mrr * lifetime).sum() / 500)


def test_equal_revenue_gives_the_plain_restricted_mean():
    tenures = cohort([1000, 900, 840, 800], group="all")
    tenures = tenures.assign(mrr=50.0 * tenures["customers"], mrr_squared=2500.0 * tenures["customers"])
    revenue = pd.DataFrame({"group": ["all"], "customers": [1000], "average_mrr": [50.0], "variance_mrr": [0.0]})
    weighted = revenue_weighted_value(tenures, horizons_months=[3], discount_rate_annual=0.1, gross_margin=0.7).iloc[0]
    plain = lifetime_value(tenures, revenue, horizons_months=[3], discount_rate_annual=0.1, gross_margin=0.7).set_index("method").loc["restricted_mean"]
    assert weighted["value"] == pytest.approx(plain["value"]) and weighted["months"] == pytest.approx(weighted["customer_months"])
    assert (weighted["lower"], weighted["upper"]) == pytest.approx((plain["lower"], plain["upper"]), rel=0.01)


def test_the_product_of_averages_is_a_quarter_too_low_where_large_customers_stay():
    tenures, revenue = large_stay_longer(np.random.default_rng(1), 20_000)
    weighted = revenue_weighted_value(tenures, horizons_months=[HORIZON]).iloc[0]
    plain = lifetime_value(tenures, revenue, horizons_months=[HORIZON]).set_index("method").loc["restricted_mean"]
    assert weighted["lower"] <= true_value() <= weighted["upper"]
    assert plain["upper"] < 0.8 * true_value()
    assert weighted["months"] > 1.25 * weighted["customer_months"]


def test_the_interval_holds_the_truth_95_times_in_100():
    rng, held, runs = np.random.default_rng(8), 0, 40
    for run in range(runs):
        row = revenue_weighted_value(large_stay_longer(rng, 400)[0], horizons_months=[HORIZON], draws=400, seed=run).iloc[0]
        held += row["lower"] <= true_value() <= row["upper"]
    assert held / runs >= 0.87


def test_late_entrants_help_survival_but_are_not_taken_for_new_customers():
    tenures, _ = large_stay_longer(np.random.default_rng(4), 5_000)
    late = pd.DataFrame({"group": "all", "entry": 10, "tenure": [20], "churned": [False], "customers": [100], "mrr": [1e6], "mrr_squared": [1e10]})
    before, after = (revenue_weighted_value(t, horizons_months=[12], draws=50).iloc[0]["average_mrr"] for t in (tenures, pd.concat([tenures, late])))
    assert before == after


def test_what_is_withheld_or_refused():
    tenures = cohort([100, 95, 93], group="all")
    tenures = tenures.assign(mrr=50.0 * tenures["customers"], mrr_squared=2500.0 * tenures["customers"])
    values = revenue_weighted_value(tenures, horizons_months=[2, 12])
    assert values["value"].notna().tolist() == [True, False] and "not extrapolated" in values["withheld"].iloc[1]
    assert values["lower"].isna().all() and "fewer than 10" in values["interval_withheld"].iloc[0]
    with pytest.raises(EstimateError, match="mrr_squared"):
        revenue_weighted_value(cohort([100, 95], group="all"))
