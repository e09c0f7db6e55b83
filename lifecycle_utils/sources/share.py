"""A company as it may be shared: nobody in it can be named, before any notebook sees it.

What is not there cannot leak. Ids and names become keyed pseudonyms, free text is dropped, attributes that nobody allowed are dropped,
and values that fewer than k customers have are merged into "other". Notebooks of a shared report get these tables and no others.
"""

import base64
import dataclasses
import hashlib
import hmac
import os

from lifecycle_utils.contract import TABLES
from lifecycle_utils.errors import UsageError
from lifecycle_utils.sources.parse import quoted
from lifecycle_utils.sources.problems import Problem

#: Names the environment variable that holds the key of the pseudonyms: the same key gives the same pseudonyms month after month.
KEY_VARIABLE = "LIFECYCLE_SHARE_KEY"
#: A key that can be guessed gives the customers away.
SHORTEST_KEY = 16

OTHER = "other"
#: What a customer is called.
CUSTOMER = "Customer"
#: Words of the kit itself, which say nothing of a company.
_OWN_WORDS = {
    "billing_interval": ("monthly", "month", "quarterly", "quarter", "semiannual", "annual", "annually", "yearly", "year", "weekly", "week"),
    "survey": ("nps", "csat", "icp"),
}
#: Free text: a person's own words.
_FREE_TEXT = {"answer"}
#: Sections of lifecycle.toml that name files, places or accounts.
_PRIVATE_SETTINGS = {"tables": {}, "columns": {}, "files": {}, "database": {}, "test_accounts": {}, "temp_folder": "", "memory_limit": ""}


def share_key():
    """The key of the pseudonyms, from the environment. Raises UsageError if it is not there or is too short."""
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        raise UsageError(f"a shared report needs a key for its pseudonyms; set {KEY_VARIABLE} to a secret of {SHORTEST_KEY} or more characters and keep it")
    if len(key) < SHORTEST_KEY:
        raise UsageError(f"{KEY_VARIABLE} has {len(key)} characters; a key that cannot be guessed has {SHORTEST_KEY} or more")
    return key.encode("utf-8", "surrogateescape")


def pseudonym(key, kind, value, *, length=12):
    """HMAC-SHA256 of a value, as capital letters and digits; `kind` keeps an id apart from the same text in another column.

    >>> pseudonym(b"a key of some length", "customer_id", "C00001")
    'KAVI4NJR2YBF'
    """
    digest = hmac.digest(key, f"{kind}\0{value}".encode(), hashlib.sha256)
    return base64.b32encode(digest)[:length].decode()


@dataclasses.dataclass(frozen=True)
class Shared:
    """A company for sharing.

    Attributes
    ----------
    company : the Company as it may be described: its tables' allowed columns, settings and problems
    queries : dict of table to the SELECT that gives its rows as they may be seen, for `opened.keep`
    names : dict of a real value (of a plan, feature …) to what stands for it
    """

    company: object
    queries: dict
    names: dict


def shareable(company, key):
    """The Shared view of an opened company, as `[share]` in its lifecycle.toml says."""
    share = _Share(company.connection, key, company.settings.share_k, frozenset(company.settings.share_attributes))
    queries = {name: share.query(table) for name, table in company.tables.items()}
    tables = {name: share.described(table) for name, table in company.tables.items()}
    allowed = {attribute for table in tables.values() for attribute in table.attributes}
    settings = dataclasses.replace(
        company.settings, company=company.settings.share_name, **_PRIVATE_SETTINGS, spark=company.settings.spark_session,
        bands={name: edges for name, edges in company.settings.bands.items() if name in allowed},
        attributes={name: said for name, said in company.settings.attributes.items() if name in allowed},
        scorecard={name: points for name, points in company.settings.scorecard.items() if not share.is_private(name, company.tables)},
    )  # fmt: skip
    problems = [_without_values(problem) for problem in company.problems]
    return Shared(dataclasses.replace(company, settings=settings, tables=tables, problems=problems, findings=(), aside={}), queries, share.names)


