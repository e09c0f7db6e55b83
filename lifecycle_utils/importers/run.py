"""An export into a company folder: open, recognise, read the roles, make the tables, say what was assumed."""

import json
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from lifecycle_utils import __version__
from lifecycle_utils.errors import InputError, OutputError
from lifecycle_utils.importers.inputs import make_view, open_inputs, recognise
from lifecycle_utils.importers.mapping import load_mapping
from lifecycle_utils.importers.shapes import ROLES, SHAPES, role_type, status_class, typed
from lifecycle_utils.settings import FILE_NAME
from lifecycle_utils.sources.looks import remedy
from lifecycle_utils.sources.parse import MONEY, Written, literal, quoted

#: Columns with users' own keys, which become attributes.
_METADATA = re.compile(r"(.+) \(metadata\)")
_STAMP = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?"


@dataclass
class Imported:
    """What an import made: rows by table, what was assumed or left out, as sentences."""

    folder: Path
    rows: dict = field(default_factory=dict)
    told: list = field(default_factory=list)


def import_system(system, path, out, *, options=(), time_zone="UTC"):
    """Make a company folder from the files that a system exports.

    Parameters
    ----------
    system : name of a mapping
    path : an exported file, a folder of them, or a zip
    out : the company's folder; tables that are there already are not replaced
    options : pairs (key, value) over the mapping; see `mapping.load_mapping`
    time_zone : the company's, in which time stamps become dates

    Raises
    ------
    UsageError, InputError : with every cell that cannot be read, and how to read it
    """
    mapping = load_mapping(system, options)
    how = Written(time_zone, mapping.decimal, mapping.thousands, mapping.dates)
    done = Imported(Path(out).expanduser())
    with tempfile.TemporaryDirectory(prefix="lck", ignore_cleanup_errors=True) as scratch, duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found, others = recognise(open_inputs(connection, path, scratch), mapping.files)
        if not found:
            raise InputError(_nothing(mapping, others))
        for file in mapping.files:
            if file.name in found:
                make_view(connection, file, found[file.name], _METADATA)
                names = " and ".join(one.name for one, _ in found[file.name])
                done.told.append(f"{names} {'was' if len(found[file.name]) == 1 else 'were'} read as {file.title}")
                done.told += [f"assumed: {sentence}" for sentence in file.assumed]
        done.told += [f"{one.name} was not used: its columns are none of {mapping.system}'s that are known" for one in others]
        tables = [table for table in mapping.tables if _applies(table, found)]
        if not tables:
            raise InputError(_incomplete(mapping, found))
        queries = [_prepared(connection, mapping, table, how, found, done, number) for number, table in enumerate(tables)]
        _write(connection, mapping, queries, done, time_zone)
    return done


def _applies(table, found):
    return all(name in found for name in table.needs) and not any(name in found for name in table.unless)


def _prepared(connection, mapping, table, how, found, done, number):
    """The table's name and SQL, after its rows were read: roles typed, what is left out told, what cannot be read refused."""
    _empty_views(connection, mapping, table, found)
    have = [name for name, *_ in connection.execute(f"DESCRIBE {table.query}").fetchall()]
    source = f"source_{number}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE text_{number} AS SELECT * FROM ({_zoned(table.query, have, mapping)})")
    for one in table.leave_out:
        if one["column"] in have:
            left = connection.execute(f"DELETE FROM text_{number} WHERE {one['where']}").fetchone()[0]
            if left:
                done.told.append(f"{left} rows of {table.needs[0]} were left out: each {one['because']}")
    roles = ROLES[table.shape]
    problems = [text for role in roles if role in have for text in _unread(connection, f"text_{number}", role, how, mapping, found, table)]
    problems += _unknown_status(connection, f"text_{number}", table) if "status" in have and table.status else []
    if problems:
        raise InputError("\n".join(problems))
    attributes = [name for name in have if name.startswith("a_")]
    dates = {f"a_{name}" for file in mapping.files for name in file.dates}
    columns = ["_row" if "_row" in have else "row_number() OVER () AS _row"]
    columns += [f"{typed(role, how)} AS {quoted(role)}" if role in have else f"CAST(NULL AS {_engine_type(role)}) AS {quoted(role)}" for role in roles]
    for name in attributes:
        cell = _date(name, how) if name in dates else quoted(name)
        columns.append(f"{cell} AS {quoted(name[2:])}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {source} AS SELECT {', '.join(columns)} FROM text_{number}")
    _tell_assumptions(connection, source, table, have, done)
    name, sql = SHAPES[table.shape]
    return name, sql(source, table, [one[2:] for one in attributes])


