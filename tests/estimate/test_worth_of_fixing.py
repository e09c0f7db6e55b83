import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import life_table, restricted_mean, survival, worth_of_fixing
from lifecycle_utils.estimate.peak_study import simulate_life_tables
from tests.estimate.strategies import quick
from tests.estimate.test_churn_peak import from_life_table

AT_RISK, CHURNED = np.arange(1000, 520, -20), np.full(24, 10)
CHURNED[2] = 19
TENURES = from_life_table(AT_RISK, CHURNED)
REVENUE = pd.DataFrame({"group": ["all"], "customers": [1000], "average_mrr": [80.0], "variance_mrr": [900.0]})


def worth(**options):
    options = {"month": 3, "reduction": 0.25, "horizon_months": 24, "customers_per_year": 300} | options
    return worth_of_fixing(options.pop("tenures", TENURES), options.pop("revenue", REVENUE), **options).set_index("measure")


def lowered(tenures, month, reduction):
    """The hazards of these counts, that of one month lowered."""
    table = life_table(tenures)
    hazard = table["churned"].to_numpy() / table["at_risk"].to_numpy()
    hazard[month - 1] *= 1 - reduction
    return hazard


@quick
@given(st.integers(1, 24), st.floats(0.01, 1))
def test_the_gain_is_the_difference_of_two_curves_recomputed(month, reduction):
    hazard = lowered(TENURES, month, reduction)
    before = np.append(1, survival(TENURES)["survival"])
    after = np.append(1, np.cumprod(1 - hazard))
    ours = worth(month=month, reduction=reduction, discount_rate_annual=0.1, gross_margin=0.8)
    discount = 1.1 ** (-np.arange(24) / 12)
    np.testing.assert_allclose(ours.loc["survival", ["now", "then"]].astype(float), [before[24], after[24]])
    if month < 24:
        np.testing.assert_allclose(ours.loc["restricted_mean", ["now", "then"]].astype(float), [before[:24].sum(), after[:24].sum()])
        np.testing.assert_allclose(ours.loc["lifetime_value", "gain"], 64 * ((after - before)[:24] * discount).sum())
    if month <= 13:
        paid = 300 * 80 * ((after - before)[month:month + 12] / before[month - 1]).sum()
        np.testing.assert_allclose(ours.loc["yearly_revenue", "gain"], paid)


def test_the_months_paid_now_are_the_restricted_mean():
    mean = restricted_mean(TENURES, horizon_months=24)["restricted_mean"].iloc[0]
    np.testing.assert_allclose(worth().loc["restricted_mean", "now"], mean)


def test_denominators_and_units_stand_beside():
    row = worth().iloc[0]
    assert (row["at_risk"], row["churned"], row["customers"], row["tenure_month"], row["horizon_months"]) == (960, 19, 1000, 3, 24)
    assert worth()["unit"].to_dict() == {"survival": "share", "restricted_mean": "months", "lifetime_value": "currency", "yearly_revenue": "currency"}


def test_uncertain_revenue_widens_money_but_not_months():
    vague = worth(revenue=REVENUE.assign(variance_mrr=90_000.0, customers=50))
    sure = worth()
    assert vague.loc["lifetime_value", "upper"] > 1.2 * sure.loc["lifetime_value", "upper"]
    assert vague.loc["restricted_mean", "upper"] == sure.loc["restricted_mean", "upper"]


@pytest.mark.parametrize(("options", "measure", "reason"), [
    ({"customers_per_year": None}, "yearly_revenue", "how many customers begin that month in a year, or what they pay, is not known"),
    ({"month": 14}, "yearly_revenue", "survival is not known up to month 25"),
    ({"horizon_months": 36}, "survival", "survival is not known up to month 36"),
    ({"month": 25}, "restricted_mean", "the month lies beyond the horizon"),
    ({"month": np.nan}, "survival", "no month to fix"),
    ({"month": {"other": 3}}, "survival", "no month to fix"),
    ({"revenue": REVENUE.assign(group="other")}, "lifetime_value", "how many customers begin that month in a year, or what they pay, is not known"),
])
def test_what_is_not_known_is_withheld_with_its_reason(options, measure, reason):
    row = worth(**options).loc[measure]
    assert row["withheld"] == reason and np.isnan(row["gain"]) and np.isnan(row["upper"])


def test_a_month_nobody_left_in_gains_nothing_and_has_no_interval():
    row = worth(tenures=from_life_table([100, 90, 80], [0, 5, 2]), month=1, horizon_months=3).loc["restricted_mean"]
    assert row["gain"] == 0 and np.isnan(row["lower"]) and row["withheld"] == "nobody left in that month"


@pytest.mark.parametrize("options", [{"reduction": 0}, {"reduction": 1.5}, {"gross_margin": 0}, {"gross_margin": 80}, {"discount_rate_annual": -0.1},
                                     {"horizon_months": 0}])
def test_parameters_that_make_no_sense_are_refused(options):
    with pytest.raises(EstimateError, match=next(iter(options))):
        worth(**options)


@pytest.mark.slow
def test_the_interval_covers_the_true_gain():
    hazards = np.full(36, 0.02)
    hazards[2] = 0.05
    curve = np.append(1, np.cumprod(1 - hazards))
    true = 0.25 * 0.05 / 0.95 * curve[3:24].sum()
    covered = []
    for at_risk, churned in zip(*simulate_life_tables(hazards, new_customers=20, companies=400, rng=np.random.default_rng(8)), strict=True):
        row = worth(tenures=from_life_table(at_risk, churned)).loc["restricted_mean"]
        covered.append(row["lower"] <= true <= row["upper"])
    assert 0.92 <= np.mean(covered) <= 0.98
