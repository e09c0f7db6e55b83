"""Ages of leads: counted by hand, and an earlier month's as it was known then."""

import pandas as pd
import pytest

from lifecycle_utils import estimate
from lifecycle_utils.errors import MissingTable, UsageError
from lifecycle_utils.observe import lead_ages
from lifecycle_utils.observe.lead_ages import lead_months
from lifecycle_utils.sources import open_snapshot
from tests.observe.stage_company import open_company

SUBSCRIPTIONS = ["s1,soon,2026-01-15,,10", "s2,late,2026-03-01,,10", "s3,old,2025-01-01,,10", "s4,trial,2026-01-10,2026-01-24,0", "s4,trial,2026-01-24,,10"]
LEADS = [
    "L1,2026-01-10,ads,,,,,soon",  # paid on its sixth day
    "L2,2026-01-10,ads,2026-01-12,,,,late",  # paid in March: the link stands in the data before it is known
    "L3,2026-01-20,,,,,,",
    "L4,2026-02-01,,,,,,old",  # was a customer when it came
    "L5,2026-01-24,,,2026-01-10,2026-01-24,,trial",  # paid on the day on which it came
    "L6,2026-02-28,,2026-03-01,2026-03-05,,,",  # demo and trial after February
]


def as_rows(frame):
    return {(f"{row.created_on:%m-%d}", row.days, row.outcome): row.leads for row in frame.itertuples()}


def test_a_lead_has_paid_when_its_customer_has_not_when_its_id_is_filled(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS, leads=LEADS)
    assert as_rows(lead_ages(snapshot)) == {
        ("01-10", 6, "reached"): 1, ("01-10", 50, "open"): 1, ("01-20", 40, "open"): 1, ("01-24", 1, "reached"): 1, ("02-28", 1, "open"): 1,
    }  # fmt: skip


def test_nobody_is_watched_for_longer_than_asked(tmp_path):
    snapshot = open_company(tmp_path, "2026-03", subscriptions=SUBSCRIPTIONS, leads=LEADS)
    assert as_rows(lead_ages(snapshot, max_age_days=5)) == {
        ("01-10", 5, "open"): 2, ("01-20", 5, "open"): 1, ("01-24", 1, "reached"): 1, ("02-28", 5, "open"): 1,
    }  # fmt: skip


def test_trials_are_a_goal_of_their_own(tmp_path):
    snapshot = open_company(tmp_path, "2026-03", subscriptions=SUBSCRIPTIONS, leads=LEADS)
    reached = {key: leads for key, leads in as_rows(lead_ages(snapshot, goal="trial")).items() if key[2] == "reached"}
    assert reached == {("01-24", 1, "reached"): 1, ("02-28", 6, "reached"): 1}  # a trial before the lead was known counts as its first day


def test_months_count_what_is_known_by_then(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS, leads=LEADS)
    assert lead_months(snapshot).to_dict("records") == [
        {"month": "2026-01", "leads": 4, "trials": 1, "demos": 1}, {"month": "2026-02", "leads": 2, "trials": 0, "demos": 0},
    ]  # fmt: skip


@pytest.mark.parametrize("goal", ["paid", "trial"])
def test_the_sample_of_an_earlier_month_is_the_newest_one_with_its_future_forgotten(goal):
    newest = open_snapshot(month="2026-10")
    earlier = lead_ages(newest.as_of("2026-03"), goal=goal)
    forgotten = estimate.ages_as_of(lead_ages(newest, goal=goal), "2026-04-01")
    keys = ["created_on", "days", "outcome"]
    pd.testing.assert_frame_equal(earlier, forgotten.groupby(keys, as_index=False)["leads"].sum().sort_values(keys).reset_index(drop=True))


def test_what_cannot_be_asked_is_said(tmp_path):
    snapshot = open_company(tmp_path, "2026-02", subscriptions=SUBSCRIPTIONS)
    with pytest.raises(UsageError, match="goal = 'demo' is not one of paid, trial"):
        lead_ages(snapshot, goal="demo")
    with pytest.raises(MissingTable, match="leads"):
        lead_ages(snapshot)
