"""Fader & Hardie (2007, 2010): the published parameters, likelihoods and projections, to the digits printed."""

import json

import pandas as pd
import pytest

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
