"""From the roles of an export to the contract's tables, as SQL: MRR normalised, trials and pauses cut out, ends where service ended."""

from lifecycle_utils.importers.mapping import shared
from lifecycle_utils.sources.parse import literal, quoted, value

_COMMON = shared("common")
#: Mean days of a month, to read an interval off a period.
_DAYS = 365.2425 / 12

#: What the roles are read as; others are text.
DATES = (
    "started", "ended_at", "canceled_at", "trial_start", "trial_end", "created", "lead_created", "demo_requested", "discount_end",
    "paused_at", "period_start", "period_end",
)  # fmt: skip
MONEY = ("amount", "mrr", "tax", "discount_amount")
NUMBERS = ("quantity", "interval_count", "discount_percent")
MONTHS = ("month",)

#: Every role of a shape; those that an export does not have are empty.
ROLES = {
    "subscriptions": (
        "subscription", "customer", "plan", "amount", "mrr", "quantity", "currency", "interval", "interval_count", "status", "started",
        "trial_start", "trial_end", "canceled_at", "ended_at", "paused_at", "period_start", "period_end", "discount_percent",
        "discount_amount", "discount_duration", "discount_end", "item",
    ),
    "changes": ("subscription", "customer", "mrr", "currency", "plan", "started", "ended_at"),
    "months": ("subscription", "customer", "mrr", "currency", "plan", "month"),
    "line_items": ("line", "subscription", "customer", "plan", "amount", "tax", "currency", "period_start", "period_end"),
    "customers": ("customer", "customer_name", "email", "country"),
    "leads": ("lead", "lead_created", "channel", "demo_requested", "trial_start", "trial_end", "customer"),
}  # fmt: skip


def role_type(role):
    """The contract's type that a role is read as."""
    return "date" if role in DATES else "money" if role in MONEY else "number" if role in NUMBERS else "month" if role in MONTHS else "text"


def typed(role, how):
    """SQL of a role's value; null where it is empty or cannot be read."""
    return value(quoted(role), role_type(role), "VARCHAR", how, is_clean=True)


def in_units(column, money):
    """SQL: an amount of the currency's smallest unit as units, for currencies of none, two or three digits."""
    if money == "units":
        return column
    cases = " ".join(f"WHEN {literal(code)} THEN {10**digits}" for code, digits in _COMMON["digits"].items())
    return f"{column} / (CASE upper(currency) {cases} ELSE 100 END)"


def interval_months():
    """SQL: months of a billing interval such as "month", "3 months" or "Yearly"; from the current period where none is named."""
    unit = "trim(regexp_replace(lower(interval), '^(every )?[0-9]*', ''))"
    count = "coalesce(TRY_CAST(nullif(regexp_extract(lower(interval), '^(?:every )?([0-9]+)', 1), '') AS DOUBLE), 1)"
    cases = " ".join(f"WHEN {literal(name)} THEN {months}" for name, months in _COMMON["intervals"].items())
    days = "(period_end - period_start)"
    of_period = f"CASE WHEN {days} >= 28 THEN round({days} / {_DAYS}) WHEN {days} > 0 THEN {days} / {_DAYS} END"
    return f"CASE WHEN interval IS NOT NULL THEN (CASE {unit} {cases} END) * {count} * coalesce(interval_count, 1) ELSE {of_period} END"


def status_class(status):
    """SQL: what a status of the export means: live, until (live until its end), ended, trial, never, paused; null if unknown."""
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(meaning)}" for word, meaning in status.items())
    return f"CASE lower(status) {cases} END" if cases else "'live'"


