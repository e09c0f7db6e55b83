"""What do the cells of a table hold? One scan answers for every column at once; only columns with doubtful cells are looked at again."""

from dataclasses import dataclass

from lifecycle_utils.sources import parse
from lifecycle_utils.sources.problems import Finding


@dataclass(frozen=True)
class Cells:
    """A column of the file and what it is read as.

    Attributes
    ----------
    theirs, ours : its name in the file and ours
    type : the contract's type, "" for an attribute, which is a number or a text
    source_type : the engine's type in the file
    """

    theirs: str
    ours: str
    type: str
    source_type: str
    required: bool = False

    @property
    def cell(self):
        return parse.quoted(self.theirs)

    @property
    def is_text(self):
        """Is it text in the file, so that it may need trimming and strict reading?"""
        return self.source_type == "VARCHAR"


@dataclass(frozen=True)
class Facts:
    """What the scans found: rows in all, those of them that are blank, columns whose cells are clean as they stand,
    attributes that hold numbers only, findings."""

    rows: int
    blank: int
    clean: frozenset
    numeric: tuple[str, ...]
    findings: tuple


def gather(connection, table, columns, how):
    """Scan `raw_<table>` for the facts about its columns.

    Parameters
    ----------
    columns : list of Cells
    how : Written
    """
    tests = [test for column in columns for test in _first_look(column, how)]
    counts = ", ".join(f"count(*) FILTER ({condition})" for _, _, condition in tests)
    rows, *numbers = connection.execute(f"SELECT count(*), {counts} FROM raw_{table}").fetchone()
    seen = {(column.ours, name): number for (column, name, _), number in zip(tests, numbers, strict=True)}
    blanks = _blank_rows(connection, table, columns, seen)
    seen |= {(column.ours, "thousands"): _is_unclear(connection, table, column, how) for column in columns}
    doubts = ("dirty", "unread", "null", "inexact", "unclear", "thousands")
    doubtful = [column for column in columns if any(seen.get((column.ours, name)) for name in doubts)]
    clean = frozenset(column.ours for column in columns if not seen.get((column.ours, "dirty")) and not seen.get((column.ours, "unread")))
    findings = [finding for column in doubtful for finding in _second_look(table, column, how, seen[column.ours, "thousands"])]
    numeric = _numeric(connection, table, [column for column in columns if not column.type], seen, clean, how)
    return Facts(rows, blanks, clean, tuple(numeric), tuple(findings))


def _first_look(column, how):
    """(column, name, condition) of what is counted for every column, cheap for clean cells."""
    cell, read = column.cell, parse.value(column.cell, column.type, column.source_type, how, is_clean=True) if column.type else ""
    if column.required:
        yield column, "null", f"{cell} IS NULL"
    if column.is_text and column.type in ("id", "text", ""):
        # a text that is its own trimmed and composed self can be taken as it is
        yield column, "dirty", f"regexp_matches({cell}, '{parse.BLANK_AT_AN_END}') OR {parse.composed(cell)} <> {cell} OR {cell} = ''"
    elif column.type and not (column.source_type == "DATE" and column.type == "date"):
        yield column, "unread", f"{cell} IS NOT NULL AND ({read}) IS NULL"
    elif column.source_type == "DATE":
        yield column, "unread", f"NOT isfinite({cell})"
    if column.type == "money":
        yield column, "inexact", _inexact(column, cell, how)
    if column.type in ("date", "month") and column.is_text and len(how.dates) > 1:
        yield column, "unclear", _unclear_date(cell, how)
    if not column.type:
        yield column, "filled", f"{cell} IS NOT NULL"
        yield column, "no_number", f"NOT {_attribute_is_number(column, cell, how)}"


def _blank_rows(connection, table, columns, seen):
    """How many rows have nothing in any cell? Asked only where a required cell has nothing either."""
    if not any(seen.get((one.ours, name)) for one in columns if one.required for name in ("null", "dirty", "unread")):
        return 0
    filled = " OR ".join(f"({one.cell} IS NOT NULL AND trim({parse.as_text(one.cell, one.source_type)}) <> '')" for one in columns)
    return connection.execute(f"SELECT count(*) FROM raw_{table} WHERE NOT ({filled})").fetchone()[0]


def _is_unclear(connection, table, column, how):
    """Do all cells with a point have exactly three digits after it, so that it may stand for thousands? The first that has not settles it."""
    if not column.is_text or column.type not in ("money", "") or how.decimal_declared:
        return False
    three = f"regexp_full_match({column.cell}, '\\s*[+-]?[1-9][0-9]{{0,2}}(\\.[0-9]{{3}})+\\s*')"
    for condition, settles in ((f"contains({column.cell}, '.') AND NOT {three}", True), (f"contains({column.cell}, '.')", False)):
        if bool(connection.execute(f"SELECT 1 FROM raw_{table} WHERE {condition} LIMIT 1").fetchone()) is settles:
            return False
    return True


