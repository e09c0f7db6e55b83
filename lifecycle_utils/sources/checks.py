"""Rules across cells and tables, as data: what must hold before a number may be believed. The engine counts the offenders."""

from dataclasses import dataclass

from lifecycle_utils.contract import TABLES
from lifecycle_utils.sources.parse import literal, quoted
from lifecycle_utils.sources.problems import Problem

_NEVER = "DATE '9999-12-31'"


@dataclass(frozen=True)
class Rule:
    """A rule on one table.

    Attributes
    ----------
    where : condition on a row of the table that makes it an offender; or else
    query : a query that gives `_row` and `value` of each offender
    value : SQL for what is shown of an offender
    needs : the columns ("table.column") without which the rule does not apply; "!table" applies only without that table
    drops : offenders of a `where` are set aside, not used
    """

    severity: str
    code: str
    table: str
    message: str
    fix: str
    where: str = ""
    query: str = ""
    value: str = "''"
    column: str = ""
    needs: tuple[str, ...] = ()
    drops: bool = False

    @property
    def offenders(self):
        return self.query or f"SELECT _row, {self.value} AS value FROM typed_{self.table} WHERE {self.where}"


def rules(settings):
    """Every rule, under the company's policies."""
    drop_ends = settings.on_end_before_start == "drop"
    yield Rule(
        "warning" if drop_ends else "error", "end_before_start", "subscriptions",
        "is before started_on", "set aside" if drop_ends else 'fix the export or set on_end_before_start = "drop"',
        where="ended_on < started_on", value="concat(ended_on, ' before ', started_on)", column="ended_on",
        needs=("subscriptions.ended_on",), drops=drop_ends,
    )
    yield Rule(
        "warning", "zero_length", "subscriptions", "equals started_on: the period has no paid day", "set aside",
        where="ended_on = started_on", value="CAST(ended_on AS VARCHAR)", column="ended_on", needs=("subscriptions.ended_on",), drops=True,
    )
    yield Rule(
        "error", "negative_mrr", "subscriptions", "is negative", "take the discount off the mrr of the subscription that it belongs to",
        where="mrr < 0", value="CAST(mrr AS VARCHAR)", column="mrr",
    )
    foreign = f"currency <> {literal(settings.currency.upper())}"
    yield Rule(
        "error", "currency_without_rate", "subscriptions", "is a foreign currency without exchange rates",
        "add it to exchange_rates, or correct currency in lifecycle.toml",
        where=f"{foreign} AND currency NOT IN (SELECT currency FROM typed_exchange_rates)", value="currency", column="currency",
        needs=("subscriptions.currency", "exchange_rates.currency"),
    )
    yield Rule(
        "error", "currency_without_rate", "subscriptions", "is a foreign currency, and there is no table exchange_rates",
        "add exchange_rates, or correct currency in lifecycle.toml",
        where=foreign, value="currency", column="currency", needs=("subscriptions.currency", "!exchange_rates"),
    )
    yield Rule(
        "warning", "overlapping_subscriptions", "subscriptions", "starts while an earlier subscription of the same customer still runs",
        "told, because concurrent subscriptions add up; if they replace each other, end the earlier one",
        query=_OVERLAPS, column="started_on", needs=("subscriptions.ended_on",),
    )
    yield _unknown("warning", "subscriptions", "customers", "has no row in customers: its attributes are unknown")
    for table in ("leads", "usage", "feedback"):
        yield _unknown("note", table, "subscriptions", "has no subscription: kept, but never paying")
    yield _twice("warning", "id_reused", "usage", ("usage_id",), "is used again by another row", "both rows are kept; make the export's ids unique")
    for name, table in TABLES.items():
        if table.key:
            yield _twice("error", "key_twice", name, table.key, "stands twice", "remove the repeated rows")


_OVERLAPS = f"""
SELECT _row, customer_id AS value FROM (
    SELECT _row, customer_id, started_on, max(coalesce(ended_on, {_NEVER})) OVER (
        PARTITION BY customer_id ORDER BY started_on, coalesce(ended_on, {_NEVER}), _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS earlier_end FROM typed_subscriptions
) WHERE started_on < earlier_end
"""


def _unknown(severity, table, parent, message):
    return Rule(
        severity, "unknown_customer", table, message, f"add it to {parent} if it belongs there",
        where=f"customer_id NOT IN (SELECT customer_id FROM typed_{parent} WHERE customer_id IS NOT NULL)", value="customer_id",
        column="customer_id", needs=(f"{table}.customer_id", f"{parent}.customer_id"),
    )


def _twice(severity, code, table, key, message, fix):
    columns = ", ".join(map(quoted, key))
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in key)
    query = (
        f"SELECT _row, concat_ws(' ', {columns}) AS value FROM typed_{table} WHERE {filled}"
        f" QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY _row) > 1"
    )
    return Rule(severity, code, table, message, fix, query=query, column=" + ".join(key), needs=tuple(f"{table}.{name}" for name in key))


def problems_of_rules(connection, tables, settings):
    """Count the offenders of every rule that applies.

    Parameters
    ----------
    tables : dict of table name to ReadTable, already in `connection` as `typed_<name>`

    Returns
    -------
    list of Problem
    """
    problems = []
    for rule in _applying(tables, settings):
        rows, first, value = connection.execute(f"SELECT count(*), min(_row), arg_min(value, _row) FROM ({rule.offenders})").fetchone()
        if rows:
            file = tables[rule.table].file
            problems.append(Problem(rule.severity, rule.code, rule.table, file, rule.message, rule.fix, rule.column, first, rows, str(value or "")))
    return problems


def set_aside(connection, tables, settings):
    """Make `<name>` from `typed_<name>` without the rows that a rule sets aside."""
    for name in tables:
        dropped = [f"coalesce({rule.where}, false)" for rule in _applying(tables, settings) if rule.drops and rule.table == name]
        where = f" WHERE NOT ({' OR '.join(dropped)})" if dropped else ""
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM typed_{name}{where}")


def _applying(tables, settings):
    have = {f"{name}.{column}" for name, table in tables.items() for column in table.columns}
    for rule in rules(settings):
        met = all(need[1:] not in tables if need.startswith("!") else need in have for need in rule.needs)
        if rule.table in tables and met:
            yield rule
