"""Hazards beyond what was seen: counted by hand, a known truth that a bare repeat misses, and nothing made of nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate.forecast import forecast_retention
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards
from lifecycle_utils.estimate.forecast_trend import RIDGE, Trend
from tests.estimate.test_forecast import followed, there


def seen(left, customers=1000.0):
    """Trend of one billing interval in which `left` of so many leave, month by month."""
    hazard = np.array([left]) / customers
    return Trend.fit(hazard, np.full(hazard.shape, customers), np.full(hazard.shape, True))


def cohorts(hazard, customers, ages=range(24, 36)):
    """Cohorts of such ages as the hazards expect them, in whole customers."""
    rows = []
    for age in ages:
        stay = np.round(customers * np.concatenate([[1.0], np.cumprod(1 - hazard[:age])]))
        rows += [(age, 0, month, True, int(left)) for month, left in enumerate(-np.diff(stay), start=1) if left]
        rows.append((age, 0, age, False, int(stay[-1])))
    return followed(rows)


def test_the_ratio_is_mantel_and_haenszels_by_hand():
    """Months 25 and 26: 10 and 12 of 500 leave, a year before 30 and 40 of 1000; the weight of both pairs is 500 x 1000 / 1500."""
    hazard, at_risk = np.zeros((1, 26)), np.full((1, 26), 1000.0)
    at_risk[0, 24:], hazard[0, 12:14], hazard[0, 24:] = 500, [0.03, 0.04], [0.02, 0.024]
    trend = Trend.fit(hazard, at_risk, np.full((1, 26), True))
    weight = 500 * 1000 / 1500
    assert trend.weights[0, 24:].tolist() == pytest.approx([weight, weight]) and trend.weights[0, :24].sum() == 0 and trend.middle[0] == 25.5
    one = 2 * weight / 3000  # a departure shared out by 3000 at risk
    log_ratio = np.log((weight * 0.044 + one) / (weight * 0.07 + one))
    shared = np.array([40 / 1500, 52 / 1500])
    variance = (weight * shared * (1 - shared)).sum() / (weight * shared.sum()) ** 2
    assert trend.shrinkage[0] == pytest.approx(RIDGE**2 / (RIDGE**2 + variance))
    assert trend.log_ratio[0] == pytest.approx(trend.shrinkage[0] * log_ratio)


def test_the_fall_goes_on_as_a_shifted_beta_geometric_does():
    """alpha / (alpha + beta + k - 1), extrapolated by one, two and five years, from a year's fall at month 30."""
    months = np.arange(1, 100)
    truth = 0.7 / (0.7 + 9.3 + months - 1)
    trend = Trend(np.zeros((1, 36)), np.array([30.0]), np.zeros(1), np.ones(1), np.zeros(1))
    fall = np.log(truth[29] / truth[17])
    for base, month in ((30, 42), (28, 52), (26, 86)):
        assert trend.factor(fall, 0, base, month) == pytest.approx(truth[month - 1] / truth[base - 1])
    assert trend.factor(-fall, 0, 30, 42) == pytest.approx(1 / trend.factor(fall, 0, 30, 42))


def test_few_departures_say_little_and_none_say_nothing():
    many, few, none = (seen([0.0] * 12 + [each] * 12 + [each / 2] * 12) for each in (200.0, 0.5, 0.0))
    assert many.log_ratio[0] == pytest.approx(np.log(0.5), rel=0.05) and many.shrinkage[0] > 0.98
    assert -0.35 < few.log_ratio[0] < -0.1 and few.shrinkage[0] < 0.5
    assert none.log_ratio[0] == none.shrinkage[0] == 0
    assert seen([5.0] * 24).log_ratio[0] == 0  # no third year: nothing to hold against the second


def test_the_first_year_says_nothing():
    steep, level = (seen(first + [20.0] * 24).log_ratio[0] for first in ([200.0] * 12, [20.0] * 12))
    assert steep == level == 0


def test_a_forecast_of_falling_hazards_holds_the_truth_that_a_bare_repeat_misses():
    """7 % falling to 2 %, customers of 24 to 35 months, six months ahead: most months ahead were seen by nobody."""
    hazard = 0.7 / (10 + np.arange(60))
    known = cohorts(hazard, 8000)
    now = there([("all", "monthly", age, int(round(8000 * np.prod(1 - hazard[:age])))) for age in range(24, 36)])
    truth = np.average([np.prod(1 - hazard[age : age + 6]) for age in now["tenure"]], weights=now["customers"])
    months = ForecastHazards.fit(known).months_used(["monthly"] * 12, now["tenure"].tolist(), 6)
    repeated = np.average(np.prod(1 - hazard[months - 1], axis=1), weights=now["customers"])
    told = forecast_retention(known, now, horizon_months=6).iloc[0]
    assert repeated < told["lower"] < truth < told["upper"]
    assert told["forecast"] == pytest.approx(truth, abs=0.001) and truth - repeated > 0.0075


@pytest.mark.parametrize("level", [0.01, 0.03])
def test_level_hazards_stay_level(level):
    hazard = np.full(60, level)
    rows = there([("all", "monthly", 35, 100)])
    forecast = forecast_retention(cohorts(hazard, 20_000), rows, horizon_months=6)["forecast"].iloc[0]
    assert forecast == pytest.approx((1 - level) ** 6, abs=0.001)


def test_billing_intervals_have_trends_of_their_own():
    falling, level = cohorts(0.7 / (10 + np.arange(60)), 8000), cohorts(np.full(60, 0.02), 8000).assign(billing_interval="quarterly")
    hazards = ForecastHazards.fit(pd.concat([falling, level], ignore_index=True))
    monthly, quarterly = hazards.trend.log_ratio
    assert hazards.intervals == ("monthly", "quarterly") and monthly < -0.2 and abs(quarterly) < 0.02


def test_the_uncertainty_of_the_change_is_in_the_draws():
    """Without it, the change taken as known, months that nobody had seen would look as sure as those of the year before."""
    hazards = ForecastHazards.fit(cohorts(0.7 / (10 + np.arange(60)), 400))
    sure = replace(hazards, trend=replace(hazards.trend, shrinkage=np.zeros(1)))
    spread, too_sure = (one.survival_draws(["monthly"], [35], 6, draws=4000)[:, 0, -1].std() for one in (hazards, sure))
    assert spread > 1.15 * too_sure
    unseen_by_none = [one.survival_draws(["monthly"], [20], 6, draws=100) for one in (hazards, sure)]
    np.testing.assert_array_equal(*unseen_by_none)
