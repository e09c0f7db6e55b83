"""What was read, what is used, what was set aside and why, and which time each table covers."""

from lifecycle_utils.contract import KNOWN_ON, TABLES
from lifecycle_utils.sources.parse import quoted
from lifecycle_utils.sources.problems import SEVERITIES
from lifecycle_utils.sources.rows import RAGGED

#: Columns of `data_quality`.
COLUMNS = (
    "table", "file", "rows_read", "rows_used", "rows_set_aside", "set_aside_because", "errors", "warnings", "notes",
    "first", "last", "months_covered", "months_missing",
)  # fmt: skip


def data_quality(company):
    """How much of each table can be relied on?

    Parameters
    ----------
    company : Company (`sources.open_company`, or `snapshot.company`)

    Returns
    -------
    DataFrame, one row per table
        table, file : its name, and the file or database table that it came from
        rows_read, rows_used, rows_set_aside : counts; read = used + set aside
        set_aside_because : "code: rows" of each reason, each row counted under the first rule that it breaks
        errors, warnings, notes : how many problems are told of it
        first, last : the first and the last date of its rows (a month for monthly tables), as text; empty without dates
        months_covered, months_missing : calendar months from the first to the last with a row, and without one
    """
    frame = _frame([_of_table(company, table) for table in company.tables.values()], columns=list(COLUMNS))
    counts = [name for name in COLUMNS if name.startswith(("rows", "months")) or name in ("errors", "warnings", "notes")]
    return frame.astype(dict.fromkeys(counts, "int64"))


def problem_table(company):
    """Every problem as one row, errors first: severity, code, table, file, row, column, value, rows, mrr (text), message, fix."""
    columns = ["severity", "code", "table", "file", "row", "column", "value", "rows", "mrr", "message", "fix"]
    rows = [one.as_dict() | {"mrr": one.touched} for one in company.problems]
    return _frame(rows, columns=columns).astype({"row": "Int64", "rows": "int64"})


def coverage(company):
    """How many rows does each table have of each month?

    Returns
    -------
    DataFrame, one row per table with dates and month that has rows: table, month ("YYYY-MM"), rows
    """
    found = []
    for name in company.tables:
        column = KNOWN_ON.get(name)
        if column:
            query = f"SELECT {_month_of(name, column)} AS month, count(*) FROM {name} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
            found += [(name, month, rows) for month, rows in company.connection.execute(query).fetchall()]
    return _frame(found, columns=["table", "month", "rows"])


def _of_table(company, table):
    connection, name = company.connection, table.name
    used = connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
    reasons = {problem.code: problem.rows for problem in company.problems if problem.table == name and problem.code in RAGGED}
    reasons |= company.aside.get(name, {})
    told = [sum(problem.severity == severity for problem in company.problems if problem.table == name) for severity in SEVERITIES]
    first, last, covered, missing = _coverage(connection, name)
    return {
        "table": name, "file": table.file, "rows_read": table.rows, "rows_used": used, "rows_set_aside": table.rows - used,
        "set_aside_because": ", ".join(f"{code}: {rows}" for code, rows in sorted(reasons.items())),
        "errors": told[0], "warnings": told[1], "notes": told[2],
        "first": first, "last": last, "months_covered": covered, "months_missing": missing,
    }  # fmt: skip


def _coverage(connection, name):
    """(first, last, months with a row, months between them without one) of a table's rows."""
    column = KNOWN_ON.get(name)
    if column is None:
        return "", "", 0, 0
    month = _month_of(name, column)
    query = f"SELECT CAST(min({column}) AS VARCHAR), CAST(max({column}) AS VARCHAR), min({month}), max({month}), count(DISTINCT {month}) FROM {name}"
    first, last, first_month, last_month, covered = connection.execute(query).fetchone()
    if not covered:
        return "", "", 0, 0
    (first_year, first_number), (last_year, last_number) = (map(int, one.split("-")) for one in (first_month, last_month))
    return first, last, covered, (last_year - first_year) * 12 + last_number - first_number + 1 - covered


def _month_of(table, column):
    is_month = TABLES[table].column(column).type == "month"
    return quoted(column) if is_month else f"strftime({quoted(column)}, '%Y-%m')"


def _frame(rows, *, columns):
    import pandas as pd  # here, because pandas costs every start half a second, and `lifecycle check` and the parent of a report make no frames

    return pd.DataFrame(rows, columns=columns)
