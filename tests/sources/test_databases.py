"""The same company from every place gives the same numbers, byte for byte; credentials are never told."""

import importlib.util
import os
import sqlite3

import duckdb
import openpyxl
import pytest

from lifecycle_utils import estimate, observe, sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.report.company import hash_inputs
from lifecycle_utils.settings import read_settings
from lifecycle_utils.sources.database import fingerprints
from tests.sources import postgres

TYPES = {
    "subscriptions": {"subscription_id": "text", "customer_id": "text", "started_on": "date", "ended_on": "date", "mrr": "numeric(12,2)", "plan": "text"},
    "customers": {"customer_id": "text", "name": "text", "industry": "text", "employees": "integer"},
}


@pytest.fixture(scope="module")
def rows():
    """A company with dirt that survives every format: ids with zeros, NA, emoji, empty cells, a same-day change."""
    subscriptions = []
    for number in range(1, 121):
        customer = f"{number % 80:04d}"
        start = f"202{2 + number % 2}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        end = f"2024-{number % 9 + 1:02d}-15" if number % 3 == 0 else None
        subscriptions.append((f"{number:05d}", customer, start, end, f"{number * 7 % 90 + 9.99:.2f}", ("NA", "Gold", "łódź 🚀", None)[number % 4]))
    subscriptions.append(("1E5", "0001", "2024-05-05", "2024-05-05", "10.00", "Gold"))
    customers = [(f"{number:04d}", f"Firma {number}, \"Ż\"", ("Media", "NA", None)[number % 3], number * 3 if number % 7 else None) for number in range(80)]
    return {"subscriptions": subscriptions, "customers": customers}


def numbers(folder):
    """The tables of a report that come from this company, as bytes."""
    snapshot = sources.open_snapshot(folder, month="2024-10")
    out = []
    for by in ("plan", "employees"):
        tenures = observe.tenures(snapshot, by=by)
        frames = [tenures, estimate.survival(tenures), estimate.hazard(tenures), observe.revenue(snapshot, by=by)]
        out += [frame.to_csv(index=False) for frame in frames]
    out.append(observe.traits(snapshot, top_share=0.1, value="mrr").to_csv(index=False))
    return "\n".join(out).encode()


def told(folder):
    return [(one.severity, one.code, one.rows) for one in sources.check(folder)]


@pytest.fixture(scope="module")
def csv_company(rows, tmp_path_factory):
    folder = tmp_path_factory.mktemp("csv")
    with duckdb.connect() as connection:
        for name in rows:
            _fill(connection, name, rows[name], "VARCHAR")
            connection.execute(f"COPY {name} TO '{folder}/{name}.csv' (HEADER)")
    return folder


def _fill(connection, name, table, text=None):
    columns = ", ".join(f"{column} {text or type}" for column, type in TYPES[name].items())
    connection.execute(f"CREATE TABLE {name} ({columns})")
    marks = ", ".join("?" for _ in TYPES[name])
    connection.executemany(f"INSERT INTO {name} VALUES ({marks})", table)


@pytest.fixture(scope="module")
def wanted(csv_company):
    return numbers(csv_company), told(csv_company)


def assert_same(folder, wanted):
    assert told(folder) == wanted[1]
    assert numbers(folder) == wanted[0]


def test_parquet(rows, wanted, tmp_path):
    with duckdb.connect() as connection:
        for name in rows:
            _fill(connection, name, rows[name])
            connection.execute(f"COPY {name} TO '{tmp_path}/{name}.parquet'")
    assert_same(tmp_path, wanted)


def test_excel(rows, wanted, tmp_path):
    for name, table in rows.items():
        book = openpyxl.Workbook()
        book.active.append(list(TYPES[name]))
        for row in table:
            book.active.append([float(cell) if column == "mrr" else cell for column, cell in zip(TYPES[name], row, strict=True)])
        book.save(tmp_path / f"{name}.xlsx")
    assert_same(tmp_path, wanted)


def settings(folder, url, extra=""):
    (folder / "lifecycle.toml").write_text(f'[database]\nurl = "{url}"\n{extra}', encoding="utf-8")
    return folder


