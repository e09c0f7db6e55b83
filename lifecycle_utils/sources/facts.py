"""What do the cells of a table hold? A file is read once; only rows with doubtful cells are looked at again."""

from dataclasses import dataclass, replace

from lifecycle_utils.contract import TABLES
from lifecycle_utils.language import _
from lifecycle_utils.sources import parse
from lifecycle_utils.sources.cells import is_dirty
from lifecycle_utils.sources.problems import Finding

#: Marks the doubtful columns of a row, a bit for each; no column of ours can be called so.
DOUBT = '"_row.doubt"'


@dataclass(frozen=True)
class Facts:
    """What was found: rows in all, those of them that are blank, columns without a doubtful cell,
    attributes that hold numbers only, findings."""

    rows: int
    blank: int
    settled: frozenset
    numeric: tuple[str, ...]
    findings: tuple


def store(connection, raw, columns, how, *, settled=frozenset()):
    """Make `stored_<name>`: `_row`, the contract's columns typed, attributes as they stand, and which columns are doubtful.

    A text is parsed once; Parquet is read where it is, column by column, whenever a question needs it.

    Parameters
    ----------
    raw : Raw
    columns : list of Cells
    how : Written
    settled : our names of columns without a doubtful cell, which are taken as they stand
    """
    table, typed = raw.table, _typed(columns)
    quick = {column: f'"(quick {bit})"' for bit, column in enumerate(typed)}
    values = [f"{_value(column, how, quick, settled)} AS {parse.quoted(column.ours)}" for column in columns]
    # optional columns that the file does not have are there, empty, so that questions need not ask
    have = {column.ours for column in columns}
    values += [f"CAST(NULL AS {parse.ENGINE_TYPES[one.type]}) AS {parse.quoted(one.name)}" for one in TABLES[table].columns if one.name not in have]
    bits = [f"CASE WHEN {_any(column.doubts(how, quick[column]))} THEN {1 << bit} ELSE 0 END" for bit, column in enumerate(typed)]
    values.append(f"{' | '.join(bits)} AS {DOUBT}")
    answers = "".join(f", {column.quick(how)} AS {name}" for column, name in quick.items())
    if raw.scan:  # the engine keeps the order of the file, and its own number of a row costs nothing
        connection.execute(f"CREATE OR REPLACE TEMP TABLE scanned_{table} AS SELECT {', '.join(values)} FROM (SELECT *{answers} FROM {raw.scan})")
        connection.execute(f"CREATE OR REPLACE TEMP VIEW stored_{table} AS SELECT rowid + 2 AS _row, * FROM scanned_{table}")
        return
    kind = "VIEW" if raw.is_lazy else "TABLE"
    connection.execute(f"CREATE OR REPLACE TEMP {kind} stored_{table} AS SELECT _row, {', '.join(values)} FROM (SELECT *{answers} FROM raw_{table})")


def gather(connection, raw, columns, how):
    """The Facts of the table `stored_<name>`."""
    typed, attributes = _typed(columns), [replace(column, theirs=column.ours) for column in columns if not column.type]
    asked = [test for one in attributes for test in _of_attribute(one, how)]
    counts = "".join(f", count(*) FILTER ({condition})" for _, _, condition in asked)
    rows, bits, *numbers = connection.execute(f"SELECT count(*), bit_or({DOUBT}){counts} FROM stored_{raw.table}").fetchone()
    seen = {(one.ours, name): number for (one, name, _), number in zip(asked, numbers, strict=True)}
    dirty = frozenset(one.ours for one in attributes if seen.get((one.ours, "dirty")))
    doubtful = [column for bit, column in enumerate(typed) if (bits or 0) >> bit & 1] + [one for one in columns if one.ours in dirty]
    blank = 0
    if doubtful:
        _keep_doubtful(connection, raw, doubtful, dirty, how)
        seen |= _look(connection, raw, doubtful, how)
        blank = _blank_rows(connection, raw, columns, seen)
    seen |= {(column.ours, "thousands"): _is_unclear(connection, raw, column, how) for column in columns}
    findings = [finding for column in columns for finding in _findings(raw.table, column, how, seen)]
    numeric = _numeric(connection, raw, attributes, seen, how)
    settled = {column.ours for column in columns} - {column.ours for column in doubtful}
    return Facts(rows, blank, frozenset(settled), tuple(numeric), tuple(findings))


def _value(column, how, quick, settled):
    if not column.type or (column.stays and column.ours in settled):
        return column.cell
    return quick[column] if column.ours in settled else column.value(how, quick[column])


def _typed(columns):
    return [column for column in columns if column.type]


def _any(doubts):
    return " OR ".join(f"({condition})" for _, condition in doubts) or "false"


def _of_attribute(column, how):
    """(column, name, condition) of what is counted of an attribute."""
    yield column, "filled", f"{column.cell} IS NOT NULL"
    yield column, "no_number", f"NOT {column.is_number(column.cell, how)}"
    if column.is_text:
        yield column, "dirty", is_dirty(column.cell)


def _keep_doubtful(connection, raw, doubtful, dirty, how):
    """Make `doubtful_<name>`: `_row` and the cells as in the file of the rows that need a second look."""
    table = raw.table
    condition = _any(doubt for column in doubtful for doubt in column.doubts(how))
    if not raw.scan:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE doubtful_{table} AS SELECT * FROM raw_{table} WHERE {condition}")
        return
    # the same rows in the same order, once with their cells and once with their numbers: numbering all rows would cost more than reading them
    cells = connection.execute(f"CREATE OR REPLACE TEMP TABLE again_{table} AS SELECT * FROM {raw.scan} WHERE {condition}").fetchone()[0]
    same = " OR ".join([f"{DOUBT} <> 0", *(is_dirty(parse.quoted(name)) for name in sorted(dirty))])
    numbered = f"SELECT _row FROM stored_{table} WHERE {same} ORDER BY _row"
    numbers = connection.execute(f"CREATE OR REPLACE TEMP TABLE doubtful_{table} AS SELECT * FROM ({numbered}) POSITIONAL JOIN again_{table}").fetchone()[0]
    if cells != numbers:
        raise RuntimeError(f"{raw.file} gave {numbers} doubtful rows at first and {cells} when read again")
    connection.execute(f"DROP TABLE again_{table}")


