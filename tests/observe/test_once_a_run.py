"""What several notebooks of a run ask is counted once, and is what each would have counted."""

import errno
import pickle
from dataclasses import replace

import narwhals as nw
import pandas as pd
import pytest

from lifecycle_utils import observe, sources
from lifecycle_utils.observe import bands
from lifecycle_utils.observe.money import customer_money
from lifecycle_utils.observe.once_a_run import once_a_run
from lifecycle_utils.observe.spells import first_spells, spells
from lifecycle_utils.sources import opened


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that opens the sample company as the next notebook of a run does."""
    monkeypatch.setenv(opened.VARIABLE, str(opened.keep(sources.open_company(""), tmp_path / "company")))
    return lambda month="2026-09": sources.open_snapshot("", month=month)


@pytest.fixture
def counting():
    """A question that tells how often it was counted, and the list that it tells it in."""
    counted = []

    @once_a_run
    def question(snapshot, *, by="cohort_month", months=12):
        counted.append((snapshot.month, by, months))
        return pd.DataFrame({"group": [by], "months": [months]})

    return question, counted


def test_the_next_notebook_reads_what_one_has_counted(run, counting):
    question, counted = counting
    first, second = question(run()), question(run(), by="cohort_month", months=12)
    assert counted == [("2026-09", "cohort_month", 12)]
    pd.testing.assert_frame_equal(first, second)
    first.loc[0, "months"] = 0  # a frame of one's own
    assert question(run())["months"].tolist() == [12]


def test_another_month_group_or_value_is_another_question(run, counting):
    question, counted = counting
    answers = [question(run()), question(run("2026-08")), question(run(), by="industry"), question(run(), months=12.0), question(run(), months=[12])]
    question(run(), months=[12])  # what cannot be told apart by its text is counted
    assert len(counted) == 6 and [one["group"][0] for one in answers] == ["cohort_month", "cohort_month", "industry", "cohort_month", "cohort_month"]


def test_changed_tables_are_counted_apart(run, counting):
    question, counted = counting
    snapshot = run()
    fewer = replace(snapshot, tables={"subscriptions": snapshot.tables["subscriptions"].filter(nw.col("mrr") > 100)})
    everybody, large = observe.tenures(snapshot), observe.tenures(fewer)
    assert large["customers"].sum() < everybody["customers"].sum()
    for one in (snapshot, fewer, fewer):
        question(one)
    assert len(counted) == 3


def test_a_copy_with_other_settings_keeps_nothing(run):
    snapshot = run()
    snapshot.once("question", lambda: snapshot.table("subscriptions"))
    other = replace(snapshot, settings=replace(snapshot.settings, currency="CHF"))
    assert snapshot.counted and other.counted is None
    asked = []
    other.once("question", lambda: asked.append(1) or other.table("subscriptions"))
    assert asked == [1]


def test_outside_of_a_run_everything_is_counted(counting):
    question, counted = counting
    snapshot = sources.open_snapshot("", month="2026-09")
    question(snapshot)
    question(snapshot)
    assert snapshot.counted is None and len(counted) == 2


@pytest.mark.parametrize("ask", [observe.mrr_movements, observe.tenures, observe.revenue])
def test_counts_are_the_same_to_the_last_bit(run, ask, monkeypatch):
    left, before = ask(run()), set(run().counted.iterdir())
    read = ask(run())
    assert before and set(run().counted.iterdir()) == before
    monkeypatch.delenv(opened.VARIABLE)
    alone = ask(sources.open_snapshot("", month="2026-09"))
    for one in (left, read):
        pd.testing.assert_frame_equal(one, alone, check_exact=True)


def test_a_full_disk_costs_time_and_nothing_else(run, counting):
    question, counted = counting
    snapshot = run()
    snapshot.counted.rmdir()
    assert question(snapshot).equals(question(snapshot)) and len(counted) == 2


def test_a_disk_that_fills_up_keeps_no_half_of_the_counts(run, counting, monkeypatch):
    def dump(counts, file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pickle, "dump", dump)
    question, counted = counting
    snapshot = run()
    assert question(snapshot)["months"].tolist() == [12] and len(counted) == 1
    assert list(snapshot.counted.iterdir()) == []


def rows_of(lazy):
    return nw.to_native(lazy).types, lazy.collect("pandas").to_native().sort_values("customer_id", kind="stable", ignore_index=True)


@pytest.mark.parametrize("ask", [spells, first_spells, customer_money])
def test_rows_that_many_need_are_read_as_they_were_left(run, ask, monkeypatch):
    left = rows_of(ask(run()))
    for module, build in ((observe.spells, "_spells"), (observe.spells, "_first_spells"), (observe.money, "_customer_money")):
        monkeypatch.setattr(module, build, None)  # whoever counts again fails
    read = rows_of(ask(run()))
    assert read[0] == left[0]
    pd.testing.assert_frame_equal(read[1], left[1], check_exact=True)


def test_rows_that_parquet_would_round_are_not_left(run):
    snapshot = run()
    native = nw.to_native(snapshot.table("subscriptions"))
    for kind, left in (("BIGINT", 1), ("HUGEINT", 1)):
        snapshot.once(kind, lambda kind=kind: nw.from_native(native.project(f"customer_id, 1::{kind} AS total")), in_a_run=True)
        assert len(list(snapshot.counted.iterdir())) == left


def test_the_bands_of_a_number_are_looked_up_once(run, monkeypatch):
    asked, fetch = [], bands.fetch
    monkeypatch.setattr(bands, "fetch", lambda lazy, **how: asked.append(lazy) or fetch(lazy, **how))
    told = []
    for _ in range(3):
        snapshot = run()
        labels = snapshot.table("customers").select(band=bands.band_column(snapshot, "customers", "annual_revenue", "annual_revenue")).unique()
        told.append(set(labels.collect("pandas").to_native()["band"].dropna()))
    assert len(asked) == 2  # are there few values; and the quantiles
    assert told[0] == told[1] == told[2] and len(told[0]) == 5
