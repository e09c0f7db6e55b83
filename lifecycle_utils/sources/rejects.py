"""The failing rows, one line for each row and problem, to be opened beside the file that they came from."""

import csv

from lifecycle_utils.sources.problems import SEVERITIES

COLUMNS = ("file", "row", "table", "severity", "code", "column", "value", "set_aside", "message")
_BATCH = 10_000
#: A spreadsheet would take a cell that begins so for a formula.
_FORMULA = tuple("=+-@\t\r＝＋－＠")


def write_rejects(company, path):
    """Write the rows behind every error and warning of a company as CSV.

    The rows are numbered as in their file. A value that a spreadsheet would run is written with an apostrophe before it.

    Returns
    -------
    how many lines were written, without the header
    """
    lines = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for problem, finding in sorted(company.findings, key=_order):
            if problem.severity == "note" and not finding.sets_aside:
                continue
            place = company.place(problem.table)
            rows = company.connection.execute(f"SELECT _row, value FROM ({finding.offenders}) ORDER BY _row, value")
            while batch := rows.fetchmany(_BATCH):
                for row, value in batch:
                    name, number = place(row)
                    aside = "yes" if finding.sets_aside else "no"
                    writer.writerow([name, number, problem.table, problem.severity, problem.code, problem.column, harmless(value), aside, problem.message])
                lines += len(batch)
    return lines


def harmless(value):
    """A value as text that no spreadsheet runs.

    >>> harmless("=cmd()"), harmless("＝cmd()"), harmless("-5"), harmless(None)
    ("'=cmd()", "'＝cmd()", '-5', '')
    """
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" \ufeff").startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text):
    try:
        return bool(float(text) or True)
    except ValueError:
        return False


def _order(pair):
    problem, _ = pair
    return SEVERITIES.index(problem.severity), problem.table, problem.code, problem.column