def _look(connection, raw, doubtful, how):
    """How many doubtful rows there are of each kind: {(column, name): rows}."""
    tests = [(column.ours, *doubt) for column in doubtful for doubt in column.doubts(how)]
    counts = ", ".join(f"count(*) FILTER ({condition})" for *_, condition in tests)
    numbers = connection.execute(f"SELECT {counts} FROM doubtful_{raw.table}").fetchone()
    return {(ours, name): number for (ours, name, _), number in zip(tests, numbers, strict=True)}


def _blank_rows(connection, raw, columns, seen):
    """How many rows have nothing in any cell? Asked only where a required cell has nothing either."""
    if not any(seen.get((one.ours, name)) for one in columns if one.required for name in ("null", "dirty", "unread")):
        return 0
    filled = " OR ".join(f"({one.cell} IS NOT NULL AND trim({parse.as_text(one.cell, one.source_type)}) <> '')" for one in columns)
    return connection.execute(f"SELECT count(*) FROM doubtful_{raw.table} WHERE NOT ({filled})").fetchone()[0]


def _is_unclear(connection, raw, column, how):
    """Do all cells with a point have exactly three digits after it, so that it may stand for thousands? The first that has not settles it."""
    if not column.is_text or column.type not in ("money", "") or how.decimal_declared:
        return False
    source, three = raw.scan or f"raw_{raw.table}", r"\s*[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+\s*"
    pointed = f"SELECT regexp_full_match({column.cell}, '{three}') AS three FROM {source} WHERE contains({column.cell}, '.')"
    first = connection.execute(f"{pointed} LIMIT 1").fetchone()
    if first is None or not first[0]:
        return False
    return connection.execute(f"SELECT 1 FROM ({pointed}) WHERE NOT three LIMIT 1").fetchone() is None


def _findings(table, column, how, seen):
    """Findings of a column that has cells to tell of."""
    text = parse.clean(column.cell, column.source_type)

    def finding(severity, code, message, fix, condition, type="", source="doubtful"):
        offenders = f"SELECT _row, {text} AS value FROM {source}_{table} WHERE {condition}"
        return Finding(severity, code, table, column.ours, message, fix, offenders, type=type, how=how)

    doubts = {name for name in ("null", "dirty", "unread", "inexact", "unclear") if seen.get((column.ours, name))}
    if "unread" in doubts:
        unread = f"{text} IS NOT NULL AND ({parse.value(column.cell, column.type, column.source_type, how)}) IS NULL"
        yield finding("error", f"not_a_{column.type}", f"is not a {column.type}", _how(column.type), unread, type=column.type)
    if column.required and doubts:
        yield finding("error", "empty", "is empty", "fill it, or leave the row out of the export", f"{text} IS NULL")
    if "inexact" in doubts:
        yield finding("note", "rounded", _("has more than four decimals"), _("it was rounded to four"), column.is_inexact(how))
    if "unclear" in doubts:
        fix = f"leave only the format of this file under dates in [files.{table}]"
        yield finding("error", "date_unclear", "is another day in each of the declared formats", fix, column.is_unclear(how))
    if doubts & {"dirty", "unread"} and column.is_text:
        plain = parse.composed(column.cell)
        yield finding("note", "trimmed", _("has blanks around it"), _("they were left out"), f"{parse.trimmed(plain)} <> {plain} AND {text} IS NOT NULL")
        fix = _("it was composed, so that one name is one text")
        yield finding("note", "composed", _("is not in Unicode's composed form (NFC)"), fix, f"{plain} <> {column.cell}")
    if seen[column.ours, "thousands"] and column.type == "money":
        fix = f'say which it is: decimal = "." or thousands = "." (with decimal = ",") under [files.{table}] of lifecycle.toml'
        message = "has three digits after the point wherever it has one: decimals or thousands?"
        yield finding("error", "decimal_unclear", message, fix, f"contains({column.cell}, '.')", source="raw")


def _numeric(connection, raw, attributes, seen, how):
    """Which attributes hold nothing but numbers? They are read as numbers and shown in bands."""
    candidates = [one for one in attributes if seen[one.ours, "filled"] and not seen[one.ours, "thousands"]]
    sure = {one.ours for one in candidates if not seen[one.ours, "no_number"]}
    # with blanks around it a number does not look like one at first
    again = [one for one in candidates if one.ours not in sure and seen.get((one.ours, "dirty"))]
    if again:
        texts = [parse.clean(one.cell, one.source_type) for one in again]
        tests = [
            f"count({text}) > 0 AND count(*) FILTER (NOT {one.is_number(text, how)}) = 0"
            for one, text in zip(again, texts, strict=True)
        ]  # fmt: skip
        flags = connection.execute(f"SELECT {', '.join(tests)} FROM stored_{raw.table}").fetchone()
        sure |= {one.ours for one, flag in zip(again, flags, strict=True) if flag}
    return [one.ours for one in attributes if one.ours in sure]


def _how(type):
    return {
        "date": "write dates as YYYY-MM-DD; other orders are never guessed",
        "money": "write it as 1234.50, without thousands separators or a currency sign",
    }.get(type, f"data/README.md says how a {type} is written")
