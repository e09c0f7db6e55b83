"""Lifetime value four ways: hand counts, the Telco truth, identities between the methods, and what is withheld."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.lifetime_value import lifetime_value
from tests.estimate.cohorts import cohort


def paying(average_mrr, customers, *, group="all", variance_mrr=0.0):
    return pd.DataFrame({"group": [group], "customers": [customers], "average_mrr": [float(average_mrr)], "variance_mrr": [variance_mrr]})


def by_method(values, horizon=None):
    rows = values[values["horizon_months"].isna() | (values["horizon_months"] == horizon)]
    return rows.set_index("method")["value"]


def telco_revenue(shared_data):
    raw = pd.read_csv(shared_data / "telco" / "Telco-Customer-Churn.csv")
    both = pd.concat([raw, raw.assign(Contract="all")])
    found = both.groupby("Contract")["MonthlyCharges"].agg(customers="size", average_mrr="mean", variance_mrr="var")
    return found.rename_axis("group").reset_index()


def test_telco_by_contract_equals_the_truth(telco_tenures, shared_data):
    truth = pd.read_csv(shared_data / "truth" / "telco_ltv_by_contract.csv").set_index("contract")
    values = lifetime_value(telco_tenures, telco_revenue(shared_data), horizons_months=(12, 36, 72))
    for contract, row in truth.iterrows():
        ours = values[values["group"] == contract]
        exact = {"rel": 1e-12, "abs": 1e-9}
        assert by_method(ours)["arpu_over_churn"] == pytest.approx(row["ltv_arpa_over_churn"], **exact)
        assert by_method(ours, 36)["restricted_mean"] == pytest.approx(row["ltv36_arpa_x_rmst36"], **exact)
        assert by_method(ours, 72)["restricted_mean"] == pytest.approx(row["ltv72_arpa_x_rmst72"], **exact)
        months = ours[ours["method"] == "restricted_mean"].set_index("horizon_months")["months"]
        assert months.tolist() == pytest.approx([row["rmst12"], row["rmst36"], row["rmst72"]], **exact)
        assert (ours["customers"] == row["n"]).all() and ours["average_mrr"].tolist() == pytest.approx([row["arpa"]] * len(ours), **exact)


def test_months_and_discount_counted_by_hand():
    """S = 1, 1/2, 1/2 at 100 a month and 80 % margin; 21 % a year is 1.21^(-1/12) a month."""
    values = lifetime_value(cohort([200, 100, 100], group="all"), paying(100, 200), horizons_months=[3], gross_margin=0.8,
                            discount_rate_annual=0.21)
    v = 1.21 ** (-1 / 12)
    assert by_method(values, 3)["restricted_mean"] == pytest.approx(80 * (1 + v / 2 + v**2 / 2))
    assert by_method(values)["mean_lifetime_of_churned"] == pytest.approx(80 * 1)
    assert by_method(values)["arpu_over_churn"] == pytest.approx(80 * 300 / 100)


def test_everybody_left_makes_the_formulas_and_the_honest_number_agree():
    """Without censoring the mean lifetime, the inverse of the churn rate and the restricted mean are one number."""
    tenures = cohort([100, 50, 20, 0], group="all")
    values = by_method(lifetime_value(tenures, paying(10, 100), horizons_months=[12]), 12)
    mean = 10 * (50 * 1 + 30 * 2 + 20 * 3) / 100
    assert values[["mean_lifetime_of_churned", "arpu_over_churn", "restricted_mean"]].tolist() == pytest.approx([mean] * 3)


def test_a_flat_hazard_makes_model_and_restricted_mean_agree():
    tenures = cohort([1e6 * 0.9**k for k in range(25)], group="all")
    values = by_method(lifetime_value(tenures, paying(10, 10**6), horizons_months=[24]), 24)
    assert values["shifted_beta_geometric"] == pytest.approx(values["restricted_mean"], rel=1e-4)
    assert values["restricted_mean"] == pytest.approx(10 * (1 - 0.9**24) / 0.1, rel=1e-4)


def test_beyond_the_data_the_restricted_mean_is_withheld_not_extrapolated():
    values = lifetime_value(cohort([100, 80, 70], group="all"), paying(10, 100), horizons_months=(3, 4))
    rows = values[values["method"] == "restricted_mean"].set_index("horizon_months")
    assert rows.loc[3, "value"] == pytest.approx(10 * (1 + 0.8 + 0.7))
    assert np.isnan(rows.loc[4, "value"]) and "seen for 2 months, 3 are needed" in rows.loc[4, "withheld"]


def test_thin_risk_sets_are_withheld():
    tenures = pd.concat([cohort([100, 80], group="all"), cohort([4, 4, 4], group="all")])
    rows = lifetime_value(tenures, paying(10, 104), horizons_months=[3]).set_index("method")
    assert rows.loc["restricted_mean", "withheld"] == "only 4 at risk in month 2, fewer than 5"


def test_zero_churn_leaves_only_what_was_seen():
    rows = lifetime_value(cohort([50, 50, 50], group="all"), paying(10, 50), horizons_months=[3]).set_index("method")
    assert rows.loc["restricted_mean", "value"] == 30
    assert rows.drop("restricted_mean")["value"].isna().all()
    assert rows.drop("restricted_mean")["withheld"].str.contains("nobody churned").all()


def test_groups_come_all_first_and_new_customers_are_only_counted():
    tenures = pd.concat([cohort([50, 40], group="b"), cohort([50, 40], group="all"),
                         pd.DataFrame({"group": "c", "entry": 0, "tenure": [0], "churned": False, "customers": 9})])
    revenue = pd.concat([paying(10, 50), paying(20, 50, group="b"), paying(5, 9, group="c")])
    values = lifetime_value(tenures, revenue, horizons_months=[1])
    assert values["group"].drop_duplicates().tolist() == ["all", "b", "c"]
    newest = values[values["group"] == "c"]
    assert (newest["customers"] == 9).all()


def test_a_group_without_revenue_is_withheld():
    values = lifetime_value(cohort([50, 40, 30], group="a"), paying(10, 50), horizons_months=[2])
    assert (values["withheld"] == "no revenue is known for this group").all() and values["value"].isna().all()


@pytest.mark.parametrize("options", [{"horizons_months": [0]}, {"horizons_months": [1.5]}, {"discount_rate_annual": -0.1}, {"gross_margin": 1.2}])
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(EstimateError):
        lifetime_value(cohort([50, 40, 30], group="all"), paying(10, 50), **options)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=2, max_size=10), st.floats(0, 0.5), st.floats(0.05, 1))
def test_value_grows_with_the_horizon_and_shrinks_with_the_discount(drops, rate, margin):
    survivors = 10_000 - np.cumsum([0, *drops])
    tenures, revenue = cohort(survivors, group="all"), paying(7, 10_000)
    horizons = range(1, len(survivors) + 1)
    plain = lifetime_value(tenures, revenue, horizons_months=horizons, gross_margin=margin)
    cheaper = lifetime_value(tenures, revenue, horizons_months=horizons, gross_margin=margin, discount_rate_annual=rate)
    for method in ("restricted_mean", "shifted_beta_geometric"):
        full, less = (f.loc[f["method"] == method, "value"].to_numpy() for f in (plain, cheaper))
        if not np.isnan(full).any():
            assert (np.diff(full) > 0).all() and (less <= full + 1e-9).all() and full[0] == pytest.approx(7 * margin)