def subscriptions(source, table, attributes):
    """SQL of the contract's subscriptions from one row for each subscription (or item) as it stands now."""
    full = {"mrr": "mrr", "total": "amount / months", "per_unit": "amount * coalesce(quantity, 1) / months"}[table.amount]
    limited = "" if table.limited_discounts == "deduct" else " AND lower(discount_duration) = 'forever'"
    counts = f"(discount_percent IS NOT NULL OR discount_amount IS NOT NULL) AND discount_duration IS NOT NULL{limited}"
    amount_off = f"coalesce({in_units('discount_amount', table.money)}, 0) / coalesce(months, 1)"
    off = f"CASE WHEN {counts} THEN full_mrr * coalesce(discount_percent, 0) / 100 + {amount_off} ELSE 0 END"
    carried = "".join(f", any_value({quoted(name)}) AS {quoted(name)}" for name in attributes)
    # items of one subscription add up; without items, a row is a subscription
    grouped = (
        "SELECT subscription, any_value(customer) AS customer, arg_max(plan, full_mrr) AS plan, sum(full_mrr) AS full_mrr, max(months) AS months,"
        " any_value(currency) AS currency, any_value(class) AS class, min(started) AS started, min(trial_start) AS trial_start,"
        " max(trial_end) AS trial_end, max(ended) AS ended, max(discount_percent) AS discount_percent, max(discount_amount) AS discount_amount,"
        f" max(discount_duration) AS discount_duration, max(discount_end) AS discount_end{carried}"
        " FROM priced GROUP BY subscription, CASE WHEN item IS NULL THEN _row END"
    )
    kept = "".join(f", {quoted(name)}" for name in attributes)
    common = (
        "subscription AS subscription_id, customer AS customer_id, {start} AS started_on, {end} AS ended_on, {mrr} AS mrr,"
        f" upper(currency) AS currency, plan, {_interval_name()} AS billing_interval{kept}"
    )
    trial = common.format(start="coalesce(trial_start, started)", end="CASE WHEN ended < trial_end THEN ended ELSE trial_end END", mrr="0.0")
    paid = common.format(start="paid_from", end="ended", mrr="greatest(full_mrr - off, 0)")
    steps = f"""
WITH priced AS (SELECT *, {in_units(full, table.money)} AS full_mrr FROM (SELECT *, {interval_months()} AS months, {_ended(table.status)} AS ended FROM
    (SELECT *, {status_class(table.status)} AS class FROM {source}))),
one AS ({grouped}),
cut AS (SELECT *, {off} AS off, CASE WHEN trial_end > started THEN trial_end ELSE started END AS paid_from FROM one WHERE class <> 'never')
"""
    rows = f"SELECT {trial} FROM cut WHERE trial_end > coalesce(trial_start, started)"
    if table.limited_discounts == "deduct":
        later = common.format(start="greatest(paid_from, discount_end)", end="ended", mrr="full_mrr")
        end = "CASE WHEN ended < discount_end THEN ended ELSE coalesce(discount_end, ended) END"
        until = common.format(start="paid_from", end=end, mrr="greatest(full_mrr - off, 0)")
        rows += f" UNION ALL SELECT {until} FROM cut WHERE class <> 'trial' AND (discount_end IS NULL OR discount_end > paid_from)"
        rows += f" UNION ALL SELECT {later} FROM cut WHERE class <> 'trial' AND discount_end IS NOT NULL"
    else:
        rows += f" UNION ALL SELECT {paid} FROM cut WHERE class <> 'trial'"
    whole = f"SELECT * REPLACE (CAST(round(mrr, 4) AS DECIMAL(18,4)) AS mrr) FROM ({rows}) WHERE ended_on IS NULL OR ended_on > started_on"
    return f"{steps} {whole} ORDER BY customer_id, started_on, subscription_id"


def _ended(status):
    return (
        "CASE class WHEN 'ended' THEN coalesce(ended_at, canceled_at, period_end) WHEN 'until' THEN ended_at"
        " WHEN 'paused' THEN coalesce(paused_at, period_end) END"
    )


def _interval_name():
    cases = " ".join(f"WHEN {months} THEN {literal(name)}" for months, name in _COMMON["interval_names"].items())
    return f"CASE months {cases} WHEN {_COMMON['intervals']['week']} THEN 'weekly' WHEN {_COMMON['intervals']['day']} THEN 'daily' END"


