"""What a rule is, and the rules that look at more than one row."""

from dataclasses import dataclass

from lifecycle_utils.language import N_, _
from lifecycle_utils.sources.parse import quoted

#: From here on an end means that there is none; systems write 9999-12-31.
NO_END = "DATE '9000-01-01'"
_NEVER = "DATE '9999-12-31'"


@dataclass(frozen=True)
class Rule:
    """A rule on one table.

    Attributes
    ----------
    where : condition on a row of the table that makes it an offender; or else
    query : a query that gives `_row` and `value` of each offender; `left_<table>` has the rows that no rule before it sets aside
    value : SQL for what is shown of an offender
    needs : the columns ("table.column") without which the rule does not apply; "!table" applies only without that table
    sets_aside : offenders are not used
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
    sets_aside: bool = False

    @property
    def offenders(self):
        return self.query or f"SELECT _row, {self.value} AS value FROM typed_{self.table} WHERE {self.where}"


#: What a policy's choice makes of a rule: (severity, sets rows aside, said instead of the fix).
_BY_CHOICE = {
    "error": ("error", False, ""),
    "drop": ("warning", True, N_("set aside")),
    "keep": ("warning", False, ""),
    "add": ("warning", False, ""),
    "replace": ("warning", False, N_("the earlier period was ended there")),
    "zero": ("warning", False, N_("read as 0")),
}


def by(choice, fix, *, severity="", **rule):
    """A rule under a policy's choice; `fix` is said where the rows are not dealt with already, `severity` stands for the choice's own."""
    usual, aside, done = _BY_CHOICE[choice]
    return Rule(severity or usual, fix=_(done) or fix, sets_aside=aside, **rule)


def unknown(choice, table, parent, message, *, severity=""):
    """Rows of a customer whom `parent` does not know."""
    where = f"customer_id NOT IN (SELECT customer_id FROM typed_{parent} WHERE customer_id IS NOT NULL)"
    return by(
        choice, f"add it to {parent} if it belongs there", severity=severity, code="unknown_customer", table=table, message=message,
        where=where, value="customer_id", column="customer_id", needs=(f"{table}.customer_id", f"{parent}.customer_id"),
    )  # fmt: skip


def twice(choice, fix, key, **rule):
    """Rows whose key an earlier row has."""
    columns, table = ", ".join(map(quoted, key)), rule["table"]
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in key)
    # rows of one key share a hash: only they are sorted, to tell the first from the others
    shared = f"SELECT hash({columns}) FROM left_{table} GROUP BY 1 HAVING count(*) > 1"
    query = (
        f"SELECT _row, concat_ws(' ', {columns}) AS value FROM left_{table} WHERE {filled} AND hash({columns}) IN ({shared})"
        f" QUALIFY row_number() OVER (PARTITION BY {columns} ORDER BY _row) > 1"
    )
    return by(choice, fix, query=query, column=" + ".join(key), needs=tuple(f"{table}.{name}" for name in key), **rule)


def overlapping(choice, fix):
    """Subscriptions that start before an earlier one of the same customer has ended.

    One without a paid day is told as well, though no report counts it: the file has it start within another.
    """
    end = f"coalesce(ended_on, {_NEVER})"
    unpaid = "SELECT * FROM typed_subscriptions WHERE ended_on = started_on"
    periods = f"SELECT * FROM left_subscriptions UNION ALL {unpaid} AND _row NOT IN (SELECT _row FROM left_subscriptions WHERE ended_on = started_on)"
    # of two that overlap, some two that start one after the other do: only those customers' rows are put in order with all that is told of them
    following = "lead(started_on) OVER (PARTITION BY key ORDER BY started_on)"
    narrow = f"SELECT hash(customer_id) AS key, started_on, {end} AS ends FROM ({periods})"
    having = f"SELECT key FROM (SELECT key, ends, {following} AS following FROM ({narrow})) WHERE following < ends"
    query = f"""
        SELECT _row, CAST(started_on AS VARCHAR) AS value FROM (
            SELECT _row, customer_id, started_on, max({end}) OVER (
                PARTITION BY customer_id ORDER BY started_on, {end}, _row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS earlier_end FROM ({periods}) WHERE hash(customer_id) IN ({having})
        ) WHERE started_on < earlier_end
    """
    message = _("is before the end of an earlier subscription of the same customer")
    return by(
        choice, fix, code="overlapping_subscriptions", table="subscriptions", message=message, query=query, column="started_on",
        needs=("subscriptions.ended_on",),
    )  # fmt: skip
