"""What became of earlier customers, by hand and, for many histories, against the definitions told month end by month end."""

import datetime as dt
import random
from collections import Counter
from fractions import Fraction

import pandas as pd
import pytest

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import month_end, month_range, shift_month
from lifecycle_utils.observe.followed import RETURNED, followed, followed_at_month_ends
from lifecycle_utils.observe.hindsight import hindsight
from lifecycle_utils.observe.realised import realised, retained, stayers_mrr
from lifecycle_utils.observe.tenures import tenures
from tests.observe.histories import balances, open_history, open_rows

ROWS = [
    "1,stays,2024-01-10,,100,,p",
    "2,leaves in April,2024-01-01,2024-04-20,50,,p",
    "3,ends on a first,2024-01-01,2024-04-01,20,,p",  # paid on 31 March: there then, and left in April
    "4,grows,2024-02-05,2024-04-05,10,,p", "5,grows,2024-04-05,,30,,q",
    "6,returns,2024-01-15,2024-05-02,40,,p", "7,returns,2024-06-10,,60,,p",
    "8,comes later,2024-04-02,,70,,p",
    "9,left before,2024-01-01,2024-02-10,80,,p",
]


@pytest.fixture
def company(tmp_path):
    return open_rows(tmp_path, ROWS, "2024-06")


def test_the_money_of_those_who_paid_then_by_hand(company):
    sums = realised(company, made_in="2024-03").query("group == 'all'").groupby("months_ahead")[["customers", "mrr", "mrr_squares", "returned_mrr"]].sum()
    assert sums["customers"].tolist() == [5, 3, 2, 2]
    assert sums["mrr"].tolist() == [220.0, 170.0, 130.0, 130.0]
    assert sums["returned_mrr"].tolist() == [0.0, 0.0, 0.0, 60.0]
    assert sums["mrr_squares"].tolist() == pytest.approx([100**2 + 50**2 + 20**2 + 10**2 + 40**2, 100**2 + 30**2 + 40**2, *[100**2 + 30**2] * 2], rel=1e-4)


def test_groups_tenures_and_intervals_by_hand(company):
    then = realised(company, made_in="2024-03").query("months_ahead == 0")
    assert then["billing_interval"].unique().tolist() == ["(unknown)"]
    assert then.set_index(["group", "tenure"])["customers"].to_dict() == {("all", 1): 1, ("all", 2): 4, ("2024-01", 2): 4, ("2024-02", 1): 1}
    by_plan = realised(company, made_in="2024-03", by="plan").query("months_ahead == 0 and group != 'all'")
    assert by_plan.groupby("group")["customers"].sum().to_dict() == {"p": 5}


def test_who_stays_by_subscription_months_by_hand(company):
    counts = retained(company.as_of("2024-03"), company).query("group == 'all'")
    assert counts["followed_months"].unique().tolist() == [3]
    # "ends on a first" left at the end of its month 3, which was complete by 31 March; "left before" is gone too
    assert counts.set_index("tenure")[["customers", "stayed"]].to_dict("index") == {
        1: {"customers": 1, "stayed": 1}, 2: {"customers": 2, "stayed": 1}, 3: {"customers": 1, "stayed": 0},
    }  # fmt: skip


def test_month_ends_know_what_was_known_then(company):
    rows = followed_at_month_ends(company.as_of("2024-03"))
    assert rows[["age", "tenure", "churned", "customers"]].values.tolist() == [[1, 1, False, 1], [2, 1, True, 1], [2, 2, False, 4]]
    unit = 100 / 2**20  # of the largest first MRR
    assert (rows["weight"] * unit).tolist() == pytest.approx([10, 80, 210], rel=1e-5)
    assert (rows["weight_squares"] * unit**2).tolist() == pytest.approx([100, 6400, 100**2 + 50**2 + 20**2 + 40**2], rel=1e-5)


