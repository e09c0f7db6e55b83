"""Renewals, large accounts and accounts ready for more, against hand counts."""

import pytest

from lifecycle_utils import observe
from lifecycle_utils.errors import UsageError
from lifecycle_utils.sources import open_snapshot


def company(folder, subscriptions, month, usage=None, customers=None):
    header = "subscription_id,customer_id,started_on,ended_on,mrr,billing_interval,seats\n"
    (folder / "subscriptions.csv").write_text(header + "".join(f"{row}\n" for row in subscriptions), encoding="utf-8")
    if usage is not None:
        (folder / "usage.csv").write_text("customer_id,used_on,feature,events,user_id\n" + "".join(f"{row}\n" for row in usage), encoding="utf-8")
    if customers:
        (folder / "customers.csv").write_text(customers, encoding="utf-8")
    return open_snapshot(folder, month=month)


def due(frame):
    return [(row.customer_id, str(row.renews_on.date()), row.mrr) for row in frame.itertuples()]


def test_renewals_by_hand(tmp_path):
    rows = [
        "s1,a,2022-04-20,,100,annual,",
        "s2,b,2023-12-31,,30,quarterly,",  # 31 March, then 30 June: that is too late; quarters are counted from the start
        "s3,c,2024-01-31,,40,Quarterly,",  # 30 April
        "s4,d,2023-04-01,,50,yearly,",  # on the very first day
        "s5,e,2023-05-30,,60,annual,", "s6,f,2023-05-31,,70,annual,",  # the 60th day, and the 61st
        "s7,g,2024-01-15,,80,monthly,", "s8,h,2023-04-20,2024-04-01,90,annual,", "s9,i,2023-04-20,,95,,",
        "s10,j,2022-05-05,2023-09-01,10,annual,", "s10,j,2023-09-01,,15,annual,",  # a new price, the old contract
        "s11,k,2021-04-10,2023-04-10,10,annual,", "s11,k,2023-05-10,,12,annual,",  # back after a month away
        "s12,a,2023-04-20,,5,annual,",  # a second subscription that renews on the same day of another year
    ]  # fmt: skip
    frame = observe.renewals_due(company(tmp_path, rows, "2024-03"), within_days=60)
    assert due(frame) == [
        ("a", "2024-04-20", 100), ("e", "2024-05-30", 60), ("d", "2024-04-01", 50), ("c", "2024-04-30", 40), ("j", "2024-05-05", 15),
        ("k", "2024-05-10", 12), ("a", "2024-04-20", 5),
    ]  # fmt: skip
    assert frame.attrs == {"contracts": 7, "customers": 6, "mrr": 282.0, "stated": 10}


def test_a_renewal_on_a_day_that_the_month_does_not_have_is_on_its_last(tmp_path):
    frame = observe.renewals_due(company(tmp_path, ["s1,a,2024-02-29,,10,annual,"], "2025-01"), within_days=60)
    assert due(frame) == [("a", "2025-02-28", 10)]


def test_the_list_is_limited_and_its_totals_are_not(tmp_path):
    rows = [f"s{n},c{n:02d},2023-04-{n:02d},,{n}.5,annual," for n in range(1, 21)]
    frame = observe.renewals_due(company(tmp_path, rows, "2024-03"), limit=3)
    assert frame["customer_id"].tolist() == ["c20", "c19", "c18"]
    assert frame.attrs["contracts"] == 20 and frame.attrs["mrr"] == sum(range(1, 21)) + 10
    with pytest.raises(UsageError, match="within_days"):
        observe.renewals_due(open_snapshot(tmp_path, month="2024-03"), within_days=0)


def test_no_interval_stated_is_no_renewal_but_known(tmp_path):
    frame = observe.renewals_due(company(tmp_path, ["s1,a,2023-04-20,,10,,"], "2024-03"))
    assert frame.empty and frame.attrs["stated"] == 0


USAGE = [f"a,2024-03-{day:02d},x,1,u{day % 4}" for day in range(2, 10)] + [f"a,2024-02-{day:02d},x,1,u1" for day in range(10, 28)] + [
    "b,2024-03-05,x,1,", "b,2024-03-05,y,1,u1", "c,2023-12-30,x,1,u1", "a,2023-09-01,x,1,u9", "b,2024-03-06,x,0,u7",
]  # fmt: skip


