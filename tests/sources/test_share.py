"""A company as it may be shared: who is in it cannot be told, and what is counted of it is the same."""

import dataclasses
import hashlib
import hmac

import duckdb
import pytest

from lifecycle_utils.errors import InputError, UsageError
from lifecycle_utils.sources.company import open_company
from lifecycle_utils.sources.opened import VARIABLE, keep, reopen
from lifecycle_utils.sources.share import KEY_VARIABLE, pseudonym, share_key, shareable
from tests.canaries import CANARY, write_canaries

KEY = b"a key that nobody would guess"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return open_company(write_canaries(tmp_path_factory.mktemp("canaries"), customers=40))


def shared_rows(company, folder, key=KEY):
    """The tables as notebooks of a shared report see them: dict of table to (columns, rows)."""
    shared = shareable(company, key)
    assert keep(shared.company, folder, shared.queries) == folder
    with duckdb.connect(str(folder / "tables.duckdb"), read_only=True) as kept:
        found = {name: kept.cursor().execute(f"SELECT * FROM {name}") for name in shared.company.tables}
        return {name: ([one[0] for one in result.description], result.fetchall()) for name, result in found.items()}


def test_no_text_of_any_table_is_left(company, tmp_path):
    tables = shared_rows(company, tmp_path / "kept")
    assert set(tables) == {"subscriptions", "customers", "leads", "marketing", "usage", "feedback"}
    kept = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert len(kept) > 1
    for path in kept:
        if path.name != "company.pickle":  # in a folder of this run, never in a report
            assert CANARY.encode() not in path.read_bytes()
    assert not [cell for _, rows in tables.values() for row in rows for cell in row if CANARY in str(cell)]
    assert "secret_note" not in tables["customers"][0] and "industry" not in tables["customers"][0]


def test_the_numbers_are_the_same(company, tmp_path):
    tables = shared_rows(company, tmp_path / "kept")
    own = company.connection.execute("SELECT count(*), sum(mrr), count(DISTINCT customer_id), min(started_on) FROM subscriptions").fetchone()
    columns, rows = tables["subscriptions"]
    cells = {name: [row[place] for row in rows] for place, name in enumerate(columns)}
    assert (len(rows), sum(cells["mrr"]), len(set(cells["customer_id"])), min(cells["started_on"])) == own
    assert set(cells["_row"]) == {0}


def test_a_customer_has_one_pseudonym_in_every_table_and_every_month(company, tmp_path):
    first, second = shared_rows(company, tmp_path / "one"), shared_rows(company, tmp_path / "two")
    assert first == second
    ids = {name: {row[columns.index("customer_id")] for row in rows} - {None} for name, (columns, rows) in first.items() if "customer_id" in columns}
    assert len(ids["subscriptions"]) == 39  # of 40, one of whom is a test account
    assert ids["usage"] <= ids["subscriptions"] and ids["customers"] == ids["subscriptions"] and ids["leads"] <= ids["subscriptions"]
    other = shared_rows(company, tmp_path / "three", key=b"another key, of another month")
    assert not ids["subscriptions"] & {row[other["subscriptions"][0].index("customer_id")] for row in other["subscriptions"][1]}


def test_a_pseudonym_is_an_hmac_of_its_column_and_value():
    digest = hmac.new(KEY, b"customer_id\0C1", hashlib.sha256).digest()
    assert pseudonym(KEY, "customer_id", "C1").startswith("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[digest[0] >> 3])
    assert pseudonym(KEY, "customer_id", "C1") != pseudonym(KEY, "lead_id", "C1")


def test_allowed_attributes_are_shown_but_for_rare_values(company, tmp_path):
    company = dataclasses.replace(company, settings=dataclasses.replace(company.settings, share={"k": 5, "attributes": ["industry", "plan"]}))
    tables = shared_rows(company, tmp_path / "kept")
    columns, rows = tables["customers"]
    industries = {row[columns.index("industry")] for row in rows}
    assert industries == {f"{CANARY} industry 0", f"{CANARY} industry 1", "other"}  # six customers have an industry of their own
    merged = [row for row in rows if row[columns.index("industry")] == "other"]
    assert len(merged) >= 5
    assert {row[tables["subscriptions"][0].index("plan")] for row in tables["subscriptions"][1]} == {f"{CANARY} plan 0", f"{CANARY} plan 1"}


def test_settings_and_problems_name_nobody(company):
    shared = shareable(company, KEY).company
    assert shared.settings.company == "A company"
    assert CANARY not in repr(shared.settings) and CANARY not in "".join(map(str, shared.problems))
    assert [(one.code, one.rows) for one in shared.problems] == [(one.code, one.rows) for one in company.problems]


def test_a_notebook_of_a_shared_report_finds_nothing_else(company, tmp_path, monkeypatch):
    shared = shareable(company, KEY)
    monkeypatch.setenv(VARIABLE, str(keep(shared.company, tmp_path / "kept", shared.queries)))
    for asked in ("", str(company.folder), "/nowhere"):
        found = reopen(asked)
        assert CANARY not in str(found.connection.execute("SELECT * FROM customers").fetchall())


@pytest.mark.parametrize(("key", "told"), [(None, "needs a key"), ("", "needs a key"), ("short", "has 5 characters")])
def test_a_key_is_needed(monkeypatch, key, told):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    if key is not None:
        monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(UsageError, match=told):
        share_key()


@pytest.mark.parametrize(
    ("share", "told"),
    [
        ("k = 2", "from 3 to 1000"),
        ('attributes = ["name"]', "cannot name 'name'"),
        ('attributes = ["customer_id"]', "cannot name"),
        ('attributes = "plan"', "list of names"),
        ("kk = 5", "did you mean 'k'"),
        ("company = 5", "must be text"),
    ],
)
def test_wrong_settings_of_sharing_are_told(tmp_path, share, told):
    (tmp_path / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,mrr\n1,a,2026-01-01,1\n", encoding="utf-8")
    (tmp_path / "lifecycle.toml").write_text(f"[share]\n{share}\n", encoding="utf-8")
    with pytest.raises(InputError, match=told):
        open_company(tmp_path)
