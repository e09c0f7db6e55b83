"""Months that customers who are there are expected to go on paying: by hand, by the restricted mean, under a known truth."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate.expected_months import expected_months
from lifecycle_utils.estimate.restricted_mean import restricted_mean
from tests.estimate.simulated import simulated_company


def tenures(*rows, group="all"):
    return pd.DataFrame([(group, *row) for row in rows], columns=["group", "entry", "tenure", "churned", "customers"])


def months_of(frame, group="all"):
    return frame[frame["group"] == group].set_index("tenure")["months"]


def test_every_number_by_hand():
    """Of 100 customers 50 leave in month 1, none in month 2, 10 in month 3; then the last twelve observed months go on: 60 of 200."""
    counts = tenures((0, 1, True, 50), (0, 3, True, 10), (0, 3, False, 40))
    told = months_of(expected_months(counts, horizon_months=2, min_at_risk=30))
    tail = 1 - 60 / 200
    assert told.to_dict() == pytest.approx({0: 0.5 + 0.5, 1: 1 + 0.8, 2: 0.8 + 0.8 * tail, 3: tail + tail**2})
    discounted = months_of(expected_months(counts, horizon_months=2, min_at_risk=30, discount_rate_annual=2.0**12 - 1))
    assert discounted[1] == pytest.approx(1 + 0.8 / 2)  # only what lies behind the first payment is discounted


def test_for_a_new_customer_it_is_the_restricted_mean():
    counts, _ = simulated_company(np.random.default_rng(1), np.full(4000, 0.04), months=40)
    told = months_of(expected_months(counts, horizon_months=24))
    assert told[0] == pytest.approx(restricted_mean(counts, horizon_months=25)["restricted_mean"].iloc[0] - 1)


def test_a_flat_hazard_is_the_same_at_every_age_and_a_falling_one_is_not():
    churn = np.where(np.arange(20_000) % 2 == 0, 0.02, 0.10)
    flat, _ = simulated_company(np.random.default_rng(2), np.full(20_000, 0.05), months=48)
    told = months_of(expected_months(flat, horizon_months=12))
    np.testing.assert_allclose(told.loc[:36], sum(0.95**j for j in range(1, 13)), rtol=0.03)
    mixed, _ = simulated_company(np.random.default_rng(3), churn, months=48)
    ahead = months_of(expected_months(mixed, horizon_months=12))
    assert ahead[36] > ahead[12] > ahead[0]  # who has stayed long is likelier to stay


def test_a_thin_group_takes_the_churn_of_all_and_nobody_left_pays_on():
    counts = pd.concat([tenures((0, 1, True, 5), (0, 1, False, 95)), tenures((0, 1, True, 4), (0, 1, False, 4), group="thin"),
                        tenures((0, 1, True, 1), (0, 1, False, 91), group="thick")])
    told = expected_months(counts, horizon_months=1).set_index(["group", "tenure"])["months"]
    assert told["thin", 0] == told["all", 0] == pytest.approx(0.95) and told["thick", 0] == pytest.approx(91 / 92)
    assert expected_months(tenures((0, 5, False, 3)), horizon_months=7)["months"].eq(7).all()
    few = expected_months(tenures((0, 2, True, 1), (0, 2, False, 1)), horizon_months=1)  # nobody's month is observed: all months together
    assert few["months"].tolist() == pytest.approx([0.75] * 3)


def test_months_before_anybody_was_seen_are_not_taken_for_loyal():
    """The data begins in the customers' month 4: months 1 to 3 have nobody at risk, which is no month without churn."""
    told = months_of(expected_months(tenures((3, 4, True, 20), (3, 5, True, 16), (3, 5, False, 64)), horizon_months=1))
    assert told[0] == pytest.approx(1 - 36 / 180) and told[3] == pytest.approx(0.8)
