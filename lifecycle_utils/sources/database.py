"""Tables of a database: a DuckDB file, SQLite, or whatever Ibis connects to. Credentials come from the environment and stay there."""

import hashlib
import itertools
import os
import re
import sqlite3
from contextlib import closing

import duckdb

from lifecycle_utils.contract import TABLES
from lifecycle_utils.errors import InputError
from lifecycle_utils.sources import rows
from lifecycle_utils.sources.open import Raw
from lifecycle_utils.sources.parse import literal, quoted

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_QUERY = re.compile(r"\s*(select|with|values|from)\b", re.IGNORECASE)
_BATCH = 10_000
_INSTALL = "install what it needs: pip install -r requirements-databases.txt"


def open_tables(connection, settings, folder, there):
    """Open the tables that the database of `[database]` holds.

    Parameters
    ----------
    folder : of the company; the path of a database file is relative to it
    there : tables that the folder has as files, which are not looked for by their name

    Returns
    -------
    list of Raw

    Raises
    ------
    InputError : if the database cannot be opened; no message holds a value of the environment
    """
    if not settings.database:
        return []
    template, wanted = settings.database["url"], settings.database.get("tables", {})
    url, secrets = _expanded(template)
    try:
        kind = _kind(url)
        database = kind(connection, _file_url(url, folder) if kind is not _Ibis else url)
    except Exception as error:  # noqa: BLE001 - a driver of any database may raise anything; its message is told
        raise InputError(f"the database {template} cannot be opened: {_redacted(error, secrets)}") from None
    with closing(database):
        names = database.names()
        found = dict(wanted)
        found |= {name: name for name in TABLES if name not in found and name not in there and name in names}
        raws = []
        for name, query in found.items():
            raw = Raw(name, f"{name} (table {query})" if not _QUERY.match(query) else f"{name} (query)", is_of_database=True)
            try:
                database.load(raw, query)
            except Exception as error:  # noqa: BLE001 - see above
                message, fix = f"cannot be read: {_redacted(error, secrets)}", f"correct [database.tables] {name} in lifecycle.toml"
                raw.types = {}
                raw.tell("error", "unreadable", message, fix)
            raws.append(raw)
        return raws


def files_of(settings, folder):
    """The file of the database where it is one (DuckDB, SQLite): {what a report calls it: path}, without values of the environment."""
    url = settings.database.get("url", "")
    if not url or _kind(url) is _Ibis:
        return {}
    try:
        path = _file_url(_expanded(url)[0], folder)
    except InputError:  # opening it tells why, and what to do
        return {}
    return {url if _PLACEHOLDER.search(url) else path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name: path}


def fingerprints(company):
    """What a database server or a Spark catalog gave, for there is no file to hash: a tuple of dicts of table, rows and sha256 of what is used of them.

    The order of the rows, which a server is free to choose, makes no difference.
    """
    found, hashed = [], bool(files_of(company.settings, company.folder))
    for name, table in company.tables.items():
        if table.is_of_database and (name in company.settings.spark_tables or not hashed):
            query = f"SELECT count(*), coalesce(sum(hash(one)), 0), coalesce(bit_xor(hash(one)), 0) FROM (SELECT * EXCLUDE (_row) FROM {quoted(name)}) one"
            rows, *content = company.connection.execute(query).fetchone()
            told = f"{table.columns} {rows} {content}"
            found.append({"file": table.file, "rows": rows, "sha256": hashlib.sha256(told.encode()).hexdigest()})
    return tuple(found)


def _expanded(template):
    """The URL with values of the environment in place of ${NAME}, and those values."""
    secrets = []

    def value(match):
        if match[1] not in os.environ:
            raise InputError(f"the database {template} names the environment variable {match[1]}, which is not set")
        secrets.append(os.environ[match[1]])
        return secrets[-1]

    return _PLACEHOLDER.sub(value, template), secrets


