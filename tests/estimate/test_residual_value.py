"""What the customers who are there are worth: by hand, against DERL, and in simulation."""

import math

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.residual_lifetime import discounted_residual_lifetime
from lifecycle_utils.estimate.residual_value import residual_value
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from tests.estimate.cohorts import cohort

SURVIVORS = [10_000, 8_000, 6_480, 5_307, 4_391]
STAGGERED = pd.concat([cohort(SURVIVORS[: years + 1], group="all") for years in (4, 3, 2, 1)])


def paying(mrr, group="all"):
    return pd.DataFrame({"group": [group], "mrr": [mrr]})


def test_the_base_of_the_paper_is_the_sum_of_residual_lifetimes():
    """Fader & Hardie (2010), case 1: 4,391 + 5,307 + 6,480 + 8,000 customers are there; each age has its own DERL."""
    rate = 1.1**12 - 1  # 10 % per period, so that a period is a month
    worth = residual_value(STAGGERED, paying(24_178.0), horizon_months=None, discount_rate_annual=rate).iloc[0]
    derl = discounted_residual_lifetime(ShiftedBetaGeometric.fit(STAGGERED), [1, 2, 3, 4], discount_rate=0.1)
    here = np.array([8_000, 6_480, 5_307, 4_391])
    assert worth["customers"] == here.sum() == 24_178
    assert worth["months"] == pytest.approx((derl * here).sum() / here.sum(), rel=1e-6)
    assert worth["value"] == pytest.approx((derl * here).sum(), rel=1e-6)
    assert worth["lower"] < worth["value"] < worth["upper"]


def test_a_horizon_counts_only_its_months():
    worth = residual_value(STAGGERED[STAGGERED["churned"] | (STAGGERED["tenure"] == 4)], paying(100.0), horizon_months=2, gross_margin=0.8)
    model = ShiftedBetaGeometric.fit(STAGGERED[STAGGERED["churned"] | (STAGGERED["tenure"] == 4)])
    survival = model.survival(range(7))
    assert worth["months"].iloc[0] == pytest.approx((survival[5] + survival[6]) / survival[4])
    assert worth["value"].iloc[0] == pytest.approx(80 * worth["months"].iloc[0])


def test_the_interval_holds_the_expectation():
    truth, rng, held, given, runs = ShiftedBetaGeometric(1.2, 10.0), np.random.default_rng(5), 0, 0, 60
    for run in range(runs):
        lifetime, age = rng.geometric(rng.beta(1.2, 10.0, 600)), rng.integers(1, 19, 600)
        people = pd.DataFrame({"group": "all", "entry": 0, "tenure": np.minimum(lifetime, age), "churned": lifetime <= age})
        tenures = people.value_counts().rename("customers").reset_index()
        here = tenures[~tenures["churned"]]
        months = np.arange(1, 13)
        expected = [(truth.survival(n + months) / truth.survival(n)).sum() for n in here["tenure"]]
        row = residual_value(tenures, paying(1.0), horizon_months=12, draws=500, seed=run).iloc[0]
        given += row["interval_withheld"] == ""
        held += row["lower"] <= np.average(expected, weights=here["customers"]) <= row["upper"]
    assert given >= runs - 4 and held / given >= 0.87


def test_for_ever_needs_a_discount():
    with pytest.raises(EstimateError, match="give a horizon or discount_rate_annual"):
        residual_value(STAGGERED, paying(1.0), horizon_months=None)


def test_what_is_withheld():
    nobody_left = residual_value(cohort([10, 10, 10], group="all"), paying(1.0)).iloc[0]
    assert math.isnan(nobody_left["value"]) and "nobody churned" in nobody_left["withheld"]
    all_left = residual_value(cohort([30, 10, 0], group="all"), paying(1.0)).iloc[0]
    assert math.isnan(all_left["value"]) and all_left["withheld"] == "no customer of this group is still there"
    unknown = residual_value(STAGGERED, paying(1.0, group="other")).iloc[0]
    assert math.isnan(unknown["value"]) and "no revenue" in unknown["withheld"]