def _engine_type(role):
    return {"date": "DATE", "money": MONEY, "number": "DOUBLE"}.get(role_type(role), "VARCHAR")


def _date(name, how):
    return typed("started", how).replace(quoted("started"), quoted(name))


def _zoned(query, have, mapping):
    """The query with time stamps that name no zone put into the export's."""
    if mapping.time_zone != "UTC":
        return query
    dates = {f"a_{name}" for file in mapping.files for name in file.dates}
    stamps = [name for name in have if role_type(name) == "date" or name in dates]
    zoned = [f"CASE WHEN regexp_full_match({quoted(name)}, '{_STAMP}') THEN {quoted(name)} || 'Z' ELSE {quoted(name)} END AS {quoted(name)}" for name in stamps]
    return f"SELECT * REPLACE ({', '.join(zoned)}) FROM ({query})" if zoned else query


def _empty_views(connection, mapping, table, found):
    """Files that the query may use and that are not there, as views without rows."""
    for file in mapping.files:
        if file.name in table.may_use and file.name not in found:
            columns = ", ".join(f"CAST(NULL AS VARCHAR) AS {quoted(role)}" for role in file.columns)
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(file.name)} AS SELECT 0 AS _input, 0 AS _row, {columns} WHERE false")


def _unread(connection, view, role, how, mapping, found, table):
    """Sentences about cells of a role that are not of its type."""
    if role_type(role) == "text":
        return
    condition = f"{quoted(role)} IS NOT NULL AND ({typed(role, how)}) IS NULL"
    row = "_row" if "_row" in [name for name, *_ in connection.execute(f"DESCRIBE {view}").fetchall()] else "NULL"
    query = f"SELECT count(*), min({row}), arg_min({quoted(role)}, coalesce({row}, 0)) FROM {view} WHERE {condition}"
    rows, first, value = connection.execute(query).fetchone()
    if rows:
        sample = [one for (one,) in connection.execute(f"SELECT DISTINCT {quoted(role)} FROM {view} WHERE {condition} LIMIT 100").fetchall()]
        way_out = remedy(role_type(role), sample, how, "subscriptions") or "correct it in the export"
        way_out = re.sub(r' under \[files\.\w+\](?: of lifecycle\.toml)?', " with --set", way_out)
        column = next((roles[role] for name in table.needs for _, roles in found.get(name, ()) if role in roles), role)
        place = found[table.needs[0]][0][0].name + (f" row {first}" if first else "")
        yield f"error [not_a_{role_type(role)}] {place}: {column} {value!r} cannot be read ({rows} rows); {way_out}"


def _unknown_status(connection, view, table):
    query = f"SELECT lower(status), count(*) FROM {view} WHERE status IS NOT NULL AND {status_class(table.status)} IS NULL GROUP BY 1 ORDER BY 1"
    for status, rows in connection.execute(query).fetchall():
        way_out = f"say what it means: --set status.{status}=live (or until, ended, trial, never, paused)"
        yield f"error [status_unknown] status {status!r} is not known ({rows} rows); {way_out}"