def test_duckdb_file(rows, wanted, tmp_path):
    with duckdb.connect(tmp_path / "billing.duckdb") as connection:
        for name in rows:
            _fill(connection, name, rows[name])
    assert_same(settings(tmp_path, "duckdb:///billing.duckdb"), wanted)


def test_sqlite(rows, wanted, tmp_path):
    connection = sqlite3.connect(tmp_path / "billing.sqlite")
    for name in rows:
        _fill(connection, name, rows[name])
    connection.commit()
    connection.close()
    assert_same(settings(tmp_path, "sqlite:///billing.sqlite"), wanted)


def test_sqlite_by_query_and_under_other_names(rows, wanted, tmp_path):
    connection = sqlite3.connect(tmp_path / "billing.sqlite")
    for name in rows:
        _fill(connection, name, rows[name])
    connection.execute("ALTER TABLE subscriptions RENAME TO periods")
    connection.execute("ALTER TABLE customers RENAME TO accounts")
    connection.commit()
    connection.close()
    extra = '[database.tables]\nsubscriptions = "periods"\ncustomers = "SELECT customer_id, name, industry, employees FROM accounts"\n'
    assert_same(settings(tmp_path, "sqlite:///billing.sqlite", extra), wanted)


@pytest.mark.parametrize("query", ["periods", "main.periods", "SELECT *, NULL AS ended_on FROM periods WHERE mrr > 5"])
def test_duckdb_by_name_schema_and_query(tmp_path, query):
    with duckdb.connect(tmp_path / "b.duckdb") as connection:
        row = "'s' || i AS subscription_id, 'c' AS customer_id, DATE '2024-01-01' AS started_on, 10.0 * i AS mrr"
        connection.execute(f"CREATE TABLE periods AS SELECT {row} FROM range(2) t(i)")
    snapshot = sources.open_snapshot(settings(tmp_path, "duckdb:///b.duckdb", f'[database.tables]\nsubscriptions = "{query}"\n'), month="2024-06")
    tenures = observe.tenures(snapshot)
    assert tenures.loc[tenures["group"] == "all", "customers"].sum() == 1


def test_files_beside_a_database(tmp_path):
    with duckdb.connect(tmp_path / "b.duckdb") as connection:
        connection.execute("CREATE TABLE subscriptions AS SELECT 's' AS subscription_id, 'c' AS customer_id, DATE '2024-01-01' AS started_on, 10.0 AS mrr")
        connection.execute("CREATE TABLE customers AS SELECT 'c' AS customer_id, 'database' AS name")
    (tmp_path / "customers.csv").write_text("customer_id,name\nc,file\n", encoding="utf-8")
    company = sources.open_company(settings(tmp_path, "duckdb:///b.duckdb"))
    assert company.connection.execute("SELECT name FROM customers").fetchall() == [("file",)]
    assert list(company.tables) == ["subscriptions", "customers"]


def test_what_a_database_does_not_have_is_told(tmp_path):
    with duckdb.connect(tmp_path / "b.duckdb") as connection:
        connection.execute("CREATE TABLE other (i INTEGER)")
    assert [one.code for one in sources.check(settings(tmp_path, "duckdb:///b.duckdb"))] == ["table_missing"]
    problem = sources.check(settings(tmp_path, "duckdb:///b.duckdb", '[database.tables]\nsubscriptions = "nothing"\n'))[0]
    assert problem.code == "unreadable" and "[database.tables]" in problem.fix
    with pytest.raises(InputError, match="cannot be opened"):
        sources.check(settings(tmp_path, "sqlite:///nowhere.sqlite"))


def test_a_database_is_only_read(tmp_path):
    connection = sqlite3.connect(tmp_path / "b.sqlite")
    connection.execute("CREATE TABLE subscriptions (i)")
    connection.close()
    sources.check(settings(tmp_path, "sqlite:///b.sqlite", '[database.tables]\nsubscriptions = "with x as (select 1) delete from subscriptions"\n'))
    assert sources.check(tmp_path)[0].code == "unreadable"


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path):
    for url in ("postgresql://me:hunter2@host/db", "snowflake://me@host/db?token=hunter2"):
        with pytest.raises(InputError, match="environment variable") as error:
            read_settings(settings(tmp_path, url))
        assert "hunter2" not in str(error.value)


