"""Proportional hazards on counts are those of one row a customer: by R, by the likelihood written out, by the log-rank test, by a known truth."""

import datetime as dt
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import ProportionalHazards, log_rank
from lifecycle_utils.estimate.cox_kinds import Kinds
from lifecycle_utils.estimate.efron import derivatives, reciprocal_sums

FOLDER = Path(__file__).parents[1] / "reference"
COUNTS = pd.read_csv(FOLDER / "r_cox_counts.csv").astype({"churned": bool})
REFERENCE = pd.read_csv(FOLDER / "r_cox_reference.csv")
COLUMNS = {"planPro": ("plan", "Pro"), "planTeam": ("plan", "Team"), "seats": ("seats", ""), "intervalyear": ("interval", "year")}


def counted(entry, **columns):
    frame = pd.DataFrame({"entry": entry, **columns})
    return frame.assign(customers=1) if "customers" not in frame else frame


@pytest.mark.parametrize("model", REFERENCE["model"].unique())
def test_r_on_one_row_a_customer(model):
    expected = REFERENCE[REFERENCE["model"] == model].set_index(["quantity", "at"])["value"]
    counts = COUNTS if model.startswith("late") else COUNTS.assign(entry=0)
    by_interval = model.endswith("by interval")
    attributes = ["plan", "seats"] if by_interval else ["plan", "seats", "interval"]
    references = {"plan": "Basic"} | ({} if by_interval else {"interval": "month"})
    fit = ProportionalHazards.fit(counts, attributes, references=references, strata="interval" if by_interval else None)
    ratios = fit.ratios.set_index(["attribute", "value"])
    for quantity, column in (("coefficient", "coefficient"), ("standard error", "standard_error")):
        ours = [ratios.loc[COLUMNS[at], column] for at in expected[quantity].index]
        np.testing.assert_allclose(ours, expected[quantity], rtol=1e-9, atol=0)
    np.testing.assert_allclose([fit.log_likelihood_of_none, fit.log_likelihood], expected["log-likelihood"].loc[["none", "fitted"]], rtol=1e-12)
    if not by_interval:
        customer = pd.DataFrame({"plan": ["Pro"], "seats": [2], "interval": ["month"]})
        at = expected["survival of Pro, 2, month"]
        months = fit.baseline["tenure_month"].to_numpy()
        ours = fit.survival(customer)[0, [int(np.flatnonzero(months == int(month))[0]) for month in at.index]]
        np.testing.assert_allclose(ours, at, rtol=1e-9)


def written_out(design, entry, tenure, churned, coefficients):
    """Efron's log-likelihood and its gradient, customer by customer and departure by departure."""
    weight, value, slope = np.exp(design @ coefficients), 0.0, np.zeros(design.shape[1])
    for month in np.unique(tenure[churned]):
        at_risk, gone = (entry < month) & (tenure >= month), churned & (tenure == month)
        for number in range(gone.sum()):
            left = weight * at_risk - number / gone.sum() * weight * gone
            value -= math.log(left.sum())
            slope -= left @ design / left.sum()
        value += (design[gone] @ coefficients).sum()
        slope += design[gone].sum(axis=0)
    return value, slope


def test_likelihood_written_out_customer_by_customer():
    rng = np.random.default_rng(5)
    size = 300
    rows = counted(rng.integers(0, 3, size), seats=rng.integers(1, 4, size), usage=rng.integers(0, 9, size) / 4, churned=rng.random(size) < 0.6)
    rows = rows.assign(tenure=rows["entry"] + rng.integers(1, 5, size))
    kinds = Kinds.of(rows.groupby([*rows.columns.drop("customers")], as_index=False)["customers"].sum(), ["seats", "usage"], None)
    coefficients, step = np.array([0.3, -0.7]), 1e-5
    design = rows[["seats", "usage"]].to_numpy(float)

    def by_hand(at):
        return written_out(design, *(rows[name].to_numpy() for name in ("entry", "tenure", "churned")), at)

    value, slope, information = derivatives(kinds.risk_sets(), kinds.patterns.to_numpy(float), coefficients)
    expected, expected_slope = by_hand(coefficients)
    assert value == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(slope, expected_slope, rtol=1e-10)
    for number in range(2):
        nudge = step * np.eye(2)[number]
        np.testing.assert_allclose(information[number], (by_hand(coefficients - nudge)[1] - by_hand(coefficients + nudge)[1]) / (2 * step), rtol=1e-6)