def changes(source, table, attributes):
    """SQL of subscriptions from a log of MRR: one row for each stretch of constant MRR."""
    mrr = in_units("mrr", table.money)
    return (
        "SELECT subscription AS subscription_id, customer AS customer_id, started AS started_on, ended_at AS ended_on,"
        f" CAST(round({mrr}, 4) AS DECIMAL(18,4)) AS mrr, upper(currency) AS currency, plan FROM {source}"
        " WHERE mrr > 0 AND (ended_at IS NULL OR ended_at > started) ORDER BY customer_id, started_on, subscription_id"
    )


def months(source, table, attributes):
    """SQL of subscriptions from MRR by month: months of one MRR that follow each other are one period; the newest month is still running."""
    mrr = in_units("mrr", table.money)
    first = "CAST(month || '-01' AS DATE)"
    return f"""
WITH monthly AS (SELECT *, {first} AS day, CAST(round({mrr}, 4) AS DECIMAL(18,4)) AS amount, max({first}) OVER () AS newest FROM {source} WHERE mrr > 0),
steps AS (SELECT *, CASE WHEN lag(day) OVER line = day - INTERVAL 1 MONTH AND lag(amount) OVER line = amount THEN 0 ELSE 1 END AS new
    FROM monthly WINDOW line AS (PARTITION BY subscription, customer ORDER BY day)),
runs AS (SELECT *, sum(new) OVER (PARTITION BY subscription, customer ORDER BY day) AS run FROM steps)
SELECT subscription AS subscription_id, customer AS customer_id, min(day) AS started_on,
    CASE WHEN max(day) < any_value(newest) THEN CAST(max(day) + INTERVAL 1 MONTH AS DATE) END AS ended_on,
    any_value(amount) AS mrr, upper(any_value(currency)) AS currency, any_value(plan) AS plan
FROM runs GROUP BY subscription, customer, run ORDER BY customer_id, started_on, subscription_id
"""


def line_items(source, table, attributes):
    """SQL of subscriptions from invoiced service periods: the amount without tax, spread over the months of its period."""
    net = in_units("(amount - coalesce(tax, 0))", table.money)
    days = "(period_end - period_start)"
    length = f"CASE WHEN {days} >= 28 THEN round({days} / {_DAYS}) ELSE {days} / {_DAYS} END"
    return f"""
SELECT subscription AS subscription_id, customer AS customer_id, period_start AS started_on, period_end AS ended_on,
    CAST(round(sum({net} / {length}), 4) AS DECIMAL(18,4)) AS mrr, upper(any_value(currency)) AS currency, min(plan) AS plan
FROM {source} WHERE period_end > period_start GROUP BY subscription, customer, period_start, period_end HAVING sum(amount) >= 0
ORDER BY customer_id, started_on, subscription_id
"""


def customers(source, table, attributes):
    """SQL of customers."""
    kept = "".join(f", {quoted(name)}" for name in attributes)
    return f"SELECT customer AS customer_id, customer_name AS name, email, country{kept} FROM {source} ORDER BY customer_id"


def leads(source, table, attributes):
    """SQL of leads; of several ids in one cell the first counts."""
    kept = "".join(f", {quoted(name)}" for name in attributes)
    return (
        "SELECT lead AS lead_id, lead_created AS created_on, channel, demo_requested AS demo_requested_on, trial_start AS trial_started_on,"
        f" trial_end AS trial_ended_on, trim(split_part(customer, ';', 1)) AS customer_id{kept} FROM {source} ORDER BY lead_id"
    )


#: Shape to (the table that it makes, its SQL).
SHAPES = {
    "subscriptions": ("subscriptions", subscriptions),
    "changes": ("subscriptions", changes),
    "months": ("subscriptions", months),
    "line_items": ("subscriptions", line_items),
    "customers": ("customers", customers),
    "leads": ("leads", leads),
}
