"""Notebook 01's numbers on whole companies: every figure of the list, any company, and a year that is not over."""

import numpy as np
import pytest

from lifecycle_utils import estimate, observe
from lifecycle_utils.estimate.conversion import by_month
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_mrr_playbook, write_ravenstack
from tests.observe.stage_company import open_company

#: What the overview must show or withhold, stage by stage.
LISTED = {
    "awareness": {"visits", "social_engagements", "brand_mentions"},
    "consideration": {"lead_generation_rate", "trial_sign_ups", "demo_requests"},
    "purchase": {"conversion_within_90_days", "cac", "cac_12_months:partner"},
    "activation": {"time_to_first_value", "first_value_within_7_days", "feature_use", "feature_use:reports"},
    "adoption": {"stickiness", "csat"},
    "retention": {"customer_churn", "ltv", "nps"},
    "expansion": {"upgrade_rate", "arpu"},
}
FIXED = ["stage", "kpi", "month", "value", "lower", "upper", "n", "unit", "change_month", "change_year", "withheld"]


def figures(snapshot, **options):
    kpis = estimate.stage_kpis(observe.stage_counts(snapshot, **options), currency="USD")
    return kpis, kpis[kpis["month"] == snapshot.month].set_index("kpi")


@pytest.fixture(scope="module")
def sample():
    return open_snapshot(month="2026-10")


@pytest.fixture(scope="module")
def of_sample(sample):
    return figures(sample)


@pytest.mark.parametrize("stage", LISTED)
def test_every_figure_of_the_list_has_a_value_and_both_changes_on_the_sample(of_sample, stage):
    kpis, now = of_sample
    assert kpis.columns[: len(FIXED)].tolist() == FIXED
    listed = now.loc[sorted(LISTED[stage])]
    assert (listed["stage"] == stage).all() and listed[["value", "n", "change_month", "change_year"]].notna().all().all()


def test_what_others_count_is_the_same_here(sample, of_sample):
    _, now = of_sample
    movements = observe.mrr_movements(sample).iloc[-1]
    assert now.loc["arpu", "value"] == pytest.approx(movements["closing_mrr"] / movements["closing_customers"])
    assert now.loc["customer_churn", "value"] == pytest.approx(movements["churned_customers"] / movements["opening_customers"])
    channels = observe.acquisition(sample, last_months=12).set_index("group")
    assert now.loc["cac_12_months:events", "value"] == pytest.approx(channels.loc["events", "spend"] / channels.loc["events", "new_customers"])
    assert now.loc["cac_12_months", "n"] == channels.loc["all", "new_customers"]


def test_a_month_known_earlier_has_the_same_figures(sample, of_sample):
    """As of March, and of March as told in October: ends and conversions of later months change nothing."""
    kpis, _ = of_sample
    then = figures(sample.as_of("2026-03"), months=1)[1]
    told = kpis[kpis["month"] == "2026-03"].set_index("kpi")
    # the most used features are those of the newest months, and lifetime value is worked out for three months only
    shared = [name for name in then.index.intersection(told.index) if not name.startswith(("feature_use:", "ltv"))]
    assert len(shared) > 20
    numbers = ["value", "lower", "upper", "n"]
    np.testing.assert_allclose(then.loc[shared, numbers].astype(float), told.loc[shared, numbers].astype(float))


def test_young_leads_of_the_sample_are_judged_as_they_turn_out(sample):
    """Leads of December to April, half of them too young at the end of April, and again in October: inside the interval, where won / all is not."""
    rows = {}
    for month, cutoff in (("2026-04", "2026-05-01"), ("2026-10", "2026-11-01")):
        ages = observe.lead_ages(sample.as_of(month))
        own = ages[by_month(ages).between("2025-12", "2026-04")]
        rows[month] = estimate.conversion_at(estimate.conversion(own, cutoff=cutoff), within_days=90).iloc[0]
    young, old = rows["2026-04"], rows["2026-10"]
    assert young["watched"] < 0.6 * old["watched"]
    assert young["lower"] <= old["conversion"] <= young["upper"]
    assert young["naive"] < young["lower"]


def test_where_everybody_leaves_nothing_breaks(tmp_path):
    rows = [f"s{number},c{number},2025-01-10,2026-02-10,10" for number in range(40)]
    _, now = figures(open_company(tmp_path, "2026-02", subscriptions=rows), months=2)
    assert now.loc["annual_customer_churn", ["value", "withheld"]].tolist() == [1, "everybody left: no interval"]
    assert now.loc["customer_churn", "value"] == 1 and now.loc["arpu", "withheld"] == "no paying customers"


def test_only_subscriptions_name_what_is_missing_and_say_the_rest(tmp_path):
    rows = [f"s{number},c{number},2026-0{1 + number % 3}-10,{'2026-05-10' if number % 9 == 0 else ''},10" for number in range(90)]
    _, now = figures(open_company(tmp_path, "2026-06", subscriptions=rows), months=3)
    assert now.loc["visits", "withheld"] == "the table marketing is missing" and now.loc["nps", "withheld"] == "the table feedback is missing"
    assert now.loc["trial_sign_ups", "withheld"] == "the table leads is missing, and subscriptions has no periods of MRR 0"
    assert now.loc[["customer_churn", "upgrade_rate", "arpu", "new_customers"], "value"].notna().all()
    assert (now["value"].notna() | (now["withheld"] != "")).all()


@pytest.mark.parametrize(("write", "month"), [(write_mrr_playbook, "2020-02"), (write_ravenstack, "2024-12")])
def test_real_companies_have_every_figure_or_a_reason(shared_data, tmp_path, write, month):
    snapshot = open_snapshot(write(shared_data, tmp_path), month=month)
    kpis, now = figures(snapshot, months=13)
    assert (kpis["value"].notna() | (kpis["withheld"] != "")).all() and {name.split(":")[0] for name in now.index} >= {"visits", "nps", "arpu"}
    shares = estimate.transition_shares(observe.stage_transitions(snapshot))
    assert shares.groupby("from_stage")["share"].sum().tolist() == pytest.approx([1] * shares["from_stage"].nunique())
