"""Scores on a real company and on simulated ones: the model beats the scorecard, the scorecard beats chance, and chances are right."""

import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, present, simulate, sources
from tests.companies import TELCO_MONTH, write_telco_to_score
from tests.estimate.scoring import telco

#: Common sense about a telephone company: new and month to month is loose, long and bound is firm.
TELCO_POINTS = {
    "tenure": {"0": -10, "1-2": -10, "3-5": -5, "24-47": 5, "48-72": 10},
    "Contract": {"Month-to-month": -10, "Two year": 10},
    "TechSupport": {"No": -5, "Yes": 5},
}


def verdicts(backtest):
    rows = backtest[backtest["verdict"] != ""]
    return rows.set_index(["method", "measure", "against"])["verdict"].to_dict()


def the_order_holds(backtest):
    """Model over scorecard over chance, each by an interval that leaves nothing out."""
    found = verdicts(backtest)
    assert found["scorecard", "auc", "chance"] == "better" and found["scorecard", "brier_gain", "base rate"] == "better"
    assert found["scorecard", "top_decile_lift", "chance"] == "better"
    assert found["logistic", "auc_gain", "scorecard"] == "better" and found["logistic", "brier_gain", "scorecard"] == "better"


def test_telco_customers_left_out_are_scored_by_the_others(shared_data):
    rows = telco(shared_data)
    train, test = rows[rows["customer"] % 2 == 0], rows[rows["customer"] % 2 == 1]
    labels = estimate.input_shares(rows)[["input", "label"]]
    points = [float(TELCO_POINTS.get(name, {}).get(label, 0)) for name, label in zip(labels["input"], labels["label"], strict=True)]
    backtest = estimate.score_backtest(test, estimate.fit_scores(train, labels.assign(points=points)))
    the_order_holds(backtest)
    measured = backtest.set_index(["method", "measure", "against"])["value"]
    assert 0.82 < measured["logistic", "auc", "chance"] < 0.86  # what every published model of these data reaches
    assert 0.9 < measured["logistic", "calibration_slope", ""] < 1.1


def test_telco_through_the_notebooks_steps(shared_data, tmp_path):
    """A company seen once has one month whose outcome is known: the score learns from every second customer, and says so."""
    snapshot = sources.open_snapshot(write_telco_to_score(shared_data, tmp_path), month=TELCO_MONTH)
    months, inputs, history = scored_history(snapshot)
    assert months.by_customer and months.all == ["2026-07"] and "every second customer" in str(present.score_test_notes(months))
    train, test = months.split(history)
    assert not set(train["customer"]) & set(test["customer"]) and abs(len(train) - len(test)) <= 1
    points = estimate.scorecard_points(observe.input_labels(inputs), changes=snapshot.settings.scorecard)
    backtest = estimate.score_backtest(test, estimate.fit_scores(train, points, algorithms=("scorecard", "logistic")))
    the_order_holds(backtest)
    for method, against, better in (("scorecard", "base rate", "giving everybody the same chance"), ("logistic", "scorecard", "the scorecard")):
        assert f"is better than {better}: its squared error" in str(present.score_gain_finding(backtest, method=method, against=against))
    measured = backtest.set_index(["method", "measure", "against"])["value"]
    assert 0.8 < measured["logistic", "calibration_slope", ""] < 1.2 and 0.8 < measured["logistic", "auc", "chance"] < 0.86


def scored_history(snapshot, *, horizon_months=3):
    months = observe.scored_months(snapshot, horizon_months=horizon_months)
    inputs = observe.score_inputs(snapshot.as_of(months.tested_from), horizon_months=horizon_months)
    history = observe.customer_months(snapshot, inputs, months=months.all, horizon_months=horizon_months)
    return months, inputs, history


@pytest.mark.slow
def test_the_sample_company():
    months, inputs, history = scored_history(sources.open_snapshot("", month="2026-10"))
    train, test = months.split(history)
    scores = estimate.fit_scores(train, estimate.scorecard_points(observe.input_labels(inputs)))
    backtest = estimate.score_backtest(test, scores)
    the_order_holds(backtest)
    measured = backtest.set_index(["method", "measure", "against"])
    assert 0.8 < measured.loc[("logistic", "calibration_slope", ""), "value"] < 1.2 and verdicts(backtest)["logistic", "calibration_slope", ""] == "right"
    assert {estimate.why_unproven(backtest, method=score.method) for score in scores} == {""}  # its lists are shown
    bands = estimate.band_backtest(test, scores[1], estimate.health_bands(scores[1], train))
    assert bands["observed"].is_monotonic_decreasing and (bands["lower"].to_numpy()[:-1] > bands["upper"].to_numpy()[1:]).all()  # bands that lie apart
    # the truth of the sample: the card page and the annual renewal make leave, the ideal channel and size make stay
    points = scores[1].points.set_index(["input", "label"])["points"]
    assert points["trial", "with card"] > points["trial", "without card"] and points["usage_level", "none"] > points["usage_level", "4-7"]
    assert points["channel", "partner"] == points["channel"].min() and points["attribute_employees", "51-250"] == points["attribute_employees"].min()
    assert scores[1].details["spread"]["attribute_country"] < 0.02  # means nothing, and drops out


@pytest.mark.slow
def test_a_company_where_nobody_differs_is_told_so(tmp_path):
    """One hazard for all, no falling use: the model finds nothing, and does not say that it did."""
    flat = simulate.TRUTH.plain(hazard=(0.04,), before_churn=(1.0, 1.0), nps_before_churn=0.0)
    simulate.write_company(tmp_path / "flat", customers=1500, months=30, truth=flat, seed=3)
    months, inputs, history = scored_history(sources.open_snapshot(tmp_path / "flat"))
    train, test = months.split(history)
    scores = estimate.fit_scores(train, estimate.scorecard_points(observe.input_labels(inputs)), algorithms=("scorecard", "logistic"))
    backtest = estimate.score_backtest(test, scores)
    found = verdicts(backtest)
    assert {estimate.why_unproven(backtest, method=score.method) for score in scores} == {
        "in its test the score was no better than chance at finding those who leave"
    }
    assert found["logistic", "brier_gain", "base rate"] != "better" and found["logistic", "auc", "chance"] != "better"
    assert sum(spread > 0.02 for spread in scores[1].details["spread"].values()) <= 3  # of 24 inputs, none of which means anything


@pytest.mark.slow
def test_the_next_month_only(tmp_path):
    """A horizon of one month sees what falls in the last weeks: the model is better still, and its chances are right."""
    simulate.write_company(tmp_path / "one", customers=2500, months=36, seed=4)
    months, inputs, history = scored_history(sources.open_snapshot(tmp_path / "one"), horizon_months=1)
    assert len(months.test) == 12 and pd.Index(months.train).is_monotonic_increasing
    train, test = months.split(history)
    scores = estimate.fit_scores(train, estimate.scorecard_points(observe.input_labels(inputs)), algorithms=("scorecard", "logistic"))
    backtest = estimate.score_backtest(test, scores)
    the_order_holds(backtest)
    measured = backtest.set_index(["method", "measure", "against"])["value"]
    assert measured["logistic", "auc", "chance"] > 0.83 and 0.8 < measured["logistic", "calibration_slope", ""] < 1.2
