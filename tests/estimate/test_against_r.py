"""What R's survival says of the same counts (tests/reference/make_reference.R; every row names its versions) is what the kit says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate import ProportionalHazards, log_rank, pairwise_log_rank, restricted_mean, survival, survival_quantiles

FOLDER = Path(__file__).parents[1] / "reference"
REFERENCE = pd.read_csv(FOLDER / "r_survival_reference.csv", na_values="NA")
COUNTS = pd.read_csv(FOLDER / "r_survival_counts.csv").astype({"churned": bool})
EXACT = {"rtol": 1e-8, "atol": 1e-10}
# In R "transplant" goes on from a first patient on day 1: before it nobody was observed, so the kit says nothing (tested below).
CURVES = ["lung", "veteran", "heart_pooled", "counts", "counts_late_entry", "exact_half"]
COMPARED = ["lung", "veteran", "heart", "counts", "counts_late_entry"]


def counts_of(dataset):
    return COUNTS[COUNTS["dataset"] == dataset].drop(columns="dataset").reset_index(drop=True)


def reference_of(dataset, *quantities):
    rows = REFERENCE[(REFERENCE["dataset"] == dataset) & REFERENCE["quantity"].isin(quantities)]
    assert len(rows) > 0
    return rows


def test_the_reference_names_its_versions():
    assert REFERENCE["made_with"].unique().tolist() == ["R 4.2.2, survival 3.5.3"]


@pytest.mark.parametrize("dataset", CURVES)
def test_kaplan_meier_and_log_log_intervals(dataset):
    expected = reference_of(dataset, "n.risk", "cumulative events", "surv", "lower", "upper")
    expected = expected.pivot(index=["group", "at"], columns="quantity", values="value")
    ours = survival(counts_of(dataset))
    ours["events"] = ours.groupby("group")["churned"].cumsum()
    ours = ours.set_index(["group", "tenure_month"]).loc[expected.index]
    np.testing.assert_array_equal(ours["at_risk"], expected["n.risk"])
    np.testing.assert_array_equal(ours["events"], expected["cumulative events"])
    np.testing.assert_allclose(ours["survival"], expected["surv"], **EXACT)
    np.testing.assert_allclose(ours["lower"], expected["lower"], equal_nan=True, **EXACT)
    np.testing.assert_allclose(ours["upper"], expected["upper"], equal_nan=True, **EXACT)


@pytest.mark.parametrize("dataset", CURVES)
def test_restricted_mean_and_its_standard_error(dataset):
    expected = reference_of(dataset, "rmean", "se(rmean)").pivot(index=["group", "at"], columns="quantity", values="value")
    horizons = sorted({int(at) for _, at in expected.index})
    ours = restricted_mean(counts_of(dataset), horizon_months=horizons).set_index(["group", "horizon_months"]).loc[expected.index]
    np.testing.assert_allclose(ours["restricted_mean"], expected["rmean"], **EXACT)
    np.testing.assert_allclose(ours["standard_error"], expected["se(rmean)"], **EXACT)


@pytest.mark.parametrize("dataset", CURVES)
def test_quantiles_and_intervals_where_no_level_is_hit_exactly(dataset):
    expected = reference_of(dataset, "quantile", "quantile lower", "quantile upper")
    expected = expected.pivot(index=["group", "at"], columns="quantity", values="value")
    ours = survival_quantiles(counts_of(dataset)).set_index(["group", "share_left"]).loc[expected.index]
    for column, quantity in (("tenure_month", "quantile"), ("lower", "quantile lower"), ("upper", "quantile upper")):
        exactly = (dataset, quantity) == ("exact_half", "quantile")
        hit = (expected.index.get_level_values("at") == 0.5) & exactly
        np.testing.assert_array_equal(ours[column][~hit], expected[quantity][~hit])


def test_where_half_is_hit_exactly_r_takes_the_middle_and_the_kit_the_first_month():
    in_r = reference_of("exact_half", "quantile").set_index("at")["value"]
    ours = survival_quantiles(counts_of("exact_half")).set_index("share_left")["tenure_month"]
    assert (in_r[0.5], ours[0.5]) == (3.5, 2.0)


@pytest.mark.parametrize("dataset", COMPARED)
def test_log_rank_also_under_late_entry(dataset):
    expected = reference_of(dataset, "log-rank by Mantel-Haenszel").iloc[0]
    ours = log_rank(counts_of(dataset)).iloc[0]
    assert ours["degrees_of_freedom"] == expected["at"]
    np.testing.assert_allclose(ours["chi_square"], expected["value"], **EXACT)


@pytest.mark.parametrize("dataset", ["lung", "veteran", "counts"])
def test_log_rank_and_pairs_by_survdiff(dataset):
    expected = reference_of(dataset, "log-rank by survdiff").set_index("group")["value"]
    pairs = pairwise_log_rank(counts_of(dataset))
    ours = pd.Series(pairs["chi_square"].to_numpy(), pairs["group_a"] + " | " + pairs["group_b"])
    ours["ALL"] = log_rank(counts_of(dataset))["chi_square"].iloc[0]
    np.testing.assert_allclose(ours[expected.index], expected, **EXACT)


@pytest.mark.parametrize("dataset", COMPARED)
def test_cox_with_efron_s_ties(dataset):
    counts = counts_of(dataset)
    ratios = ProportionalHazards.fit(counts, ["group"], references={"group": min(counts["group"])}).ratios
    ratios = ratios.set_index("group" + ratios["value"])
    for quantity, column in (("cox coefficient (Efron)", "coefficient"), ("cox standard error (Efron)", "standard_error")):
        expected = reference_of(dataset, quantity).set_index("group")["value"]
        np.testing.assert_allclose(ratios.loc[expected.index, column], expected, rtol=0, atol=1e-6)


def test_the_kit_says_nothing_of_a_curve_whose_beginning_nobody_saw():
    ours = survival(counts_of("heart")).query("group == 'transplant'")
    assert reference_of("heart", "surv").query("group == 'transplant'")["value"].notna().all()
    assert ours["survival"].isna().all()
    assert set(ours["withheld"]) == {"nobody was observed in month 1"}
