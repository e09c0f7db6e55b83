"""One problem of the input: what, where, how many, the first offender and the remedy."""

from dataclasses import asdict, dataclass

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True)
class Problem:
    """A problem of a company's tables.

    Attributes
    ----------
    severity : "error" stops a report, "warning" is set aside or told, "note" is only told
    code : stable name of the rule
    table, file, column : where; column may be empty
    row : first offending row as in the file (the header is row 1), None when the whole table is meant
    rows : how many rows
    value : the first offending value
    message, fix : what is wrong and what to do
    """

    severity: str
    code: str
    table: str
    file: str
    message: str
    fix: str
    column: str = ""
    row: int | None = None
    rows: int = 0
    value: str = ""

    def __str__(self):
        place = self.file + (f" row {self.row}" if self.row else "")
        count = f" ({self.rows} {'row' if self.rows == 1 else 'rows'})" if self.rows else ""
        value = f" {self.value!r}" if self.value else ""
        column = f"{self.column}{value} " if self.column else ""
        return f"{self.severity} [{self.code}] {place}: {column}{self.message}{count}; {self.fix}"

    def as_dict(self):
        return asdict(self)


def in_order(problems):
    """Errors first, then by table and row, so that two runs print the same list."""
    return sorted(problems, key=lambda p: (SEVERITIES.index(p.severity), p.table, p.row or 0, p.code, p.column))
