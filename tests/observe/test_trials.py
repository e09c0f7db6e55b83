"""Trials, what a card brings, and early use, against hand counts; and nothing of it looks into the future."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecycle_utils import observe
from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.money import DAYS_PER_MONTH
from lifecycle_utils.sources import open_snapshot

SUBSCRIPTIONS = "subscription_id,customer_id,started_on,ended_on,mrr,billing_interval\n"
LEADS = "lead_id,created_on,trial_started_on,trial_ended_on,card_required,customer_id\n"
USAGE = "customer_id,used_on,feature,events\n"


def company(folder, subscriptions, month, toml="", **tables):
    headers = {"subscriptions": SUBSCRIPTIONS, "leads": LEADS, "usage": USAGE}
    for name, rows in {"subscriptions": subscriptions, **tables}.items():
        (folder / f"{name}.csv").write_text(headers[name] + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    (folder / "lifecycle.toml").write_text(toml, encoding="utf-8")
    return open_snapshot(folder, month=month)


PAID = [
    "s1,a,2024-01-15,,100,monthly",  # 14 days after its trial began
    "s2,b,2024-03-20,2024-05-20,50,monthly",  # 79 days after, and gone after two months
    "s3,c,2023-06-01,,10,monthly",  # a customer long before its trial
    "s4,d,2024-04-02,,30,monthly",  # pays after the end of March
]
TRIALS = [
    "l1,2023-12-30,2024-01-01,2024-01-15,true,a",
    "l2,2024-01-20,2024-02-01,2024-02-15,false,a",  # the same customer again: the first trial counts
    "l3,2024-01-01,2024-01-01,2024-01-15,false,b",
    "l4,2024-01-02,2024-01-05,2024-01-19,false,c",
    "l5,2024-03-20,2024-03-25,2024-04-08,true,d",
    "l6,2024-03-30,2024-03-31,2024-04-14,,",
    "l7,2024-03-30,,,true,",  # saw the page and started nothing
]


def test_trials_by_month_by_hand(tmp_path):
    snapshot = company(tmp_path, PAID, "2024-03", leads=TRIALS)
    assert observe.trials(snapshot, within_days=30).values.tolist() == [["2024-01", 2, 2, 2, 1, 2], ["2024-03", 2, 0, 0, 0, 0]]
    later = observe.trials(snapshot.as_of("2024-04"), within_days=30)
    assert later.values.tolist() == [["2024-01", 2, 2, 2, 1, 2], ["2024-03", 2, 2, 1, 1, 2]], "day 30 of the trial of 31 March is 30 April"


def test_days_to_the_first_payment_and_days_watched_by_hand(tmp_path):
    snapshot = company(tmp_path, PAID, "2024-03", leads=TRIALS)
    rows = observe.trial_tenures(snapshot, within_days=30)
    # a paid on day 14 (the 15th day); b, not within 30 days, was watched for all 31; d for 7 days and the last for 1
    assert rows[rows["group"] != "all"].values.tolist() == [
        ["(unknown)", 0, 1, False, 1], ["with card", 0, 7, False, 1], ["with card", 0, 15, True, 1], ["without card", 0, 31, False, 1],
    ]  # fmt: skip
    assert rows.query("group == 'all'")["customers"].sum() == 4
    assert observe.trial_tenures(snapshot, within_days=90).query("churned and group == 'without card'")["tenure"].tolist() == [80]


def test_an_earlier_snapshot_does_not_see_that_a_lead_will_carry_a_customers_id(tmp_path):
    early = company(tmp_path, PAID, "2024-03", leads=TRIALS).as_of("2024-02")
    blind = [row.replace(",b", ",").replace(",d", ",") for row in TRIALS]
    (other := tmp_path / "blind").mkdir()
    assert observe.trial_tenures(early).equals(observe.trial_tenures(company(other, PAID, "2024-02", leads=blind)))
    assert observe.trials(early)["converted"].sum() == 1


def test_a_trial_that_starts_on_the_day_after_the_month_has_not_started(tmp_path):
    snapshot = company(tmp_path, PAID, "2024-03", leads=["l1,2024-03-01,2024-03-31,,true,", "l2,2024-03-01,2024-04-01,,true,"])
    assert observe.trials(snapshot)[["trial_month", "trials"]].values.tolist() == [["2024-03", 1]]
    assert observe.trial_tenures(snapshot).query("group == 'all'")[["tenure", "customers"]].values.tolist() == [[1, 1]]


def test_without_leads_a_period_of_mrr_0_before_the_first_payment_is_a_trial(tmp_path):
    rows = [
        "s1,a,2024-01-01,2024-01-15,0,", "s1,a,2024-01-15,,100,monthly",
        "s2,b,2024-03-25,,0,",
        "s3,c,2024-01-10,2024-02-10,20,monthly", "s3,c,2024-02-10,2024-03-01,0,",  # free only after it had paid
    ]  # fmt: skip
    snapshot = company(tmp_path, rows, "2024-03")
    assert observe.trials(snapshot).values.tolist() == [["2024-01", 1, 1, 1, 1, 1], ["2024-03", 1, 0, 0, 0, 0]]
    assert set(observe.trial_tenures(snapshot)["group"]) == {"all", "(unknown)"}


def test_trials_that_began_before_the_data_are_left_out_and_no_trial_at_all_says_so(tmp_path):
    snapshot = company(tmp_path, PAID, "2024-03", toml="observed_from = 2024-02-01\n", leads=TRIALS)
    assert observe.trials(snapshot)["trial_month"].tolist() == ["2024-03"]
    (other := tmp_path / "none").mkdir()
    none = company(other, PAID, "2024-03")
    for frame in (observe.trials(none), observe.trial_tenures(none), observe.trial_customer_tenures(none)):
        assert frame.empty and frame.attrs["withheld"].startswith("no trial is in the data")


def test_what_a_card_brings_by_hand(tmp_path):
    frame = observe.card_outcomes(company(tmp_path, PAID, "2024-05", leads=TRIALS), months_after=(1, 3))
    trial = frame.query("per == 'trial started'").set_index(["months_after", "group"])
    # one month later a was paying and b not yet; d, whose trial began on 25 March, has paid since 2 April
    assert trial.loc[(1, "with card"), ["starts", "converted", "paying"]].tolist() == [2, 2, 2]
    assert trial.loc[(1, "with card"), "revenue"] == pytest.approx((17 * 100 + 23 * 30) / DAYS_PER_MONTH, abs=0.02)
    assert trial.loc[(1, "without card"), ["starts", "converted", "paying", "revenue"]].tolist() == [1, 0, 0, 0]
    # three months on, d is too young to count
    assert trial.loc[(3, "with card"), ["starts", "converted", "paying"]].tolist() == [1, 1, 1]
    assert trial.loc[(3, "without card"), ["starts", "converted", "paying"]].tolist() == [1, 1, 1]
    assert trial.loc[(3, "without card"), "revenue"] == pytest.approx(12 * 50 / DAYS_PER_MONTH, abs=0.01)
    lead = frame.query("per == 'lead shown the page'").set_index(["months_after", "group"])
    assert lead.loc[(1, "with card"), ["starts", "converted"]].tolist() == [3, 2], "who turned away at the page counts"


def test_a_customer_that_has_left_is_no_longer_paying_and_one_that_came_back_is(tmp_path):
    paid = ["s1,a,2024-01-15,2024-02-15,100,monthly", "s1,a,2024-04-15,,100,monthly", "s2,b,2024-01-15,2024-02-15,100,monthly", "s3,c,2024-01-15,,1,monthly"]
    leads = ["l1,2024-01-01,2024-01-01,,true,a", "l2,2024-01-01,2024-01-01,,true,b", "l3,2024-01-01,2024-01-01,,false,c"]
    frame = observe.card_outcomes(company(tmp_path, paid, "2024-05", leads=leads), months_after=(1, 2, 4)).query("group == 'with card'")
    assert frame[["months_after", "converted", "paying"]].values.tolist() == [[1, 2, 2], [2, 2, 0], [4, 2, 1]]


def test_without_leads_or_with_one_page_nothing_is_compared(tmp_path):
    assert "the table leads is missing" in observe.card_outcomes(company(tmp_path, PAID, "2024-05")).attrs["withheld"]
    (other := tmp_path / "one").mkdir()
    one = observe.card_outcomes(company(other, PAID, "2024-05", leads=[row for row in TRIALS if "false" not in row]))
    assert one.empty and "card_required" in one.attrs["withheld"]


ACCOUNTS = [
    "s1,a,2024-01-01,2024-01-15,0,", "s1,a,2024-01-15,,100,monthly",
    "s2,b,2024-01-01,2024-01-15,0,",
    "s3,c,2024-01-01,2024-01-05,0,", "s3,c,2024-01-05,2024-01-20,100,monthly",  # paid before day 7
    "s4,d,2024-01-01,2024-01-06,0,",  # gave up before day 7
    "s5,e,2024-01-01,2024-01-15,0,", "s5,e,2024-04-02,,10,monthly",  # later than 60 days
    "s6,f,2024-03-20,,0,",  # too young
]  # fmt: skip
USED = ["z,2023-12-01,old,1", "a,2024-01-02,reports,3", "a,2024-01-02,export,1", "a,2024-01-09,alerts,1", "b,2024-01-07,reports,1",
        "b,2024-01-08,export,1", "c,2024-01-02,reports,1", "d,2024-01-02,reports,1", "e,2024-01-03,export,0", "f,2024-03-21,reports,1"]  # fmt: skip


def test_early_features_of_trials_by_hand(tmp_path):
    frame = observe.early_features_of_trials(company(tmp_path, ACCOUNTS, "2024-03", usage=USED), landmark_day=7, within_days=60)
    # a and b used something on one day, e nothing that counts (0 events); c, d and f are left out
    assert frame.values.tolist() == [
        ["export", "0", 0, 0, 1, 0], ["export", "1", 1, 1, 1, 0], ["reports", "0", 0, 0, 1, 0], ["reports", "1", 2, 1, 0, 0],
    ]  # fmt: skip


def test_early_features_of_customers_by_hand(tmp_path):
    paid = [
        "s1,a,2024-01-10,,100,monthly", "s2,b,2024-01-10,2024-03-10,100,monthly", "s3,c,2024-01-10,2024-02-09,100,monthly",  # gone on day 30
        "s4,d,2024-01-10,2024-04-10,10,annual", "s5,e,2024-02-02,,10,monthly",  # a day too young
    ]  # fmt: skip
    used = ["z,2023-12-01,old,1", "a,2024-01-10,reports,1", "a,2024-02-09,export,1", "b,2024-02-08,reports,1", "c,2024-01-11,reports,1",
            "d,2024-01-11,reports,1"]  # fmt: skip
    frame = observe.early_features_of_customers(company(tmp_path, paid, "2024-04", usage=used), landmark_day=30, after_months=3)
    assert frame.values.tolist() == [["reports", "1, annual", 1, 0, 0, 0], ["reports", "1, monthly", 2, 1, 0, 0]]


later_use = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 80), st.sampled_from(["reports", "export", "alerts", "new"])), max_size=25)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(later_use, st.integers(0, 10))
def test_use_after_the_landmark_changes_nothing(tmp_path, early_use_alone, more, kept):
    """Whatever is used later, more or less of it, the groups and their outcomes are the same."""
    early = [row for row in USED if _is_early(row)]
    late = [row for row in USED if row not in early][:kept]
    late += [f"{who},{dt.date(2024, 1, 8) + dt.timedelta(days=day) if who != 'f' else dt.date(2024, 3, 27)},{what},2" for who, day, what in more]
    counted = observe.early_features_of_trials(company(tmp_path, ACCOUNTS, "2024-03", usage=early + late), within_days=60)
    assert counted.equals(early_use_alone)


@pytest.fixture(scope="module")
def early_use_alone(tmp_path_factory):
    used = [row for row in USED if _is_early(row)]
    return observe.early_features_of_trials(company(tmp_path_factory.mktemp("early"), ACCOUNTS, "2024-03", usage=used), within_days=60)


def _is_early(row):
    return row.startswith("z") or _day_of(row) < 7


def _day_of(row):
    start = dt.date(2024, 3, 20) if row.startswith("f") else dt.date(2024, 1, 1)
    return (dt.date.fromisoformat(row.split(",")[1]) - start).days


def test_accounts_that_began_before_the_usage_data_are_not_called_idle(tmp_path):
    snapshot = company(tmp_path, ACCOUNTS, "2024-03", usage=[row for row in USED if row[0] not in "z"] + ["b,2024-01-03,late,1"])
    assert observe.early_features_of_trials(snapshot, within_days=60).empty, "the data begins on 2 January, every trial on the first"


def test_feature_use_over_equal_time_by_hand(tmp_path):
    rows = [
        "s1,a,2024-01-01,2024-01-15,0,", "s1,a,2024-01-15,,100,monthly",
        "s2,b,2024-02-01,,0,", "s3,c,2024-02-01,2024-02-08,0,", "s4,d,2024-03-25,,0,", "s5,p,2023-01-01,,10,monthly", "s6,q,2024-03-20,,10,monthly",
    ]  # fmt: skip
    used = ["z,2023-12-01,old,1", "a,2024-01-14,reports,1", "a,2024-01-15,export,1", "a,2024-03-30,reports,1", "b,2024-02-02,export,1",
            "c,2024-02-02,export,1", "p,2024-03-18,reports,1", "p,2024-03-17,alerts,1"]  # fmt: skip
    frame = observe.feature_use(company(tmp_path, rows, "2024-03", usage=used), days=14)
    # on trial for 14 days: a and b; paying for 14: a and p
    assert frame.values.tolist() == [["(any feature)", 2, 2, 2, 2], ["reports", 2, 1, 2, 2], ["export", 2, 1, 2, 0]]


def test_without_usage_or_trials_it_says_what_is_missing(tmp_path):
    bare = company(tmp_path, PAID, "2024-05")
    for frame in (observe.feature_use(bare), observe.early_features_of_trials(bare), observe.early_features_of_customers(bare)):
        assert frame.empty and frame.attrs["withheld"] == "the table usage is missing (its columns are in data/README.md)"
    used = company(tmp_path, PAID, "2024-05", usage=["a,2024-01-16,reports,1"])
    assert "MRR of 0" in observe.feature_use(used).attrs["withheld"]
    assert "MRR of 0" in observe.early_features_of_trials(used).attrs["withheld"]
    with pytest.raises(UsageError, match="landmark_day"):
        observe.early_features_of_trials(used, landmark_day=100, within_days=90)
    with pytest.raises(UsageError, match="landmark_day"):
        observe.early_features_of_customers(used, landmark_day=0)