def test_a_variable_that_is_not_set_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("LCK_NOWHERE", raising=False)
    with pytest.raises(InputError, match="LCK_NOWHERE, which is not set"):
        sources.check(settings(tmp_path, "postgresql://me:${LCK_NOWHERE}@127.0.0.1/db"))


@pytest.fixture(scope="module")
def postgresql():
    missing = [name for name in ("ibis", "psycopg") if importlib.util.find_spec(name) is None]
    if postgres.programs() is None or missing:
        reason = f"POSTGRESQL MISSING: {' and '.join(missing) or 'the server'} is not installed, so nothing is checked against it"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with postgres.server() as url:
        yield url


@pytest.fixture
def filled(postgresql, rows, monkeypatch):
    import psycopg

    monkeypatch.setenv("LCK_TEST_PASSWORD", postgres.PASSWORD)
    with psycopg.connect(postgresql.replace("${LCK_TEST_PASSWORD}", postgres.PASSWORD)) as connection:
        for name, table in rows.items():
            columns = ", ".join(f"{column} {type}" for column, type in TYPES[name].items())
            connection.execute(f"DROP TABLE IF EXISTS {name}")
            connection.execute(f"CREATE TABLE {name} ({columns})")
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {name} VALUES ({', '.join('%s' for _ in TYPES[name])})", table)
    return postgresql


@pytest.mark.filterwarnings("default")  # of Ibis and its drivers
def test_postgresql(filled, wanted, tmp_path):
    assert_same(settings(tmp_path, filled), wanted)


@pytest.mark.filterwarnings("default")
def test_postgresql_by_schema_and_query(filled, wanted, tmp_path):
    extra = '[database.tables]\nsubscriptions = "public.subscriptions"\ncustomers = "SELECT * FROM customers;"\n'
    assert_same(settings(tmp_path, filled, extra), wanted)


@pytest.mark.filterwarnings("default")
def test_what_a_server_gave_is_told_from_what_it_gives_later(filled, tmp_path):
    import psycopg

    settings(tmp_path, filled)
    first = fingerprints(sources.open_company(tmp_path))
    assert [(one["file"], one["rows"]) for one in first] == [("subscriptions (table subscriptions)", 120), ("customers (table customers)", 80)]
    assert postgres.PASSWORD not in str(first)
    with psycopg.connect(filled.replace("${LCK_TEST_PASSWORD}", postgres.PASSWORD)) as connection:
        connection.execute("UPDATE customers SET name = name WHERE customer_id = '0003'")  # which moves the row to the end
        connection.commit()
        assert fingerprints(sources.open_company(tmp_path)) == first
        connection.execute("UPDATE customers SET name = 'another' WHERE customer_id = '0003'")
    second = fingerprints(sources.open_company(tmp_path))
    assert [one == other for one, other in zip(first, second, strict=True)] == [True, False]


def test_a_database_file_is_hashed_and_its_place_in_the_environment_is_not_told(tmp_path, monkeypatch):
    (tmp_path / "secret-name.duckdb").touch()
    monkeypatch.setenv("LCK_TEST_FILE", "secret-name.duckdb")
    for url, name in (("duckdb:///secret-name.duckdb", "secret-name.duckdb"), ("duckdb:///${LCK_TEST_FILE}", "duckdb:///${LCK_TEST_FILE}")):
        folder = settings(tmp_path, url)
        assert [one["file"] for one in hash_inputs(folder, read_settings(folder))] == sorted([name, "lifecycle.toml"])


@pytest.mark.filterwarnings("default")
def test_a_wrong_password_is_not_told(postgresql, tmp_path, monkeypatch):
    monkeypatch.setenv("LCK_TEST_PASSWORD", "wrong-pass-word")
    with pytest.raises(InputError) as error:
        sources.check(settings(tmp_path, postgresql))
    assert "cannot be opened" in str(error.value)
    assert "wrong-pass-word" not in str(error.value)
    assert "wrong-pass-word" not in str(read_settings(tmp_path))