#: Told of the rows of a subscription shape: condition, needed role, sentence.
_TELL = (
    ("{class_} = 'ended' AND ended_at IS NULL", "status", "ended without a date: that of the cancellation, or else the current period's end, was taken"),
    ("{class_} = 'paused' AND paused_at IS NULL", "status", "are paused without a date: the end of the current period was taken"),
    ("{class_} = 'never'", "status", "never became active and were left out"),
    ("amount IS NULL AND mrr IS NULL", "amount", "have no amount: their MRR is empty, which `lifecycle check` refuses"),
    ("interval IS NULL AND mrr IS NULL", "amount", "name no billing interval: it was taken from the current period"),
    ("lower(discount_duration) <> 'forever'", "discount_duration", "have a discount that ends, which changes no MRR (or --set limited_discounts=deduct)"),
)  # fmt: skip


def _tell_assumptions(connection, source, table, have, done):
    if table.shape != "subscriptions":
        return
    class_ = f"({status_class(table.status)})"
    for condition, needed, sentence in _TELL:
        if needed in have and not ("interval IS NULL" in condition and table.amount == "mrr"):
            rows = connection.execute(f"SELECT count(*) FROM {source} WHERE {condition.format(class_=class_)}").fetchone()[0]
            if rows:
                done.told.append(f"{rows} subscriptions {sentence}")


def _write(connection, mapping, queries, done, time_zone):
    """Write the tables, the settings and what was told; never over a table that is there."""
    try:
        done.folder.mkdir(parents=True, exist_ok=True)
        names = dict.fromkeys(name for name, _ in queries)
        there = [name for name in names if list(done.folder.glob(f"{name}.*"))]
        if there:
            raise InputError(f"{done.folder} has {', '.join(there)} already; name another folder with --out, or remove them first")
        for name in names:
            made = [sql for wanted, sql in queries if wanted == name]
            union = " UNION ALL BY NAME ".join(f"(SELECT * FROM ({sql}))" for sql in made)
            connection.execute(f"COPY ({union}) TO {literal(done.folder / (name + '.csv'))} (HEADER, DELIMITER ',')")
            done.rows[name] = connection.execute(f"SELECT count(*) FROM ({union})").fetchone()[0]
        _write_settings(connection, queries, done, time_zone)
        record = {"system": mapping.system, "lifecycle_utils": __version__, "rows": done.rows, "told": done.told}
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        (done.folder / f"import_{mapping.system.lower()}.json").write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"the company cannot be written to {done.folder}: {error}") from error


def _write_settings(connection, queries, done, time_zone):
    """lifecycle.toml, unless there is one: the currency that most subscriptions have."""
    place = done.folder / FILE_NAME
    if place.exists():
        return
    lines = [f'time_zone = "{time_zone}"']
    for name, sql in queries:
        if name == "subscriptions":
            counted = connection.execute(f"SELECT currency, count(*) FROM ({sql}) WHERE currency IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
            if counted:
                lines.insert(0, f'currency = "{counted[0][0]}"')
                done.told.append(f"assumed: the company's currency is {counted[0][0]}, that of most subscriptions")
            if len(counted) > 1:
                others = ", ".join(one for one, _ in counted[1:])
                done.told.append(f"bring exchange_rates.csv (month, currency, rate: what one unit is worth in {counted[0][0]}) for {others}")
    text = "# Written by `lifecycle import`; edit as needed. Every key is in docs/checks.md.\n" + "\n".join(lines) + "\n"
    place.write_text(text, encoding="utf-8", newline="\n")


def _nothing(mapping, others):
    known = "; ".join(f"{file.title}: {', '.join(names[0] for names in file.columns.values())}" for file in mapping.files)
    names = ", ".join(f"{one.name} ({', '.join(one.header[:8])} …)" for one in others)
    return f"none of the files is one that {mapping.system} is known to export: {names}. Known are: {known}. For any other table: lifecycle import csv"


def _incomplete(mapping, found):
    needs = " or ".join(" with ".join(table.needs) for table in mapping.tables)
    return f"the files found ({', '.join(found)}) are not enough for a table; {mapping.system} needs: {needs}"
