"""One company as CSV, Parquet, Excel, DuckDB, SQLite and PostgreSQL: the reports' tables are the same, byte for byte.

Notebooks get nothing of a company but what the run keeps for them, so that is compared whole; and the notebooks that between them
use every table and every attribute are run on each format.
"""

import datetime as dt
import decimal
import importlib.util
import json
import os
import sqlite3

import duckdb
import openpyxl
import pytest
from openpyxl.cell import WriteOnlyCell

from lifecycle_utils import simulate
from lifecycle_utils.report.company import describe
from lifecycle_utils.report.run import Options, report
from lifecycle_utils.sources import open_company
from tests.sources import postgres

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # of Ibis and its drivers

MONTH = "2026-10"
NOTEBOOKS = ("lifecycle_overview", "ideal_customer_profile", "data_quality")
FORMATS = ("parquet", "xlsx", "duckdb", "sqlite", "postgresql")


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    """{format: folder} of the same company; databases and Parquet hold types, as they do."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("csv", *FORMATS)}
    simulate.write_company(folders["csv"], customers=120, months=24, seed=5)
    settings = (folders["csv"] / "lifecycle.toml").read_text(encoding="utf-8")
    source = open_company(folders["csv"])
    tables = {name: _typed(source, table) for name, table in source.tables.items()}
    for name in ("parquet", "xlsx"):
        (folders[name] / "lifecycle.toml").write_text(settings, encoding="utf-8")
    for name, (select, columns) in tables.items():
        source.connection.execute(f"COPY ({select}) TO '{folders['parquet']}/{name}.parquet'")
        _write_excel(folders["xlsx"] / f"{name}.xlsx", columns, source.connection.execute(select).fetchall())
    _write_duckdb(folders["duckdb"] / "billing.duckdb", source, tables)
    _write_sqlite(folders["sqlite"] / "billing.sqlite", source, tables)
    urls = {"duckdb": "duckdb:///billing.duckdb", "sqlite": "sqlite:///billing.sqlite"}
    with _postgresql(source, tables) as urls["postgresql"]:
        for name, url in urls.items():
            (folders[name] / "lifecycle.toml").write_text(f'{settings}\n[database]\nurl = "{url}"\n', encoding="utf-8")
        yield folders


def _typed(source, table):
    """(SELECT, columns) of a table in its own types; whole numbers of attributes are integers, as a database would have them."""
    columns = []
    for name in table.columns:
        whole = name in table.numeric_attributes and not source.connection.execute(f'SELECT count(*) FROM {table.name} WHERE "{name}" % 1 <> 0').fetchone()[0]
        columns.append(f'CAST("{name}" AS INTEGER) AS "{name}"' if whole else f'"{name}"')
    return f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY _row", table.columns


def _write_excel(path, columns, rows):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("data")
    sheet.append(list(columns))
    for row in rows:
        sheet.append([_for_excel(sheet, cell) for cell in row])
    book.save(path)


def _for_excel(sheet, cell):
    if isinstance(cell, str) and cell.startswith("="):  # a name, and no formula
        text = WriteOnlyCell(sheet, value=cell)
        text.data_type = "s"
        return text
    return float(cell) if isinstance(cell, decimal.Decimal) else cell


def _write_duckdb(path, source, tables):
    source.connection.execute(f"ATTACH '{path}' AS filled")
    for name, (select, _columns) in tables.items():
        source.connection.execute(f"CREATE TABLE filled.{name} AS {select}")
    source.connection.execute("DETACH filled")


def _write_sqlite(path, source, tables):
    connection = sqlite3.connect(path)
    for name, (select, columns) in tables.items():
        names = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f"CREATE TABLE {name} ({names})")
        rows = [[_for_sqlite(cell) for cell in row] for row in source.connection.execute(select).fetchall()]
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' for _ in columns)})", rows)
    connection.commit()
    connection.close()


def _for_sqlite(cell):
    return float(cell) if isinstance(cell, decimal.Decimal) else cell.isoformat() if isinstance(cell, dt.date) else cell


class _postgresql:
    """A server with the tables; without one, or its driver, the test skips loudly, and fails in CI."""

    def __init__(self, source, tables):
        self._source, self._tables = source, tables

    def __enter__(self):
        missing = [name for name in ("ibis", "psycopg") if importlib.util.find_spec(name) is None]
        if postgres.programs() is None or missing:
            reason = f"POSTGRESQL MISSING: {' and '.join(missing) or 'the server'} is not installed, so nothing is checked against it"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
        import psycopg

        self._server = postgres.server()
        url = self._server.__enter__()
        os.environ["LCK_TEST_PASSWORD"] = postgres.PASSWORD
        with psycopg.connect(url.replace("${LCK_TEST_PASSWORD}", postgres.PASSWORD)) as connection:
            for name, (select, _columns) in self._tables.items():
                described = self._source.connection.execute(f"DESCRIBE {select}").fetchall()
                types = {"DOUBLE": "double precision", "VARCHAR": "text"}
                columns = ", ".join(f'"{column}" {types.get(type, type)}' for column, type, *_ in described)
                connection.execute(f"CREATE TABLE {name} ({columns})")
                with connection.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
                    for row in self._source.connection.execute(select).fetchall():
                        copy.write_row(row)
        return url

    def __exit__(self, *failure):
        os.environ.pop("LCK_TEST_PASSWORD", None)
        return self._server.__exit__(*failure)


def kept(folder, scratch):
    """What notebooks would get: settings and attributes, and every row of every table."""
    company = describe(str(folder), month=MONTH, keep_in=scratch)
    with duckdb.connect(scratch / "tables.duckdb", read_only=True) as connection:
        rows = {name: connection.execute(f"SELECT * EXCLUDE (_row) FROM {name} ORDER BY _row").df().to_csv(index=False) for name in sorted(company.tables)}
        types = {name: [row[:2] for row in connection.execute(f"DESCRIBE {name}").fetchall()] for name in rows}
    told = [(one.code, one.table, one.rows) for one in company.problems]
    settings = {name: value for name, value in company.settings_dict().items() if name != "database"}
    return rows, types, told, settings, company.groupings


@pytest.fixture(scope="module")
def wanted(companies, tmp_path_factory):
    return kept(companies["csv"], tmp_path_factory.mktemp("kept") / "csv")


@pytest.mark.parametrize("format", FORMATS)
def test_notebooks_get_the_same(companies, wanted, tmp_path, format):
    rows, types, *rest = kept(companies[format], tmp_path / "kept")
    for name, text in wanted[0].items():
        assert rows[name] == text, name
    assert (types, *rest) == wanted[1:]


def tables(folder, out):
    made = report(Options(data=str(folder), month=MONTH, out=out, only=NOTEBOOKS)).folder
    return made, {path.name: path.read_bytes() for path in sorted((made / "tables").glob("*.csv"))}


@pytest.fixture(scope="module")
def wanted_tables(companies, tmp_path_factory):
    return tables(companies["csv"], tmp_path_factory.mktemp("reports"))[1]


@pytest.mark.parametrize("format", FORMATS)
def test_reports_have_the_same_tables(companies, wanted_tables, tmp_path, format):
    folder, found = tables(companies[format], tmp_path)
    assert len(wanted_tables) > 10
    assert found == wanted_tables
    inputs = json.loads((folder / "run.json").read_text(encoding="utf-8"))["inputs"]
    assert inputs and all(len(one["sha256"]) == 64 for one in inputs)
    secret = postgres.PASSWORD.encode()
    assert not [path.name for path in tmp_path.rglob("*") if path.is_file() and secret in path.read_bytes()]
