import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import hazard, life_table, restricted_mean, survival, survival_quantiles
from tests.estimate.strategies import quick, tenures_frames


def tenures(*rows, group="all"):
    return pd.DataFrame(rows, columns=["entry", "tenure", "churned", "customers"]).assign(group=group)


def test_hand_count():
    curve = survival(tenures((0, 1, True, 10), (0, 1, False, 10), (0, 2, True, 20), (0, 3, False, 60)))
    np.testing.assert_allclose(curve["survival"], [0.9, 0.9 * 0.75, 0.9 * 0.75])
    # Greenwood and log-log by hand: sum d / n (n - d), then S ** exp(+- 1.96 sqrt(sum) / log S).
    greenwood = 10 / (100 * 90) + 20 / (80 * 60)
    reach = 1.959963984540054 * np.sqrt(greenwood) / np.log(0.675)
    np.testing.assert_allclose(curve[["lower", "upper"]].iloc[2], [0.675 ** np.exp(-reach), 0.675 ** np.exp(reach)])


@quick
@given(tenures_frames())
def test_survival_is_the_product_of_what_hazards_leave(frame):
    curve, steps = survival(frame), hazard(frame)
    product = (1 - steps["hazard"]).groupby(steps["group"]).cumprod()
    known = curve["survival"].notna()
    np.testing.assert_allclose(curve["survival"][known], product[known], atol=1e-12)
    inside = curve["lower"].notna()
    assert (curve["lower"][inside] <= curve["survival"][inside]).all() and (curve["survival"][inside] <= curve["upper"][inside]).all()
    assert (curve.loc[curve["lower"].isna(), "withheld"] != "").all() and (curve.loc[inside, "withheld"] == "").all()


@quick
@given(tenures_frames(), st.sampled_from([0.8, 0.95]))
def test_many_groups_at_once_equal_lifelines_one_by_one(frame, confidence):
    curves = survival(frame, confidence=confidence)
    for group, curve in curves[curves["survival"].notna()].groupby("group"):
        last = curve["tenure_month"].iloc[-1]
        of_group = frame[(frame["group"] == group) & (frame["entry"] < frame["tenure"].clip(upper=last)) & (frame["customers"] > 0)]
        with np.errstate(all="ignore"):
            fitter = KaplanMeierFitter(alpha=1 - confidence).fit(
                of_group["tenure"].clip(upper=last), of_group["churned"] & (of_group["tenure"] <= last), entry=of_group["entry"],
                weights=of_group["customers"], timeline=curve["tenure_month"],
            )  # fmt: skip
        np.testing.assert_allclose(curve["survival"], fitter.survival_function_.iloc[:, 0], rtol=0, atol=1e-12)
        told = curve["lower"].notna().to_numpy()
        bounds = fitter.confidence_interval_survival_function_.to_numpy()
        np.testing.assert_allclose(curve[["lower", "upper"]][told], bounds[told], rtol=0, atol=1e-12)


@quick
@given(tenures_frames(late_entry=False))
def test_without_censoring_survival_is_a_head_count(frame):
    everybody = frame[(frame["tenure"] > 0) & (frame["customers"] > 0)].assign(churned=True, group="all")
    assume(len(everybody))
    curve = survival(everybody).set_index("tenure_month")["survival"]
    for month, share in curve.items():
        still = everybody.loc[everybody["tenure"] > month, "customers"].sum()
        np.testing.assert_allclose(share, still / everybody["customers"].sum(), atol=1e-12)


@quick
@given(tenures_frames(), st.integers(1, 50))
def test_a_cohort_of_age_zero_changes_no_estimate(frame, customers):
    frame = frame.assign(group="all")
    newest = tenures((0, 0, False, customers))
    for estimate in (life_table, survival, hazard):
        pd.testing.assert_frame_equal(estimate(frame), estimate(pd.concat([frame, newest])))
    pd.testing.assert_frame_equal(restricted_mean(frame, horizon_months=6).drop(columns="customers"),
                                  restricted_mean(pd.concat([frame, newest]), horizon_months=6).drop(columns="customers"))


def test_nothing_is_said_of_certainty_before_anybody_left():
    curve = survival(tenures((0, 2, True, 1), (0, 3, False, 9)))
    np.testing.assert_allclose(curve["survival"], [1.0, 0.9, 0.9])
    assert curve["lower"].isna().tolist() == [True, False, False]
    assert curve["withheld"].iloc[0] == "nobody has left yet: no interval"


def test_no_interval_from_the_first_month_with_few_at_risk_on():
    """Months 1 to 4 with 60, 20, 50 and 45 at risk: a curve is as thin as the thinnest month it went through."""
    frame = tenures((0, 1, True, 10), (0, 1, False, 30), (0, 2, True, 4), (0, 4, False, 16), (2, 3, True, 5), (2, 4, False, 29))
    plain, told = survival(frame), survival(frame, min_at_risk=30)
    assert plain["at_risk"].tolist() == [60, 20, 50, 45]
    pd.testing.assert_series_equal(plain["survival"], told["survival"])
    assert plain["upper"].notna().all() and told["upper"].notna().tolist() == [True, False, False, False] == told["lower"].notna().tolist()
    assert told["withheld"].tolist() == ["", *["fewer than 30 customers at risk: no interval"] * 3]


def test_no_interval_where_nobody_is_left():
    curve = survival(tenures((0, 1, True, 5), (0, 2, True, 5)))
    np.testing.assert_allclose(curve["survival"], [0.5, 0.0])
    assert np.isnan(curve["upper"].iloc[1]) and "nobody of the observed is left" in curve["withheld"].iloc[1]


