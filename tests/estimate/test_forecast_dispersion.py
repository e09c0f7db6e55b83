"""Months and cohorts that differ: found where they do, not where they do not."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate.forecast_dispersion import Variation, churn_dispersion
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards


def company(rng, *, months=36, new=150, hazard=0.03, by_month=0.0, by_cohort=0.0):
    """Cohorts of `new` customers a month; hazards times gamma factors of calendar months and of cohorts."""
    month_factor = np.ones(months + 1) if not by_month else rng.gamma(by_month**-2, by_month**2, months + 1)
    rows = []
    for age in range(months):
        here, own = new, 1.0 if not by_cohort else rng.gamma(by_cohort**-2, by_cohort**2)
        for month in range(1, age + 1):
            left = rng.binomial(here, min(hazard * own * month_factor[age - month], 1.0))
            here -= left
            rows.append((age, month, True, left))
        rows.append((age, age, False, here))
    frame = pd.DataFrame(rows, columns=["age", "tenure", "churned", "customers"]).query("customers > 0")
    return frame.assign(billing_interval="monthly", entry=0, weight=frame["customers"], weight_squares=frame["customers"])


def test_independent_customers_show_none():
    rng = np.random.default_rng(5)
    told = pd.concat([churn_dispersion(company(rng)) for _ in range(150)])
    assert (told.groupby("between")["used"].mean() <= 0.11).all()  # 5 % is meant


def test_months_and_cohorts_that_differ_are_found_with_their_size():
    rng = np.random.default_rng(6)
    for option, between in (("by_month", "calendar months"), ("by_cohort", "cohorts")):
        told = pd.concat([churn_dispersion(company(rng, new=600, **{option: 0.3})) for _ in range(20)])
        told = told[told["between"] == between]
        assert told["used"].all()
        assert np.sqrt((told["variation"] ** 2).mean()) == pytest.approx(0.3, rel=0.2)


def test_too_few_units_are_not_tested():
    told = churn_dispersion(company(np.random.default_rng(1), months=5))
    assert told["p_value"].isna().all() and not told["used"].any()


def test_variation_widens_what_is_drawn():
    rng = np.random.default_rng(2)
    assert (Variation(0.0, 20.0).factors(rng, 10, 3) == 1).all()
    few, many = (Variation(0.2, units).factors(rng, 50_000, 1).std() for units in (8.0, 200.0))
    assert 0.2 < many < 0.205 < few
    calm, shaken = company(rng, new=600), company(rng, new=600, by_month=0.4)
    spread = [ForecastHazards.fit(frame).survival_draws(["monthly"], [10], 6, draws=2000)[:, 0, -1].std() for frame in (calm, shaken)]
    assert spread[1] > 2 * spread[0]
