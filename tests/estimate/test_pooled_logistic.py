import numpy as np
import pytest
from scipy.special import expit

from lifecycle_utils.estimate.pooled_logistic import pooled_logistic


def people(sizes, rows=3000, seed=3):
    chance = np.random.default_rng(seed)
    codes = np.column_stack([chance.integers(0, size, rows) for size in sizes]).astype("int8" if max(sizes) < 100 else "int32")
    log_odds = -1 + sum(chance.normal(0, 0.5, size)[codes[:, number]] for number, size in enumerate(sizes))
    return codes, chance.random(rows) < expit(log_odds)


@pytest.mark.parametrize("sizes", [(2,), (3, 2), (5, 4, 3, 2, 6), (12, 10, 2), (7, 150, 3)], ids=str)
def test_effects_solve_the_equations_of_the_table_of_0_and_1(sizes):
    """Where the fit ends, what is left over of every label is what its variance holds against its effect, and of the intercept nothing."""
    codes, happened = people(sizes)
    intercept, effects, variances = pooled_logistic(codes, sizes, happened, rounds=2000, tolerance=1e-9)
    table = np.hstack([np.eye(size)[codes[:, number]] for number, size in enumerate(sizes)])
    rest = happened - expit(intercept + table @ np.concatenate(effects))
    assert rest.sum() == pytest.approx(0, abs=1e-6)
    assert table.T @ rest == pytest.approx(np.concatenate(effects) / np.repeat(variances, sizes), abs=1e-6)
    assert max(map(np.ptp, effects)) > 0.1


def test_the_order_of_inputs_does_not_matter():
    """Neighbours are counted together, and other neighbours tell the same."""
    sizes = (5, 4, 3, 2, 6, 9)
    codes, happened = people(sizes)
    intercept, effects, variances = pooled_logistic(codes, sizes, happened)
    backwards = pooled_logistic(codes[:, ::-1], sizes[::-1], happened)
    assert backwards[0] == pytest.approx(intercept, abs=1e-9)
    assert np.concatenate(backwards[1][::-1]) == pytest.approx(np.concatenate(effects), abs=1e-9)
    assert backwards[2][::-1] == pytest.approx(variances, abs=1e-9)


def test_a_label_that_nobody_has_has_no_effect():
    codes, happened = people((3, 4))
    intercept, effects, variances = pooled_logistic(codes, (3, 4), happened)
    wider = pooled_logistic(codes, (5, 4), happened)
    assert wider[1][0][3:].tolist() == [0, 0]
    assert np.concatenate([wider[1][0][:3], wider[1][1]]) == pytest.approx(np.concatenate(effects), abs=1e-9)
    assert wider[2] == pytest.approx(variances, abs=1e-9)
