"""Real companies through the whole path: folder, snapshot, counts, estimates, held against independently computed truths."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import cli, estimate, observe, sources
from tests.companies import TELCO_MONTH, write_mrr_playbook, write_ravenstack, write_telco


@pytest.fixture(scope="module")
def telco(shared_data, tmp_path_factory):
    return sources.open_snapshot(write_telco(shared_data, tmp_path_factory.mktemp("telco")), month=TELCO_MONTH)


@pytest.fixture(scope="module")
def telco_tenures(telco):
    return observe.tenures(telco, by="Contract")


def matched(ours, truth):
    """Our rows at the truth's (group, tenure_month), in the truth's order; every one must be there."""
    keys = pd.MultiIndex.from_arrays([truth["segment"], truth["month"].astype(int)])
    return ours.set_index(["group", "tenure_month"]).loc[keys]


def test_telco_survival_equals_the_truth(telco_tenures, shared_data):
    truth = pd.read_csv(shared_data / "truth" / "telco_km_survival.csv").rename(columns={"t": "month"})
    ours = matched(estimate.survival(telco_tenures), truth)
    assert len(truth) == 40
    assert ours["at_risk"].tolist() == truth["n_risk"].tolist()
    for mine, theirs in (("survival", "surv"), ("lower", "lo_loglog"), ("upper", "hi_loglog")):
        np.testing.assert_allclose(ours[mine].to_numpy(), truth[theirs].to_numpy(), rtol=0, atol=1e-9, equal_nan=True)


def test_telco_hazard_equals_the_truth(telco_tenures, shared_data):
    truth = pd.read_csv(shared_data / "truth" / "telco_discrete_hazard.csv").rename(columns={"month_k": "month"})
    ours = matched(estimate.hazard(telco_tenures), truth)
    assert len(truth) == 288
    assert ours["at_risk"].tolist() == truth["n_risk"].tolist()
    assert ours["churned"].tolist() == truth["d"].tolist()
    np.testing.assert_allclose(ours["hazard"].to_numpy(), truth["hazard"].to_numpy(), rtol=0, atol=1e-9)


@pytest.mark.slow
def test_telco_through_the_command_line(shared_data, tmp_path):
    (tmp_path / "telco").mkdir()
    folder = write_telco(shared_data, tmp_path / "telco")
    arguments = ["report", "--data", str(folder), "--month", TELCO_MONTH, "--only", "cohort_survival", "-p", "by", "Contract", "--out", str(tmp_path / "out")]
    assert cli.main(arguments) == 0
    tables = tmp_path / "out" / TELCO_MONTH / "tables"
    for name, truth_name, month, columns in (
        ("survival", "telco_km_survival", "t", {"survival": "surv", "lower": "lo_loglog", "upper": "hi_loglog"}),
        ("hazard", "telco_discrete_hazard", "month_k", {"hazard": "hazard"}),
    ):
        truth = pd.read_csv(shared_data / "truth" / f"{truth_name}.csv").rename(columns={month: "month"})
        ours = matched(pd.read_csv(tables / f"{name}.csv"), truth)
        # what 17 customers, and 2, would tell of month 72 is in the truth; a report gives no interval with fewer than 30 at risk
        thin = (ours["at_risk"] < 30).to_numpy()
        for mine, theirs in columns.items():
            told = ~thin if mine in ("lower", "upper") else np.full(len(ours), True)
            np.testing.assert_allclose(ours[mine].to_numpy()[told], truth[theirs].to_numpy()[told], rtol=0, atol=1e-9, equal_nan=True)
        if name == "survival":
            assert ours.loc[thin, "at_risk"].tolist() == [2, 17] and ours.loc[thin, ["lower", "upper"]].isna().all(axis=None)


def test_telco_log_rank_equals_the_truth(telco_tenures, shared_data):
    truth = pd.read_csv(shared_data / "truth" / "telco_logrank.csv").set_index("pair")
    test = estimate.log_rank(telco_tenures).iloc[0]
    assert test["chi_square"] == pytest.approx(truth.loc["ALL", "chisq"], abs=1e-6)
    assert test["degrees_of_freedom"] == 2


def test_telco_lifetime_value_equals_the_truth(telco, telco_tenures, shared_data):
    truth = pd.read_csv(shared_data / "truth" / "telco_ltv_by_contract.csv").set_index("contract")
    revenue = observe.revenue(telco, by="Contract")
    values = estimate.lifetime_value(telco_tenures, revenue, horizons_months=(36, 72))
    simple = values[values["method"] == "arpu_over_churn"].set_index("group")["value"]
    honest = values[values["method"] == "restricted_mean"].set_index(["group", "horizon_months"])["value"].sort_index()
    for contract, row in truth.iterrows():
        assert revenue.set_index("group").loc[contract, "average_mrr"] == pytest.approx(row["arpa"], abs=1e-9)
        assert simple[contract] == pytest.approx(row["ltv_arpa_over_churn"], abs=1e-6)
        for horizon in (36, 72):
            assert honest[contract, horizon] == pytest.approx(row[f"ltv{horizon}_arpa_x_rmst{horizon}"], abs=1e-9)


def test_ravenstack_tells_its_dirt_and_is_not_fooled(shared_data, tmp_path):
    company = sources.open_company(write_ravenstack(shared_data, tmp_path))
    told = {problem.code: problem.rows for problem in company.problems}
    assert told == {"overlapping_subscriptions": 4492, "id_reused": 21, "zero_length": 13}
    snapshot = sources.snapshot_of(company, month="2024-12")
    counts = observe.traits(snapshot, top_share=0.1, value="mrr")
    profile = estimate.ideal_customer_profile(counts)
    significant = profile[profile["significant"]]
    assert sorted(zip(significant["attribute"], significant["value"], strict=True)) == [("seats", "31-60"), ("seats", "61+")]
    truth = pd.read_csv(shared_data / "truth" / "ravenstack_icp_top_decile_mrr_2024-12-31.csv")
    truth["attribute"] = truth["attribute"].replace("seats_band", "seats")
    truth["level"] = truth["level"].replace("1-5", "up to 5")
    joined = truth.merge(profile, left_on=["attribute", "level"], right_on=["attribute", "value"])
    assert len(joined) == len(truth) == 25
    assert joined["customers"].tolist() == joined["n_all"].tolist()
    assert joined["top_customers"].tolist() == joined["n_top"].tolist()
    tested = joined.dropna(subset="p_value")
    np.testing.assert_allclose(tested["p_value"], tested["fisher_p_one_sided"], rtol=1e-9)
    assert profile.set_index("value").loc["EdTech", "p_value"] == pytest.approx(0.0353, abs=1e-4)


def test_mrr_playbook_first_spells(shared_data, tmp_path):
    snapshot = sources.open_snapshot(write_mrr_playbook(shared_data, tmp_path), month="2019-12")
    periods = pd.read_csv(shared_data / "mrr_playbook" / "subscription_periods.csv", parse_dates=["start_date", "end_date"])
    paying = periods[(periods["monthly_amount"] > 0) & (periods["start_date"] < "2020-01-01")]
    frame = observe.tenures(snapshot)
    everybody = frame[frame["group"] == "all"]
    assert everybody["customers"].sum() == paying["customer_id"].nunique()
    # all starts and ends are first days, so tenure is plain calendar months
    first = paying.sort_values("start_date").groupby("customer_id").head(1).set_index("customer_id")["start_date"]
    cohorts = first.dt.strftime("%Y-%m").value_counts().to_dict()
    assert frame[frame["group"] != "all"].groupby("group")["customers"].sum().to_dict() == cohorts
