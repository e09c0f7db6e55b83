"""Discounted lifetimes by closed forms, by another route, and where they have no end."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bdw import BetaDiscreteWeibull
from lifecycle_utils.estimate.residual_lifetime import discounted_lifetime, discounted_residual_lifetime, residual_lifetime_reason
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric


def closed_form(alpha, beta, n, rate):
    """Fader & Hardie's hypergeometric form, with n completed renewals."""
    return (beta + n) / (alpha + beta + n) * special.hyp2f1(1, beta + n + 1, alpha + beta + n + 1, 1 / (1 + rate))


@pytest.mark.parametrize(("alpha", "beta"), [(0.668, 3.806), (3.8, 15.2), (0.067, 0.267)])
def test_the_sum_equals_the_hypergeometric_form(alpha, beta):
    renewals = np.array([0, 1, 4, 12, 60])
    ours = discounted_residual_lifetime(ShiftedBetaGeometric(alpha, beta), renewals, discount_rate=0.1)
    assert ours == pytest.approx(closed_form(alpha, beta, renewals, 0.1), rel=1e-8)


def test_flat_churn_by_hand():
    """Everybody leaves with 10 % a month: 0.9 + 0.9^2 v + ... = 0.9 / (1 - 0.9 v), whatever the tenure."""
    model = ShiftedBetaGeometric(math.inf, math.inf, first_churn=0.1)
    ours = discounted_residual_lifetime(model, [0, 7], discount_rate=0.02)
    assert ours == pytest.approx([0.9 / (1 - 0.9 / 1.02)] * 2)
    assert discounted_residual_lifetime(model, [3], discount_rate=0) == pytest.approx([9.0])
    assert discounted_lifetime(model, discount_rate=0) == pytest.approx(10.0)


def test_without_a_discount_it_is_the_expected_lifetime():
    model = ShiftedBetaGeometric(3.8, 15.2)
    assert discounted_lifetime(model, discount_rate=0) == pytest.approx(model.expected_lifetime)
    nearly = discounted_residual_lifetime(model, [0, 4], discount_rate=1e-3)
    assert nearly == pytest.approx(discounted_residual_lifetime(model, [0, 4], discount_rate=0), rel=0.02)


def test_no_end_is_told():
    model = ShiftedBetaGeometric(0.7, 3.0)
    assert np.isnan(discounted_residual_lifetime(model, [0, 1], discount_rate=0)).all()
    assert "alpha is 0.7" in residual_lifetime_reason(model, discount_rate=0)
    wide = BetaDiscreteWeibull(0.7, 3.0, 1.4)
    assert "give a discount rate" in residual_lifetime_reason(wide, discount_rate=0)
    assert np.isfinite(discounted_residual_lifetime(wide, [0, 1], discount_rate=0.01)).all()
    withheld = ShiftedBetaGeometric(math.nan, math.nan, note="nobody churned")
    assert residual_lifetime_reason(withheld, discount_rate=0.1) == "nobody churned"


@pytest.mark.parametrize("renewals", [[-1], [0.5]])
def test_renewals_are_counted_in_whole_periods(renewals):
    with pytest.raises(EstimateError, match="whole numbers"):
        discounted_residual_lifetime(ShiftedBetaGeometric(1, 1), renewals, discount_rate=0.1)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 20), st.floats(0.05, 50), st.floats(0.005, 0.5))
def test_who_stayed_longer_will_stay_longer(alpha, beta, rate):
    ours = discounted_residual_lifetime(ShiftedBetaGeometric(alpha, beta), range(20), discount_rate=rate)
    assert (np.diff(ours) >= -1e-9).all() and (ours > 0).all() and (ours <= (1 + rate) / rate + 1e-6).all()
