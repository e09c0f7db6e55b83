"""What most notebooks ask is counted while nothing else can run, and found by them."""

import threading

import pytest

from lifecycle_utils import observe, sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.observe import ahead
from lifecycle_utils.sources import opened
from lifecycle_utils.sources.ahead import ask


@pytest.fixture
def kept(tmp_path):
    """The folder in which a run has left the sample company."""
    return opened.keep(sources.open_company(""), tmp_path / "company")


def ask_everything(kept):
    ask(ahead.asked_by_many(sources.snapshot_of(opened.reopened(kept), month="2026-09")), threading.Event())
    return set((kept / "counted").iterdir())


def test_a_notebook_finds_what_was_counted_ahead(kept, monkeypatch):
    left = ask_everything(kept)
    monkeypatch.setenv(opened.VARIABLE, str(kept))
    snapshot = sources.open_snapshot("", month="2026-09")
    for one in (snapshot, snapshot.as_of("2025-09"), snapshot.as_of("2026-08")):
        assert not observe.tenures(one).empty and not observe.revenue(one, by="billing_interval").empty
    assert not observe.mrr_movements(snapshot).empty
    assert len(left) > 10 and set((kept / "counted").iterdir()) == left


def test_it_ends_when_the_first_notebook_has_begun(kept):
    with ahead.counted_ahead(kept, month="2026-09") as begun:
        begun()
    assert len(list((kept / "counted").iterdir())) < len(ask_everything(kept))
    assert ask.__module__ not in {thread.name for thread in threading.enumerate()}


def test_a_question_without_an_answer_is_no_fault_here(kept, monkeypatch):
    def refuse(snapshot, **how):
        raise InputError("exchange_rates has no rate")

    everything = ask_everything(kept)
    for file in everything:
        file.unlink()
    monkeypatch.setattr(ahead, "revenue", refuse)
    assert 0 < len(ask_everything(kept)) < len(everything)


def test_many_rows_are_left_to_the_notebooks(kept, monkeypatch):
    monkeypatch.setattr(opened, "_ONE_THREAD", 100)
    with ahead.counted_ahead(kept, month="2026-09") as begun:
        assert ask.__module__ not in {thread.name for thread in threading.enumerate()}
        begun()


def test_nothing_is_counted_ahead_where_nothing_can_be_left():
    with ahead.counted_ahead(None, month="2026-09") as begun:
        begun()