@pytest.mark.parametrize("first", [1.0, 2.5, 40.0, 9e5])
@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 100_000])
def test_tied_departures_in_closed_form(first, count):
    x = first + np.arange(count)
    ones, squares = reciprocal_sums(np.array([first]), np.array([float(count)]))
    np.testing.assert_allclose([ones[0], squares[0]], [math.fsum(1 / x), math.fsum(1 / x**2)], rtol=2e-14)


def test_rows_counted_or_not_and_split_at_any_month_are_the_same_fit():
    few = COUNTS.assign(entry=0)
    rows = few.loc[few.index.repeat(few["customers"])].assign(customers=1)
    late = few[few["tenure"] > 3]
    split = pd.concat([few[few["tenure"] <= 3], late.assign(tenure=3, churned=False), late.assign(entry=3)])
    one, *others = (ProportionalHazards.fit(frame, ["plan", "seats"]) for frame in (few, rows, split))
    for other in others:
        np.testing.assert_allclose(other.ratios["coefficient"], one.ratios["coefficient"], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(other.covariance, one.covariance, rtol=1e-9)
        assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-12)


def test_the_score_test_at_no_effect_is_the_log_rank_test_where_nobody_left_together():
    rows = counted(0, group=list("ababbabaab"), tenure=range(1, 11), churned=[True] * 8 + [False] * 2)
    kinds = Kinds.of(rows, ["group"], None)
    design = (kinds.patterns[["group"]] == "b").to_numpy(float)
    _, slope, information = derivatives(kinds.risk_sets(), design, np.zeros(1))
    assert slope[0] ** 2 / information[0, 0] == pytest.approx(log_rank(rows)["chi_square"][0], rel=1e-12)


def test_intervals_hold_the_true_ratio():
    truth, held, companies = math.log(1.8), 0, 150
    rng = np.random.default_rng(11)
    for _ in range(companies):
        fast = rng.random(400) < 0.4
        life = np.ceil(rng.exponential(20 / np.where(fast, 1.8, 1.0)) * 30).astype(int)  # in days: few leave together
        seen = rng.integers(1, 900, 400)
        rows = counted(0, plan=np.where(fast, "fast", "slow"), tenure=np.minimum(life, seen), churned=life <= seen)
        ratio = ProportionalHazards.fit(rows, ["plan"], references={"plan": "slow"}).ratios.set_index("value").loc["fast"]
        held += ratio["lower"] <= math.exp(truth) <= ratio["upper"]
    assert 0.92 <= held / companies <= 0.98


def test_a_value_that_nobody_left_with_is_told_and_leaves_the_others_where_their_limit_is():
    nobody = COUNTS["plan"] == "Team"
    counts = COUNTS.assign(churned=COUNTS["churned"] & ~nobody)
    fit = ProportionalHazards.fit(counts, ["plan", "seats"], references={"plan": "Basic"})
    without = ProportionalHazards.fit(counts[~nobody], ["plan", "seats"], references={"plan": "Basic"})
    team = fit.ratios.set_index("value").loc["Team"]
    assert math.isnan(team["hazard_ratio"]) and "nobody" in team["withheld"] and team["churned"] == 0 < team["customers"]
    estimated = fit.ratios[fit.ratios["value"] != "Team"]["coefficient"].to_numpy()
    by_value = dict(zip(without.ratios["value"], without.ratios["coefficient"], strict=True))
    np.testing.assert_allclose(estimated, [by_value[value] for value in fit.ratios["value"] if value != "Team"], rtol=1e-2)
    assert math.isnan(fit.relative_hazard(pd.DataFrame({"plan": ["Team"], "seats": [2]}))[0])


@pytest.mark.parametrize(("attributes", "told"), [
    (["plan", "industry"], "no column 'industry'"),
    (["seats", "twice"], "twice says nothing beyond"),
    (["fate"], "fate runs away"),
    (["same"], "same says nothing"),
    (["one"], "no two values"),
])
def test_what_cannot_be_compared_is_told(attributes, told):
    counts = COUNTS.assign(twice=2 * COUNTS["seats"], fate=-100.0 * COUNTS["tenure"], same=1.0, one="x")
    with pytest.raises(EstimateError, match=told):
        ProportionalHazards.fit(counts, attributes)


