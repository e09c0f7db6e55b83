"""What the notebooks of a report have left, as the front page asks for it: a finding by its key, a table by its name."""

import csv
import io
import math

from lifecycle_utils.spreadsheet import as_it_was


class Left:
    """Findings and tables of all notebooks of a report.

    Parameters
    ----------
    outcomes : list of Outcome, in the order of the notebooks; of a finding that several tell the first counts
    """

    def __init__(self, outcomes):
        self.findings = {finding["key"]: finding for one in reversed(outcomes) for finding in one.findings}
        self.notebooks = {finding["key"]: one.name for one in reversed(outcomes) for finding in one.findings}
        self._tables = {table["name"]: table["csv"] for one in outcomes for table in one.tables}

    def rows(self, table, **wanted):
        """The rows of a table, as dicts of text, whose columns are as `wanted`; none if there is no such table."""
        return [row for row in read_rows(self._tables.get(table, "")) if all(row.get(name) == value for name, value in wanted.items())]

    def series(self, table, column, *, last=13):
        """The newest months of a table with a row a month: list of (month, number), oldest first; months without a number are left out."""
        found = [(row.get("month", ""), number(row.get(column))) for row in self.rows(table)]
        return sorted((month, value) for month, value in found if month and not math.isnan(value))[-last:]


def read_rows(text):
    """The rows of a table's file as dicts of text; a leading apostrophe that keeps a spreadsheet from running a cell is taken off.

    >>> read_rows("name,mrr\\n'=SUM Logistics,5\\n")
    [{'name': '=SUM Logistics', 'mrr': '5'}]
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: as_it_was(cell) if isinstance(cell, str) else cell for name, cell in row.items() if name is not None} for row in rows]


def number(cell):
    """A cell as a number, NaN if it is none.

    >>> number("0.5"), number("")
    (0.5, nan)
    """
    try:
        return float(cell)
    except (TypeError, ValueError):
        return math.nan
