"""Files to typed tables in the engine, with the problems met on the way.

Every table keeps `_row`, the row as in the file (a CSV's header is row 1), so that a problem can be found again.
"""

import difflib
import re
import unicodedata
from dataclasses import dataclass

import duckdb

from lifecycle_utils.contract import OWN_COLUMNS, TABLES
from lifecycle_utils.language import _
from lifecycle_utils.sources import parse
from lifecycle_utils.sources.cells import Cells
from lifecycle_utils.sources.facts import DOUBT, gather, store
from lifecycle_utils.sources.open import open_carefully, place, stumbles
from lifecycle_utils.sources.problems import Problem


@dataclass(frozen=True)
class ReadTable:
    """A typed table in the engine: the columns its file has (by our names), and which attributes are numeric.

    Attributes
    ----------
    rows : rows read, whether used or not
    files : of a folder, in the order of their row numbers
    is_of_database : it comes from no file of the company's folder
    """

    name: str
    file: str
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    numeric_attributes: tuple[str, ...]
    rows: int = 0
    files: tuple[str, ...] = ()
    is_of_database: bool = False

    is_typed = True

    def place(self, row):
        """The file and row as in the file of a `_row`."""
        return place(self.file, self.files, row)


def read(connection, raw, settings):
    """Type an opened table as `typed_<name>`. Returns (ReadTable or None, list of Problem, list of Finding)."""
    if not raw.types:
        return None, raw.problems, raw.findings
    table = TABLES[raw.table]
    how = parse.written(settings, table.name)
    names, problems = _our_names(table, raw, settings.columns.get(table.name, {}))
    if names is None:
        return None, raw.problems + problems, raw.findings
    columns = _cells(table, raw, names)
    try:
        store(connection, raw, columns, how)
        facts = gather(connection, raw, columns, how)
        again = raw.may_be_careless and facts.blank
    except duckdb.Error as error:
        again = raw.may_be_careless and stumbles(error)
        if not again:
            return None, [*raw.problems, unreadable(raw, error)], raw.findings
    if again:
        open_carefully(connection, raw, raw.may_be_careless, settings)
        return read(connection, raw, settings)
    if not facts.rows and not raw.ragged:
        problems.append(_problem(raw, "no_rows", _("has a header and no rows"), _("export the table again"), "error" if table.required else "warning"))
    if raw.is_lazy and facts.settled:  # a plain column lets a question's filter through to the file
        store(connection, raw, columns, how, settled=facts.settled)
    _make_typed(connection, table, columns, facts, how)
    kept = tuple(column.ours for column in columns)
    attributes = tuple(column.ours for column in columns if not column.type)
    read_table = ReadTable(table.name, raw.file, kept, attributes, facts.numeric, facts.rows + raw.ragged, raw.files, raw.is_of_database)
    return read_table, raw.problems + problems, [*raw.findings, *facts.findings]


def unreadable(raw, error):
    """The problem that a table is which the engine cannot read at all."""
    first_line = str(error).strip().splitlines()[0]
    fix = "export it again as UTF-8 CSV with a header, or Parquet"
    return Problem("error", "unreadable", raw.table, raw.file, f"cannot be read: {first_line}", fix)


