"""The shifted-beta-geometric model against its papers, the likelihood written out, and simulated truths."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betaln

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.sbg import FLAT, SPLIT, ShiftedBetaGeometric
from tests.estimate.cohorts import cohort


def paper_log_likelihood(alpha, beta, tenures):
    """Fader & Hardie's own form with beta functions, given survival to `entry`: another route to the same number."""
    t, entry = tenures["tenure"].to_numpy(float), tenures["entry"].to_numpy(float)
    left = tenures["churned"].to_numpy()
    survive = lambda k: betaln(alpha, beta + k) - betaln(alpha, beta)  # noqa: E731
    terms = np.where(left, betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta), survive(t)) - survive(entry)
    return float((terms * tenures["customers"]).sum())


def test_two_months_counted_by_hand():
    """Hazards 0.4 and 0.3 are met exactly: alpha / (alpha + beta) = 0.4 and alpha / (alpha + beta + 1) = 0.3."""
    model = ShiftedBetaGeometric.fit(cohort([100, 60, 42]))
    assert model.alpha == pytest.approx(1.2) and model.beta == pytest.approx(1.8)
    assert model.survival([0, 1, 2]) == pytest.approx([1, 0.6, 0.42])
    assert model.expected_lifetime == pytest.approx(2.0 / 0.2)


def test_likelihood_is_the_papers_also_for_late_entrants():
    tenures = pd.concat([cohort([500, 400, 350, 320]), cohort([300, 260, 230], entry=4), cohort([50, 48], entry=1)])
    model = ShiftedBetaGeometric.fit(tenures)
    assert model.log_likelihood == pytest.approx(paper_log_likelihood(model.alpha, model.beta, tenures), abs=1e-7)
    for factor in (0.98, 1.02):
        assert paper_log_likelihood(model.alpha * factor, model.beta, tenures) < model.log_likelihood
        assert paper_log_likelihood(model.alpha, model.beta * factor, tenures) < model.log_likelihood


def test_everybody_is_counted_once():
    one, two = cohort([100, 70, 60]).assign(group="a"), cohort([80, 50]).assign(group="b")
    parts = pd.concat([one, two])
    with_sum = pd.concat([parts.assign(group="all"), parts])
    assert ShiftedBetaGeometric.fit(with_sum) == ShiftedBetaGeometric.fit(parts)


def test_recovers_a_simulated_truth_through_late_entry_and_censoring():
    rng = np.random.default_rng(7)
    churn = rng.beta(0.8, 6.0, size=40_000)
    lifetime = rng.geometric(churn)
    entry, seen = rng.integers(0, 6, lifetime.size), rng.integers(6, 31, lifetime.size)
    customers = pd.DataFrame({"entry": entry, "tenure": np.minimum(lifetime, seen), "churned": lifetime <= seen})
    customers = customers[lifetime > entry]
    model = ShiftedBetaGeometric.fit(customers.value_counts().rename("customers").reset_index())
    assert model.alpha == pytest.approx(0.8, rel=0.1) and model.beta == pytest.approx(6.0, rel=0.1)


def test_zero_churn_is_withheld():
    model = ShiftedBetaGeometric.fit(cohort([1000, 1000, 1000]))
    assert math.isnan(model.alpha) and "nobody churned" in model.note
    assert math.isnan(model.expected_lifetime) and "nobody churned" in model.expected_lifetime_reason
    assert np.isnan(model.survival([1, 2])).all()


def test_one_month_does_not_determine_two_parameters():
    model = ShiftedBetaGeometric.fit(cohort([1000, 900]))
    assert math.isnan(model.alpha) and "two are needed" in model.note


@pytest.mark.parametrize("stay", [0.9, 0.5])
def test_flat_hazard_is_told_and_predicts_geometric_survival(stay):
    model = ShiftedBetaGeometric.fit(cohort([1_000_000 * stay**k for k in range(6)]))
    assert model.note == FLAT and math.isinf(model.alpha) and math.isinf(model.beta)
    assert model.survival(range(10)) == pytest.approx(stay ** np.arange(10), abs=1e-5)
    assert model.expected_lifetime == pytest.approx(1 / (1 - stay), rel=1e-5)


def test_rising_hazard_falls_back_to_flat():
    assert ShiftedBetaGeometric.fit(cohort([1000, 980, 900, 700])).note == FLAT


def test_all_churn_in_the_first_month_is_told():
    model = ShiftedBetaGeometric.fit(cohort([1000, 700, 700, 700]))
    assert model.note == SPLIT
    assert model.survival([0, 1, 2, 50]) == pytest.approx([1, 0.7, 0.7, 0.7])
    assert math.isnan(model.expected_lifetime)


def test_everyone_churned():
    model = ShiftedBetaGeometric.fit(cohort([100, 40, 10, 0]))
    assert 0 <= model.survival(3) < 0.05 and np.isfinite(model.log_likelihood)


def test_alpha_below_one_has_no_undiscounted_lifetime():
    model = ShiftedBetaGeometric(0.668, 3.806)
    assert math.isnan(model.expected_lifetime) and "alpha is 0.668" in model.expected_lifetime_reason


def test_fractional_months_are_refused():
    with pytest.raises(EstimateError, match="whole"):
        ShiftedBetaGeometric(1.0, 2.0).survival(1.5)


counts = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 12), st.booleans(), st.integers(1, 10**6)), min_size=1, max_size=15)


@settings(max_examples=60, deadline=None)
@given(counts)
def test_any_counts_give_a_survival_curve_or_a_reason(rows):
    frame = pd.DataFrame([(e, e + t, c, n) for e, t, c, n in rows], columns=["entry", "tenure", "churned", "customers"])
    model = ShiftedBetaGeometric.fit(frame)
    curve = model.survival(range(200))
    if math.isnan(model.alpha):
        assert model.note
    else:
        assert ((curve >= 0) & (curve <= 1)).all() and (np.diff(curve) <= 0).all()
        assert (np.diff(model.hazard(np.arange(1, 200))) <= 1e-15).all()


@settings(max_examples=30, deadline=None)
@given(counts, st.integers(2, 1000))
def test_the_number_of_customers_does_not_move_the_estimate(rows, factor):
    frame = pd.DataFrame([(e, e + t, c, n) for e, t, c, n in rows], columns=["entry", "tenure", "churned", "customers"])
    small, large = (ShiftedBetaGeometric.fit(frame.assign(customers=frame["customers"] * f)) for f in (1, factor))
    np.testing.assert_allclose(small.survival(range(24)), large.survival(range(24)), atol=1e-6)


def test_agrees_with_scipys_beta_binomial_in_the_waiting_time():
    """S(t) of a beta-mixed geometric is the chance of no success in t beta-binomial trials."""
    model = ShiftedBetaGeometric(0.9, 4.2)
    assert model.survival(range(20)) == pytest.approx([stats.betabinom(t, 0.9, 4.2).pmf(0) for t in range(20)])