def test_what_stayers_pay_by_hand(company):
    line = stayers_mrr(company, months=3).set_index("month")
    assert line.index.tolist() == ["2024-04", "2024-05", "2024-06"]
    assert line["customers"].tolist() == [3, 3, 3]
    assert line["opening_mrr"].tolist() == [150.0, 200.0, 200.0]
    assert line["closing_mrr"].tolist() == [170.0, 200.0, 200.0]
    assert line.loc["2024-04", ["opening_squares", "products", "closing_squares"]].tolist() == pytest.approx(
        [100**2 + 10**2 + 40**2, 100**2 + 10 * 30 + 40**2, 100**2 + 30**2 + 40**2], rel=1e-4
    )


def test_a_later_month_is_refused(company):
    with pytest.raises(UsageError, match="2024-06"):
        retained(company, company.as_of("2024-06"))
    with pytest.raises(UsageError, match="not before 2024-06"):
        realised(company, made_in="2024-06")
    with pytest.raises(UsageError, match="months_ago"):
        hindsight(company, months_ago=0)


def test_before_anybody_came_there_is_nothing_to_look_back_to(company):
    empty = hindsight(company, months_ago=12)
    assert (empty.made_in, empty.for_month, empty.months) == ("2023-06", "2024-06", 12)
    assert all(frame.empty for frame in (empty.followed, empty.followed_at_month_ends, empty.retained, empty.realised))
    assert empty.stayers["customers"].sum() == 0


def test_data_that_begin_later_withhold_what_was_before(tmp_path):
    late = open_rows(tmp_path, ROWS, "2024-06", "observed_from = 2024-03-01")
    assert hindsight(late, months_ago=4).withheld == "the data begins on 2024-03-01, after the end of 2024-02"
    assert hindsight(late, months_ago=3).withheld == ""


def test_followed_adds_up_to_tenures(company):
    mine = followed(company).groupby(["entry", "tenure", "churned"])["customers"].sum()
    theirs = tenures(company).query("group == 'all'").set_index(["entry", "tenure", "churned"])["customers"]
    pd.testing.assert_series_equal(mine.sort_index(), theirs.sort_index())


def many_histories(seed):
    """A thousand customers with histories of all kinds: overlaps, gaps, changes on first and last days of months."""
    chance = random.Random(seed)
    edges = [dt.date(2023, 1, 31), dt.date(2023, 2, 1), dt.date(2023, 2, 28), dt.date(2023, 3, 1), dt.date(2023, 3, 31), dt.date(2023, 5, 1)]
    rows = []
    for customer in range(1000):
        for _ in range(chance.randint(1, 4)):
            start = chance.choice([*edges, *[dt.date(2023, 1, 1) + dt.timedelta(days=chance.randint(0, 200))] * 6])
            length = chance.choice([None, 1, 28, 29, 31, 59, *[chance.randint(1, 120)] * 6])
            rows.append((f"c{customer}", start, length, chance.choice(["0", "5", "10.01", "7.3333"]), ""))
    return rows


@pytest.mark.parametrize("seed", [1, 2])
def test_many_histories_from_month_end_to_month_end(tmp_path, seed):
    then, now = "2023-04", "2023-07"
    history = many_histories(seed)
    snapshot = open_history(tmp_path, history, now)
    paid = {month: {who: own["USD"] for who, own in balances(history, month).items()} for month in month_range("2022-12", now)}

    # realised: those paying on the last day of `then`, for as long as every month end is paid
    there, expected, back = set(paid[then]), [], []
    for month in month_range(then, now):
        there &= set(paid[month])
        back.append(sum((paid[month].get(who, Fraction(0)) for who in paid[then] if who not in there), Fraction(0)))
        expected.append((len(there), sum((paid[month][who] for who in there), Fraction(0))))
    ours = realised(snapshot, made_in=then).query("group == 'all'").groupby("months_ahead")[["customers", "mrr", "returned_mrr"]].sum()
    assert ours["customers"].tolist() == [customers for customers, _ in expected]
    assert ours["mrr"].tolist() == pytest.approx([float(mrr) for _, mrr in expected])
    assert ours["returned_mrr"].tolist() == pytest.approx([float(mrr) for mrr in back])
    assert min(customers for customers, _ in expected) > 100 and min(back[2:]) > 0

    # followed_at_month_ends: runs of paid month ends, as known at `then`
    months, runs = month_range("2022-12", then), Counter()
    for who in {row[0] for row in history}:
        line = [who in paid[month] for month in months]
        for place in range(1, len(line)):
            if line[place] and not line[place - 1]:
                stop = next((later for later in range(place, len(line)) if not line[later]), None)
                tenure = (len(line) - 1 if stop is None else stop) - place
                runs[(len(line) - 1 - place, tenure, stop is not None)] += 1
    counted = Counter()
    for row in followed_at_month_ends(snapshot.as_of(then)).itertuples():
        counted[(row.age, row.tenure, row.churned)] += row.customers
    assert counted == runs

    # stayers: paying on both last days
    line = stayers_mrr(snapshot, months=3).set_index("month")
    for month in month_range(shift_month(then, 1), now):
        both = set(paid[month]) & set(paid[shift_month(month, -1)])
        assert line.loc[month, "customers"] == len(both)
        assert line.loc[month, "closing_mrr"] == pytest.approx(float(sum((paid[month][who] for who in both), Fraction(0))))


