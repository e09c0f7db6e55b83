"""How sure the model is: against the exact second derivatives, in simulation, and at the edges where those fail."""

import math
import time

import numpy as np
import pytest
from scipy import optimize

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric, everybody_life_table, log_likelihoods, risk_counts
from lifecycle_utils.estimate.sbg_posterior import ShiftedBetaGeometricPosterior, standard_errors, survival_of_pairs
from tests.estimate.cohorts import cohort

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491]


def test_standard_errors_equal_the_differences_of_the_likelihood():
    table = everybody_life_table(cohort(HIGH_END))
    model, counts = ShiftedBetaGeometric.fit_table(table), risk_counts(table)

    def loss(point):
        return -float(log_likelihoods([point[0] / point.sum()], [1 / point.sum()], *counts)[0])

    def slope(point):
        return optimize.approx_fprime(point, loss, 1e-5)

    point, step = np.array([model.alpha, model.beta]), 1e-3
    hessian = np.array([(slope(point + step * e) - slope(point - step * e)) / (2 * step) for e in np.eye(2)])
    assert standard_errors(model, table) == pytest.approx(np.sqrt(np.diag(np.linalg.inv(hessian))), rel=0.01)


def test_with_many_customers_the_posterior_is_the_normal_of_the_exact_hessian():
    table = everybody_life_table(cohort(100 * np.array(HIGH_END)))
    model = ShiftedBetaGeometric.fit_table(table)
    posterior = ShiftedBetaGeometricPosterior.from_table(table)
    for values, truth, error in zip(
        (posterior.first_churn / posterior.spread, (1 - posterior.first_churn) / posterior.spread),
        (model.alpha, model.beta), standard_errors(model, table), strict=True,
    ):
        mean = (values * posterior.weight).sum()
        assert mean == pytest.approx(truth, abs=0.2 * error)
        assert math.sqrt(((values - mean) ** 2 * posterior.weight).sum()) == pytest.approx(error, rel=0.03)


def test_first_churn_alone_is_jeffreys_beta():
    """With a risk set in month 1 of everything and hardly anything later, first_churn is a binomial share."""
    table = everybody_life_table(cohort([400, 300], entry=0)._append(cohort([1, 1, 1]), ignore_index=True))
    posterior = ShiftedBetaGeometricPosterior.from_table(table)
    mean = (posterior.first_churn * posterior.weight).sum()
    assert mean == pytest.approx((100 + 0.5) / (401 + 1), abs=2e-3)


@pytest.mark.parametrize("survivors", [[1e4 * 0.9**k for k in range(12)], [1000, 980, 900, 700], [1000, 700, 700, 700], [50, 20, 0]])
def test_the_edges_are_ordinary_points(survivors):
    posterior = ShiftedBetaGeometricPosterior.from_table(everybody_life_table(cohort(survivors)))
    assert np.isfinite(posterior.weight).all() and posterior.weight.sum() == pytest.approx(1)
    assert (posterior.weight > 1e-6).mean() > 0.2  # the grid lies where the plausible values are
    survival = survival_of_pairs(posterior.first_churn, posterior.spread, 24)
    assert (np.diff(survival, axis=1) <= 0).all()


def test_survival_of_pairs_is_the_models():
    model = ShiftedBetaGeometric(0.7, 4.0)
    pairs = survival_of_pairs(np.array([model.first_churn]), np.array([model.spread]), 30)
    np.testing.assert_allclose(pairs[0], model.survival(range(31)), rtol=1e-12)


def test_no_churn_has_no_posterior():
    with pytest.raises(EstimateError, match="nobody churned"):
        ShiftedBetaGeometricPosterior.from_table(everybody_life_table(cohort([10, 10, 10])))


def test_fit_and_interval_take_under_100_milliseconds_on_a_hundred_million_customers():
    table = everybody_life_table(cohort([1e8 * s for s in ShiftedBetaGeometric(0.8, 20.0).survival(range(73))]))
    spent = []
    for _ in range(3):
        start = time.perf_counter()
        ShiftedBetaGeometricPosterior.from_table(table).sample(2000)
        spent.append(time.perf_counter() - start)
    assert min(spent) < 0.1


def test_interval_of_expected_months_holds_a_simulated_truth_95_times_in_100():
    truth, rng, held, runs = ShiftedBetaGeometric(0.9, 8.0), np.random.default_rng(11), 0, 100
    hazard, months = truth.hazard(np.arange(1, 13)), truth.mean_months(36)
    for run in range(runs):
        survivors = [400]
        for h in hazard:
            survivors.append(rng.binomial(survivors[-1], 1 - h))
        posterior = ShiftedBetaGeometricPosterior.from_table(everybody_life_table(cohort(survivors)))
        drawn = survival_of_pairs(*posterior.sample(1000, seed=run), 36)[:, :36].sum(axis=1)
        held += np.quantile(drawn, 0.025) <= months <= np.quantile(drawn, 0.975)
    assert 0.90 <= held / runs <= 0.99
