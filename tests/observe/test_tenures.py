"""Tenures against hand counts, the two traps (the month in progress, left truncation), and any history against the plain definition."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import add_months, begun_months, complete_months, month_end, month_of
from lifecycle_utils.observe import group_names, tenures
from lifecycle_utils.sources import open_snapshot

HEADER = "subscription_id,customer_id,started_on,ended_on,mrr,plan\n"


def snapshot(folder, rows, month, settings="", customers=""):
    lines = [f"s{number},{row}" for number, row in enumerate(rows)]
    (folder / "subscriptions.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "lifecycle.toml").write_text(settings, encoding="utf-8")
    if customers:
        (folder / "customers.csv").write_text(customers, encoding="utf-8")
    return open_snapshot(folder, month=month)


def counted(frame, group="all"):
    rows = frame[frame["group"] == group]
    return {(row.entry, row.tenure, row.churned): row.customers for row in rows.itertuples()}


def test_a_company_counted_by_hand(tmp_path):
    rows = [
        "a,2024-01-15,,10,x",  # four complete months by the end of May, the fifth runs
        "b,2024-01-31,2024-02-29,10,x",  # exactly one subscription month
        "c,2024-01-31,2024-03-01,10,x",  # left in the second
        "d,2024-05-10,2024-05-20,10,x",  # left inside a month that is not over: not yet counted
        "e,2024-05-10,,10,x",  # its first month is not over either
        "f,2024-04-30,2024-05-31,10,x",  # 31 May is past the first anniversary, inside the second month, which runs
        "g,2024-03-01,2024-06-01,10,x",  # ends with the snapshot: three complete months, and gone
    ]
    frame = tenures(snapshot(tmp_path, rows, "2024-05"), by="cohort_month")
    assert counted(frame) == {(0, 4, False): 1, (0, 1, True): 1, (0, 2, True): 1, (0, 0, False): 2, (0, 1, False): 1, (0, 3, True): 1}
    assert counted(frame, "2024-01") == {(0, 4, False): 1, (0, 1, True): 1, (0, 2, True): 1}
    assert frame["group"].iloc[0] == "all"


def test_gaps_overlaps_free_plans_and_returners(tmp_path):
    rows = [
        "a,2024-01-01,2024-02-01,0,trial",  # a trial is not paid: the cohort is February
        "a,2024-02-01,2024-03-01,10,x",
        "a,2024-03-01,,20,y",  # a plan change on the same day is no gap
        "b,2024-01-01,2024-02-01,10,x",
        "b,2024-03-01,,10,x",  # returned: the first spell is the answer
        "c,2024-01-01,2024-04-01,10,x",
        "c,2024-02-01,2024-03-01,10,y",  # inside the other
    ]
    frame = tenures(snapshot(tmp_path, rows, "2024-06"))
    assert counted(frame, "2024-02") == {(0, 5, False): 1}
    assert counted(frame, "2024-01") == {(0, 1, True): 1, (0, 3, True): 1}


def test_a_plan_change_on_the_first_of_the_next_month_is_no_churn_of_this_one(tmp_path):
    rows = [
        "a,2024-01-01,2024-04-01,10,x", "a,2024-04-01,,20,y",  # goes on
        "b,2024-01-01,2024-04-01,10,x", "b,2024-04-01,,0,free",  # falls back to a free plan: gone
        "c,2024-01-01,2024-04-01,10,x",  # gone
        "d,2024-01-01,2024-04-01,10,x", "d,2024-04-02,,10,x",  # comes back a day later: gone first
    ]
    assert counted(tenures(snapshot(tmp_path, rows, "2024-03"))) == {(0, 3, False): 1, (0, 3, True): 3}


def test_a_short_gap_may_be_no_churn_and_is_waited_for(tmp_path):
    rows = ["a,2024-01-01,2024-02-01,10,x", "a,2024-02-11,,10,x", "b,2024-01-01,2024-06-25,10,x"]
    assert counted(tenures(snapshot(tmp_path, rows, "2024-06"))) == {(0, 1, True): 1, (0, 6, True): 1}
    assert counted(tenures(snapshot(tmp_path, rows, "2024-06", "grace_days = 10"))) == {(0, 1, True): 1, (0, 5, False): 1}
    # eleven days: a's gap of ten is bridged; b may still return, and its sixth month is not over eleven days before the cutoff
    assert counted(tenures(snapshot(tmp_path, rows, "2024-06", "grace_days = 11"))) == {(0, 5, False): 2}


def test_left_truncation_counted_by_hand(tmp_path):
    rows = [
        "a,2023-11-15,,10,x",  # its third month began on 15 January, before the data: at risk from the fourth
        "b,2023-11-01,2024-03-01,10,x",  # an anniversary on 1 February: at risk from the fourth, and left in it
        "c,2023-11-15,2024-02-10,10,x",  # left in the month in progress when the data began: others like it are not there
        "d,2024-02-01,2024-03-01,10,x",  # started with the data
        "e,2023-11-15,2024-01-10,10,x",  # left before it
    ]
    frame = tenures(snapshot(tmp_path, rows, "2024-03", "observed_from = 2024-02-01"))
    assert counted(frame) == {(3, 4, False): 1, (3, 4, True): 1, (0, 1, True): 1}


def test_groups_are_known_at_the_start(tmp_path):
    rows = [
        "a,2024-01-01,2024-02-01,10,small", "a,2024-02-01,,90,large", "b,2024-01-01,,10,all", "c,2024-01-01,,10,",
        "d,2024-01-01,,10,one", "d,2024-01-01,,20,two",
    ]
    opened = snapshot(tmp_path, rows, "2024-03", customers="customer_id,industry,seats\na,NA,5\nb,Retail,700\nc,,\n")
    assert group_names(opened) == ["cohort_month", "industry", "seats", "plan", "billing_interval", "currency"]
    by_plan = tenures(opened, by="plan").groupby("group")["customers"].sum().to_dict()
    assert by_plan == {"all": 4, "small": 1, "all (value)": 1, "(unknown)": 1, "two": 1}
    assert tenures(opened, by="industry").groupby("group")["customers"].sum().to_dict() == {"all": 4, "NA": 1, "Retail": 1, "(unknown)": 2}
    assert tenures(opened, by="seats").groupby("group")["customers"].sum().to_dict() == {"all": 4, "5": 1, "700": 1, "(unknown)": 2}
    with pytest.raises(UsageError, match="did you mean 'industry'"):
        tenures(opened, by="industri")


days = st.integers(0, 400).map(lambda number: dt.date(2023, 1, 1) + dt.timedelta(days=number))
periods = st.tuples(st.sampled_from("abc"), days, st.one_of(st.none(), st.integers(1, 200)), st.sampled_from(["0", "5"]))
histories = st.lists(periods, min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(histories, st.sampled_from(["2023-06", "2024-02"]), st.sampled_from([None, dt.date(2023, 3, 15)]))
def test_any_history_agrees_with_the_definition_day_by_day(tmp_path_factory, history, month, observed_from):
    rows = [f"{who},{start},{'' if length is None else start + dt.timedelta(days=length)},{mrr},p" for who, start, length, mrr in history]
    toml = f"observed_from = {observed_from}" if observed_from else ""
    frame = tenures(snapshot(tmp_path_factory.mktemp("history"), rows, month, toml))
    assert counted(frame) == by_definition(history, month_end(month), observed_from)


def by_definition(history, cutoff, observed_from):
    """The design's words, one customer and one day at a time."""
    counts = {}
    for who in {row[0] for row in history}:
        paid = set()
        for _, start, length, _paid in [row for row in history if row[0] == who and row[3] != "0"]:
            end = min(cutoff, start + dt.timedelta(days=length)) if length is not None else cutoff
            paid |= {start + dt.timedelta(days=number) for number in range(max((end - start).days, 0))}
        if not paid:
            continue
        start = end = min(paid)
        while end in paid:
            end += dt.timedelta(days=1)
        goes_on = any(row[0] == who and row[3] != "0" and row[1] == cutoff and row[2] != 0 for row in history)
        runs = end == cutoff and not any(
            row[0] == who and row[3] != "0" and row[2] is not None and row[1] + dt.timedelta(days=row[2]) == cutoff for row in history
        )
        runs = runs or any(
            row[0] == who and row[3] != "0" and row[1] < cutoff and (row[2] is None or row[1] + dt.timedelta(days=row[2]) > cutoff) and end == cutoff
            for row in history
        )
        runs = runs or (end == cutoff and goes_on)
        complete = complete_months(start, cutoff)
        entry = begun_months(start, observed_from) if observed_from and start < observed_from else 0
        last = begun_months(start, end)
        churned = not runs and last <= complete
        tenure = last if churned else complete
        if churned and tenure <= entry:
            continue
        assert add_months(start, tenure) <= cutoff
        assert month_of(start) <= month_of(cutoff)
        counts[entry, tenure, churned] = counts.get((entry, tenure, churned), 0) + 1
    return counts
