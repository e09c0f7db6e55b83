"""The beta-discrete-Weibull model: identities with its special case, recovery of a truth, what is withheld."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bdw import _BOUNDS, EDGE, BetaDiscreteWeibull, _loss
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from tests.estimate.cohorts import cohort


def test_c_of_one_is_the_shifted_beta_geometric():
    months = np.arange(1, 25)
    wide, narrow = BetaDiscreteWeibull(0.7, 4.0, 1.0), ShiftedBetaGeometric(0.7, 4.0)
    np.testing.assert_allclose(wide.survival(months), narrow.survival(months), rtol=1e-12)
    np.testing.assert_allclose(wide.hazard(months), narrow.hazard(months), rtol=1e-10)


def test_survival_counted_by_hand():
    """alpha = beta = 1: S(t) = B(1, 1 + t^c) = 1 / (1 + t^c)."""
    assert BetaDiscreteWeibull(1.0, 1.0, 2.0).survival([0, 1, 2, 3]) == pytest.approx([1, 1 / 2, 1 / 5, 1 / 10])


def test_gradient_equals_the_differences_of_the_likelihood():
    counts = (np.arange(1.0, 9.0), np.linspace(900.0, 300.0, 8), np.linspace(90.0, 10.0, 8))
    for logs in ([-0.5, 1.0, 0.3], [1.5, 3.0, -0.4]):
        slope = optimize.approx_fprime(np.array(logs), lambda x: _loss(x, *counts)[0], 1e-6)
        np.testing.assert_allclose(_loss(np.array(logs), *counts)[1], slope, rtol=1e-4, atol=1e-3)


def test_fits_at_least_as_well_as_its_special_case():
    tenures = pd.concat([cohort([500, 430, 400, 385, 375]), cohort([300, 280, 270], entry=2)])
    assert BetaDiscreteWeibull.fit(tenures).log_likelihood >= ShiftedBetaGeometric.fit(tenures).log_likelihood - 1e-6


def test_recovers_a_truth_with_late_entry_and_rising_churn():
    truth = BetaDiscreteWeibull(0.8, 9.0, 1.5)
    survival = truth.survival(range(25))
    early = cohort(1e6 * survival)
    late = cohort(1e6 * survival[5:] / survival[5], entry=5)
    model = BetaDiscreteWeibull.fit(pd.concat([early, late]))
    assert (model.alpha, model.beta, model.c) == pytest.approx((0.8, 9.0, 1.5), rel=0.02)
    assert model.note == ""


@pytest.mark.parametrize(("survivors", "reason"), [([100, 100, 100, 100], "nobody churned"), ([100, 90, 85], "three are needed")])
def test_counts_that_do_not_determine_it_are_withheld(survivors, reason):
    model = BetaDiscreteWeibull.fit(cohort(survivors))
    assert math.isnan(model.alpha) and math.isnan(model.c) and reason in model.note


def test_a_flat_hazard_is_told_but_the_curve_is_right():
    model = BetaDiscreteWeibull.fit(cohort([1e6 * 0.9**k for k in range(8)]))
    assert model.note == EDGE and max(abs(np.log([model.alpha, model.beta]))) <= max(_BOUNDS[0][1], _BOUNDS[1][1])
    assert model.survival(range(8)) == pytest.approx(0.9 ** np.arange(8), abs=1e-3)


def test_half_months_are_refused():
    with pytest.raises(EstimateError, match="whole"):
        BetaDiscreteWeibull(1.0, 1.0, 1.0).survival(0.5)
