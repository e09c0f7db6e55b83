"""A company opened once for all notebooks of a run is the company that each would have opened."""

import pytest

from lifecycle_utils import observe, sources
from lifecycle_utils.sources import opened
from lifecycle_utils.sources.company import SAMPLE


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Keep the company at `path`, and tell the process where, as the runner does."""

    def kept(path):
        folder = opened.keep(sources.open_company(path), tmp_path / "ke'pt")
        monkeypatch.setenv(opened.VARIABLE, str(folder))
        return folder

    return kept


def same(one, other):
    return one.equals(other) and list(one.dtypes) == list(other.dtypes)


def test_every_row_type_and_order_is_the_same(kept):
    plain = sources.open_company(SAMPLE)
    kept(SAMPLE)
    again = opened.reopen("")
    assert list(again.tables) == list(plain.tables)
    assert again.tables == plain.tables and again.settings == plain.settings and again.problems == plain.problems
    for name in plain.tables:
        one, other = plain.connection.table(name), again.connection.table(name)
        assert (one.columns, [str(kind) for kind in one.types]) == (other.columns, [str(kind) for kind in other.types]), name
        assert one.fetchall() == other.fetchall(), name


def test_counts_of_any_month_are_the_same(kept):
    plain = sources.open_snapshot(SAMPLE, month="2026-09")
    kept(SAMPLE)
    again = sources.open_snapshot(SAMPLE, month="2026-09")
    assert again.company.connection.sql("SELECT count(*) FROM duckdb_databases() WHERE database_name = 'kept'").fetchone() == (1,)
    assert same(observe.paying_tenures(plain, by="industry"), observe.paying_tenures(again, by="industry"))
    assert same(observe.mrr_movements(plain.as_of("2025-03")), observe.mrr_movements(again.as_of("2025-03")))
    assert same(observe.traits(plain), observe.traits(again))


def test_another_company_is_opened_as_ever(kept, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,ended_on,mrr\n1,a,2026-01-10,,10.00\n", encoding="utf-8")
    kept(SAMPLE)
    assert opened.reopen(other) is None and opened.reopen(tmp_path / "nowhere") is None
    assert observe.tenures(sources.open_snapshot(other, month="2026-06"))["customers"].sum() == 2  # once in "all", once in its cohort


def test_half_written_or_of_another_version_it_is_not_used(kept, monkeypatch):
    folder = kept(SAMPLE)
    monkeypatch.setattr(opened, "__version__", "0.0.0")
    assert opened.reopen(SAMPLE) is None
    monkeypatch.undo()
    monkeypatch.setenv(opened.VARIABLE, str(folder))
    (folder / "company.pickle").unlink()
    assert opened.reopen(SAMPLE) is None
    monkeypatch.setenv(opened.VARIABLE, "")
    assert opened.reopen(SAMPLE) is None


def test_without_room_nothing_is_left(tmp_path):
    company = sources.open_company(SAMPLE)
    company.connection.execute("CREATE OR REPLACE TEMP VIEW subscriptions AS SELECT error('disk full')")
    assert opened.keep(company, tmp_path / "kept") is None
    assert not (tmp_path / "kept").exists()
