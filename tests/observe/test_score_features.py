"""What is known of a customer at a month's end, by hand; and that nothing later can be known."""

import datetime as dt

import pandas as pd
import pytest

from lifecycle_utils import observe, sources
from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.customer_months import labelled
from lifecycle_utils.observe.features import features
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.moments import moment_of, numbered
from lifecycle_utils.observe.purchase_history import purchase_history
from lifecycle_utils.observe.score_inputs import code_columns
from tests.companies import write_csv

SUBSCRIPTIONS = ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "billing_interval"]


def company(folder, subscriptions, *, toml="", usage=(), feedback=(), leads=(), customers=()):
    """A company folder of hand-written rows; usage is (customer, day, feature)."""
    write_csv(folder / "subscriptions.csv", SUBSCRIPTIONS, subscriptions)
    if usage:
        write_csv(folder / "usage.csv", ["customer_id", "used_on", "feature", "events"], [[*row, 1] for row in usage])
    if feedback:
        write_csv(folder / "feedback.csv", ["customer_id", "answered_on", "survey", "score"], feedback)
    if leads:
        header = ["lead_id", "created_on", "channel", "trial_started_on", "card_required", "customer_id", "industry"]
        write_csv(folder / "leads.csv", header, leads)
    if customers:
        write_csv(folder / "customers.csv", ["customer_id", "industry", "status"], customers)
    (folder / "lifecycle.toml").write_text(toml, encoding="utf-8")
    return folder


def known(folder, month, *, horizon_months=3, attributes=""):
    """What is known of each customer at the month's end: DataFrame of labels, index customer_id."""
    snapshot = sources.open_snapshot(folder, month=month)
    inputs = observe.score_inputs(snapshot, horizon_months=horizon_months, attributes=attributes)
    frame = fetch(features(moment_of(snapshot), inputs).join(numbered(snapshot), on="customer", how="inner")).set_index("customer_id").sort_index()
    return labelled(frame[code_columns(inputs)], inputs).astype(str)


