"""Text to values, strictly, as DuckDB expressions: the one named place of engine-specific SQL for reading.

A cell either is a value of its column's type, or is empty, or is a problem; nothing is guessed. What differs from the
contract's way of writing (decimal comma, other dates) is declared under `[files]` in lifecycle.toml.
"""

import re
from dataclasses import dataclass

MONEY = "DECIMAL(18,4)"

#: The engine's type of each of the contract's types; money is exact, so that sums do not depend on their order.
ENGINE_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "month": "VARCHAR", "currency": "VARCHAR", "date": "DATE",
    "money": MONEY, "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN",
}  # fmt: skip

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_STAMP = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
_OFFSET = r" ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
_SAFE_NUMBER = r"[+-]?(0|[1-9][0-9]{0,14})(\.[0-9]+)?"
_BLANK = r"[\s\p{Z}\x{85}\x{200b}\x{2060}\x{feff}]"
_BLANKS = f"^{_BLANK}+|{_BLANK}+$"
#: The regular expression of a text that needs trimming.
BLANK_AT_AN_END = f"^{_BLANK}|{_BLANK}$"
_SPACES = r"[ \x{a0}\x{202f}]"

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")
_FLOATS = ("FLOAT", "DOUBLE")
_STAMPS = ("TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP_MS", "TIMESTAMP_S")

#: Dates that are numbers: days or seconds, since when. Excel counts a day that never was (29 February 1900), hence 30 December.
_SERIALS = {
    "excel": ("DATE '1899-12-30' + CAST(floor({0}) AS INTEGER)", 2_958_465),
    "excel1904": ("DATE '1904-01-01' + CAST(floor({0}) AS INTEGER)", 2_957_003),
    "epoch": ("CAST(timezone({1}, to_timestamp({0})) AS DATE)", 253_402_300_799),
    "epoch_ms": ("CAST(timezone({1}, to_timestamp({0} / 1000)) AS DATE)", 253_402_300_799_000),
}


@dataclass(frozen=True)
class Written:
    """How a table's cells are written: the company's time zone, and what `[files]` declares of numbers and dates."""

    time_zone: str = "UTC"
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ()
    decimal_declared: bool = False

    @property
    def whole_pattern(self):
        """The regular expression of a whole number."""
        return f"[+-]?([0-9]+|[0-9]{{1,3}}({self._group}[0-9]{{3}})+)" if self.thousands else "[+-]?[0-9]+"

    @property
    def number_pattern(self):
        """The regular expression of a number."""
        return f"{self.whole_pattern}({re.escape(self.decimal)}[0-9]+)?"

    def plain_number(self, text):
        """SQL: the number with a point and without separators."""
        if self.thousands:
            text = f"regexp_replace({text}, {literal(self._group)}, '', 'g')"
        return text if self.decimal == "." else f"replace({text}, {literal(self.decimal)}, '.')"

    @property
    def _group(self):
        return _SPACES if self.thousands == " " else re.escape(self.thousands)


def written(settings, table):
    """How the cells of a table are written, by the company's settings."""
    options = settings.file_options(table)
    dates = options.get("dates", ())
    dates = (dates,) if isinstance(dates, str) else tuple(dates)
    declared = "decimal" in options or "thousands" in options
    return Written(settings.time_zone, options.get("decimal", "."), options.get("thousands", ""), dates, declared)


def quoted(name):
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def as_text(column, source_type):
    """SQL: the cell as text, as it stands. A whole number in a column of floating point is written without a point."""
    if source_type == "VARCHAR":
        return column
    if source_type in _FLOATS:
        whole = f"{column} = floor({column}) AND abs({column}) < 1e15"
        return f"CASE WHEN {whole} THEN CAST(TRY_CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
    return f"CAST({column} AS VARCHAR)"


def trimmed(text):
    """SQL: the text without surrounding blanks of any kind (no-break, ideographic and zero-width ones too)."""
    return f"regexp_replace({text}, '{_BLANKS}', '', 'g')"


def composed(text):
    """SQL: the text in Unicode's composed form (NFC), so that one name is one text."""
    return f"nfc_normalize({text})"


def clean(column, source_type="VARCHAR"):
    """SQL: the cell as text, composed and without surrounding blanks; null when nothing is left."""
    text = as_text(column, source_type)
    return f"nullif({trimmed(composed(text)) if source_type == 'VARCHAR' else text}, '')"