def test_nobody_left_or_a_missing_attribute_is_told():
    with pytest.raises(EstimateError, match="nobody has left"):
        ProportionalHazards.fit(COUNTS.assign(churned=False), ["plan"])
    with pytest.raises(EstimateError, match="plan is missing in 1 rows"):
        ProportionalHazards.fit(COUNTS.assign(plan=COUNTS["plan"].where(COUNTS.index != 3)), ["plan"])
    with pytest.raises(EstimateError, match="nobody of 'Gone' has left"):
        ProportionalHazards.fit(COUNTS, ["plan"], references={"plan": "Gone"})


def small_company(seed):
    rng = np.random.default_rng(seed)
    size = int(rng.integers(6, 16))
    columns = {"seats": rng.normal(size=size), "usage": rng.normal(size=size), "plan": rng.choice(["A", "B", "C"], size)}
    return counted(0, **columns, tenure=rng.integers(1, 7, size), churned=rng.random(size) < 0.5)


@pytest.mark.parametrize(("seed", "told"), [
    (62, "plan 'A'"),  # the likelihood was flat before Newton's steps were: ratio 3e-26, standard error 7e7
    (128, "plan 'C'"),
    (171, "plan 'B'"),  # no standard error at all
    (251, "usage"),
])
def test_a_flat_likelihood_is_no_maximum(seed, told):
    with pytest.raises(EstimateError, match=f"{told} runs away"):
        ProportionalHazards.fit(small_company(seed), ["seats", "usage", "plan"])


def test_a_ratio_of_a_small_company_is_a_maximum_or_none():
    fitted = 0
    for seed in range(120):
        rows = small_company(seed)
        try:
            fit = ProportionalHazards.fit(rows, ["seats", "usage", "plan"])
        except EstimateError:
            continue
        fitted += 1
        estimated = fit.ratios[~fit.ratios["is_reference"] & fit.ratios["withheld"].eq("")]
        assert estimated["standard_error"].between(0, 1000, inclusive="neither").all()
        assert np.linalg.eigvalsh(fit.covariance)[0] > 0 and fit.log_likelihood >= fit.log_likelihood_of_none
    assert fitted > 60


@pytest.mark.parametrize("cast", [
    lambda plan: plan.eq("Pro").astype(object),
    lambda plan: plan.astype("category"),
    lambda plan: plan.map({"Basic": dt.date(2026, 1, 1)}).fillna(dt.date(2026, 2, 1)),
])
def test_values_are_compared_as_in_the_fit(cast):
    counts = COUNTS.assign(plan=cast(COUNTS["plan"]))
    fit = ProportionalHazards.fit(counts, ["plan"])
    expected = counts["plan"].astype(str).map(fit.ratios.set_index("value")["hazard_ratio"])
    np.testing.assert_allclose(fit.relative_hazard(counts), expected.astype(float), rtol=1e-12)
    assert expected.nunique() > 1


def test_a_value_never_seen_has_no_hazard():
    fit = ProportionalHazards.fit(COUNTS, ["plan", "seats"], references={"plan": "Basic"})
    rows = pd.DataFrame({"plan": ["Basic", "Gold", None], "seats": [2, 2, 2]})
    assert np.isnan(fit.relative_hazard(rows)).tolist() == [False, True, True]
    assert np.isnan(fit.survival(rows)).all(axis=1).tolist() == [False, True, True]


def test_a_stratum_without_a_baseline_is_told():
    fit = ProportionalHazards.fit(COUNTS, ["plan"], strata="interval")
    rows = pd.DataFrame({"plan": ["Basic"]})
    for wrong in ({}, {"stratum": "week"}):
        with pytest.raises(EstimateError, match="name one of 'month', 'year'"):
            fit.survival(rows, **wrong)
    assert fit.survival(rows, stratum="year").shape[1] > 0


@pytest.mark.parametrize("name", ["pln", "seats"])
def test_a_reference_of_no_text_attribute_is_told(name):
    with pytest.raises(EstimateError, match=f"'{name}' is no text attribute of this fit; those are plan"):
        ProportionalHazards.fit(COUNTS, ["plan", "seats"], references={name: "Basic"})
