"""Text to values, strictly, as DuckDB expressions: the one named place of engine-specific SQL for reading.

A cell either is a value of its column's type, or is empty, or is a problem; nothing is guessed.
"""

MONEY = "DECIMAL(18,4)"

#: The engine's type of each of the contract's types; money is exact, so that sums do not depend on their order.
ENGINE_TYPES = {
    "id": "VARCHAR", "text": "VARCHAR", "month": "VARCHAR", "currency": "VARCHAR", "date": "DATE",
    "money": MONEY, "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN",
}

_NUMBER = r"[+-]?[0-9]+(\.[0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_STAMP = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
_OFFSET = r" ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
_MONTH = r"[0-9]{4}-(0[1-9]|1[0-2])"
_SAFE_NUMBER = r"[+-]?(0|[1-9][0-9]{0,14})(\.[0-9]+)?"
_BLANKS = r"^[\s\x{a0}]+|[\s\x{a0}]+$"

_NUMERIC = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")


def quoted(name):
    """A column or table name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def clean(column):
    """The cell as text without surrounding blanks; null when nothing is left. `column` is an SQL expression of any type."""
    return f"nullif(regexp_replace(CAST({column} AS VARCHAR), '{_BLANKS}', '', 'g'), '')"


def value(column, type, source_type, time_zone):
    """SQL for the typed value of `column`; null where the cell is empty or not of the type.

    Columns that Parquet already types as needed are taken as they are, so that large tables cost no text.
    """
    if type == "date" and source_type == "DATE":
        return column
    if type in _FROM_NUMBER and source_type.startswith(_NUMERIC):
        finite = f"isfinite({column})" if source_type in ("FLOAT", "DOUBLE") else "true"
        return f"CASE WHEN {finite} THEN {_FROM_NUMBER[type](column)} END"
    return _FROM_TEXT[type](clean(column), time_zone)


def is_number(column):
    """SQL: is the cell a number that is safe to read as one? Leading zeros are ids, not numbers."""
    return f"regexp_full_match({clean(column)}, '{_SAFE_NUMBER}')"


def _date(text, time_zone):
    local = f"CAST(timezone({literal(time_zone)}, TRY_CAST(regexp_replace({text}, ' ?UTC$', 'Z') AS TIMESTAMPTZ)) AS DATE)"
    return (
        f"CASE WHEN regexp_full_match({text}, '{_DATE}') THEN TRY_CAST({text} AS DATE)"
        f" WHEN regexp_full_match({text}, '{_STAMP}') THEN CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE)"
        f" WHEN regexp_full_match({text}, '{_STAMP}{_OFFSET}') THEN {local} END"
    )


def _month(text, _):
    return (
        f"CASE WHEN regexp_full_match({text}, '{_MONTH}') THEN {text}"
        f" WHEN regexp_full_match({text}, '{_DATE}') THEN strftime(TRY_CAST({text} AS DATE), '%Y-%m') END"
    )


def _boolean(text, _):
    return f"CASE WHEN lower({text}) IN ('true', 'yes', '1') THEN true WHEN lower({text}) IN ('false', 'no', '0') THEN false END"


def _when(pattern, result):
    return lambda text, _: f"CASE WHEN regexp_full_match({text}, '{pattern}') THEN {result.format(text)} END"


_FROM_TEXT = {
    "id": lambda text, _: text,
    "text": lambda text, _: text,
    "date": _date,
    "month": _month,
    "money": _when(_NUMBER, "TRY_CAST({0} AS " + MONEY + ")"),
    "number": _when(_NUMBER, "TRY_CAST({0} AS DOUBLE)"),
    "integer": _when("[+-]?[0-9]+", "TRY_CAST({0} AS BIGINT)"),
    "boolean": _boolean,
    "currency": _when("[A-Za-z]{3}", "upper({0})"),
}

_FROM_NUMBER = {
    "money": lambda column: f"TRY_CAST({column} AS {MONEY})",
    "number": lambda column: f"TRY_CAST({column} AS DOUBLE)",
    "integer": lambda column: f"CASE WHEN {column} = floor({column}) THEN TRY_CAST({column} AS BIGINT) END",
}