def _inexact(column, cell, how):
    if column.is_text:
        mark = parse.literal(how.decimal)
        long = f"strpos({cell}, {mark}) > 0 AND strlen({cell}) - strpos({cell}, {mark}) > 4"
        return f"{long} AND regexp_matches({how.plain_number(cell)}, '^\\s*[+-]?[0-9]+\\.[0-9]{{4}}[0-9]*[1-9]\\s*$')"
    if column.source_type in ("FLOAT", "DOUBLE"):
        # a tenth of a ten-thousandth, for a float is never exact
        return f"isfinite({cell}) AND abs({cell} - round({cell}, 4)) > 1e-5"
    return "false"


def _unclear_date(text, how):
    ways = parse.readings(text, how)
    return f"least({', '.join(ways)}) <> greatest({', '.join(ways)})"


def _second_look(table, column, how, unclear_point):
    """Findings of a column that has cells to tell of."""
    text = parse.clean(column.cell, column.source_type)
    read = parse.value(column.cell, column.type, column.source_type, how) if column.type else text

    def finding(severity, code, message, fix, condition, value=text, type=""):
        offenders = f"SELECT _row, {value} AS value FROM raw_{table} WHERE {condition}"
        return Finding(severity, code, table, column.ours, message, fix, offenders, type=type, how=how)

    if column.type not in ("id", "text", ""):
        unread = f"{text} IS NOT NULL AND ({read}) IS NULL"
        yield finding("error", f"not_a_{column.type}", f"is not a {column.type}", _how(column.type), unread, type=column.type)
    if column.required:
        yield finding("error", "empty", "is empty", "fill it, or leave the row out of the export", f"{text} IS NULL")
    if column.type == "money":
        yield finding("note", "rounded", "has more than four decimals", "it was rounded to four", _inexact(column, column.cell, how))
    if column.type in ("date", "month") and column.is_text and len(how.dates) > 1:
        fix = f"leave only the format of this file under dates in [files.{table}]"
        yield finding("error", "date_unclear", "is another day in each of the declared formats", fix, _unclear_date(text, how))
    if column.is_text:
        plain = parse.composed(column.cell)
        yield finding("note", "trimmed", "has blanks around it", "they were left out", f"{parse.trimmed(plain)} <> {plain} AND {text} IS NOT NULL")
        fix = "it was composed, so that one name is one text"
        yield finding("note", "composed", "is not in Unicode's composed form (NFC)", fix, f"{plain} <> {column.cell}")
    if unclear_point and column.type == "money":
        fix = f'say which it is: decimal = "." or thousands = "." (with decimal = ",") under [files.{table}] of lifecycle.toml'
        message = "has three digits after the point wherever it has one: decimals or thousands?"
        yield finding("error", "decimal_unclear", message, fix, f"contains({column.cell}, '.')")


def _numeric(connection, table, attributes, seen, clean, how):
    """Which attributes hold nothing but numbers? They are read as numbers and shown in bands."""
    candidates = [one for one in attributes if seen[one.ours, "filled"] and not seen[one.ours, "thousands"]]
    sure = {one.ours for one in candidates if not seen[one.ours, "no_number"]}
    # with blanks around it a number does not look like one at first
    again = [one for one in candidates if one.ours not in sure and one.ours not in clean]
    if again:
        tests = []
        for one in again:
            text = parse.clean(one.cell, one.source_type)
            tests.append(f"count({text}) > 0 AND count(*) FILTER (NOT {_attribute_is_number(one, text, how)}) = 0")
        flags = connection.execute(f"SELECT {', '.join(tests)} FROM raw_{table}").fetchone()
        sure |= {one.ours for one, flag in zip(again, flags, strict=True) if flag}
    return [one.ours for one in attributes if one.ours in sure]


def _attribute_is_number(column, cell, how):
    if column.is_text:
        return parse.is_number(how.plain_number(cell) if how.decimal_declared else cell)
    text = parse.as_text(column.cell, column.source_type)
    return f"coalesce({parse.is_number(text)}, true)"


def _how(type):
    return {
        "date": "write dates as YYYY-MM-DD; other orders are never guessed",
        "money": "write it as 1234.50, without thousands separators or a currency sign",
    }.get(type, f"data/README.md says how a {type} is written")
