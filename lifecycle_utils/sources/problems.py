"""One problem of the input: what, where, how many, the first offender and the remedy, and how the engine finds its rows again."""

from dataclasses import asdict, dataclass, replace

from lifecycle_utils.language import _, ngettext
from lifecycle_utils.sources.looks import remedy
from lifecycle_utils.sources.parse import quoted

SEVERITIES = ("error", "warning", "note")

#: How many offending values are looked at to say what they look like.
_SAMPLE = 200


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
    mrr : MRR of the offending rows of subscriptions, by currency: tuple of (currency, amount per month)
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
    mrr: tuple = ()

    def __str__(self):
        place = _("{file} row {row}").format(file=self.file, row=self.row) if self.row else self.file
        count = f" ({ngettext('{number} row', '{number} rows', self.rows).format(number=self.rows)})" if self.rows else ""
        value = f" {self.value!r}" if self.value else ""
        column = f"{self.column}{value} " if self.column else ""
        return f"{_(self.severity)} [{self.code}] {place}: {column}{self.message}{count}; {self.fix}"

    @property
    def touched(self):
        """The MRR that the offending rows hold, as text; empty where there is none."""
        return " + ".join(f"{amount:,.2f} {currency}" for currency, amount in self.mrr)

    def as_dict(self):
        """The problem as JSON values; `mrr` is {currency: amount}."""
        return asdict(self) | {"mrr": dict(self.mrr)}


@dataclass(frozen=True)
class Finding:
    """Rows that break a rule, before they are looked at one by one.

    Attributes
    ----------
    offenders : a query that gives `_row` and `value` of each
    sets_aside : its rows are not used
    type, how : of the cells, where the fix depends on what they look like
    """

    severity: str
    code: str
    table: str
    column: str
    message: str
    fix: str
    offenders: str
    sets_aside: bool = False
    type: str = ""
    how: object = None


def look_at(connection, finding, read_table, settings):
    """The Problem that a Finding is; None if no row breaks the rule."""
    query = f"SELECT count(*), min(_row), arg_min(value, _row) FROM ({finding.offenders})"
    rows, first, value = connection.execute(query).fetchone()
    if not rows:
        return None
    file, row = read_table.place(first)
    fix = finding.fix
    if finding.type:
        sample = connection.execute(f"SELECT DISTINCT value FROM ({finding.offenders}) ORDER BY value LIMIT {_SAMPLE}").fetchall()
        fix = remedy(finding.type, [one for (one,) in sample if one is not None], finding.how, finding.table) or fix
    problem = Problem(finding.severity, finding.code, finding.table, file, finding.message, fix, finding.column, row, rows, _shown(value))
    return replace(problem, mrr=_mrr(connection, finding, settings)) if finding.table == "subscriptions" and read_table.is_typed else problem


def _mrr(connection, finding, settings):
    own = "'" + settings.currency.upper() + "'"
    rows = connection.execute(
        f"SELECT coalesce(currency, {own}), CAST(sum(mrr) AS DOUBLE) FROM {quoted('typed_subscriptions')}"
        f" WHERE _row IN (SELECT _row FROM ({finding.offenders})) AND mrr <> 0 GROUP BY ALL ORDER BY 1"
    ).fetchall()
    return tuple(rows)


def _shown(value):
    return "" if value is None else str(value)[:200]


def in_order(problems):
    """Errors first, then by table and row, so that two runs print the same list."""
    return sorted(problems, key=lambda p: (SEVERITIES.index(p.severity), p.table, p.row or 0, p.code, p.column))
