"""LTV:CAC and payback: hand counts, the 3x line, and what is withheld."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.unit_economics import unit_economics
from tests.estimate.cohorts import cohort


def paying(average_mrr, customers, *, group="ads", variance_mrr=0.0):
    return pd.DataFrame({"group": [group], "customers": [customers], "average_mrr": [average_mrr], "variance_mrr": [variance_mrr]})


def spent(spend, new_customers, *, group="ads"):
    return pd.DataFrame({"group": [group], "spend": [float(spend)], "new_customers": [new_customers]})


HALVED = cohort([800, 400, 200, 100, 50], group="ads")


def test_counted_by_hand():
    """S = 1, 1/2, 1/4, 1/8: with 100 a month at 80 % margin, 80 + 40 + 20 + 10 = 150 against a cost of 110."""
    row = unit_economics(HALVED, paying(100.0, 800), spent(88_000, 800), horizon_months=4, gross_margin=0.8).iloc[0]
    assert row["cac"] == 110 and row["lifetime_value"] == pytest.approx(150) and row["ltv_to_cac"] == pytest.approx(150 / 110)
    assert row["payback_months"] == 2  # 80, then 120
    assert row["simple_payback_months"] == pytest.approx(110 / 80)
    assert row["against_target"] == "below"


def test_a_customer_who_leaves_never_pays_back_what_the_simple_formula_promises():
    """All payments ever made add up to 80 x 2; a cost of 170 is never reached, though 170 / 80 promises three months."""
    row = unit_economics(HALVED, paying(100.0, 800), spent(136_000, 800), horizon_months=4, gross_margin=0.8).iloc[0]
    assert pd.isna(row["payback_months"]) and row["payback_withheld"] == "not paid back within the 5 payments that can be counted"
    assert row["simple_payback_months"] == pytest.approx(2.125)


def test_lifetime_value_and_interval_are_those_of_lifetime_value():
    revenue = paying(100.0, 800, variance_mrr=900.0)
    row = unit_economics(HALVED, revenue, spent(80_000, 800), horizon_months=3, discount_rate_annual=0.1).iloc[0]
    value = lifetime_value(HALVED, revenue, horizons_months=[3], discount_rate_annual=0.1).set_index("method").loc["restricted_mean"]
    assert row["lifetime_value"] == pytest.approx(value["value"])
    assert (100 * row["lower"], 100 * row["upper"]) == pytest.approx((value["lower"], value["upper"]))


@pytest.mark.parametrize(("spend", "verdict"), [(30_000, "above"), (46_700, "unclear"), (80_000, "below")])
def test_the_line_is_held_against_the_whole_interval(spend, verdict):
    row = unit_economics(HALVED, paying(100.0, 800, variance_mrr=900.0), spent(spend, 800), horizon_months=3).iloc[0]
    assert row["against_target"] == verdict
    assert (row["lower"] <= row["ltv_to_cac"] <= row["upper"]) and row["target_ratio"] == 3


def test_payback_has_an_interval():
    row = unit_economics(cohort(2000 * 0.9 ** np.arange(30), group="ads"), paying(100.0, 2000, variance_mrr=100.0**2), spent(2000 * 540, 2000)).iloc[0]
    exact = np.argmax(np.cumsum(0.9 ** np.arange(30)) >= 5.4) + 1
    assert row["payback_lower"] <= exact <= row["payback_upper"] and row["payback_upper"] - row["payback_lower"] <= 3


@pytest.mark.parametrize(
    ("acquisition", "reason"),
    [(spent(0, 10), "no spend is recorded"), (spent(100, 0), "no new customer"), (spent(100, 1, group="fair"), "no customer of this group")],
)
def test_what_cannot_be_divided_is_withheld(acquisition, reason):
    row = unit_economics(HALVED, paying(100.0, 800), acquisition, horizon_months=3).iloc[0]
    assert reason in row["withheld"] and reason in row["payback_withheld"]
    assert pd.isna(row["ltv_to_cac"]) and row["against_target"] == ""


def test_beyond_the_data_the_ratio_is_withheld_but_payback_told():
    row = unit_economics(HALVED, paying(100.0, 800), spent(80_000, 800), horizon_months=36).iloc[0]
    assert "not extrapolated" in row["withheld"] and pd.isna(row["ltv_to_cac"])
    assert row["payback_months"] == 1


def test_a_channel_listed_twice_is_refused():
    with pytest.raises(EstimateError, match="several rows"):
        unit_economics(HALVED, paying(100.0, 800), pd.concat([spent(1, 1), spent(2, 2)]))
