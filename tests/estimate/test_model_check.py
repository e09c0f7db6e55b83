import math

import numpy as np
import pytest

from lifecycle_utils.estimate.model_check import disagreement, lack_of_fit
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric, everybody_life_table
from tests.estimate.cohorts import cohort


def test_annual_renewals_are_noticed():
    table = everybody_life_table(cohort([1000] * 12 + [700] * 12 + [600]))
    model = ShiftedBetaGeometric.fit_table(table)
    miss, p = lack_of_fit(model, table)
    assert p < 1e-6 and miss > 0.05
    assert "misses the survival seen by up to" in disagreement(model, table)


def test_a_right_model_is_called_wrong_about_one_time_in_a_hundred():
    truth, rng, alarms, p_values = ShiftedBetaGeometric(0.9, 8.0), np.random.default_rng(4), 0, []
    for _ in range(120):
        survivors = [500]
        for h in truth.hazard(np.arange(1, 19)):
            survivors.append(rng.binomial(survivors[-1], 1 - h))
        table = everybody_life_table(cohort(survivors))
        model = ShiftedBetaGeometric.fit_table(table)
        alarms += bool(disagreement(model, table))
        p_values.append(lack_of_fit(model, table)[1])
    assert alarms <= 5
    assert np.mean(p_values) == pytest.approx(0.5, abs=0.1)


def test_two_months_leave_nothing_to_check():
    table = everybody_life_table(cohort([100, 60, 42]))
    miss, p = lack_of_fit(ShiftedBetaGeometric.fit_table(table), table)
    assert miss == pytest.approx(0, abs=1e-9) and math.isnan(p)
    assert disagreement(ShiftedBetaGeometric.fit_table(table), table) == ""