def _redacted(error, secrets):
    """The first line of an error without any value of the environment, or a password of libpq's own."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    for secret in sorted({*secrets, os.environ.get("PGPASSWORD", "")}, key=len, reverse=True):
        text = text.replace(secret, "***") if secret else text
    return re.sub(r"://[^@\s/]*:[^@\s/]*@", "://***@", text)


def _kind(url):
    scheme = url.partition(":")[0].lower()
    return {"duckdb": _DuckDB, "sqlite": _SQLite}.get(scheme, _Ibis)


def _file_url(url, folder):
    """The file of a URL such as sqlite:///billing.sqlite (in the company's folder) or sqlite:////data/billing.sqlite."""
    path = url.partition(":")[2]
    path = path.removeprefix("///") if path.startswith("///") else path.removeprefix("//")
    place = folder / path
    if not place.is_file():
        raise InputError(f"{place} is not a file")
    return place


class _DuckDB:
    """A DuckDB file, attached for reading. A table stays where it is; a query is answered once."""

    _NAME = "company_database"

    def __init__(self, connection, path):
        self._connection = connection
        connection.execute(f"ATTACH {literal(path)} AS {self._NAME} (READ_ONLY)")

    def names(self):
        query = "SELECT table_name FROM duckdb_tables() WHERE database_name = ? UNION SELECT view_name FROM duckdb_views() WHERE database_name = ?"
        return {name for (name,) in self._connection.execute(query, [self._NAME, self._NAME]).fetchall()}

    def load(self, raw, query):
        memory = self._connection.execute("SELECT current_database()").fetchone()[0]
        if _QUERY.match(query):
            self._connection.execute(f"USE {self._NAME}")
            try:
                self._connection.execute(f"CREATE OR REPLACE TEMP TABLE raw_{raw.table} AS SELECT row_number() OVER () AS _row, * FROM ({query})")
            finally:
                self._connection.execute(f"USE {quoted(memory)}")
        else:
            place = ".".join([self._NAME, *map(quoted, query.split("."))])
            self._connection.execute(f"CREATE OR REPLACE TEMP VIEW raw_{raw.table} AS SELECT row_number() OVER () AS _row, * FROM {place}")
            raw.is_lazy = True
        raw.describe(self._connection)

    def close(self):
        """It stays attached, because the views read from it."""


class _SQLite:
    """A SQLite file, opened for reading; its cells have types of their own, so they are read as text, as those of a CSV."""

    def __init__(self, connection, path):
        self._engine = connection
        self._database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)

    def names(self):
        return {name for (name,) in self._database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}

    def load(self, raw, query):
        sql = query if _QUERY.match(query) else f"SELECT * FROM {'.'.join(map(quoted, query.split('.')))}"
        load_cursor(self._engine, raw, self._database.execute(sql))

    def close(self):
        self._database.close()


def load_cursor(engine, raw, cursor):
    """Load the rows of a database's cursor as text."""
    header = [one[0] for one in cursor.description]
    batches = iter(lambda: cursor.fetchmany(_BATCH), [])
    cells = ([rows.as_text(cell) for cell in row] for batch in batches for row in batch)
    rows.load(engine, raw.table, enumerate(itertools.chain([header], cells)))
    raw.describe(engine)


class _Ibis:
    """Any database that Ibis connects to; the rows come over once, in batches."""

    def __init__(self, connection, url):
        try:
            import ibis
        except ImportError:
            raise InputError(f"Ibis is not installed; {_INSTALL}") from None
        self._engine = connection
        try:
            self._backend = ibis.connect(url)
        except ImportError as error:
            raise InputError(f"{error}; {_INSTALL}") from None

    def names(self):
        return set(self._backend.list_tables())

    def load(self, raw, query):
        query = query.strip().rstrip(";")
        if _QUERY.match(query):
            answer = self._backend.raw_sql(query)
            if hasattr(answer, "fetchmany"):
                with closing(answer) as cursor:
                    load_cursor(self._engine, raw, cursor)
                return
            table = self._backend.sql(query)
        else:
            *schema, name = query.split(".")
            table = self._backend.table(name, database=tuple(schema) if len(schema) > 1 else schema[0] if schema else None)
        batches = table.to_pyarrow_batches()
        self._engine.register("lck_batches", batches)
        try:
            self._engine.execute(f"CREATE OR REPLACE TEMP TABLE raw_{raw.table} AS SELECT row_number() OVER () AS _row, * FROM lck_batches")
        except duckdb.Error as error:
            raise InputError(str(error)) from None
        finally:
            self._engine.unregister("lck_batches")
        raw.describe(self._engine)

    def close(self):
        self._backend.disconnect()
