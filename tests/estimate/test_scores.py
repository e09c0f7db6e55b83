"""Scorecard, hazard model and boosting: by hand, against R's mgcv, by another route, and against a known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from lifecycle_utils import estimate
from lifecycle_utils.errors import EstimateError, InputError
from lifecycle_utils.estimate.boosted_score import fit_boosting
from lifecycle_utils.estimate.churn_model import fit_logistic, input_weights
from lifecycle_utils.estimate.scorecard import POINTS, fit_scorecard, scorecard_points
from tests.estimate.scoring import TRUTH, reference, simulated, telco

LABELS = pd.DataFrame([(name, label, name, "usage") for name, effects in TRUTH.items() for label in effects], columns=["input", "label", "title", "table"])


def test_the_fit_is_that_of_r_mgcv_on_telco(shared_data):
    """Effects and their spread by mgcv::bam with random effects and fREML; gender, which means nothing, drops out in both."""
    fitted = fit_logistic(telco(shared_data), caution=0)
    told = reference()
    effects = told[told["kind"] == "effect"]
    assert fitted.intercept == pytest.approx(effects[effects["input"].isna()]["value"].item(), abs=1e-3)
    both = fitted.points.merge(effects, on=["input", "label"])
    assert len(both) == 22
    np.testing.assert_allclose(both["points"], both["value"], atol=2e-3)
    deviations = told[told["kind"] == "deviation"].set_index("input")["value"]
    assert fitted.details["spread"] == pytest.approx(deviations.clip(lower=0.01).to_dict(), rel=2e-3)


def test_a_known_truth_is_recovered_and_noise_drops_out():
    rows, _ = simulated(40_000, seed=1)
    fitted = fit_logistic(rows)
    effects = fitted.points.set_index(["input", "label"])["points"]
    for name in ("use", "stage"):
        truth = pd.Series(TRUTH[name])
        assert np.abs((effects[name] - effects[name].mean()) - (truth - truth.mean())).max() < 0.08
    assert np.abs(effects["noise"]).max() < 0.02 and fitted.details["spread"]["noise"] < 0.03
    weights = input_weights(fitted, LABELS)
    assert weights["input"].tolist() == ["use", "stage", "noise"] and weights.loc[0, ["raises_most", "lowers_most"]].tolist() == ["none", "much"]
    fresh, chance = simulated(20_000, seed=2)
    assert np.abs(fitted.predict(fresh) - chance).mean() < 0.01


def test_inputs_that_mean_nothing_are_left_out_nineteen_times_of_twenty():
    """Twenty inputs of noise, three hundred churns: with caution few are given weight, without it about half are."""
    noise = {f"noise_{number}": dict.fromkeys("abcd", 0.0) for number in range(20)}
    kept = {0.0: 0, 0.5: 0}
    for seed in range(10):
        rows, _ = simulated(4000, seed=100 + seed, truth=noise)
        for caution in kept:
            kept[caution] += sum(spread > 0.02 for spread in fit_logistic(rows, caution=caution).details["spread"].values())
    assert kept[0.5] / 200 < 0.09 and 0.3 < kept[0.0] / 200 < 0.6


def test_the_order_of_rows_and_labels_changes_nothing():
    rows, _ = simulated(3000, seed=3)
    other = rows.sample(frac=1, random_state=1)
    other = other.assign(use=other["use"].cat.reorder_categories(["much", "none", "some"]))
    once, again = fit_logistic(rows), fit_logistic(other)
    np.testing.assert_allclose(once.predict(rows), again.predict(rows), rtol=1e-6)


def test_contributions_add_up_to_the_log_odds():
    rows, _ = simulated(2000, seed=4)
    for score in (fit_logistic(rows), fit_scorecard(rows, points_of(use={"none": -20, "much": 10}))):
        moved = score.contributions(rows)
        rest = logit(score.predict(rows)) - moved.sum(axis=1)
        assert np.ptp(rest) < 1e-9  # the same constant for every row
        # the average odds are the reference: over the training rows the factors of an input average 1
        assert np.exp(moved).mean().to_numpy() == pytest.approx(1.0)


def points_of(**changes):
    frame = LABELS[["input", "label"]].copy()
    return frame.assign(points=[float(changes.get(name, {}).get(label, 0)) for name, label in zip(frame["input"], frame["label"], strict=True)])


def test_points_of_lifecycle_toml_replace_the_usual_ones():
    inputs = pd.DataFrame([(name, label) for name, labels in (("nps", ["no answer", "0-6", "7-8", "9-10"]), ("channel", ["ads", "web"])) for label in labels],
                          columns=["input", "label"])
    usual = scorecard_points(inputs).set_index(["input", "label"])["points"]
    assert usual["nps"].tolist() == [0, POINTS["nps"]["0-6"], 0, POINTS["nps"]["9-10"]] and usual["channel"].tolist() == [0, 0]
    changed = scorecard_points(inputs, changes={"nps": {"0-6": -30}, "channel": {"ads": -2.5}, "csat": {"1-2": -1}}).set_index(["input", "label"])["points"]
    assert changed["nps"].tolist() == [0, -30, 0, POINTS["nps"]["9-10"]] and changed["channel"].tolist() == [-2.5, 0]
    with pytest.raises(InputError, match=r"unknown input 'npss'; did you mean 'nps'\?"):
        scorecard_points(inputs, changes={"npss": {"0-6": 1}})
    with pytest.raises(InputError, match=r"\[scorecard.nps\] names the unknown value '0-7'; did you mean"):
        scorecard_points(inputs, changes={"nps": {"0-7": 1}})


def test_the_scorecard_says_what_points_mean():
    rows, _ = simulated(20_000, seed=5)
    card = fit_scorecard(rows, points_of(use={"none": -10, "much": 10}, stage={"new": -7, "old": 3}))  # ten points are one in log odds
    assert card.total(rows.iloc[:1]).tolist() == [sum({"none": -10, "much": 10, "new": -7, "old": 3}.get(rows.iloc[0][name], 0) for name in TRUTH)]
    assert card.slope == pytest.approx(-0.1, rel=0.06)
    assert card.predict(rows).mean() == pytest.approx(rows["churned"].mean(), rel=1e-3)


def test_too_few_that_left_and_the_points_still_rank():
    rows, _ = simulated(40, seed=6)
    few = rows.assign(churned=np.arange(40) < 3)
    scores = estimate.fit_scores(few, points_of(use={"none": -10, "much": 10}))
    assert [score.method for score in scores] == ["scorecard"] and scores[0].details["withheld"] == "only 3 of 40 past customer-months ended in churn"
    chance = pd.Series(scores[0].predict(few)).groupby(few["use"].astype(str).to_numpy()).first()
    assert chance["none"] > chance["some"] > chance["much"]
    assert estimate.fit_score(few, points_of(), algorithm="logistic").method == "scorecard"


def test_boosting_finds_what_inputs_do_together():
    """Use matters to old customers only, and the other way round to new ones: nothing that adds up can see it."""
    chance = np.random.default_rng(7)
    use, stage = chance.integers(0, 2, 8000), chance.integers(0, 2, 8000)
    rate = np.where(use == stage, 0.3, 0.05)
    rows = pd.DataFrame({"month": "2026-01", "customer": range(8000), "churned": chance.random(8000) < rate, "mrr": 1.0,
                         "use": pd.Categorical.from_codes(use, ["no", "yes"]), "stage": pd.Categorical.from_codes(stage, ["new", "old"])})
    train, test = rows.iloc[:4000], rows.iloc[4000:]
    boosted, added = fit_boosting(train), fit_logistic(train)
    assert np.abs(boosted.predict(test) - rate[4000:]).max() < 0.05
    assert np.abs(added.predict(test) - rate.mean()).max() < 0.05
    assert (boosted.contributions(test.head(50)).abs().max() > 0.5).any()
    assert boosted.predict(test).tolist() == fit_boosting(train).predict(test).tolist()  # fitted again, the same


def test_reasons_are_the_strongest_first_and_never_trifles():
    rows, _ = simulated(20_000, seed=8)
    score = fit_logistic(rows)
    customers = rows.drop_duplicates(["use", "stage"]).assign(customer_id=lambda part: part["use"].astype(str) + "/" + part["stage"].astype(str))
    reasons = estimate.top_reasons(score, customers)
    told = reasons.groupby("customer_id")["input"].agg(list).to_dict()
    assert told["none/new"] == ["use", "stage"] and "much/old" not in told and told["none/old"] == ["use"]
    assert (reasons["odds"] > 1.1).all() and reasons.query("customer_id == 'none/new'")["rank"].tolist() == [1, 2]
    staying = estimate.top_reasons(score, customers, towards="staying")
    assert staying.groupby("customer_id")["input"].agg(list)["much/old"] == ["use", "stage"] and (staying["odds"] < 1 / 1.1).all()


def test_what_cannot_be_scored_is_refused():
    rows, _ = simulated(200, seed=9)
    with pytest.raises(EstimateError, match="0 of 200 customer-months"):
        fit_logistic(rows.assign(churned=False))
    with pytest.raises(EstimateError, match="must be categorical columns; 'use' is object"):
        fit_logistic(rows.assign(use=rows["use"].astype(object)))
    with pytest.raises(EstimateError, match="no input 'use'"):
        fit_logistic(rows).predict(rows.drop(columns="use"))
    with pytest.raises(EstimateError, match="input 'use' is empty in 1 rows"):
        fit_logistic(rows.assign(use=rows["use"].where(np.arange(200) > 0)))
    with pytest.raises(EstimateError, match="'forest' is not one of"):
        estimate.fit_scores(rows, points_of(), algorithms=("forest",))
