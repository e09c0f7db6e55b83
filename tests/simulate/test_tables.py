"""The sample company is one that the contract allows, and one that a reader can believe."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.contract import TABLES
from lifecycle_utils.simulate.names import HOSTILE
from tests.simulate.counting import CUTOFF


@pytest.mark.parametrize("name", TABLES)
def test_columns_are_those_of_the_contract(frames, name):
    table, frame = TABLES[name], frames[name]
    known = {column.name for column in table.columns}
    assert {column.name for column in table.columns if column.required} <= set(frame)
    assert table.attributes or set(frame) <= known
    assert not frame[[column.name for column in table.columns if column.required]].isna().any().any()
    assert not table.key or not frame.duplicated(list(table.key)).any()


def test_every_customer_id_is_known(frames):
    customers = set(frames["customers"]["customer_id"])
    assert set(frames["subscriptions"]["customer_id"]) == customers
    for name in ("leads", "usage", "feedback"):
        assert set(frames[name]["customer_id"].dropna()) <= customers


def test_nothing_happens_after_the_snapshot_but_ends_told_ahead(frames):
    for name, column in (("subscriptions", "started_on"), ("usage", "used_on"), ("feedback", "answered_on"), ("leads", "created_on")):
        assert (frames[name][column] < CUTOFF).all()
    for column in ("demo_requested_on", "trial_started_on"):
        assert not (frames["leads"][column] >= CUTOFF).any()
    ahead = frames["subscriptions"].query("ended_on > @CUTOFF")
    assert 5 <= ahead["customer_id"].nunique() <= 60
    assert (ahead["ended_on"] <= CUTOFF + np.timedelta64(31, "D")).all()


def test_periods_end_after_they_start_and_those_of_a_subscription_do_not_overlap(frames):
    table = frames["subscriptions"]
    assert (table["ended_on"].dropna() > table.loc[table["ended_on"].notna(), "started_on"]).all()
    after = table.groupby("subscription_id")["started_on"].shift(-1)
    assert (table["ended_on"] <= after)[after.notna()].all()
    changes = after.notna() & (table["mrr"] > 0)
    assert (table["ended_on"] == after)[changes].all(), "paid periods of a subscription follow without a gap"
    changed = table["mrr"] != table.groupby("subscription_id")["mrr"].shift(-1)
    assert changed[changes].all(), "a new period has a new MRR"


def test_every_shape_of_history_occurs(frames):
    table = frames["subscriptions"]
    paid = table[table["mrr"] > 0]
    serial = paid["subscription_id"].str[-1]
    assert paid["customer_id"].nunique() == 2_750
    assert table["customer_id"].nunique() > 4_000, "trials without purchase have an account"
    assert (serial == "2").sum() > 50, "returners"
    assert (serial == "3").sum() > 150, "add-ons"
    later = paid.groupby("subscription_id")["mrr"].shift(-1)
    assert (later > paid["mrr"]).sum() > 200 > 40 < (later < paid["mrr"]).sum(), "upgrades and downgrades"
    assert 0.07 < (paid.drop_duplicates("customer_id")["currency"] == "EUR").mean() < 0.15
    gaps = paid[serial == "2"].groupby("customer_id")["started_on"].min() - paid[serial == "1"].groupby("customer_id")["ended_on"].max()
    assert gaps.dropna().between(pd.Timedelta(28, "D"), pd.Timedelta(6 * 31 + 20, "D")).all()


def test_names_are_unique_and_some_are_hostile(frames):
    names = frames["customers"]["name"]
    assert names.is_unique
    assert set(HOSTILE) <= set(names)


def test_answers_come_in_three_languages(frames):
    answers = frames["feedback"].query("survey == 'icp'")
    assert answers["question"].nunique() == 5
    assert answers["answer"].str.contains(r"[\u3040-\u30ff]").sum() > 20
    assert answers["answer"].str.contains(r"[łąęśżźćó]").sum() > 20
    assert frames["feedback"].query("survey == 'nps'")["score"].isin(range(11)).all()
    assert frames["feedback"].query("survey == 'csat'")["score"].isin(range(1, 6)).all()


def test_the_kit_reads_it_without_errors(snapshot):
    assert not [problem for problem in snapshot.problems if problem.severity == "error"]
    assert all(snapshot.has(name) for name in TABLES)