def test_large_accounts_and_their_use_by_hand(tmp_path):
    rows = ["s1,a,2023-01-10,,100,monthly,", "s2,b,2024-02-20,,300,monthly,", "s3,c,2023-01-10,2024-03-10,900,monthly,", "s4,d,2023-01-10,,1,monthly,"]
    frame = observe.large_accounts(company(tmp_path, rows, "2024-03", USAGE, "customer_id,name\na,Anna\n"), limit=2)
    assert frame[["customer_id", "name", "mrr", "days_30", "use_fell"]].values.tolist() == [["b", "b", 300, 1, False], ["a", "Anna", 100, 8, True]]
    assert frame["share_of_mrr"].tolist() == pytest.approx([300 / 401, 100 / 401])
    assert frame["days_before"].isna().tolist() == [True, False] and frame["days_before"].iloc[1] == 18, "b was not a customer 60 days ago"
    (other := tmp_path / "bare").mkdir()
    bare = observe.large_accounts(company(other, rows, "2024-03"))
    assert bare[["days_30", "use_fell"]].isna().all(axis=None), "without a table usage nobody's use is known to hold"


def test_accounts_near_their_seats_by_hand(tmp_path):
    rows = [
        "s1,a,2023-01-10,,100,monthly,4", "s2,a,2023-05-10,,20,monthly,1", "s3,b,2023-01-10,,300,monthly,5", "s4,c,2023-01-10,,7,monthly,",
        "s5,d,2023-01-10,,8,monthly,1",
    ]  # fmt: skip
    frame = observe.upgrade_ready(company(tmp_path, rows, "2024-03", USAGE))
    # a: 4 people on 5 seats; b: 1 of 5, and one that did nothing; the limits of c are unknown, d used nothing
    assert frame[["customer_id", "mrr", "users", "seats", "seats_used", "subscriptions"]].values.tolist() == [["a", 120, 4, 5, 0.8, 2]]
    assert frame.attrs == {"paying": 4, "accounts": 1, "mrr": 120.0, "signal": "near the seats of the plan"}
    assert observe.upgrade_ready(open_snapshot(tmp_path, month="2024-03"), near_share=0.81).empty
    busiest = observe.upgrade_ready(open_snapshot(tmp_path, month="2024-03"), seats="desks")
    assert busiest["customer_id"].tolist() == ["a"] and busiest.attrs["signal"] == "among the busiest quarter"


def test_who_was_near_the_limit_before_and_pays_more_today(tmp_path):
    rows = [
        "s1,a,2023-01-10,2024-02-10,100,monthly,1", "s1,a,2024-02-10,,150,monthly,5",  # near, and more
        "s2,b,2023-01-10,,100,monthly,1",  # near, the same
        "s3,c,2023-01-10,2024-02-10,100,monthly,9", "s3,c,2024-02-10,,150,monthly,9",  # not near, more
        "s4,d,2023-01-10,2024-02-10,100,monthly,1",  # near, left
        "s5,e,2023-12-10,,100,monthly,9", "s6,f,2024-02-01,,100,monthly,1",  # not near; not there yet
    ]  # fmt: skip
    used = [f"{who},{day},x,1,u1" for who in "abcdef" for day in ("2023-08-01", "2023-12-15")]
    snapshot = company(tmp_path, rows, "2024-03", used)
    frame = observe.upgrade_check(snapshot, after_months=3)
    assert frame.values.tolist() == [["near the seats of the plan", "", 3, 1, 2, 1]]
    assert "not watched" in observe.upgrade_check(snapshot, after_months=6).attrs["withheld"]
    with pytest.raises(UsageError, match="after_months"):
        observe.upgrade_check(snapshot, after_months=0)


def test_without_usage_nobody_is_called_ready(tmp_path):
    snapshot = company(tmp_path, ["s1,a,2023-01-10,,100,monthly,1"], "2024-03")
    for frame in (observe.upgrade_ready(snapshot), observe.upgrade_check(snapshot)):
        assert frame.empty and "usage" in frame.attrs["withheld"]
