"""The bootstrap on counts against the customer-by-customer one and against exact standard errors."""

import math
import time

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bootstrap import average_mrr_draws, percentile_interval, resampled_life_tables, skewed_limits
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.paid_months import months_by_churn_rate, restricted_months
from tests.estimate.cohorts import cohort

TENURES = pd.concat([cohort([300, 240, 210, 200], group="all"), cohort([100, 90, 85], entry=2, group="all")])


def one_by_one(tenures, draws, seed):
    """The bootstrap as everybody would write it: pick customers with replacement, make the life table, repeat."""
    customers = tenures.loc[tenures.index.repeat(tenures["customers"])].reset_index(drop=True).assign(customers=1)
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        yield life_table(customers.iloc[rng.integers(0, len(customers), len(customers))])


def test_draws_are_life_tables_of_resampled_customers():
    at_risk, churned = resampled_life_tables(TENURES.reset_index(drop=True), draws=4000)
    slow = [restricted_months(t["at_risk"].to_numpy(), t["churned"].to_numpy(), 4) for t in one_by_one(TENURES.reset_index(drop=True), 400, 1)]
    fast = restricted_months(at_risk, churned, 4)
    assert fast.mean() == pytest.approx(np.mean(slow), abs=4 * np.std(slow) / 20)
    assert fast.std() == pytest.approx(np.std(slow), rel=0.15)
    table = life_table(TENURES)
    assert at_risk.mean(axis=0) == pytest.approx(table["at_risk"].to_numpy(), rel=0.01)
    assert (churned <= at_risk).all() and (at_risk >= 0).all()


def test_spread_of_the_restricted_mean_equals_greenwoods():
    counts = cohort([2000, 1700, 1500, 1400, 1330], group="all")
    n, d = (life_table(counts)[c].to_numpy(float) for c in ("at_risk", "churned"))
    after = np.cumprod(1 - d / n)[:3]
    ahead = np.cumsum(after[::-1])[::-1]
    greenwood = math.sqrt((ahead**2 * d[:3] / (n[:3] * (n[:3] - d[:3]))).sum())
    drawn = restricted_months(*resampled_life_tables(counts, draws=8000), 4)
    assert drawn.std() == pytest.approx(greenwood, rel=0.05)


def test_spread_of_the_churn_rate_equals_the_delta_method():
    counts = cohort([2000, 1700, 1500, 1400, 1330], group="all")
    months, left = counts["tenure"].to_numpy(), counts["churned"].to_numpy(float)
    weights, n = counts["customers"].to_numpy(), counts["customers"].sum()
    ratio = (weights * months).sum() / (weights * left).sum()
    error = math.sqrt((weights * (months - ratio * left) ** 2).sum() / n) / math.sqrt(n) / ((weights * left).sum() / n)
    drawn = months_by_churn_rate(*resampled_life_tables(counts, draws=8000))
    assert drawn.std() == pytest.approx(error, rel=0.05)


def test_customers_in_their_first_month_do_not_move_a_draw():
    newest = pd.DataFrame({"group": "all", "entry": [0], "tenure": [0], "churned": [False], "customers": [500]})
    for before, after in zip(resampled_life_tables(TENURES, draws=50), resampled_life_tables(pd.concat([newest, TENURES]), draws=50), strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_order_of_rows_does_not_matter_and_the_seed_does():
    one, same = (resampled_life_tables(t, draws=50)[1] for t in (TENURES, TENURES.iloc[::-1]))
    np.testing.assert_array_equal(one, same)
    assert (one != resampled_life_tables(TENURES, draws=50, seed=1)[1]).any()


def test_the_cost_does_not_depend_on_the_number_of_customers():
    survivors = 1e8 * 0.97 ** np.arange(73)
    start = time.perf_counter()
    restricted_months(*resampled_life_tables(cohort(survivors, group="all"), draws=2000), 36)
    assert time.perf_counter() - start < 0.5


def test_average_mrr_has_its_standard_error_and_stays_positive():
    drawn = average_mrr_draws(80.0, 1600.0, 400, draws=20_000)
    assert drawn.mean() == pytest.approx(80, rel=0.01) and drawn.std() == pytest.approx(2, rel=0.03)
    assert (average_mrr_draws(80.0, 160_000.0, 25, draws=20_000) >= 0).all()
    assert (average_mrr_draws(80.0, 0.0, 25, draws=3) == 80).all()
    assert np.isnan(average_mrr_draws(80.0, math.nan, 1, draws=3)).all()


def test_limits_of_a_skewed_average_solve_halls_transformation():
    """By another route: g(t) = t + k t^2 / 3 + k^2 t^3 / 27 + k / 6 of t = (average - truth) / error is standard normal, k the skewness over root n."""
    average, error, normal = 100.0, 12.0, np.array([-1.96, -0.5, 0.0, 1.0, 1.96])
    t, k = (average - skewed_limits(average, error, normal)) / error, 3 * error / average
    wider = normal * (1 + 3 * 0.12**2)  # fewer equal payers, wider quantiles
    np.testing.assert_allclose(t + k * t**2 / 3 + k**2 * t**3 / 27 + k / 6, -wider, atol=1e-12)
    np.testing.assert_allclose(skewed_limits(average, 1e-6, normal), average + 1e-6 * normal, atol=1e-11)


@pytest.mark.parametrize("variation", [1.5, 3])
def test_averages_of_skewed_amounts_are_held_as_often_as_promised(variation):
    """200 lognormal amounts whose standard deviation is 1.5 times their mean, or 3 times: average +- 1.96 errors holds it in 92, or 88, of 100 samples."""
    log_variance = np.log1p(variation**2)
    paid = np.random.default_rng(7).lognormal(-log_variance / 2, np.sqrt(log_variance), (4000, 200))
    average, error = paid.mean(axis=1), paid.std(axis=1, ddof=1) / np.sqrt(200)
    plain = np.abs(average - 1) <= 1.96 * error
    lower, upper = (skewed_limits(average, error, side) for side in (-1.96, 1.96))
    corrected = (lower <= 1) & (upper >= 1)
    assert plain.mean() < 0.925 and 0.935 <= corrected.mean() <= 0.965
    # what is missed lies on both sides, not all of it above
    assert ((upper < 1).mean() < 0.06) and (upper < 1).mean() < (average + 1.96 * error < 1).mean()


def test_an_interval_with_an_infinite_end_is_no_interval():
    drawn = np.concatenate([np.arange(95.0), np.full(5, np.inf)])
    assert np.isnan(percentile_interval(drawn)).all()
    assert percentile_interval(drawn, confidence=0.8) == (9.0, 89.0)


def test_nobody_at_risk_is_refused():
    with pytest.raises(EstimateError, match="nothing to draw"):
        resampled_life_tables(pd.DataFrame({"group": "all", "entry": 0, "tenure": [0], "churned": [False], "customers": [5]}))