@pytest.mark.parametrize("seed", [3, 4])
def test_many_histories_by_subscription_months(tmp_path, seed):
    then, now = "2023-04", "2023-07"
    # a snapshot takes an end on the day after its month for final, though the next period may begin that day
    edges = {month_end(then), month_end(now)}
    history = [row for row in many_histories(seed) if row[2] is None or row[1] + dt.timedelta(days=row[2]) not in edges]
    snapshot = open_history(tmp_path, history, now)
    earlier = snapshot.as_of(then)
    rows = retained(earlier, snapshot).query("group == 'all'")
    assert (rows["followed_months"] == 3).all()
    known = tenures(earlier).query("group == 'all' and not churned")
    assert rows.groupby("tenure")["customers"].sum().to_dict() == known.groupby("tenure")["customers"].sum().to_dict()
    # of those still there now, all but the ones who came since were there then
    cohorts = tenures(snapshot, by="cohort_month").query("group != 'all' and not churned")
    assert rows["stayed"].sum() == cohorts.loc[cohorts["group"] <= then, "customers"].sum()


def test_returners_have_an_interval_of_their_own(tmp_path):
    rows = [*ROWS, "10,returns,2024-06-10,,5,,p"]
    counted = followed_at_month_ends(open_rows(tmp_path, rows, "2024-06"))
    back = counted[counted["billing_interval"] == RETURNED]
    assert back[["age", "tenure", "churned", "customers"]].values.tolist() == [[0, 0, False, 1]]


def test_data_that_begin_later_enter_late(tmp_path):
    """The data begin on 10 March: the first month end known of is March's, by which January's customers had come two months far."""
    rows = ["1,a,2024-01-10,,100,,p", "2,b,2024-01-20,2024-05-05,50,,p", "3,c,2024-03-15,,20,,p", "4,d,2024-02-01,2024-03-20,70,,p"]
    counted = followed_at_month_ends(open_rows(tmp_path, rows, "2024-06", "observed_from = 2024-03-10"))
    assert counted[["age", "entry", "tenure", "churned"]].values.tolist() == [[3, 0, 3, False], [5, 2, 4, True], [5, 2, 5, False]]


def test_within_the_grace_period_a_gap_is_no_churn(tmp_path):
    """With 40 days of grace nobody knows at the end of June whether who ended late in May has left; of April's ends it is known."""
    rows = ["1,a,2024-01-10,2024-06-10,100,,p", "2,b,2024-01-20,2024-04-05,50,,p", "3,c,2024-01-05,2024-03-20,20,,p", "4,c,2024-04-10,,25,,p"]
    snapshot = open_rows(tmp_path, rows, "2024-06", "grace_days = 40")
    counted = followed_at_month_ends(snapshot)
    # the clock stops in April, the newest month all of whose ends are certain; "c" had a gap of 21 days, and never left
    assert counted[["age", "tenure", "churned", "customers"]].values.tolist() == [[3, 3, False, 2], [3, 3, True, 1]]
    gap = realised(snapshot, made_in="2024-02").query("group == 'all'").groupby("months_ahead")[["customers", "mrr"]].sum()
    assert gap["customers"].tolist() == [3, 3, 2, 2, 1] and gap["mrr"].tolist() == [170.0, 150.0, 125.0, 125.0, 25.0]