def test_purchases_and_terms_by_hand(tmp_path):
    company(tmp_path, [
        ["s1", "a", "2023-01-15", "2024-01-15", 100, "monthly"], ["s1", "a", "2024-01-15", "", 120, "monthly"],  # raised in January
        ["s2", "b", "2023-02-01", "", 300, "annual"],
        ["s3", "c", "2022-05-10", "2022-08-10", 50, "monthly"], ["s4", "c", "2024-03-31", "", 40, "Monthly"],  # left, and came back
        ["s5", "d", "2023-03-01", "2024-04-01", 10, "monthly"],  # its last paid day is the month's last
        ["s6", "e", "2023-06-01", "", 0, "monthly"],  # free
        ["s7", "f", "2022-11-20", "", 70, "quarterly"], ["s8", "f", "2024-02-20", "", 30, "monthly"],
    ])
    frame = fetch(purchase_history(moment_of(sources.open_snapshot(tmp_path, month="2024-03"))), sort=["key"])  # numbered in the order of their ids
    assert (frame["key"] // 1000).tolist() == [1, 2, 3, 5]  # e never paid, d has left
    assert frame["tenure"].tolist() == [14, 14, 0, 16]
    assert frame["returned"].tolist() == [0, 0, 1, 0]
    assert (frame["units"] / 10_000).tolist() == [120, 300, 40, 100]
    assert (frame["units_before"] / 10_000).tolist() == [100, 300, 0, 70]  # at the end of 2023
    assert frame["recency"].tolist() == [2, 14, 0, 1]
    assert frame["frequency"].tolist() == [1, 0, 1, 1]
    assert frame["billing_months"].tolist() == [1, 12, 1, 3]  # the largest subscription's
    assert frame["renewal_in"].tolist() == [1, 10, 1, 2]  # b renews on 2025-02-01, f on 2024-05-20
    assert frame["renewals"].tolist() == [14, 1, 0, 5]


def test_stages_by_hand(tmp_path):
    starts = {"a": "2024-03-02", "b": "2024-02-10", "c": "2024-01-10", "d": "2023-12-10", "e": "2023-09-10", "f": "2023-03-10", "g": "2022-03-10"}
    rows = [[who, who, day, "", 10, "monthly"] for who, day in starts.items()]
    rows += [["y1", "y1", "2023-04-20", "", 10, "annual"], ["y2", "y2", "2022-06-20", "", 10, "yearly"], ["y3", "y3", "2023-08-01", "", 10, "annual"]]
    stage = known(company(tmp_path, rows), "2024-03")["stage"].to_dict()
    assert stage == {
        "a": "month 1", "b": "month 2", "c": "month 3", "d": "months 4-6", "e": "months 7-12", "f": "year 2", "g": "year 3 or later",
        "y1": "fixed term, first renewal ahead", "y2": "fixed term, later renewal ahead", "y3": "fixed term, no renewal ahead",
    }


def test_a_renewal_on_the_last_day_of_the_horizon_is_ahead_and_one_after_it_is_not(tmp_path):
    rows = [["a", "a", "2023-07-01", "", 10, "annual"], ["b", "b", "2023-07-02", "", 10, "annual"]]
    # known at the end of March; the three months end with 30 June, and an end on 1 July is the first day no longer paid
    assert known(company(tmp_path, rows), "2024-03")["stage"].tolist() == ["fixed term, first renewal ahead", "fixed term, no renewal ahead"]


def days(customer, first, number, *, every=1, feature="x"):
    begin = dt.date.fromisoformat(first)
    return [[customer, begin + dt.timedelta(days=every * n), feature] for n in range(number)]


def test_usage_windows_by_hand(tmp_path):
    rows = [[who, who, "2023-01-01", "", 10, "monthly"] for who in "abcdef"] + [["n", "n", "2024-03-01", "", 10, "monthly"]]
    usage = [
        *days("a", "2023-10-04", 180),  # every day up to 31 March
        *days("b", "2023-10-04", 150),  # every day, then nothing in the last 30
        *days("c", "2023-12-02", 18, every=5), *days("c", "2024-03-02", 2, every=5),  # 18 days in 90, then 2 in 30: a third
        *days("d", "2024-03-02", 3),  # only now
        *days("e", "2024-04-01", 20),  # only later
        *days("n", "2024-02-01", 20), *days("n", "2024-03-03", 5), *days("n", "2024-03-03", 5, feature="y"),  # trial days do not count
    ]
    frame = known(company(tmp_path, rows, usage=usage), "2024-03")
    assert frame["usage_level"].to_dict() == {"a": "22 or more", "b": "none", "c": "2-3", "d": "2-3", "e": "none", "f": "none", "n": "4-7"}
    assert frame["usage_trend"].to_dict() == {
        "a": "steady", "b": "stopped", "c": "fell by more than half", "d": "rose", "e": "none before, none now", "f": "none before, none now",
        "n": "too new to compare",
    }
    assert frame.loc["a", "usage_trend_3"] == "steady" and frame.loc["b", "usage_trend_3"] == "fell"
    assert frame["features_used"].to_dict() == {"a": "1", "b": "1", "c": "1", "d": "1", "e": "none", "f": "none", "n": "2"}
    assert frame.loc[["a", "n"], "uses_x"].tolist() == ["3 or more", "3 or more"] and frame.loc[["a", "n"], "uses_y"].tolist() == ["none", "3 or more"]
    assert "users" not in frame  # the usage names nobody


def test_a_trend_is_not_told_where_the_usage_data_begin_too_late(tmp_path):
    rows = [["a", "a", "2022-01-01", "", 10, "monthly"]]
    frame = known(company(tmp_path, rows, usage=days("a", "2024-02-15", 40)), "2024-03")
    assert frame.loc["a", ["usage_trend", "usage_trend_3"]].tolist() == ["too new to compare"] * 2


def test_answers_leads_and_attributes_by_hand(tmp_path):
    rows = [[who, who, "2023-01-01", "", 10, "monthly"] for who in "abc"]
    feedback = [
        ["a", "2024-01-01", "nps", 9], ["a", "2024-03-01", "NPS", 3], ["a", "2024-04-01", "nps", 10],  # the newest known
        ["b", "2023-08-01", "nps", 9], ["b", "2023-05-01", "csat", 2], ["b", "2023-05-01", "csat", 5],  # too old; the lower of a day
    ]
    leads = [
        ["1", "2022-12-01", "ads", "2022-12-05", "true", "a", "Retail"], ["2", "2022-12-20", "web", "", "", "a", "Retail"],
        ["3", "2022-12-01", "web", "", "", "b", "Retail"], ["4", "2022-12-01", "web", "2022-12-05", "false", "", "Retail"],
    ]
    customers = [["a", "Retail", "gone"], ["b", "", "here"], ["c", "NA", "here"]]
    frame = known(company(tmp_path, rows, feedback=feedback, leads=leads, customers=customers), "2024-03")
    assert frame["nps"].to_dict() == {"a": "0-6", "b": "no answer", "c": "no answer"}
    assert frame["csat"].to_dict() == {"a": "no answer", "b": "1-2", "c": "no answer"}
    assert frame["channel"].to_dict() == {"a": "ads", "b": "web", "c": "(unknown)"}
    assert frame["trial"].to_dict() == {"a": "with card", "b": "none", "c": "no lead known"}
    assert frame["attribute_industry"].to_dict() == {"a": "Retail", "b": "(unknown)", "c": "NA"}
    assert "attribute_status" not in frame  # leads do not have it: it may have been written when the customer left


def test_attributes_enter_by_name_only(tmp_path):
    rows = [["a", "a", "2023-01-01", "", 10, "monthly"]]
    folder = company(tmp_path, rows, customers=[["a", "Retail", "here"]])
    assert not [name for name in known(folder, "2024-03") if name.startswith("attribute_")]  # without leads nothing is known at acquisition
    assert known(folder, "2024-03", attributes="status, industry").loc["a", ["attribute_status", "attribute_industry"]].tolist() == ["here", "Retail"]
    assert not [name for name in known(folder, "2024-03", attributes="none") if name.startswith("attribute_")]
    with pytest.raises(UsageError, match="no attribute 'size'; they have: industry, status"):
        known(folder, "2024-03", attributes="size")


def test_who_left_in_the_months_after_by_hand(tmp_path):
    company(tmp_path, [
        ["a", "a", "2024-01-10", "", 10, ""],  # stays
        ["b", "b", "2024-01-10", "2024-04-02", 20, ""],  # leaves within
        ["c", "c", "2024-01-10", "2024-07-01", 30, ""],  # leaves with the last day of June: within
        ["d", "d", "2024-01-10", "2024-07-02", 40, ""],  # a day later
        ["e", "e", "2024-01-10", "2024-04-01", 50, ""],  # had left
        ["f", "f", "2024-04-01", "", 60, ""],  # not yet there
        ["g", "g", "2024-01-10", "2024-04-20", 70, ""], ["g2", "g", "2024-04-25", "", 70, ""],  # five days without
    ])
    snapshot = sources.open_snapshot(tmp_path, month="2024-08")
    inputs = observe.score_inputs(snapshot, horizon_months=3)
    frame = observe.customer_months(snapshot, inputs, months=["2024-03"], horizon_months=3)
    assert dict(zip(frame["mrr"], frame["churned"], strict=True)) == {10: False, 20: True, 30: True, 40: False, 70: True}
    (tmp_path / "lifecycle.toml").write_text("grace_days = 7", encoding="utf-8")
    snapshot = sources.open_snapshot(tmp_path, month="2024-08")
    frame = observe.customer_months(snapshot, inputs, months=["2024-03"], horizon_months=3)
    assert dict(zip(frame["mrr"], frame["churned"], strict=True)) == {10: False, 20: True, 30: True, 40: False, 70: False}
    with pytest.raises(UsageError, match=r"the 3 months after 2024-05 are not over at the end of 2024-08 \(1 such"):  # an end in August may be a gap
        observe.customer_months(snapshot, inputs, months=["2024-04", "2024-05"], horizon_months=3)


def test_months_to_learn_from_and_to_test_on(tmp_path):
    company(tmp_path, [["a", "a", "2023-02-10", "", 10, ""]])
    snapshot = sources.open_snapshot(tmp_path, month="2024-12")
    months = observe.scored_months(snapshot, horizon_months=3, test_months=6)
    assert months.test == ("2024-06", "2024-09") and months.tested_from == "2024-06"
    assert months.train == ("2023-03", "2023-06", "2023-09", "2023-12", "2024-03")  # its three months are over when the test begins
    assert observe.scored_months(snapshot, horizon_months=3, test_months=6, train_months=6).train == ("2023-12", "2024-03")
    (tmp_path / "lifecycle.toml").write_text("observed_from = 2024-02-01\ngrace_days = 10", encoding="utf-8")
    months = observe.scored_months(sources.open_snapshot(tmp_path, month="2024-12"), horizon_months=3)
    assert months.all == ["2024-02", "2024-05", "2024-08"]  # who left before February is missing; November's churn is not certain in December
    (tmp_path / "lifecycle.toml").write_text("observed_from = 2024-06-20", encoding="utf-8")
    single = observe.scored_months(sources.open_snapshot(tmp_path, month="2024-12"), horizon_months=4)
    assert single.all == ["2024-08"] == list(single.train) == list(single.test) and single.by_customer and single.tested_from == "2024-08"
    rows = pd.DataFrame({"month": "2024-08", "customer": [3, 6, 9, 12]})  # every third customer stands for all
    assert [part["customer"].tolist() for part in single.split(rows)] == [[3, 9], [6, 12]] and not months.by_customer
    young = observe.scored_months(sources.open_snapshot(tmp_path, month="2024-03"), horizon_months=3)
    assert young.all == [] and young.tested_from == "2024-03"


def history(folder, month, months, *, attributes=""):
    snapshot = sources.open_snapshot(folder, month=month)
    inputs = observe.score_inputs(snapshot.as_of(months[0]), horizon_months=3, attributes=attributes)
    return observe.customer_months(snapshot, inputs, months=months, horizon_months=3), inputs


def test_several_months_at_once_are_the_months_one_by_one(sample_months):
    snapshot, inputs = sample_months
    months = ["2024-10", "2025-07", "2025-10"]
    together = observe.customer_months(snapshot, inputs, months=months, horizon_months=3)
    apart = [observe.customer_months(snapshot, inputs, months=[month], horizon_months=3) for month in months]
    pd.testing.assert_frame_equal(together, pd.concat(apart, ignore_index=True))


def test_every_nth_customer_stands_for_all(sample_months):
    snapshot, inputs = sample_months
    whole = observe.customer_months(snapshot, inputs, months=["2025-07", "2025-10"], horizon_months=3)
    part = observe.customer_months(snapshot, inputs, months=["2025-07", "2025-10"], horizon_months=3, most_rows=len(whole) // 3)
    assert part.attrs["every"] == 4 and part["customer"].mod(4).eq(0).all()
    # the trend of an industry is counted over the part alone
    columns = [name for name in whole if name != "peers"]
    pd.testing.assert_frame_equal(part[columns], whole.loc[whole["customer"].mod(4).eq(0), columns].reset_index(drop=True))


@pytest.fixture(scope="module")
def sample_months():
    snapshot = sources.open_snapshot("", month="2026-01")
    return snapshot, observe.score_inputs(snapshot.as_of("2025-07"), horizon_months=3)


@pytest.fixture(scope="module")
def plain_sample(tmp_path_factory):
    """The sample company, its tables as text to tamper with."""
    files = {name: f"{name}.csv" for name in ("subscriptions", "customers", "leads", "feedback")} | {"usage": "usage.csv.gz"}
    return {name: pd.read_csv(sources.company.SAMPLE / file, dtype=str, keep_default_na=False) for name, file in files.items()}


def write(folder, tables):
    folder.mkdir()
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    (folder / "lifecycle.toml").write_bytes((sources.company.SAMPLE / "lifecycle.toml").read_bytes())
    rates = pd.read_csv(sources.company.SAMPLE / "exchange_rates.csv", dtype=str)
    rates.to_csv(folder / "exchange_rates.csv", index=False)
    return folder


@pytest.mark.slow
def test_nothing_that_only_the_future_knows_moves_a_score(plain_sample, tmp_path):
    """Whoever leaves later is marked in every table, as loudly as can be; what is known at the month's end stays the same."""
    month, cutoff = "2025-07", "2025-08-01"
    clean = write(tmp_path / "clean", plain_sample)
    paid = plain_sample["subscriptions"]
    leavers = sorted(set(paid.loc[(paid["ended_on"] >= cutoff), "customer_id"]))
    assert len(leavers) > 300
    marked = dict(plain_sample)
    later = pd.DataFrame({"customer_id": leavers, "used_on": "2025-08-01", "feature": "dashboard", "events": "999", "user_id": ""})
    marked["usage"] = pd.concat([marked["usage"], *(later.assign(used_on=f"2025-08-{day:02d}") for day in range(1, 29))], ignore_index=True)
    answer = pd.DataFrame({"customer_id": leavers, "answered_on": "2025-08-01", "survey": "nps", "question": "", "score": "0", "answer": ""})
    marked["feedback"] = pd.concat([marked["feedback"], answer], ignore_index=True)
    lead = pd.DataFrame({"lead_id": [f"X{n}" for n in range(len(leavers))], "created_on": "2025-08-01", "channel": "goodbye", "customer_id": leavers})
    marked["leads"] = pd.concat([marked["leads"], lead], ignore_index=True).fillna("")
    period = pd.DataFrame({"subscription_id": [f"X{n}" for n in range(len(leavers))], "customer_id": leavers, "started_on": "2025-08-01",
                           "ended_on": "2025-08-02", "mrr": "100000", "currency": "USD", "plan": "Goodbye", "billing_interval": "annual", "seats": ""})
    marked["subscriptions"] = pd.concat([marked["subscriptions"], period], ignore_index=True)
    known_end = paid.groupby("customer_id")["ended_on"].max()
    ids = marked["customers"]["customer_id"]
    marked["customers"] = marked["customers"].assign(last_day=ids.map(known_end).fillna(""), left=ids.isin(leavers))
    told = [known(folder, month) for folder in (clean, write(tmp_path / "marked", marked))]
    assert {"nps", "usage_level", "channel", "attribute_industry", "peers"} <= set(told[0].columns)
    pd.testing.assert_frame_equal(*told)
    # ends that lie after the month change nothing either: the same, where every later end is moved to the next day
    moved = plain_sample | {"subscriptions": paid.assign(ended_on=paid["ended_on"].where(paid["ended_on"] < "2025-08-02", "2025-08-02"))}
    moved["subscriptions"] = moved["subscriptions"][moved["subscriptions"]["started_on"] <= "2025-08-01"]  # a plan may change on that day
    pd.testing.assert_frame_equal(told[0], known(write(tmp_path / "moved", moved), month))


def test_a_column_of_the_future_that_somebody_lets_in_is_seen(tmp_path):
    """An attribute named by hand is believed: the check of the test above can fail."""
    rows = [[f"c{n}", f"c{n}", "2023-01-01", "2024-04-10" if n % 2 else "", 10, "monthly"] for n in range(20)]
    customers = [[f"c{n}", "Retail", "gone" if n % 2 else "here"] for n in range(20)]
    frame, _ = history(company(tmp_path, rows, customers=customers), "2024-08", ["2024-03"], attributes="status")
    assert frame.groupby("attribute_status", observed=True)["churned"].mean().to_dict() == {"gone": 1.0, "here": 0.0}
    frame, _ = history(tmp_path, "2024-08", ["2024-03"])
    assert "attribute_status" not in frame
