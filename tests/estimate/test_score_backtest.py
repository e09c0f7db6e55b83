"""The back-test: by hand, its verdicts under a known truth, and how often it is fooled."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate
from tests.estimate.scoring import simulated


class Told:
    """A score that says what it is told to."""

    def __init__(self, method, column, *, churned=10, customer_months=100):
        self.method, self.column, self.churned, self.customer_months, self.details = method, column, churned, customer_months, {}

    def predict(self, rows):
        return rows[self.column].to_numpy(float)


def value(table, method, measure, against=None):
    rows = table[(table["method"] == method) & (table["measure"] == measure)]
    return (rows if against is None else rows[rows["against"] == against]).iloc[0]


def test_every_number_by_hand():
    test = pd.DataFrame({"customer": range(40), "churned": [True] * 10 + [False] * 30, "sure": [0.5] * 10 + [0.1] * 30, "flat": 0.25})
    table = estimate.score_backtest(test, [Told("scorecard", "flat"), Told("logistic", "sure")])
    assert value(table, "base rate", "brier")["value"] == pytest.approx((10 * 0.9**2 + 30 * 0.1**2) / 40)  # 10 of 100 left in training
    assert value(table, "scorecard", "auc")["value"] == 0.5 and value(table, "logistic", "auc")["value"] == 1.0
    assert value(table, "logistic", "brier")["value"] == pytest.approx((10 * 0.25 + 30 * 0.01) / 40)
    assert value(table, "logistic", "brier_gain", "scorecard")["value"] == pytest.approx((10 * 0.75**2 + 30 * 0.25**2) / 40 - (10 * 0.25 + 30 * 0.01) / 40)
    assert value(table, "logistic", "top_decile_lift")["value"] == pytest.approx(4.0)
    assert value(table, "logistic", "top_decile_churn")["value"] == pytest.approx(1.0)
    assert value(table, "scorecard", "calibration_ratio")["value"] == pytest.approx(1.0)
    assert value(table, "logistic", "calibration_ratio")["value"] == pytest.approx(8 / 10)
    assert (table["customers"] == 40).all() and (table["churned"] == 10).all()


def test_verdicts_under_a_known_truth():
    train, _ = simulated(40_000, seed=11)
    test, _ = simulated(8000, seed=12)
    labels = estimate.input_shares(train)[["input", "label"]]
    worse = labels.assign(points=[{"none": -5.0}.get(label, 0.0) for label in labels["label"]])
    table = estimate.score_backtest(test, estimate.fit_scores(train, worse, algorithms=("scorecard", "logistic")))
    for method, measure, against in (("scorecard", "auc", "chance"), ("scorecard", "brier_gain", "base rate"), ("logistic", "auc_gain", "scorecard"),
                                     ("logistic", "brier_gain", "scorecard")):
        assert value(table, method, measure, against)["verdict"] == "better", (method, measure)
    assert value(table, "logistic", "calibration_slope")["verdict"] == "right" and value(table, "logistic", "calibration_ratio")["verdict"] == "right"
    fitted = estimate.fit_logistic(train).predict(test)
    extreme = test.assign(chance=1 / (1 + ((1 - fitted) / fitted) ** 3))  # three times the log odds
    table = estimate.score_backtest(extreme, [Told("logistic", "chance", churned=800, customer_months=8000)])
    assert value(table, "logistic", "calibration_slope")["verdict"] == "too extreme"


def test_a_score_of_nothing_is_called_better_in_about_one_of_thirty():
    """Random scores against outcomes of customers who are seen several times: the two-sided 95 % interval errs on each side as rarely."""
    generator, better = np.random.default_rng(14), 0
    for _ in range(300):
        owner = np.repeat(np.arange(200), 3)
        test = pd.DataFrame({"customer": owner, "churned": (generator.random(200) < 0.2)[owner], "luck": generator.random(200)[owner]})
        better += value(estimate.score_backtest(test, [Told("logistic", "luck")]), "logistic", "auc")["verdict"] == "better"
    assert better / 300 < 0.065


def test_too_few_that_left_and_everything_is_withheld():
    test = pd.DataFrame({"customer": range(100), "churned": np.arange(100) < 9, "flat": 0.1})
    table = estimate.score_backtest(test, [Told("scorecard", "flat"), Told("logistic", "flat")])
    assert table["value"].isna().all() and len(table) == 2
    assert table["withheld"].unique().tolist() == ["only 9 of the test's 100 customer-months ended in churn; at least 10 are needed"]
    empty = test.iloc[:0]
    assert estimate.score_backtest(empty, [Told("scorecard", "flat")])["withheld"].tolist() == [
        "only 0 of the test's 0 customer-months ended in churn; at least 10 are needed"
    ]
    assert estimate.score_calibration(empty, [Told("scorecard", "flat")]).empty and estimate.score_gains(empty, [Told("scorecard", "flat")]).empty


def test_bands_hold_their_shares_of_the_training_and_look_at_nothing_else():
    train = pd.DataFrame({"churned": False, "chance": np.linspace(0.01, 0.99, 1000)})
    bands = estimate.health_bands(Told("logistic", "chance"), train)
    assert bands["band"].tolist() == ["at risk", "watch", "steady", "healthy"]
    assert bands["share_of_training"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=2e-3)
    pd.testing.assert_frame_equal(bands, estimate.health_bands(Told("logistic", "chance"), train.assign(churned=True)))
    test = pd.DataFrame({"chance": [0.95, 0.95, 0.8, 0.5, 0.1, 0.1], "churned": [True, False, True, False, False, False]})
    table = estimate.band_backtest(test, Told("logistic", "chance"), bands)
    assert table["customer_months"].tolist() == [2, 1, 1, 2] and table["churned"].tolist() == [1, 1, 0, 0]
    assert table["observed"].tolist() == [0.5, 1.0, 0.0, 0.0]


def test_rows_with_the_same_chance_stay_together():
    train = pd.DataFrame({"churned": False, "chance": [0.5] * 60 + [0.1] * 40})
    bands = estimate.health_bands(Told("logistic", "chance"), train)
    assert bands["share_of_training"].tolist() == [0.0, 0.6, 0.0, 0.4]  # nobody is at risk where six of ten look alike
    assert bands["from_probability"].is_monotonic_decreasing


def test_a_score_without_chances_is_judged_by_its_order_alone():
    test = pd.DataFrame({"customer": range(40), "churned": [True] * 10 + [False] * 30, "sure": [0.5] * 10 + [0.1] * 30})
    card = Told("scorecard", "sure")
    card.details = {"withheld": "only 0 of 50 past customer-months ended in churn"}
    table = estimate.score_backtest(test, [card, Told("logistic", "sure")])
    assert value(table, "scorecard", "auc")["value"] == 1.0
    assert value(table, "scorecard", "brier_gain")["withheld"] == "before the test only 0 of 50 past customer-months ended in churn"
    assert table[(table["method"] == "logistic") & (table["against"] == "scorecard")].empty
    assert estimate.score_calibration(test, [card, Told("logistic", "sure")])["method"].unique().tolist() == ["logistic"]


def test_nobody_acts_on_a_score_that_has_not_beaten_chance():
    test = pd.DataFrame({"customer": range(400), "churned": [True] * 100 + [False] * 300, "flat": 0.25, "backwards": [0.1] * 100 + [0.5] * 300})
    test["sure"] = 0.6 - test["backwards"]
    why = {
        column: estimate.why_unproven(estimate.score_backtest(test, [Told("logistic", column)]), method="logistic") for column in ("sure", "flat", "backwards")
    }
    told = "in its test the score was no better than chance at finding those who leave"
    assert why == {"sure": "", "flat": told, "backwards": told}
    few = estimate.score_backtest(test.iloc[95:], [Told("logistic", "sure")])
    assert estimate.why_unproven(few, method="logistic").endswith("only 5 of the test's 305 customer-months ended in churn; at least 10 are needed")
    assert "could not be tested" in estimate.why_unproven(few, method="boosting")


def test_what_a_table_adds_is_what_the_model_loses_without_it():
    train, _ = simulated(8000, seed=14)
    test, _ = simulated(8000, seed=15)
    tables = {"use": "usage", "stage": "subscriptions", "noise": "feedback"}
    labels = estimate.input_shares(train)[["input", "label"]].assign(title="", table=lambda part: part["input"].map(tables))
    worth = estimate.worth_of_tables(train, test, labels).set_index("table")
    assert set(worth.index) == {"usage", "feedback"}  # a company without subscriptions has no customers to score
    assert worth.loc["usage", "verdict"] == "better" and worth.loc["feedback", "verdict"] == "no difference"
    assert worth.loc["usage", "auc_gain"] == pytest.approx(worth.loc["usage", "auc"] - worth.loc["usage", "auc_without"])
    assert worth.loc["usage", "lower"] < worth.loc["usage", "auc_gain"] < worth.loc["usage", "upper"]
    fitted = estimate.fit_scores(train, estimate.scorecard_points(labels), algorithms=("logistic",))
    pd.testing.assert_frame_equal(estimate.worth_of_tables(train, test, labels, scores=fitted).set_index("table"), worth)
