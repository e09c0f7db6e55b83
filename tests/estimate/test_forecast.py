"""Forecasts: counted by hand, the same number by another route, known truths, and what is withheld."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.forecast import forecast_mrr, forecast_retention, forecastable
from lifecycle_utils.estimate.forecast_draws import own_chance
from lifecycle_utils.estimate.forecast_growth import fit_growth
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards

STEADY = pd.DataFrame({"customers": [50] * 6, "opening_mrr": 5000.0, "closing_mrr": 5050.0, "opening_squares": 500_000.0, "products": 505_000.0,
                       "closing_squares": 510_050.0})


def followed(rows, interval="monthly"):
    frame = pd.DataFrame(rows, columns=["age", "entry", "tenure", "churned", "customers"]).assign(billing_interval=interval)
    return frame.assign(weight=frame["customers"].astype(float), weight_squares=frame["customers"].astype(float))


def there(rows):
    frame = pd.DataFrame(rows, columns=["group", "billing_interval", "tenure", "customers"])
    return frame.assign(mrr=frame["customers"] * 100.0, mrr_squares=frame["customers"] * 10_000.0)


#: Month 1: 100 of 1000 left. Month 2: 45 of 900. Month 3: 0 of 855.
KNOWN = followed([(3, 0, 1, True, 100), (3, 0, 2, True, 45), (3, 0, 3, False, 855)])
FLAT = pd.concat([followed([(30, 0, month, True, 30) for month in range(1, 31)] + [(30, 0, 30, False, 2000)])])


def test_the_forecast_is_the_product_of_what_stays_by_hand():
    rows = there([("all", "monthly", 0, 200), ("all", "monthly", 1, 50), ("old", "monthly", 1, 50)])
    told = forecast_retention(KNOWN, rows, horizon_months=2).set_index("group")
    assert told.loc["all", "forecast"] == pytest.approx((200 * 0.9 * 0.95 + 50 * 0.95 * 1) / 250)
    assert told.loc["old", "forecast"] == pytest.approx(0.95)
    assert told.loc["all", ["customers", "left_out"]].tolist() == [250, 0.0]
    assert (told["lower"] <= told["forecast"]).all() and (told["forecast"] <= told["upper"]).all()


def test_money_by_hand():
    told = forecast_mrr(KNOWN, there([("all", "monthly", 0, 100)]), STEADY, horizon_months=2)
    assert told[["measure", "months_ahead"]].values.tolist() == [["mrr", 1], ["mrr", 2], ["revenue", 2]]
    month_1, month_2 = 10_000 * 0.9 * 1.01, 10_000 * 0.9 * 0.95 * 1.01**2
    assert told["forecast"].tolist() == pytest.approx([month_1, month_2, 10_000 + month_1])
    assert told["now"].tolist() == [10_000.0] * 3


def test_large_customers_count_as_large():
    """Of 50 customers of 900 nobody left, of 50 of 100 half did: a twentieth of the money."""
    rows = followed([(1, 0, 1, True, 25), (1, 0, 1, False, 75)]).assign(weight=[2500.0, 47_500.0], weight_squares=[25 * 1e4, 25 * 1e4 + 50 * 81e4])
    told = forecast_mrr(rows, there([("all", "monthly", 0, 100)]), STEADY, horizon_months=1)
    assert told["forecast"].iloc[0] == pytest.approx(10_000 * 0.95 * 1.01)
    hazards = ForecastHazards.fit(rows)
    assert hazards.effective[0, 0] == pytest.approx(50_000**2 / (50 * 1e4 + 50 * 81e4))


def test_binomial_noise_is_what_is_left_when_the_hazards_are_known():
    """With a million customers known the interval is the binomial's of the 400 to come."""
    many = followed([(1, 0, 1, True, 200_000), (1, 0, 1, False, 800_000)])
    told = forecast_retention(many, there([("all", "monthly", 0, 400)]), horizon_months=1, draws=20_000).iloc[0]
    error = np.sqrt(0.2 * 0.8 / 400)
    assert told["lower"] == pytest.approx(0.8 - 1.96 * error, abs=0.002) and told["upper"] == pytest.approx(0.8 + 1.96 * error, abs=0.002)


def test_estimation_error_is_what_is_left_when_the_customers_are_many():
    """With a million to come the interval is that of the estimated hazard: 80 of 400 left."""
    few = followed([(1, 0, 1, True, 80), (1, 0, 1, False, 320)])
    told = forecast_retention(few, there([("all", "monthly", 0, 1_000_000)]), horizon_months=1, draws=20_000).iloc[0]
    error = np.sqrt(0.2 * 0.8 / 400)
    assert told["upper"] - told["lower"] == pytest.approx(2 * 1.96 * error, rel=0.03)


