"""Calibration: by hand, against R's glm, for predictions of a known fault, and the coverage of the slope's interval."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.calibration import brier, calibration, calibration_slope
from lifecycle_utils.estimate.clustered import clustered_error, normal_interval
from tests.estimate.scoring import reference, telco


def test_brier_by_hand_and_against_scikit_learn():
    predicted, happened = np.array([0.2, 0.9, 0.6]), np.array([False, True, False])
    value, influence = brier(predicted, happened)
    assert value == pytest.approx((0.04 + 0.01 + 0.36) / 3) == pytest.approx(brier_score_loss(happened, predicted))
    assert influence.sum() == pytest.approx(0, abs=1e-15)
    losses = np.array([0.04, 0.01, 0.36])
    assert clustered_error(influence, [0, 1, 2]) == pytest.approx(losses.std() / np.sqrt(3))


def test_the_slope_of_r_glm_on_telco(shared_data):
    """Twice the log odds of a model of tenure alone: the slope that R finds is a half."""
    rows = pd.read_csv(shared_data / "telco" / "Telco-Customer-Churn.csv")
    fitted = LogisticRegression(C=1e9, tol=1e-10).fit(rows[["tenure"]].to_numpy(float) / 72, rows["Churn"] == "Yes")
    extreme = expit(2 * logit(fitted.predict_proba(rows[["tenure"]].to_numpy(float) / 72)[:, 1]))
    slope, _ = calibration_slope(extreme, rows["Churn"] == "Yes")
    assert slope == pytest.approx(reference().query("kind == 'slope' and label == 'slope'")["value"].item(), abs=1e-5)


@pytest.mark.parametrize(("factor", "slope"), [(1.0, 1.0), (2.0, 0.5), (0.5, 2.0)])
def test_a_known_fault_is_found_and_its_interval_covers_it(factor, slope):
    chance, inside, found = np.random.default_rng(3), 0, []
    for _ in range(300):
        log_odds = chance.normal(-1.5, 1.0, 600)
        happened = chance.random(600) < expit(log_odds)
        value, influence = calibration_slope(expit(factor * log_odds), happened)
        lower, upper = normal_interval(value, clustered_error(influence, np.arange(600)))
        found.append(value)
        inside += lower <= slope <= upper
    assert np.mean(found) == pytest.approx(slope, rel=0.05) and 0.91 < inside / 300 < 0.985


def test_groups_hold_every_row_once_and_equal_predictions_together():
    predicted = np.repeat([0.1, 0.2, 0.2, 0.9], [5, 40, 40, 15])
    happened = np.arange(100) % 2 == 0
    table = calibration(predicted, happened, groups=10)
    assert table["customer_months"].tolist() == [5, 80, 15] and table["churned"].sum() == 50
    assert table["predicted"].tolist() == pytest.approx([0.1, 0.2, 0.9])
    assert (table["lower"] <= table["observed"]).all() and (table["observed"] <= table["upper"]).all()
    with pytest.raises(EstimateError, match="no prediction"):
        calibration([], [])


def test_predictions_all_alike_have_no_slope():
    assert np.isnan(calibration_slope(np.full(10, 0.3), np.arange(10) < 3)[0])
    assert np.isnan(calibration_slope(np.linspace(0.1, 0.9, 10), np.zeros(10, dtype=bool))[0])


def test_telco_has_the_rows_that_the_reference_was_made_of(shared_data):
    rows = telco(shared_data)
    assert len(rows) == 7043 and rows["churned"].sum() == 1869
