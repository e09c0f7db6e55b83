"""Conversion by days since the start: hand counts, another route, and recent trials that do not look worse."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import survival_quantiles, time_to_convert, trial_conversion, trials_by_month

COLUMNS = ["group", "entry", "tenure", "churned", "customers"]


def tenures(*rows, group="all"):
    return pd.DataFrame([(group, 0, *row) for row in rows], columns=COLUMNS)


def watched(rng, trials, rate, median_days, days):
    """Trials that began evenly over `days`, watched to the end, as observe.trial_tenures counts them; half of the payers pay by `median_days`."""
    start = rng.integers(0, days, trials)
    pays = rng.random(trials) < rate
    after = np.where(pays, np.floor(rng.exponential(median_days / np.log(2), trials)), 10_000).astype(int)
    seen = days - start
    converted = after < seen
    frame = pd.DataFrame({"tenure": np.where(converted, after + 1, seen), "churned": converted})
    counts = frame.groupby(["tenure", "churned"]).size().reset_index(name="customers")
    return counts.assign(group="all", entry=0)[COLUMNS], converted.mean()


def test_by_hand_with_a_trial_that_began_today():
    # day 0: 2 of 10 pay; two began today; day 1: 3 of 6
    curve = trial_conversion(tenures((1, True, 2), (1, False, 2), (2, True, 3), (2, False, 3)))
    assert curve["days"].tolist() == [0, 1] and curve["at_risk"].tolist() == [10, 6] and curve["converted"].tolist() == [2, 3]
    assert curve["conversion"].tolist() == pytest.approx([0.2, 1 - 0.8 * 0.5])
    assert (curve["lower"] < curve["conversion"]).all() and (curve["conversion"] < curve["upper"]).all()


def test_without_censoring_it_is_converted_over_trials():
    curve = trial_conversion(tenures((3, True, 20), (8, True, 10), (31, False, 70)))
    assert curve.set_index("days")["conversion"].loc[[1, 2, 7, 30]].tolist() == pytest.approx([0, 0.2, 0.3, 0.3])


def test_the_reasons_speak_of_trials():
    curve = trial_conversion(tenures((2, True, 5), group="a"))
    assert curve["withheld"].tolist() == ["none has been converted yet: no interval", "all of the observed have been converted: no interval"]
    empty = pd.DataFrame(columns=COLUMNS)
    empty.attrs["withheld"] = "why"
    for estimate in (trial_conversion, time_to_convert):
        assert estimate(empty).empty and estimate(empty).attrs["withheld"] == "why"


def test_recent_trials_do_not_make_conversion_look_worse():
    """30 % of trials pay, half of these within 14 days: over 90 days of trials the naive share is far too low, the curve is not."""
    rng = np.random.default_rng(3)
    inside, naive, curves = 0, [], []
    for _ in range(60):
        counts, share = watched(rng, 2000, 0.3, 14, 91)
        row = trial_conversion(counts).query("days == 60").iloc[0]
        truth = 0.3 * (1 - 0.5 ** (61 / 14))
        inside += row["lower"] <= truth <= row["upper"]
        naive.append(share)
        curves.append(row["conversion"])
    assert inside >= 52 and np.mean(curves) == pytest.approx(truth, abs=0.005)
    assert np.mean(naive) < truth - 0.04


def test_the_time_to_convert_is_not_shortened_by_recent_trials():
    rng = np.random.default_rng(4)
    rows = [time_to_convert(watched(rng, 1500, 0.3, 14, 91)[0], draws=300, seed=seed).iloc[0] for seed in range(40)]
    # of those that pay within 91 days half have paid by the first day d with 1 - 2^(-(d + 1) / 14) at least half of 1 - 2^(-91 / 14): day 13
    assert np.median([row["days"] for row in rows]) == pytest.approx(13, abs=1)
    assert np.mean([row["lower"] <= 13 <= row["upper"] for row in rows]) >= 0.85


def test_where_everybody_pays_it_is_the_median_of_the_survival_curve():
    counts = tenures((2, True, 30), (5, True, 40), (9, True, 30))
    assert time_to_convert(counts)["days"].iloc[0] == survival_quantiles(counts, shares_left=[0.5])["tenure_month"].iloc[0] - 1 == 4


def test_too_few_payers_have_no_median_and_a_share_must_be_one():
    row = time_to_convert(tenures((2, True, 9), (9, False, 90))).iloc[0]
    assert np.isnan(row["days"]) and row["withheld"] == "fewer than 10 trials have been converted"
    with pytest.raises(EstimateError, match="share_converted"):
        time_to_convert(tenures((2, True, 9)), share_converted=1)


def test_a_month_is_blank_until_all_its_trials_have_had_the_time():
    trials = pd.DataFrame({"trial_month": ["2026-06", "2026-07"], "trials": [40, 50], "ended": [40, 50], "converted": [12, 9], "converted_within": [10, 9],
                           "observed": [40, 49]})  # fmt: skip
    before = trials.copy()
    frame = trials_by_month(trials)
    assert frame["conversion"].iloc[0] == 0.25 and frame[["conversion", "lower", "upper"]].iloc[1].isna().all()
    assert frame["withheld"].tolist() == ["", "not all of them have had 90 days"]
    pd.testing.assert_frame_equal(trials, before)