def test_a_small_early_risk_set_that_left_does_not_pull_the_curve_to_zero_for_ever():
    # Two customers seen from the start leave in month 1; a hundred are first seen after month 2: they did not die out.
    curve = survival(tenures((0, 1, True, 2), (1, 4, False, 100)))
    assert curve["at_risk"].tolist() == [2, 100, 100, 100]
    assert curve["survival"].isna().all()
    assert set(curve["withheld"]) == {"all 2 observed in month 1 left, yet others are known to have stayed"}


def test_a_curve_stops_at_a_month_that_nobody_was_observed_in():
    curve = survival(tenures((0, 1, True, 1), (0, 2, False, 9), (3, 5, True, 5), (3, 5, False, 5)))
    np.testing.assert_allclose(curve["survival"], [0.9, 0.9, np.nan, np.nan, np.nan])
    assert curve["withheld"].iloc[-1] == "nobody was observed in month 3"
    means = restricted_mean(tenures((0, 1, True, 1), (0, 2, False, 9), (3, 5, True, 5), (3, 5, False, 5)), horizon_months=[3, 5])
    np.testing.assert_allclose(means["restricted_mean"], [2.8, np.nan])
    assert means["withheld"].tolist() == ["", "nobody was observed in month 3"]


def test_late_entry_recovers_the_truth_where_ignoring_it_is_far_off():
    # 12 months of a 5 % hazard; half of the customers are first seen after their month 6, so their early leavers are not in the data.
    rng = np.random.default_rng(7)
    life = rng.geometric(0.05, size=20_000)
    entry = np.where(np.arange(20_000) % 2 == 0, 0, 6)
    seen = life > entry
    data = pd.DataFrame({"group": "all", "entry": entry[seen], "tenure": np.minimum(life[seen], 24), "churned": life[seen] <= 24, "customers": 1})
    truth = 0.95**12
    with_entry = survival(data).set_index("tenure_month").loc[12]
    without = survival(data.assign(entry=0)).set_index("tenure_month").loc[12]
    assert with_entry["lower"] < truth < with_entry["upper"]
    assert without["lower"] > truth + 0.05


def test_restricted_mean_is_the_mean_of_the_months_paid_without_censoring():
    data = tenures((0, 1, True, 30), (0, 4, True, 50), (0, 9, False, 20))
    mean = restricted_mean(data, horizon_months=6)["restricted_mean"].iloc[0]
    # A customer that leaves in month k has paid k months.
    np.testing.assert_allclose(mean, np.average([1, 4, 6], weights=[30, 50, 20]))


def test_restricted_mean_is_withheld_beyond_what_was_observed():
    means = restricted_mean(tenures((0, 1, True, 30), (0, 9, False, 20)), horizon_months=[9, 10])
    assert means["restricted_mean"].notna().tolist() == [True, False]
    assert means["withheld"].iloc[1] == "the group was observed for 9 of 10 months"
    unseen = restricted_mean(tenures((0, 0, False, 3)), horizon_months=1).iloc[0]
    assert unseen["customers"] == 3 and np.isnan(unseen["restricted_mean"])


def test_restricted_mean_without_leavers_has_no_interval():
    sure = restricted_mean(tenures((0, 9, False, 20)), horizon_months=9).iloc[0]
    assert (sure["restricted_mean"], sure["standard_error"]) == (9.0, 0.0)
    assert np.isnan(sure["lower"]) and sure["withheld"] == "nobody has left yet: no interval"


@pytest.mark.parametrize("horizon", [0, 2.5, -1])
def test_a_horizon_must_be_whole_months(horizon):
    with pytest.raises(EstimateError, match="horizon_months"):
        restricted_mean(tenures((0, 9, False, 20)), horizon_months=horizon)


def test_quantiles_equal_those_of_telco(telco_tenures, truth):
    expected = truth("telco_km_quantiles.csv")
    share = {"p25_time_to_75pct_surv": 0.25, "median": 0.5, "p75_time_to_25pct_surv": 0.75}
    expected["share_left"] = expected["q"].map(share)
    both = expected.merge(survival_quantiles(telco_tenures), on=["group", "share_left"], suffixes=("_r", ""), validate="one_to_one")
    assert len(both) == 12
    for ours, theirs in (("tenure_month", "value"), ("lower", "lo"), ("upper", "hi")):
        np.testing.assert_array_equal(both[ours], both[theirs])


@quick
@given(tenures_frames(late_entry=False), st.floats(0.05, 0.95))
def test_by_the_quantile_at_least_that_share_is_gone_and_a_month_earlier_it_was_not(frame, share):
    curves = survival(frame).set_index(["group", "tenure_month"])["survival"]
    for group, month, withheld in survival_quantiles(frame, shares_left=share)[["group", "tenure_month", "withheld"]].itertuples(index=False):
        if np.isnan(month):
            assert withheld
            continue
        assert curves[group, int(month)] <= 1 - share + 1e-8
        assert month == 1 or curves[group, int(month) - 1] > 1 - share


def test_forty_groups_of_six_years_take_less_than_a_second():
    rng = np.random.default_rng(1)
    rows = [(group, 0, tenure, churned, int(rng.integers(1, 99))) for group in range(40) for tenure in range(1, 73) for churned in (True, False)]
    data = pd.DataFrame(rows, columns=["group", "entry", "tenure", "churned", "customers"])
    began = time.perf_counter()
    assert len(survival(data)) == 40 * 72
    assert time.perf_counter() - began < 2


def test_numpy_warns_as_before():
    before = np.geterr()
    survival(tenures((0, 1, True, 5), (0, 2, True, 5)))
    assert np.geterr() == before
