"""Fader & Hardie (2007, 2010): the published parameters, likelihoods and projections, to the digits printed."""

import json

import pandas as pd
import pytest

from lifecycle_utils.estimate.bdw import BetaDiscreteWeibull
from lifecycle_utils.estimate.residual_lifetime import discounted_residual_lifetime
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from tests.estimate.cohorts import cohort

SEVEN_YEARS = {"regular": (0.704, 1.182, -1680.265), "high_end": (0.668, 3.806, -1611.158)}


@pytest.fixture(scope="module")
def published(shared_data):
    return json.loads((shared_data / "reference" / "sbg_published.json").read_text())["data"]


def read(shared_data, name):
    return pd.read_csv(shared_data / "reference" / name)


@pytest.mark.parametrize("name", SEVEN_YEARS)
def test_seven_year_parameters_and_likelihood(published, name):
    model = ShiftedBetaGeometric.fit(cohort([10 * s for s in published[name][:8]]))
    alpha, beta, likelihood = SEVEN_YEARS[name]
    assert round(model.alpha, 3) == alpha and round(model.beta, 3) == beta and round(model.log_likelihood, 3) == likelihood


@pytest.mark.parametrize(("name", "fit"), [("regular", "regular_12y"), ("high_end", "highend_12y")])
def test_twelve_year_fit_made_in_r(published, shared_data, name, fit):
    truth = read(shared_data, "sbg_mle_parameters_computed.csv").set_index("fit").loc[fit]
    model = ShiftedBetaGeometric.fit(cohort([10 * s for s in published[name]]))
    assert (model.alpha, model.beta) == pytest.approx((truth["alpha"], truth["beta"]), rel=1e-4)
    assert model.log_likelihood == pytest.approx(truth["LL"], abs=1e-5)
    assert model.log_likelihood >= truth["LL"] - 1e-9


@pytest.mark.parametrize(("name", "column"), [("regular", "regular_sbg_fit7"), ("high_end", "highend_sbg_fit7")])
def test_projection_of_years_8_to_12(published, shared_data, name, column):
    truth = read(shared_data, "sbg_projection_computed.csv")
    model = ShiftedBetaGeometric.fit(cohort([10 * s for s in published[name][:8]]))
    assert 100 * model.survival(truth["year"]) == pytest.approx(truth[column].to_numpy(), abs=1e-3)


def test_staggered_cohorts_at_once(shared_data):
    """Fader & Hardie (2010), case 1: 10,000 customers a year for four years, the last two years of each seen or not."""
    survivors = [10_000, 8_000, 6_480, 5_307, 4_391]
    cohorts = pd.concat([cohort(survivors[: years + 1]) for years in (4, 3, 2, 1)])
    model = ShiftedBetaGeometric.fit(cohorts)
    assert round(model.alpha, 1) == 3.8 and round(model.beta, 2) in (15.19, 15.20)
    truth = read(shared_data, "sbg_mle_parameters_computed.csv").set_index("fit").loc["fh2010_case1"]
    assert (model.alpha, model.beta) == pytest.approx((truth["alpha"], truth["beta"]), rel=1e-4)


def test_beta_discrete_weibull_of_the_high_end_cohort(published):
    model = BetaDiscreteWeibull.fit(cohort([10 * s for s in published["high_end"][:8]]))
    assert (round(model.alpha, 4), round(model.beta, 4), round(model.c, 4)) == (0.2143, 1.4266, 1.7236)


def test_beta_discrete_weibull_on_five_points(shared_data):
    everything = json.loads((shared_data / "reference" / "sbg_published.json").read_text())["published_parameters"]
    printed = next(p for p in everything if "BdW" in p.get("model", ""))
    model = BetaDiscreteWeibull.fit(cohort([1000, 869, 743, 653, 593]))
    assert (model.alpha, model.beta, model.c) == pytest.approx(printed["params"], abs=5e-5)  # their optimiser stopped there
    assert 100 * model.survival(range(1, 11)) == pytest.approx(printed["proj"], abs=1e-3)


@pytest.mark.parametrize(
    ("alpha", "beta", "printed"),
    [
        (3.80, 15.20, [3.31, 3.45, 3.59, 3.72, 3.84]),
        (1 / 15, 4 / 15, [7.68, 9.46, 9.86, 10.06, 10.19]),  # the paper prints these two as .067 and .267
    ],
)
def test_residual_lifetimes_of_the_paper_at_ten_percent(alpha, beta, printed):
    ours = discounted_residual_lifetime(ShiftedBetaGeometric(alpha, beta), range(5), discount_rate=0.1)
    assert ours.round(2).tolist() == printed


def test_residual_lifetimes_made_in_r(shared_data):
    fitted = read(shared_data, "sbg_mle_parameters_computed.csv").set_index("fit")
    truth = read(shared_data, "sbg_derl_computed.csv")
    assert len(truth) == 36
    for row in truth.itertuples():
        model = ShiftedBetaGeometric(*fitted.loc[row.fit, ["alpha", "beta"]])
        ours = discounted_residual_lifetime(model, [row.n], discount_rate=row.d)
        assert ours == pytest.approx([row.derl], rel=1e-8, nan_ok=True)


def test_high_end_residual_lifetime_after_seven_years(published):
    """The README of jdmaturen/shifted_beta_geometric_py prints 7.53."""
    model = ShiftedBetaGeometric.fit(cohort([10 * s for s in published["high_end"][:8]]))
    assert discounted_residual_lifetime(model, [7], discount_rate=0.1).round(2).tolist() == [7.53]
