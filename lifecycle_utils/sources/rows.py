"""Rows of text into the engine, each under its number as in the file: the careful way, for whatever the engine's own reader cannot tell."""

import csv
import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lifecycle_utils.sources.parse import literal

csv.field_size_limit(2**31 - 1)

#: Structural problems of a row: code to (message, fix).
RAGGED = {
    "too_few_cells": ("has fewer cells than the header", "a cell or a line break is missing; export the table again"),
    "too_many_cells": ("has more cells than the header", "a cell holds the delimiter without quotes; export the table again with quoted cells"),
    "broken_quote": ("has a quote that does not end, or text after it; nothing from here on was read", "export it again with doubled quotes inside cells"),
}


@dataclass(frozen=True)
class Loaded:
    """What `load` made of some rows: the names of the columns, the rows read in all, and {code: rows} of those left out."""

    columns: tuple[str, ...]
    rows: int
    ragged: dict


class BrokenQuote(ValueError):
    """A reader cannot go on: the row where it stopped, and what stood there."""

    def __init__(self, row, text):
        super().__init__(f"row {row}")
        self.row, self.text = row, text


def load(connection, table, rows, *, folder=None):
    """Load the table `raw_<table>` from rows of text; rows that do not fit the header go to `ragged_<table>` (_row, code, value).

    Parameters
    ----------
    rows : iterator of (row number as in the file, list of cells); the first that is not blank is the header
    folder : where the copy may lie that the engine reads

    Returns
    -------
    Loaded; without columns if there was no header
    """
    numbered = ((number, cells) for number, cells in rows if any(cell.strip() for cell in cells))
    header, ragged, read, longest = None, [], 0, 0
    with tempfile.TemporaryDirectory(prefix="lck", dir=folder or None, ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch) / "rows.csv"
        with open(copy, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
            try:
                for number, cells in numbered:
                    if header is None:
                        header = cells
                        continue
                    read += 1
                    extra = cells[len(header) :]
                    if len(cells) < len(header):
                        ragged.append((number, "too_few_cells", " ".join(cells)))
                    elif any(extra):
                        ragged.append((number, "too_many_cells", " ".join(cells)))
                    else:
                        longest = max(longest, writer.writerow([number, *cells[: len(header)]]))
            except BrokenQuote as stopped:
                read += 1
                ragged.append((stopped.row, "broken_quote", stopped.text))
        if header is None:
            return Loaded((), 0, {})
        _into_engine(connection, table, header, copy, longest, ragged)
    codes = [code for _, code, _ in ragged]
    return Loaded(tuple(header), read, {code: codes.count(code) for code in dict.fromkeys(codes)})


def _into_engine(connection, table, header, copy, longest, ragged):
    columns = {"_row": "BIGINT"} | dict.fromkeys(column_names(header), "VARCHAR")
    described = ", ".join(f"{literal(name)}: {literal(type)}" for name, type in columns.items())
    limit = 4 * longest + 2_000_000  # in bytes, where `longest` is in characters
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE raw_{table} AS SELECT * FROM read_csv({literal(copy)}, columns = {{{described}}}, header = false,"
        f" auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', new_line = '\\n', "
        f" max_line_size = {limit}, buffer_size = {8 * limit}, parallel = false)"
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ragged_{table} (_row BIGINT, code VARCHAR, value VARCHAR)")
    if ragged:
        connection.executemany(f"INSERT INTO ragged_{table} VALUES (?, ?, ?)", [(row, code, text[:200]) for row, code, text in ragged])


def column_names(header):
    """Names for the engine: a column without a name gets one that nobody else has."""
    return [name if is_name(name) else f"(column {number})" for number, name in enumerate(header, 1)]


def is_name(name):
    """Can a column be called so? `_row` is the kit's own."""
    return bool(name.strip()) and name.strip() != "_row"


def repeated(header):
    """Names that stand twice in a header, as the engine compares them: whatever their case."""
    names = [name.strip().casefold() for name in header if name.strip()]
    return sorted({name for name in names if names.count(name) > 1})


def as_text(cell):
    """A cell's value as the text that a CSV export would hold: whole numbers without a point, dates as YYYY-MM-DD.

    >>> as_text(12.0), as_text(dt.datetime(2024, 1, 31)), as_text(True), as_text(None)
    ('12', '2024-01-31', 'true', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() and cell.tzinfo is None else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)
