"""Rules across cells, rows and tables, as data: what must hold before a number may be believed.

Where reasonable people differ, a rule's severity and what becomes of its rows follow a policy of lifecycle.toml.
"""

from lifecycle_utils.contract import TABLES
from lifecycle_utils.language import _
from lifecycle_utils.sources.parse import literal
from lifecycle_utils.sources.rule import NO_END, Rule, by, overlapping, twice, unknown

_SUSPECT = r"(^|[^a-z])(test|testing|dummy|sandbox)([^a-z]|$)"


def rules(settings, today):
    """Every rule under the company's policies, as of the calendar day `today`."""
    yield from _periods(settings, today)
    yield from _money(settings)
    yield from _plausible(settings)
    yield from _customers(settings)
    reused = {"code": "id_reused", "table": "usage", "message": _("is used again by another row")}
    yield twice("keep", _("both rows are kept; make the export's ids unique"), ("usage_id",), **reused)
    for name, table in TABLES.items():
        if table.key:
            fix = 'remove the repeated rows, or set on_repeated_row = "drop"'
            yield twice(settings.on_repeated_row, fix, table.key, code="key_twice", table=name, message=_("stands twice"))
    # last, for a repeated row, or one that ends before it starts, overlaps with none
    yield overlapping(
        settings.on_overlap, _("told, because concurrent subscriptions add up; if they replace each other, end the earlier one")
        if settings.on_overlap == "add" else 'end the earlier one, or set on_overlap = "add" or "replace"',
    )  # fmt: skip


def _periods(settings, today):
    table, ends = "subscriptions", ("subscriptions.ended_on",)
    yield by(
        settings.on_end_before_start, 'fix the export or set on_end_before_start = "drop"', code="end_before_start", table=table,
        message=_("is before started_on"), where="ended_on < started_on", value="CAST(ended_on AS VARCHAR)", column="ended_on", needs=ends,
    )
    yield by(
        settings.on_same_day, 'remove the row or set on_same_day = "drop"', code="zero_length", table=table,
        message=_("equals started_on: the period has no paid day"), where="ended_on = started_on", value="CAST(ended_on AS VARCHAR)",
        column="ended_on", needs=ends,
    )
    yield Rule(
        "note", "never_ends", table, _("lies in the year 9000 or later"), _("it was read as: still running"),
        where=f"ended_on >= {NO_END}", value="CAST(ended_on AS VARCHAR)", column="ended_on", needs=ends,
    )
    yield by(
        settings.on_future_start, _("no report knows it before its month"), severity="note" if settings.on_future_start == "keep" else "",
        code="future_start", table=table, message=_("is after today, {today}").format(today=today), where=f"started_on > DATE '{today}'",
        value="CAST(started_on AS VARCHAR)", column="started_on",
    )


def _money(settings):
    yield by(
        settings.on_negative_mrr, _("take the discount off the mrr of the subscription that it belongs to"), code="negative_mrr", table="subscriptions",
        message=_("is negative"), where="mrr < 0", value="CAST(mrr AS VARCHAR)", column="mrr",
    )
    if settings.on_free_plan == "drop":
        yield Rule("warning", "free_plan", "subscriptions", _("is 0"), _("set aside"), where="mrr = 0", value="''", column="mrr", sets_aside=True)
    own = literal(settings.currency.upper())
    foreign = f"currency <> {own}"
    without = {"column": "currency", "value": "currency"}
    yield Rule(
        "error", "currency_without_rate", "subscriptions", "is a foreign currency without exchange rates",
        "add it to exchange_rates, or correct currency in lifecycle.toml",
        where=f"{foreign} AND currency NOT IN (SELECT currency FROM typed_exchange_rates WHERE currency IS NOT NULL)",
        needs=("subscriptions.currency", "exchange_rates.currency"), **without,
    )
    yield Rule(
        "error", "currency_without_rate", "subscriptions", "is a foreign currency, and there is no table exchange_rates",
        "add exchange_rates, or correct currency in lifecycle.toml",
        where=foreign, needs=("subscriptions.currency", "!exchange_rates"), **without,
    )
    yield Rule(
        "warning", "rate_too_late", "subscriptions", _("is older than the first exchange rate of its currency"), _("add the months before to exchange_rates"),
        query=f"SELECT s._row, CAST(s.started_on AS VARCHAR) AS value FROM typed_subscriptions s JOIN (SELECT currency, min(month) AS first"
        f" FROM typed_exchange_rates GROUP BY currency) r USING (currency) WHERE {foreign} AND strftime(s.started_on, '%Y-%m') < r.first",
        column="started_on", needs=("subscriptions.currency", "exchange_rates.currency", "exchange_rates.month"),
    )
    yield Rule(
        "error", "rate_not_positive", "exchange_rates", "is not above 0", "correct it: what one unit of the foreign currency is worth",
        where="rate <= 0", value="CAST(rate AS VARCHAR)", column="rate",
    )
    yield Rule(
        "error", "rate_of_own_currency", "exchange_rates", f"of {settings.currency.upper()} itself is not 1",
        "remove the row, or correct currency in lifecycle.toml",
        where=f"currency = {own} AND rate <> 1", value="CAST(rate AS VARCHAR)", column="rate",
    )


