"""MRR movements against two companies' truths, by hand where definitions bite, and any history against the definition day by day."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.errors import InputError, UsageError
from lifecycle_utils.months import month_range, shift_month
from lifecycle_utils.observe import mrr_movements
from lifecycle_utils.observe.movements import COLUMNS
from lifecycle_utils.sources import open_snapshot
from tests.companies import write_mrr_playbook, write_ravenstack
from tests.observe.histories import balances, histories, open_history, open_rows, worth

MONEY = ["opening_mrr", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing_mrr"]
COUNTS = [name for name in COLUMNS if name.endswith("customers")]
TRUTH = {
    "mrr_start": "opening_mrr", "mrr_end": "closing_mrr", "n_start": "opening_customers", "n_end": "closing_customers",
    "n_new": "new_customers", "n_reactivated": "reactivated_customers", "n_churned": "churned_customers",
    "n_expanded": "expanded_customers", "n_contracted": "contracted_customers",
}  # fmt: skip


def equals_truth(ours, path):
    truth = pd.read_csv(path).rename(columns=TRUTH)
    assert ours["month"].tolist() == truth["period"].str[:7].tolist()
    for column in [*COUNTS, *(name for name in MONEY if name != "fx")]:
        np.testing.assert_array_equal(ours[column].to_numpy(dtype=float), truth[column].to_numpy(dtype=float), err_msg=column)
    assert (ours["fx"] == 0).all()


def test_mrr_playbook_equals_the_truth_in_every_month(shared_data, tmp_path):
    snapshot = open_snapshot(write_mrr_playbook(shared_data, tmp_path), month="2020-02")
    equals_truth(mrr_movements(snapshot), shared_data / "truth" / "mrr_playbook_movements.csv")


def test_ravenstack_equals_the_truth_in_every_month(shared_data, tmp_path):
    snapshot = open_snapshot(write_ravenstack(shared_data, tmp_path), month="2024-12")
    ours = mrr_movements(snapshot)
    equals_truth(ours, shared_data / "truth" / "ravenstack_account_movements_month_end.csv")
    december = ours.set_index("month").loc["2024-12"]
    assert december[["closing_mrr", "new", "expansion", "contraction", "churn"]].tolist() == [10159608, 496667, 1365101, -162984, 0]


def test_a_month_known_earlier_is_the_same_month(shared_data, tmp_path):
    folder = write_mrr_playbook(shared_data, tmp_path)
    late, early = (mrr_movements(open_snapshot(folder, month=month)) for month in ("2020-02", "2019-06"))
    pd.testing.assert_frame_equal(early, late[late["month"] <= "2019-06"])


def test_what_shows_at_month_ends_counted_by_hand(tmp_path):
    rows = [
        "1,joins and leaves,2024-01-05,2024-01-20,10,,x",  # within a month: never shows
        "2,leaves and returns,2024-01-01,2024-02-10,10,,x", "3,leaves and returns,2024-02-20,,10,,x",  # between two month ends: stayed
        "4,ends on a first,2024-01-01,2024-03-01,10,,x",  # paid on the last of February: February still has it, March has not
        "5,ends on a last,2024-01-01,2024-02-29,10,,x",  # not paid on the last of February: left in February
        "6,changes plan,2024-01-01,2024-02-15,10,,x", "7,changes plan,2024-02-15,,25,,y",  # one expansion of 15
        "8,has two,2024-01-01,,10,,x", "9,has two,2024-02-03,,5,,y", "10,has two,2024-01-09,2024-02-20,8,,z",  # together 18, then 15
        "11,returns,2024-01-01,2024-02-01,10,,x", "12,returns,2024-03-31,,30,,x",
        "13,free,2024-01-01,,0,,x",
        "14,swaps,2024-01-01,2024-02-07,10,,x", "15,swaps,2024-02-07,,10,,y",  # the same price: no movement
    ]  # fmt: skip
    frame = mrr_movements(open_rows(tmp_path, rows, "2024-03")).set_index("month")
    assert frame.loc["2024-01", ["opening_mrr", "new", "closing_mrr", "new_customers"]].tolist() == [0, 78, 78, 7]
    february = frame.loc["2024-02"]
    assert february[["expansion", "contraction", "churn", "expanded_customers", "contracted_customers", "churned_customers"]].tolist() == [15, -3, -20, 1, 1, 2]
    assert frame.loc["2024-03", ["reactivation", "reactivated_customers", "churn", "churned_customers"]].tolist() == [30, 1, -10, 1]
    assert frame.loc["2024-03", ["closing_mrr", "closing_customers"]].tolist() == [90, 5]


def test_currencies_counted_by_hand(tmp_path):
    rates = {"EUR": {"2024-01": 1.0, "2024-02": 1.1}}
    rows = [
        "1,a,2024-01-01,,100,EUR,x",  # gains by the rate alone
        "2,b,2024-01-01,2024-02-15,100,EUR,x", "3,b,2024-02-15,,105,USD,x",  # from 110 dollars at February's rate to 105: contraction of 5
        "4,c,2024-01-01,2024-03-05,100,USD,x", "5,c,2024-03-05,,100,EUR,y",  # 110 dollars at the rate that March has from February
        "6,d,2024-01-01,2024-02-01,50,EUR,x",  # leaves with 55 dollars, after 5 of gain
    ]  # fmt: skip
    frame = mrr_movements(open_rows(tmp_path, rows, "2024-03", rates=rates)).set_index("month")
    assert frame.loc["2024-01", MONEY].tolist() == [0, 350, 0, 0, 0, 0, 0, 350]
    np.testing.assert_allclose(frame.loc["2024-02", MONEY].to_numpy(dtype=float), [350, 0, 0, 0, -5, -55, 25, 315], atol=1e-9)
    np.testing.assert_allclose(frame.loc["2024-03", MONEY].to_numpy(dtype=float), [315, 0, 0, 10, 0, 0, 0, 325], atol=1e-9)


def test_a_currency_paid_before_its_first_rate_is_refused(tmp_path):
    opened = open_rows(tmp_path, ["1,a,2024-01-10,,100,EUR,x"], "2024-03", rates={"EUR": {"2024-02": 1.1}})
    with pytest.raises(InputError, match="EUR is paid from 2024-01 on, but its rates begin in 2024-02; add a rate for 2024-01"):
        mrr_movements(opened)


@pytest.mark.parametrize("observed_from", ["2024-02-01", "2024-02-15"])
def test_where_the_data_begin_later_the_first_month_is_an_opening_balance(tmp_path, observed_from):
    rows = ["1,a,2023-05-01,,10,,x", "2,b,2024-02-20,2024-03-05,20,,x", "3,c,2024-03-01,,40,,x"]
    frame = mrr_movements(open_rows(tmp_path, rows, "2024-03", f"observed_from = {observed_from}"))
    assert frame["month"].tolist() == ["2024-03"]
    assert frame.loc[0, MONEY].tolist() == [30, 40, 0, 0, 0, -20, 0, 50]
    assert frame.loc[0, COUNTS].tolist() == [2, 1, 0, 1, 2, 0, 0]


def test_months_without_customers_are_there_and_a_company_without_any_is_empty(tmp_path):
    frame = mrr_movements(open_rows(tmp_path, ["1,a,2024-01-01,2024-02-01,10,,x", "2,b,2024-05-01,,10,,x"], "2024-06"))
    assert frame["month"].tolist() == month_range("2024-01", "2024-06")
    assert frame["closing_mrr"].tolist() == [10, 0, 0, 0, 10, 10]
    assert mrr_movements(open_rows(tmp_path, ["1,a,2024-01-01,,0,,x"], "2024-06")).columns.tolist() == COLUMNS


@settings(max_examples=60, deadline=None)
@given(histories())
def test_any_history_agrees_with_the_definition(tmp_path_factory, history):
    months = month_range("2023-01", "2023-07")
    frame = mrr_movements(open_history(tmp_path_factory.mktemp("history"), history, months[-1])).set_index("month")
    visible = [month for month in months if balances(history, month)]
    assert frame.index.tolist() == (month_range(visible[0], months[-1]) if visible else [])
    for month, row in frame.iterrows():
        for column, value in by_definition(history, month, months).items():
            tolerance = 0 if column in COUNTS else Fraction(5, 1000)
            assert abs(Fraction(row[column]) - value) <= tolerance, (month, column)
        left = row["opening_mrr"] + row[["new", "reactivation", "expansion", "contraction", "churn", "fx"]].sum() - row["closing_mrr"]
        assert abs(left) < 1e-8
    assert frame["opening_mrr"].tolist()[1:] == frame["closing_mrr"].tolist()[:-1]


@settings(max_examples=12, deadline=None)
@given(histories(), st.sampled_from(["2022-11", "2023-01", "2023-04", "2023-06", "2023-07"]))
def test_the_newest_months_alone_are_the_newest_of_all(tmp_path_factory, history, from_month):
    snapshot = open_history(tmp_path_factory.mktemp("history"), history, "2023-07")
    every = mrr_movements(snapshot)
    newest = mrr_movements(snapshot, from_month=from_month)
    pd.testing.assert_frame_equal(newest, every[every["month"] >= from_month].reset_index(drop=True), check_dtype=len(newest) > 0)


def test_the_newest_months_of_a_company_that_nobody_pays_any_more(tmp_path):
    snapshot = open_rows(tmp_path, ["1,a,2024-01-01,2024-02-01,10,,x", "2,a,2024-06-01,,10,,x"], "2024-06")
    for since in ("2024-02", "2024-04", "2024-06"):
        every = mrr_movements(snapshot)
        pd.testing.assert_frame_equal(mrr_movements(snapshot, from_month=since), every[every["month"] >= since].reset_index(drop=True))
    earlier = snapshot.as_of("2024-05")
    assert mrr_movements(earlier, from_month="2024-04")["closing_customers"].tolist() == [0, 0]


def test_the_newest_months_of_real_companies(shared_data, tmp_path):
    snapshot = open_snapshot(write_ravenstack(shared_data, tmp_path), month="2024-09")
    every = mrr_movements(snapshot)
    pd.testing.assert_frame_equal(mrr_movements(snapshot, from_month="2024-08"), every.tail(2).reset_index(drop=True))
    with pytest.raises(UsageError, match="from_month 2024-10 is after the snapshot's month, 2024-09"):
        mrr_movements(snapshot, from_month="2024-10")


def by_definition(history, month, months):
    """The design's words, one customer at a time."""
    earlier = shift_month(month, -1)
    before, after = balances(history, earlier), balances(history, month)
    seen = {who for known in months if known < month for who in balances(history, known)}
    row = dict.fromkeys([*MONEY, *COUNTS], Fraction(0))
    for who in set(before) | set(after):
        old, new = worth(before.get(who, {}), month), worth(after.get(who, {}), month)
        if who not in before:
            kind, name = ("reactivation", "reactivated") if who in seen else ("new", "new")
        elif who not in after:
            kind, name = "churn", "churned"
        else:
            kind, name = ("expansion", "expanded") if new > old else ("contraction", "contracted")
        row[kind] += new - old
        row[f"{name}_customers"] += new != old
    opening = sum((worth(balance, earlier) for balance in before.values()), Fraction(0))
    row["opening_mrr"], row["closing_mrr"] = opening, sum((worth(balance, month) for balance in after.values()), Fraction(0))
    row["fx"] = sum((worth(balance, month) for balance in before.values()), Fraction(0)) - opening
    row["opening_customers"], row["closing_customers"] = Fraction(len(before)), Fraction(len(after))
    return row