def test_own_chance_equals_simulated_customers():
    """The variance formula for MRR and for its sum over months, against customers drawn one by one."""
    rng = np.random.default_rng(7)
    stay, factor, change = np.array([[1.0, 0.9, 0.7, 0.6]]), np.array([1.0, 1.02, 1.04, 1.06]), 0.01
    month, total = own_chance(stay, factor, np.array([1.0]), change)
    n = 200_000
    leaves = np.searchsorted(-stay[0], -rng.random(n), side="right")  # the first month in which it is gone
    drift = np.cumsum(np.concatenate([np.zeros((n, 1)), np.sqrt(change) * rng.standard_normal((n, 3))], axis=1), axis=1)
    paid = (np.arange(4) < leaves[:, None]) * factor * (1 + drift)
    np.testing.assert_allclose(month, paid.var(axis=0), rtol=0.03, atol=1e-9)
    assert total == pytest.approx(paid[:, :3].sum(axis=1).var(), rel=0.03)


def test_an_annual_contract_keeps_its_renewal_beyond_what_was_seen():
    """30 months seen, 20 % leave at 12 and 10 % at 24: the renewals at 36 and 48 are taken to be like the one at 24."""
    rows = followed([(30, 0, 12, True, 200), (30, 0, 24, True, 80), (30, 0, 30, False, 720)], "annual")
    hazards = ForecastHazards.fit(rows)
    assert hazards.survival(["annual"], [30], 18)[0, [5, 6, 17, 18]].tolist() == pytest.approx([1.0, 0.9, 0.9, 0.81])
    assert hazards.months_used(["annual"], [30], 7).tolist() == [[19, 20, 21, 22, 23, 24, 25]]


def test_the_first_year_never_stands_for_later_ones():
    young = followed([(23, 0, 1, True, 300), (23, 0, 23, False, 700)])
    told = forecast_retention(young, there([("all", "monthly", 20, 100)]), horizon_months=6).iloc[0]
    assert np.isnan(told["forecast"])
    assert told["withheld"] == "too young then: 100% of the customers would pass months that fewer than 10 customers had been followed through"


def test_a_few_too_old_ones_are_left_out_and_told():
    rows = there([("all", "monthly", 0, 80), ("all", "monthly", 2, 20)])
    told = forecast_retention(KNOWN, rows, horizon_months=2).iloc[0]
    assert told["customers"] == 80 and told["left_out"] == pytest.approx(0.2) and told["forecast"] == pytest.approx(0.9 * 0.95)
    assert forecastable(KNOWN, rows, horizon_months=2).tolist() == [True, False]


@pytest.mark.parametrize(
    ("known", "rows", "why"),
    [
        (followed([(1, 0, 1, True, 9), (1, 0, 1, False, 500)]), [("all", "monthly", 0, 50)], "fewer than 10 customers had left by then"),
        (KNOWN, [("all", "monthly", 0, 9)], "fewer than 10 customers then"),
        (KNOWN, [("all", "weekly", 0, 50)], "too young then: 100% of the customers would pass months that fewer than 10 customers had been followed through"),
    ],
)
def test_what_cannot_be_forecast_is_withheld(known, rows, why):
    told = forecast_retention(known, there(rows), horizon_months=1).iloc[0]
    assert told[["forecast", "lower", "upper"]].isna().all() and told["withheld"] == why


def test_growth_needs_three_months():
    told = forecast_mrr(KNOWN, there([("all", "monthly", 0, 50)]), STEADY.head(2), horizon_months=1)
    assert told["forecast"].isna().all() and (told["withheld"] == "fewer than 3 months with customers who stayed by then").all()


def test_growth_finds_months_that_differ():
    """In every second month everybody pays 4 % more, in the others 2 % less: more than customers' chance."""
    factor = np.array([1.04, 0.98] * 6)
    shaken = pd.DataFrame({"customers": 100, "opening_mrr": 10_000.0, "closing_mrr": 10_000 * factor, "opening_squares": 1e6, "products": 1e6 * factor,
                           "closing_squares": 1e6 * factor**2})
    growth = fit_growth(shaken)
    assert growth.monthly == pytest.approx(1.01) and growth.between_months == pytest.approx(0.03, rel=0.1)
    assert fit_growth(STEADY).between_months == 0


def test_the_same_seed_gives_the_same_forecast_and_inputs_stay_as_they_were():
    rows = there([("all", "monthly", 0, 100)])
    before = KNOWN.copy()
    first, again = (forecast_retention(KNOWN, rows, horizon_months=2) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(KNOWN, before)


def test_counts_that_are_none_are_refused():
    with pytest.raises(EstimateError, match="lacks the column"):
        ForecastHazards.fit(KNOWN.drop(columns="age"))
    with pytest.raises(EstimateError, match="no rows"):
        ForecastHazards.fit(KNOWN.head(0))