#: Date columns that say when something happened, and so cannot lie before `earliest_date`.
_HAPPENED = (
    ("subscriptions", "started_on"), ("subscriptions", "ended_on"), ("leads", "created_on"), ("leads", "demo_requested_on"),
    ("leads", "trial_started_on"), ("leads", "trial_ended_on"), ("usage", "used_on"), ("feedback", "answered_on"),
)  # fmt: skip
_SCALES = "(survey = 'nps' AND score NOT BETWEEN 0 AND 10) OR (survey = 'csat' AND score NOT BETWEEN 1 AND 5)"


def _plausible(settings):
    for table, column in _HAPPENED:
        yield Rule(
            "error", "date_implausible", table, f"is before {settings.earliest_date}", "correct it, or set earliest_date in lifecycle.toml",
            where=f"{column} < DATE '{settings.earliest_date}'", value=f"CAST({column} AS VARCHAR)", column=column, needs=(f"{table}.{column}",),
        )
    yield Rule(
        "warning", "trial_ends_before_start", "leads", _("is before trial_started_on"), _("correct it; the lead is kept"),
        where="trial_ended_on < trial_started_on", value="CAST(trial_ended_on AS VARCHAR)", column="trial_ended_on",
        needs=("leads.trial_started_on", "leads.trial_ended_on"),
    )
    yield Rule("error", "negative_events", "usage", _("is negative"), "correct it", where="events < 0", value="CAST(events AS VARCHAR)", column="events")
    yield Rule("warning", "negative_spend", "marketing", _("is negative"), _("kept as a credit"), where="spend < 0", value="CAST(spend AS VARCHAR)",
        column="spend")
    yield Rule(
        "warning", "score_off_scale", "feedback", _("is outside its survey's scale (nps 0-10, csat 1-5)"), _("set aside"), where=_SCALES,
        value="CAST(score AS VARCHAR)", column="score", needs=("feedback.score",), sets_aside=True,
    )


def _customers(settings):
    yield unknown(settings.on_unknown_customer, "subscriptions", "customers", _("has no row in customers: its attributes are unknown"))
    for table in ("leads", "usage", "feedback"):
        yield unknown("keep", table, "subscriptions", _("has no subscription: kept, but never paying"), severity="note")
    if settings.test_accounts:
        for table in ("customers", "subscriptions", "leads", "usage", "feedback"):
            yield Rule(
                "note", "test_account", table, _("is a test account by [test_accounts]"), _("set aside"),
                where="customer_id IN (SELECT customer_id FROM test_customers)", value="customer_id", column="customer_id",
                needs=(f"{table}.customer_id",), sets_aside=True,
            )
    else:
        yield Rule(
            "note", "test_account_suspected", "customers", _("looks like a test account"), _("kept; name it under [test_accounts] to set it aside"),
            where=f"regexp_matches(lower(name), '{_SUSPECT}') OR regexp_matches(lower(customer_id), '{_SUSPECT}')", value="coalesce(name, customer_id)",
            column="name", needs=("customers.name",),
        )
