"""The intervals of lifetime value: they hold a known truth, the usual formula does not, and thin counts get none."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.residual_value import residual_value
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from tests.estimate.cohorts import cohort
from tests.estimate.simulated import simulated_company

TRUTH = ShiftedBetaGeometric(1.5, 20.0)  # mean churn 7 % in month 1, falling with tenure; mean lifetime 41 months


def paying(average_mrr, customers, variance_mrr=0.0):
    return pd.DataFrame({"group": ["all"], "customers": [customers], "average_mrr": [average_mrr], "variance_mrr": [variance_mrr]})


def test_a_known_company_is_inside_the_honest_intervals_and_outside_the_formulas():
    """Truth: 1,345 within 24 months and 4,100 for ever. Average MRR / churn prints about 1,930, which is neither."""
    rng = np.random.default_rng(3)
    tenures, revenue = simulated_company(rng, rng.beta(1.5, 20.0, 20_000), months=36)
    values = lifetime_value(tenures, revenue, horizons_months=(12, 24, 60))
    rows = values.set_index(["method", "horizon_months"])
    for method, horizon in [("restricted_mean", 12), ("restricted_mean", 24), ("shifted_beta_geometric", 24), ("shifted_beta_geometric", 60)]:
        row = rows.loc[(method, horizon)]
        assert row["lower"] <= 100 * TRUTH.mean_months(horizon) <= row["upper"]
    formula = values[values["method"] == "arpu_over_churn"].iloc[0]
    assert formula["value"] == pytest.approx(1930, rel=0.03)
    assert formula["lower"] > 1.35 * 100 * TRUTH.mean_months(24)  # at least 35 % more than two years bring
    assert formula["upper"] < 0.5 * 100 * TRUTH.expected_lifetime  # and less than half of what the whole lifetime brings
    left = values[values["method"] == "mean_lifetime_of_churned"].iloc[0]
    assert left["upper"] < 0.25 * 100 * TRUTH.expected_lifetime


@pytest.mark.slow
def test_intervals_hold_the_truth_95_times_in_100():
    rng, held, runs = np.random.default_rng(17), {}, 80
    truth = {horizon: 100 * TRUTH.mean_months(horizon) for horizon in (12, 24)}
    for run in range(runs):
        tenures, revenue = simulated_company(rng, rng.beta(1.5, 20.0, 400), months=36)
        values = lifetime_value(tenures, revenue, horizons_months=truth, draws=400, seed=run).dropna(subset=["horizon_months", "lower"])
        inside = values["lower"].le(values["horizon_months"].map(truth)) & values["upper"].ge(values["horizon_months"].map(truth))
        for key, hit in zip(zip(values["method"], values["horizon_months"], strict=True), inside, strict=True):
            held.setdefault(key, []).append(hit)
    assert set(held) == {(m, h) for m in ("restricted_mean", "shifted_beta_geometric") for h in truth}
    for key, hits in held.items():
        # the model is refuted, and its interval withheld, in one of a hundred companies that it describes
        assert len(hits) >= runs - 4 and 0.87 <= np.mean(hits) <= 1, key


def test_the_spread_of_revenue_widens_every_interval():
    tenures = cohort([1000, 900, 840, 800], group="all")
    narrow, wide = (lifetime_value(tenures, paying(100.0, 1000, v), horizons_months=[3]) for v in (0.0, 200.0**2))
    assert ((wide["upper"] - wide["lower"]) > 1.1 * (narrow["upper"] - narrow["lower"])).all()
    pd.testing.assert_series_equal(narrow["value"], wide["value"])


def test_four_times_the_customers_halve_the_interval():
    small, large = (lifetime_value(cohort(np.array([1000, 900, 840, 800]) * f, group="all"), paying(100.0, 1000 * f, 2500.0), horizons_months=[3])
                    for f in (1, 4))
    ratio = (large["upper"] - large["lower"]) / (small["upper"] - small["lower"])
    assert ratio.tolist() == pytest.approx([0.5] * len(ratio), rel=0.15)


def test_same_inputs_same_interval_and_the_value_lies_inside():
    tenures, revenue = cohort([1000, 900, 840, 800], group="all"), paying(100.0, 1000, 2500.0)
    once, again = (lifetime_value(t, revenue, horizons_months=[3]) for t in (tenures, tenures.sample(frac=1, random_state=1)))
    pd.testing.assert_frame_equal(once, again)
    assert ((once["lower"] < once["value"]) & (once["value"] < once["upper"])).all()
    wider = lifetime_value(tenures, revenue, horizons_months=[3], confidence=0.99)
    assert (wider["lower"] < once["lower"]).all() and (wider["upper"] > once["upper"]).all()


def test_a_new_cohort_changes_no_mature_number():
    tenures, revenue = cohort([1000, 900, 840, 800], group="all"), paying(100.0, 1000, 2500.0)
    newest = pd.DataFrame({"group": "all", "entry": [0], "tenure": [0], "churned": [False], "customers": [300]})
    before, after = (lifetime_value(t, revenue, horizons_months=[3]) for t in (tenures, pd.concat([tenures, newest])))
    pd.testing.assert_frame_equal(before.drop(columns="customers"), after.drop(columns="customers"))


def test_a_handful_of_churned_customers_gets_a_value_but_no_interval():
    values = lifetime_value(cohort([100, 97, 95, 94], group="all"), paying(100.0, 100), horizons_months=[3])
    assert values["value"].notna().all() and values[["lower", "upper"]].isna().all().all()
    assert values["interval_withheld"].str.contains("fewer than 10 customers left").all() and (values["withheld"] == "").all()


def test_revenue_of_one_customer_has_no_spread_and_so_no_interval():
    values = lifetime_value(cohort([1000, 900, 840, 800], group="all"), paying(100.0, 1, np.nan), horizons_months=[3])
    assert values["value"].notna().all() and values["lower"].isna().all() and (values["interval_withheld"] != "").all()


def test_annual_renewals_are_noted_beside_the_model():
    values = lifetime_value(cohort([1000] * 12 + [700] * 12 + [600], group="all"), paying(100.0, 1000), horizons_months=[12])
    rows = values.set_index("method")
    assert "misses the survival seen" in rows.loc["shifted_beta_geometric", "note"]
    assert (rows.drop("shifted_beta_geometric")["note"] == "").all()


def test_a_model_that_the_customers_refute_has_no_interval():
    """Annual contracts: all of 600 stay for a year, a fifth leaves at each renewal."""
    tenures = cohort([600] * 12 + [480] * 12 + [384] * 3, group="all")
    revenue = pd.DataFrame({"group": ["all"], "customers": [600], "average_mrr": [100.0], "variance_mrr": [900.0]})
    values = lifetime_value(tenures, revenue, horizons_months=[12]).set_index("method")
    model, observed = values.loc["shifted_beta_geometric"], values.loc["restricted_mean"]
    assert model["interval_withheld"] == "the model does not describe these customers: no interval" and "misses the survival" in model["note"]
    assert np.isnan(model["lower"]) and np.isfinite(model["value"]) and observed["lower"] < observed["value"] < observed["upper"]
    residual = residual_value(tenures, pd.DataFrame({"group": ["all"], "mrr": [38_400.0]}), horizon_months=12).iloc[0]
    assert np.isnan(residual["lower"]) and np.isfinite(residual["value"]) and residual["interval_withheld"] == model["interval_withheld"]
