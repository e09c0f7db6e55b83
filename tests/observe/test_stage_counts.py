"""Use, first value, awareness and answers: counted by hand, and against the truths that companies come with."""

import csv

import pandas as pd
import pytest

from lifecycle_utils import observe
from lifecycle_utils.observe.awareness import acquisition_months, awareness_months
from lifecycle_utils.observe.engagement import active_months, answers, feature_months, paying_in_months
from lifecycle_utils.observe.first_value import first_value_ages
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_ravenstack
from tests.observe.stage_company import open_company

SUBSCRIPTIONS = ["s1,a,2026-01-10,2026-01-20,0", "s1,a,2026-01-20,,10", "s2,b,2026-01-05,2026-01-15,10", "s2,b,2026-01-25,2026-02-15,10", "s3,c,2026-02-01,,10"]
USAGE = [
    "a,2026-01-12,reports,9,a1",  # on trial: no use of a paying customer, but its first value
    "a,2026-01-21,reports,1,a1", "a,2026-01-21,alerts,1,a1", "a,2026-01-22,reports,1,a1", "a,2026-01-22,reports,1,a2", "a,2026-01-30,alerts,1,",
    "b,2026-01-20,reports,1,b1",  # between two spells
    "b,2026-01-04,reports,1,b1",  # before its first day
    "b,2026-02-14,alerts,1,b1", "b,2026-02-15,alerts,1,b1",  # the last is not paid any more
]  # fmt: skip


def test_active_days_of_users_of_paying_customers(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS, usage=USAGE)
    # January: a1 on two days, a2 on one, and a's unnamed user on one
    assert active_months(snapshot).to_dict("records") == [
        {"month": "2026-01", "active": 3, "active_days": 4, "squares": 6, "who": "users"},
        {"month": "2026-02", "active": 1, "active_days": 1, "squares": 1, "who": "users"},
    ]


def test_where_no_user_is_named_customers_are_counted(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS, usage=[f"{line.rsplit(',', 1)[0]}," for line in USAGE])
    january = active_months(snapshot).iloc[0]
    assert (january["who"], january["active"], january["active_days"], january["squares"]) == ("customers", 1, 3, 9)


def test_features_of_those_who_paid_on_any_day_of_the_month(tmp_path):
    snapshot = open_company(tmp_path, "2026-03", subscriptions=SUBSCRIPTIONS, usage=USAGE)
    assert paying_in_months(snapshot)["paying"].tolist() == [2, 3, 2]  # b left and came back within January: once
    frame = feature_months(snapshot).set_index(["group", "month"])
    assert frame.loc["all", "customers"].tolist() == [1, 1, 0]
    assert frame.loc["alerts", "customers"].tolist() == [1, 1, 0] and frame.loc["reports", "customers"].tolist() == [1, 0, 0]
    assert frame.loc["all", "paying"].tolist() == [2, 3, 2]


def test_first_value_counts_from_the_first_day_of_the_account(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS, usage=USAGE)
    ages = {(f"{row.created_on:%m-%d}", row.days, row.outcome): row.leads for row in first_value_ages(snapshot).itertuples()}
    # b's use of 4 January was before its first day, c never used it, also after 28 days
    assert ages == {("01-10", 3, "reached"): 1, ("01-05", 16, "reached"): 1, ("02-01", 28, "open"): 1}
    alerts = first_value_ages(snapshot, feature="alerts", max_age_days=30)
    assert sorted(zip(alerts["days"], alerts["outcome"], strict=True)) == [(12, "reached"), (28, "open"), (30, "open")]


def test_accounts_older_than_the_use_data_are_left_out(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=[*SUBSCRIPTIONS, "s4,d,2025-06-01,,10"], usage=USAGE)
    assert first_value_ages(snapshot)["leads"].sum() == 3


def test_what_was_not_recorded_is_not_0(tmp_path):
    lines = ["2026-01,ads,100,,5,", "2026-01,fairs,50.5,,,", "2026-02,ads,10,20,0,"]
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS, marketing=lines)
    frame = awareness_months(snapshot).set_index("month")
    assert frame["visits"].isna().tolist() == [True, False] and frame["social_engagements"].tolist() == [5, 0] and frame["brand_mentions"].isna().all()
    assert observe.stage_counts(snapshot).missing["brand_mentions"] == "the table marketing has no brand mentions"


@pytest.mark.parametrize("last_months", [1, 5, 12])
def test_acquisition_by_month_adds_up_to_acquisition(last_months):
    snapshot = open_snapshot(month="2026-10")
    months = acquisition_months(snapshot)
    newest = sorted(months["month"].unique())[-last_months:]
    sums = months[months["month"].isin(newest)].groupby("group")[["spend", "new_customers"]].sum()
    whole = observe.acquisition(snapshot, last_months=last_months).set_index("group")
    pd.testing.assert_frame_equal(sums, whole.loc[sums.index], check_names=False)
    assert whole.drop(index=sums.index)[["spend", "new_customers"]].to_numpy().sum() == 0


def test_ravenstacks_satisfaction_is_its_truth(shared_data, tmp_path):
    scores = answers(open_snapshot(write_ravenstack(shared_data, tmp_path), month="2025-12"))
    with open(shared_data / "truth" / "ravenstack_csat.csv", encoding="utf-8", newline="") as file:
        (truth,) = csv.DictReader(file)
    counted = scores.groupby("score")["answers"].sum()
    assert {f"s{score:.0f}": int(count) for score, count in counted.items()} == {key: int(truth[key]) for key in ("s3", "s4", "s5")}


def test_only_subscriptions_names_every_missing_table(tmp_path):
    counts = observe.stage_counts(open_company(tmp_path, "2026-03", subscriptions=SUBSCRIPTIONS))
    assert set(counts.missing.values()) == {f"the table {name} is missing" for name in ("marketing", "leads", "usage", "feedback")}
    assert counts.frames["trials"].to_dict("records") == [{"month": "2026-01", "trials": 1}]