def value(column, type, source_type, how, *, is_clean=False):
    """SQL for the typed value of `column`; null where the cell is empty or not of the type.

    Parameters
    ----------
    source_type : the engine's type of the column in the file; one that is typed as needed is taken as it is,
        so that large tables cost no text
    how : Written
    is_clean : the text is known to need no trimming
    """
    if type == "date" and source_type == "DATE":
        return f"CASE WHEN isfinite({column}) THEN {column} END"
    if type == "date" and source_type in _STAMPS:
        return f"CASE WHEN isfinite({column}) THEN CAST({column} AS DATE) END"
    if type == "date" and source_type == "TIMESTAMP WITH TIME ZONE":
        return f"CASE WHEN isfinite({column}) THEN CAST(timezone({literal(how.time_zone)}, {column}) AS DATE) END"
    if type == "boolean" and source_type == "BOOLEAN":
        return column
    if type in _FROM_NUMBER and source_type.startswith(_NUMERIC):
        number = _FROM_NUMBER[type](column)
        return f"CASE WHEN isfinite({column}) THEN {number} END" if source_type in _FLOATS else number
    return _FROM_TEXT[type](column if is_clean and source_type == "VARCHAR" else clean(column, source_type), how)


def is_number(text):
    """SQL: is the text a number that is safe to read as one? Leading zeros are ids, not numbers."""
    return f"regexp_full_match({text}, '{_SAFE_NUMBER}')"


def readings(text, how):
    """SQL: one expression for each declared format of a date, null where the text is not written so."""
    return [_serial(text, one, how) if one in _SERIALS else f"CAST(try_strptime({text}, {literal(one)}) AS DATE)" for one in how.dates]


def _serial(text, name, how):
    formula, largest = _SERIALS[name]
    number = f"TRY_CAST({text} AS DOUBLE)"
    fits = f"regexp_full_match({text}, '[0-9]{{1,15}}(\\.[0-9]+)?') AND {number} <= {largest}"
    return f"CASE WHEN {fits} THEN {formula.format(number, literal(how.time_zone))} END"


def _date(text, how):
    # the engine wants seconds where there is an offset
    stamp = f"regexp_replace(regexp_replace({text}, ' ?UTC$', 'Z'), '^(.{{16}})([^:])', '\\1:00\\2')"
    local = f"CAST(timezone({literal(how.time_zone)}, TRY_CAST({stamp} AS TIMESTAMPTZ)) AS DATE)"
    declared = f" ELSE coalesce({', '.join(readings(text, how))})" if how.dates else ""
    return (
        f"CASE WHEN regexp_full_match({text}, '{_DATE}') THEN TRY_CAST({text} AS DATE)"
        f" WHEN regexp_full_match({text}, '{_STAMP}') THEN CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE)"
        f" WHEN regexp_full_match({text}, '{_STAMP}{_OFFSET}') THEN {local}{declared} END"
    )


def _month(text, how):
    return f"CASE WHEN regexp_full_match({text}, '{_MONTH}') THEN {text} ELSE strftime({_date(text, how)}, '%Y-%m') END"


def _boolean(text, _):
    return f"CASE WHEN lower({text}) IN ('true', 'yes', '1') THEN true WHEN lower({text}) IN ('false', 'no', '0') THEN false END"


def _number(type):
    return lambda text, how: f"CASE WHEN regexp_full_match({text}, {literal(how.number_pattern)}) THEN TRY_CAST({how.plain_number(text)} AS {type}) END"


def _integer(text, how):
    # `3.0` is a count that a spreadsheet or pandas wrote; `3.000` may be three thousand and is none
    pattern = f"{how.whole_pattern}({re.escape(how.decimal)}0)?"
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN TRY_CAST(regexp_replace({how.plain_number(text)}, '\\.0$', '') AS BIGINT) END"


def _currency(text, _):
    return f"CASE WHEN regexp_full_match({text}, '[A-Za-z]{{3}}') THEN upper({text}) END"


_FROM_TEXT = {
    "id": lambda text, _: text,
    "text": lambda text, _: text,
    "date": _date,
    "month": _month,
    "money": _number(MONEY),
    "number": _number("DOUBLE"),
    "integer": _integer,
    "boolean": _boolean,
    "currency": _currency,
}

_FROM_NUMBER = {
    "money": lambda column: f"TRY_CAST({column} AS {MONEY})",
    "number": lambda column: f"TRY_CAST({column} AS DOUBLE)",
    "integer": lambda column: f"CASE WHEN {column} = floor({column}) THEN TRY_CAST({column} AS BIGINT) END",
}
