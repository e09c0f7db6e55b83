"""Files to typed tables in the engine, with the problems met on the way.

Every table keeps `_row`, the row as in the file (a CSV's header is row 1), so that a problem can be found again.
"""

import csv
import gzip
from dataclasses import dataclass

import duckdb

from lifecycle_utils.contract import TABLES
from lifecycle_utils.sources import parse
from lifecycle_utils.sources.problems import Problem


@dataclass(frozen=True)
class ReadTable:
    """A typed table in the engine: the columns its file has (by our names), and which attributes are numeric."""

    name: str
    file: str
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    numeric_attributes: tuple[str, ...]


def read(connection, located, settings):
    """Read one located table into `connection` under its own name. Returns (ReadTable or None, list of Problem)."""
    table = TABLES[located.table]
    try:
        source_types = _open_raw(connection, located)
        names, problems = _our_names(table, located, source_types, settings.columns.get(table.name, {}))
        if names is None:
            return None, problems
        return _type_columns(connection, table, located, source_types, names, settings, problems)
    except (duckdb.Error, UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        first_line = str(error).strip().splitlines()[0]
        return None, [_problem(table, located, "unreadable", f"cannot be read: {first_line}", "export it again as UTF-8 CSV with a header, or Parquet")]


def _open_raw(connection, located):
    """Make the view `raw_<table>` with `_row`; returns {file column: engine type}."""
    if located.is_csv:
        header = _header(located.path)
        columns = ", ".join(f"{parse.literal(name)}: 'VARCHAR'" for name in header)
        row, scan = "row_number() OVER () + 1", (
            f"read_csv({parse.literal(located.path)}, columns = {{{columns}}}, header = true, auto_detect = false,"
            " delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true)"
        )
    else:
        # the reader's own row number lets filters through to the file, a window would not
        row, scan = "file_row_number + 1", f"read_parquet({parse.literal(located.pattern)}, file_row_number = true)"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW raw_{located.table} AS SELECT {row} AS _row, * FROM {scan}")
    described = connection.execute(f"DESCRIBE raw_{located.table}").fetchall()
    return {name: type for name, type, *_ in described if name not in ("_row", "file_row_number")}


def _header(path):
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if not header:
        raise csv.Error("the file is empty, not even a header")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise csv.Error(f"the header names {', '.join(map(repr, twice))} twice")
    return header


def _our_names(table, located, source_types, renames):
    """{file column: our column}, or None with problems when a required column is missing."""
    theirs_to_ours = {theirs: ours for ours, theirs in renames.items()}
    trimmed = {name: name.strip() for name in source_types}
    names = {name: theirs_to_ours.get(name, theirs_to_ours.get(short, short)) for name, short in trimmed.items()}
    problems = [
        _problem(table, located, "rename_missing", f"has no column {theirs!r}, which lifecycle.toml renames to {ours}", f"correct [columns.{table.name}]")
        for ours, theirs in renames.items()
        if theirs not in trimmed.values()
    ]
    taken = list(names.values())
    problems += [
        _problem(table, located, "column_twice", f"has two columns for {name!r}", f"correct [columns.{table.name}] in lifecycle.toml")
        for name in sorted({name for name in taken if taken.count(name) > 1})
    ]
    problems += [
        _problem(
            table, located, "column_missing", f"has no column {column.name!r} (it has: {', '.join(source_types)})",
            f"add it, or name the one that means it: [columns.{table.name}] {column.name} = \"…\" in lifecycle.toml",
        )
        for column in table.columns
        if column.required and column.name not in taken
    ]
    return (None if problems else names), problems


def _type_columns(connection, table, located, source_types, names, settings, problems):
    attributes = [ours for ours in names.values() if table.column(ours) is None]
    extra = [] if table.attributes else attributes
    if extra:
        problems.append(_problem(table, located, "column_unknown", f"has columns the kit does not know: {', '.join(extra)}", "they are left out", "note"))
    numeric = _numeric(connection, located, {theirs: ours for theirs, ours in names.items() if ours in attributes and ours not in extra})
    selected, checks = [], []
    for theirs, ours in names.items():
        column = table.column(ours)
        if ours in extra:
            continue
        type = column.type if column else ("number" if ours in numeric else "text")
        cell = parse.quoted(theirs)
        selected.append(f"{parse.value(cell, type, source_types[theirs], settings.time_zone)} AS {parse.quoted(ours)}")
        if column:
            checks.append((column, cell))
    # optional columns that the file does not have are there, empty, so that questions need not ask
    selected += [f"CAST(NULL AS {parse.ENGINE_TYPES[c.type]}) AS {parse.quoted(c.name)}" for c in table.columns if c.name not in names.values()]
    kind = "TABLE" if located.is_csv else "VIEW"
    connection.execute(f"CREATE OR REPLACE TEMP {kind} typed_{table.name} AS SELECT _row, {', '.join(selected)} FROM raw_{table.name}")
    problems += _cell_problems(connection, table, located, checks, source_types, settings)
    kept = tuple(ours for ours in names.values() if ours not in extra)
    read_table = ReadTable(table.name, located.path.name, kept, tuple(a for a in attributes if a in kept), tuple(numeric))
    return read_table, problems


def _numeric(connection, located, attributes):
    """Which attributes hold nothing but numbers? They are read as numbers and shown in bands."""
    if not attributes:
        return []
    tests = ", ".join(
        f"count(*) FILTER ({parse.clean(parse.quoted(theirs))} IS NOT NULL AND NOT {parse.is_number(parse.quoted(theirs))}) = 0"
        f" AND count({parse.clean(parse.quoted(theirs))}) > 0"
        for theirs in attributes
    )
    flags = connection.execute(f"SELECT {tests} FROM raw_{located.table}").fetchone()
    return [ours for ours, flag in zip(attributes.values(), flags, strict=True) if flag]


def _cell_problems(connection, table, located, checks, source_types, settings):
    """Cells that are not of their type, and required cells that are empty: one scan counts them all."""
    tests = []
    for column, cell in checks:
        typed = parse.value(cell, column.type, source_types[cell[1:-1].replace('""', '"')], settings.time_zone)
        text = parse.clean(cell)
        tests.append((column, text, f"{text} IS NOT NULL AND ({typed}) IS NULL", "not_a_" + column.type, f"is not a {column.type}", _how(column.type)))
        if column.required:
            tests.append((column, text, f"{text} IS NULL", "empty", "is empty", "fill it, or leave the row out of the export"))
    aggregates = ", ".join(
        f"count(*) FILTER ({condition}), min(_row) FILTER ({condition}), arg_min({text}, _row) FILTER ({condition})" for _, text, condition, *_ in tests
    )
    results = connection.execute(f"SELECT {aggregates} FROM raw_{table.name}").fetchone()
    problems = []
    for number, (column, _, _, code, message, fix) in enumerate(tests):
        rows, first, value = results[3 * number : 3 * number + 3]
        if rows:
            problems.append(Problem("error", code, table.name, located.path.name, message, fix, column.name, first, rows, value or ""))
    return problems


def _how(type):
    return {
        "date": "write dates as YYYY-MM-DD; other orders are never guessed",
        "money": "write it as 1234.50, without thousands separators or a currency sign",
    }.get(type, f"data/README.md says how a {type} is written")


def _problem(table, located, code, message, fix, severity="error"):
    return Problem(severity, code, table.name, located.path.name, message, fix)