class _Share:
    def __init__(self, connection, key, k, allowed):
        self.connection, self.key, self.k, self.allowed = connection, key, k, allowed
        self.names, self._maps = {}, 0

    def is_private(self, name, tables):
        return name not in self.allowed and any(name in (*table.attributes, "plan", "channel", "feature") for table in tables.values())

    def described(self, table):
        keep = [attribute for attribute in table.attributes if attribute in self.allowed]
        columns = tuple(column for column in table.columns if TABLES[table.name].column(column) or column in keep)
        numeric = tuple(attribute for attribute in table.numeric_attributes if attribute in keep)
        return dataclasses.replace(table, columns=columns, attributes=tuple(keep), numeric_attributes=numeric, file=table.name, files=())

    def query(self, table):
        types = {name: kind for name, kind, *_ in self.connection.execute(f"DESCRIBE SELECT * FROM {quoted(table.name)}").fetchall()}
        numeric, parts, joins = set(table.numeric_attributes), [], []
        for column in types:
            declared = TABLES[table.name].column(column)
            if column == "_row":
                parts.append("CAST(0 AS BIGINT) AS _row")  # where a row stood in a file is nobody's business
            if declared is None and column not in self.allowed:
                continue
            kind = declared.type if declared else "number" if column in numeric else "text"
            parts.append(self._part(table, column, kind, types[column], joins))
        # In the order of the file, so that sums come out the same in every run.
        return f"SELECT {', '.join(parts)} FROM {quoted(table.name)} AS t {' '.join(joins)} ORDER BY t._row"

    def _part(self, table, column, kind, engine_type, joins):
        name = quoted(column)
        if column in _FREE_TEXT:
            return f"CAST(NULL AS {engine_type}) AS {name}"
        if (table.name, column) == ("customers", "name"):
            return f"{self._joined(table, 'customer_id', joins, named=CUSTOMER)} AS {name}"
        if kind == "id":
            return f"{self._joined(table, column, joins)} AS {name}"
        if kind == "text" and engine_type == "VARCHAR":
            return f"{self._category(table, column, joins)} AS {name}"
        return f"t.{name}"

    def _joined(self, table, column, joins, named=""):
        """A column's pseudonyms: the customer C00001 is the same in every table."""
        rows = self.connection.execute(f"SELECT DISTINCT CAST({quoted(column)} AS VARCHAR) FROM {quoted(table.name)} WHERE {quoted(column)} IS NOT NULL")
        found = [value for (value,) in rows.fetchall()]
        before = f"{named} " if named else ""
        return self._mapped(column, {value: before + pseudonym(self.key, column, value, length=8 if named else 12) for value in found}, joins)

    def _category(self, table, column, joins):
        counted = "count(DISTINCT customer_id)" if table.name != "leads" and TABLES[table.name].column("customer_id") else "count(*)"
        rows = self.connection.execute(f"SELECT {quoted(column)}, {counted} FROM {quoted(table.name)} WHERE {quoted(column)} IS NOT NULL GROUP BY 1").fetchall()
        rare = set() if table.name == "marketing" else _rare(dict(rows), self.k)
        labels = {value: OTHER if value in rare else self._label(column, value) for value, _ in rows}
        self.names |= {value: label for value, label in labels.items() if label != value}
        return self._mapped(column, labels, joins)

    def _label(self, column, value):
        if column in self.allowed or str(value).strip().lower() in _OWN_WORDS.get(column, ()):
            return value
        return f"{column.replace('_', ' ').capitalize()} {pseudonym(self.key, column, value, length=6)}"

    def _mapped(self, column, labels, joins):
        self._maps += 1
        name = f"shared_{self._maps}"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} (value VARCHAR, label VARCHAR)")
        values, shown = list(labels), list(labels.values())
        for start in range(0, len(values), 50_000):
            part = slice(start, start + 50_000)
            self.connection.execute(f"INSERT INTO {name} SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])", [values[part], shown[part]])
        joins.append(f"LEFT JOIN {name} ON {name}.value = CAST(t.{quoted(column)} AS VARCHAR)")
        return f"{name}.label"


def _rare(counts, k):
    """The values that are merged: those of fewer than k customers, and further ones, smallest first, until k customers are merged.

    >>> sorted(_rare({"a": 2, "b": 9, "c": 30}, 5)), sorted(_rare({"a": 2, "b": 4, "c": 30}, 5)), _rare({"a": 5}, 5)
    (['a', 'b'], ['a', 'b'], set())
    """
    ordered = sorted(counts, key=lambda value: (counts[value], value))
    rare = [value for value in ordered if counts[value] < k]
    for value in ordered[len(rare) :]:
        if not rare or sum(counts[one] for one in rare) >= k:
            break
        rare.append(value)
    return set(rare)


def _without_values(problem):
    """What is odd about the tables, without the cells that it was found in."""
    message, fix = "has rows that the company's own report tells of", "a shared one does not show them"
    return Problem(problem.severity, problem.code, problem.table, problem.table, message, fix, rows=problem.rows)