def _our_names(table, raw, renames):
    """{file column: our column}, or None with problems when a required column is missing. Columns that are left out are not in it."""
    theirs_to_ours = {_plain(theirs): ours for ours, theirs in renames.items()}
    plain = {name: _plain(name) for name in raw.types if name not in raw.unnamed}
    names = {name: _not_our_own(table, theirs_to_ours.get(short, _speakable(short))) for name, short in plain.items()}
    # a column that is renamed to ours stands over one that only has our name
    claimed = {ours for ours, theirs in renames.items() if _plain(theirs) in plain.values()}
    names = {name: ours for name, ours in names.items() if ours not in claimed or plain[name] in theirs_to_ours}
    problems = [
        _problem(
            raw, "rename_missing", f"has no column {theirs!r}, which lifecycle.toml renames to {ours}{_like(theirs, plain.values())}",
            f"correct [columns.{table.name}]",
        )
        for ours, theirs in renames.items()
        if _plain(theirs) not in plain.values()
    ]  # fmt: skip
    taken = list(names.values())
    problems += [
        _problem(raw, "column_twice", f"has two columns for {name!r}", f"correct [columns.{table.name}] in lifecycle.toml")
        for name in sorted({name for name in taken if taken.count(name) > 1})
    ]
    problems += [_missing(table, raw, column, plain.values()) for column in table.columns if column.required and column.name not in taken]
    if problems:
        return None, problems
    if raw.unnamed:
        problems.append(_problem(raw, "column_unnamed", _("has {number} columns without a name").format(number=len(raw.unnamed)), _("they are left out"),
            "note"))
    unspeakable = [short for short in plain.values() if short not in theirs_to_ours and _speakable(short) != short]
    if unspeakable:
        said = ", ".join(map(_speakable, unspeakable))
        problems.append(_problem(raw, "column_renamed", _("has columns with a point or a quote: {columns}").format(columns=", ".join(unspeakable)),
            _("they are called {names}").format(names=said), "note"))
    own = [ours.removesuffix("_") for ours in taken if ours.removesuffix("_") != ours and _not_our_own(table, ours.removesuffix("_")) == ours]
    if own:
        said = ", ".join(f"{name}_" for name in own)
        problems.append(_problem(raw, "column_renamed", f"has columns called as the kit's own: {', '.join(own)}", f"they are called {said}", "note"))
    unknown = [ours for ours in taken if table.column(ours) is None]
    if unknown and not table.attributes:
        problems.append(_problem(raw, "column_unknown", _("has columns the kit does not know: {columns}").format(columns=", ".join(unknown)),
            _("they are left out"), "note"))
        names = {theirs: ours for theirs, ours in names.items() if ours not in unknown}
    return names, problems


def _missing(table, raw, column, have):
    return _problem(
        raw, "column_missing", f"has no column {column.name!r} (it has: {', '.join(have)}){_like(column.name, have)}",
        f"add it, or name the one that means it: [columns.{table.name}] {column.name} = \"…\" in lifecycle.toml",
    )  # fmt: skip


def _like(name, have):
    """Which column may be meant? Said, never taken."""
    bare = {re.sub(r"[^a-z0-9]", "", one.casefold()): one for one in have}
    close = difflib.get_close_matches(re.sub(r"[^a-z0-9]", "", name.casefold()), list(bare), n=1, cutoff=0.75)
    return f"; is it {bare[close[0]]!r}?" if close else ""


def _speakable(name):
    """A column's name as questions can say it: a point or a double quote would be read as part of the question."""
    return name.replace('"', "'").replace(".", "_")


def _not_our_own(table, name):
    """An attribute's name that is not one of the columns that the kit puts beside it."""
    return f"{name}_" if name.lower() in OWN_COLUMNS.get(table.name, ()) and table.column(name) is None else name


def _plain(name):
    return unicodedata.normalize("NFC", name).strip().strip("\ufeff\u200b").strip()


def _cells(table, raw, names):
    columns = []
    for theirs, ours in names.items():
        column = table.column(ours)
        source_type = raw.types[theirs]
        columns.append(Cells(theirs, ours, column.type if column else "", source_type, bool(column and column.required)))
    return columns


def _make_typed(connection, table, columns, facts, how):
    """Make `typed_<name>` of what is stored: its attributes become numbers where they all are, and are cleaned where they need it."""
    selected = [f"{_attribute(column, facts, how)} AS {parse.quoted(column.ours)}" for column in columns if not column.type]
    replaced = f" REPLACE ({', '.join(selected)})" if selected else ""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW typed_{table.name} AS SELECT * EXCLUDE ({DOUBT}){replaced} FROM stored_{table.name}")


def _attribute(column, facts, how):
    cell, is_clean = parse.quoted(column.ours), column.ours in facts.settled
    if column.ours in facts.numeric:
        return parse.value(cell, "number", column.source_type, how, is_clean=is_clean)
    return cell if is_clean and column.is_text else parse.clean(cell, column.source_type)


def _problem(raw, code, message, fix, severity="error"):
    return Problem(severity, code, raw.table, raw.file, message, fix)
