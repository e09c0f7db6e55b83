"""All methods in one frame, and one horizon for a whole report."""

import pandas as pd
import pytest

from lifecycle_utils.estimate import lifetime_value, lifetime_value_by_method, longest_horizon, revenue_weighted_value
from tests.estimate.cohorts import cohort

OPTIONS = {"gross_margin": 0.8, "discount_rate_annual": 0.1, "draws": 50}


@pytest.fixture(scope="module")
def parts():
    people = pd.concat([cohort([900, 700, 600, 500], group=group) for group in ("b", "all", "a")])
    paying = people.assign(mrr=people["customers"] * 20.0, mrr_squared=people["customers"] * 500.0)
    revenue = pd.DataFrame({"group": ["all", "a", "b"], "customers": 900, "average_mrr": 20.0, "variance_mrr": 100.0})
    return paying, revenue


def test_every_row_is_that_of_its_estimator(parts):
    values = lifetime_value_by_method(*parts, horizons_months=(2, 3), **OPTIONS)
    plain = lifetime_value(*parts, horizons_months=(2, 3), **OPTIONS)
    weighted = revenue_weighted_value(parts[0], horizons_months=(2, 3), **OPTIONS)
    keys = ["group", "method", "horizon_months"]
    together = pd.concat([plain, weighted]).set_index(keys)["value"].sort_index()
    pd.testing.assert_series_equal(values.set_index(keys)["value"].sort_index(), together)
    assert values["note"].map(type).eq(str).all()


def test_groups_and_methods_stand_in_their_order(parts):
    values = lifetime_value_by_method(*parts, horizons_months=(2, 3), **OPTIONS)
    assert values["group"].drop_duplicates().tolist() == ["all", "a", "b"]
    assert values["method"][:8].tolist() == [
        "mean_lifetime_of_churned", "arpu_over_churn", *["restricted_mean"] * 2, *["revenue_weighted_mean"] * 2, *["shifted_beta_geometric"] * 2,
    ]
    assert values["horizon_months"][2:8].tolist() == [2, 3, 2, 3, 2, 3]


def test_where_all_pay_the_same_the_weights_change_nothing(parts):
    values = lifetime_value_by_method(*parts, horizons_months=(3,), **OPTIONS).query("group == 'all'").set_index("method")["value"]
    assert values["revenue_weighted_mean"] == pytest.approx(values["restricted_mean"])


def test_the_longest_horizon_that_was_seen(parts):
    values = lifetime_value_by_method(*parts, horizons_months=(2, 3, 60), **OPTIONS)
    assert longest_horizon(values) == 3
    assert longest_horizon(values[values["horizon_months"].isin([60])]) == 60  # none reached: the shortest asked for
