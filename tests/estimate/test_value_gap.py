"""The gap between average MRR / churn and the restricted mean, step by step."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.value_gap import STEPS, lifetime_value_gap
from tests.estimate.cohorts import cohort


def paying(average_mrr, customers, *, group="all", variance_mrr=0.0):
    return pd.DataFrame({"group": [group], "customers": [customers], "average_mrr": [average_mrr], "variance_mrr": [variance_mrr]})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=3, max_size=12), st.floats(0, 0.4), st.floats(0.1, 1))
def test_the_steps_add_up_to_what_lifetime_value_says(drops, rate, margin):
    tenures, revenue = cohort(10_000 - np.cumsum([0, *drops]), group="all"), paying(30.0, 10_000)
    horizon = len(drops)
    options = {"gross_margin": margin, "discount_rate_annual": rate, "draws": 20}
    gap = lifetime_value_gap(tenures, revenue, horizon_months=horizon, **options)
    values = lifetime_value(tenures, revenue, horizons_months=[horizon], **options).set_index("method")["value"]
    assert gap["step"].tolist() == list(STEPS)
    assert gap["value"].iloc[:4].sum() == pytest.approx(gap["value"].iloc[4])
    assert gap["value"].iloc[0] == pytest.approx(values["arpu_over_churn"])
    assert gap["value"].iloc[4] == pytest.approx(values["restricted_mean"])
    assert gap["running"].iloc[3] == pytest.approx(gap["value"].iloc[4])
    assert gap["value"].iloc[1] < 0 and gap["value"].iloc[3] <= 1e-9


def test_constant_churn_leaves_no_step_for_its_shape():
    gap = lifetime_value_gap(cohort([1e6 * 0.9**k for k in range(13)], group="all"), paying(10.0, 10**6), horizon_months=12).set_index("step")
    assert gap.loc["churn_by_tenure", "value"] == pytest.approx(0, abs=1e-2)
    assert gap.loc["beyond_horizon", "value"] == pytest.approx(-10 * 0.9**12 / 0.1, rel=1e-3)
    assert gap.loc["beyond_horizon", "share"] == pytest.approx(-(0.9**12), rel=1e-3)


def test_telco_two_year_contracts_are_worth_nothing_like_the_formula(telco_tenures, shared_data):
    """The formula's 121,751 is 2,004 months of revenue: 96 of 100 come after the horizon of 72 months and nobody has seen them."""
    raw = pd.read_csv(shared_data / "telco" / "Telco-Customer-Churn.csv")
    paid = raw.groupby("Contract")["MonthlyCharges"].agg(["size", "mean", "var"]).reset_index()
    paid.columns = ["group", "customers", "average_mrr", "variance_mrr"]
    gap = lifetime_value_gap(telco_tenures[telco_tenures["group"] == "Two year"], paid, horizon_months=72).set_index("step")
    assert gap.loc["arpu_over_churn", "value"] == pytest.approx(121_750.99, abs=0.01)
    assert gap.loc["restricted_mean", "value"] == pytest.approx(4347.54, abs=0.01)
    assert gap.loc["beyond_horizon", "share"] == pytest.approx(-0.965, abs=0.001)
    assert gap.loc["restricted_mean", "upper"] < gap.loc["arpu_over_churn", "lower"] / 15


def test_intervals_and_what_is_withheld():
    gap = lifetime_value_gap(cohort([1000, 900, 840, 800], group="all"), paying(10.0, 1000, variance_mrr=25.0), horizon_months=3)
    rows = gap[gap["step"] != "discount"]
    assert ((rows["lower"] <= rows["value"]) & (rows["value"] <= rows["upper"])).all()
    none = lifetime_value_gap(cohort([100, 100, 100], group="all"), paying(10.0, 100), horizon_months=2)
    assert none["value"].isna().all() and (none["withheld"] == "nobody churned: average MRR / churn divides by zero").all()
    far = lifetime_value_gap(cohort([100, 90, 80], group="all"), paying(10.0, 100), horizon_months=36)
    assert far["value"].isna().all() and far["withheld"].str.contains("not extrapolated").all()
    few = lifetime_value_gap(cohort([100, 98, 97], group="all"), paying(10.0, 100), horizon_months=2)
    assert few["value"].notna().all() and few["lower"].isna().all()
