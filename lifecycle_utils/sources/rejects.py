"""The failing rows, one line for each row and problem, to be opened beside the file that they came from."""

from lifecycle_utils.sources.problems import SEVERITIES
from lifecycle_utils.spreadsheet import csv_line, harmless

COLUMNS = ("file", "row", "table", "severity", "code", "column", "value", "set_aside", "message")
_BATCH = 10_000


def write_rejects(company, path):
    """Write the rows behind every error and warning of a company as CSV.

    The rows are numbered as in their file. What a spreadsheet would run, be it a value or the name of a file or column, gets an apostrophe before it.

    Returns
    -------
    how many lines were written, without the header
    """
    lines = 0
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(csv_line(COLUMNS))
        for problem, finding in sorted(company.findings, key=_order):
            if problem.severity == "note" and not finding.sets_aside:
                continue
            place = company.place(problem.table)
            rows = company.connection.execute(f"SELECT _row, value FROM ({finding.offenders}) ORDER BY _row, value")
            while batch := rows.fetchmany(_BATCH):
                for row, value in batch:
                    name, number = place(row)
                    aside = "yes" if finding.sets_aside else "no"
                    told = (name, number, problem.table, problem.severity, problem.code, problem.column, value, aside, problem.message)
                    file.write(csv_line([harmless(cell) for cell in told]))
                lines += len(batch)
    return lines


def _order(pair):
    problem, _ = pair
    return SEVERITIES.index(problem.severity), problem.table, problem.code, problem.column
