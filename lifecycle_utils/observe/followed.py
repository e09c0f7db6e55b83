"""Customers as a forecast sees them: how long each kind was followed, by what it pays and how often it renews.

Three things that `tenures` leaves out are kept here: the billing interval, because an annual contract can only leave at its renewal;
the age at the snapshot, which tells in what calendar month each subscription month lay; and what a customer paid in the
beginning, so that a forecast of money can follow the money.
"""

import datetime as dt

import narwhals as nw

from lifecycle_utils.months import complete_months_column, first_day, month_of, shift_month
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import UNKNOWN, grouped_spells
from lifecycle_utils.observe.money import converted_periods
from lifecycle_utils.observe.spells import spells

#: Stands for "still running" while ends are compared.
_NEVER = dt.date(9999, 12, 31)
#: The billing interval of customers that had left once and came back: they leave at another speed than new ones.
RETURNED = "(returned)"
#: Weights are whole numbers up to this, so that their sums and squares are exact in any order and on any engine.
FINEST = 2**20
KEYS = ["billing_interval", "age", "entry", "tenure", "churned"]


def followed(snapshot):
    """How many customers of each billing interval and age stayed how many subscription months?

    Returns
    -------
    DataFrame, one row per (billing_interval, age, entry, tenure, churned)
        billing_interval : text, of the first paid period
        age : subscription months that are complete at the snapshot, had the customer stayed; month k ended about age - k months ago
        entry, tenure, churned, customers : as in `tenures`; tenure is age for those still there
        weight, weight_squares : customers and customers: everybody counts as one
    """
    horizon = snapshot.cutoff - dt.timedelta(days=snapshot.settings.grace_days)
    there = grouped_spells(snapshot, "billing_interval").with_columns(age=complete_months_column(nw.col("started_on"), horizon))
    counts = there.filter(nw.col("age") >= 0).rename({"group": "billing_interval"}).group_by(*KEYS).agg(customers=nw.len())
    frame = fetch(counts, sort=KEYS)
    return _typed(frame.assign(weight=frame["customers"], weight_squares=frame["customers"]))


def followed_at_month_ends(snapshot):
    """The same from month end to month end: who paid on the last day of a month, and who still did a month later?

    MRR is told as of the last day of a month, so this is the clock of its forecasts. A customer that began in January is at risk in month
    k = 1 if it paid on 31 January, and churned in it if it no longer paid on the last day of February: k is calendar months since the
    start. Who leaves and returns between two month ends has not left, as in `mrr_movements`; who returns later begins anew, with the
    billing interval "(returned)".

    Returns
    -------
    DataFrame as `followed`, and
        weight : sum of what the customers paid per month when the spell began, in units of the largest such amount / 2^20
        weight_squares : sum of its squares
    """
    newest = _last_certain_month(snapshot)
    kinds = run_kinds(snapshot)
    largest = fetch_one(kinds.select(nw.col("units").max())) or 1
    horizon = first_day(newest)
    share = (nw.col("units").cast(nw.Float64) * (FINEST / largest)).round(0).cast(nw.Int64)
    left = calendar_months(nw.col("started_on"), nw.col("ended_on"))
    counted = (
        kinds.with_columns(age=calendar_months(nw.col("started_on"), horizon), left=left, share=share, entry=_entry(snapshot))
        .filter(nw.col("age") >= 0)
        .with_columns(churned=(nw.col("left") <= nw.col("age")).fill_null(False))
        .with_columns(tenure=nw.when(nw.col("churned")).then(nw.col("left")).otherwise(nw.col("age")))
        .filter((~nw.col("churned")) | (nw.col("tenure") > nw.col("entry")))
        .with_columns(squares=nw.col("share") * nw.col("share"))
        .group_by(*KEYS)
        .agg(customers=nw.len(), weight=nw.col("share").sum(), weight_squares=nw.col("squares").sum())
    )
    return _typed(fetch(counted, sort=KEYS))


def run_kinds(snapshot):
    """One row per customer and run of paid month ends, as a lazy frame.

    Columns: customer_id, started_on, ended_on (null while it runs), billing_interval, units (MRR of the first day in ten-thousandths).
    """
    return snapshot.once("run_kinds", lambda: _run_kinds(snapshot))


def calendar_months(start, end):
    """Calendar months from the month of `start` to that of `end` (a date or an engine column)."""
    if isinstance(end, dt.date):
        return (nw.lit(end.year) - _year(start)) * 12 + nw.lit(end.month) - _month(start)
    return (_year(end) - _year(start)) * 12 + _month(end) - _month(start)


def _run_kinds(snapshot):
    on = ["customer_id", "started_on"]
    first = converted_periods(snapshot).select(*on, "units", "billing_interval").join(_runs(snapshot).select(*on), on=on, how="inner")
    opening = (
        first.with_columns(largest=nw.col("units").max().over(*on))
        .with_columns(interval=nw.when(nw.col("units") == nw.col("largest")).then(nw.col("billing_interval")))
        .group_by(*on)
        .agg(nw.col("units").sum(), nw.col("interval").min())
    )
    kind = nw.when(nw.col("run") > 1).then(nw.lit(RETURNED)).otherwise(nw.col("interval").fill_null(UNKNOWN))
    return _runs(snapshot).join(opening, on=on, how="inner").select(*on, "ended_on", "units", billing_interval=kind)


def _runs(snapshot):
    """Spells joined where the next one begins by the end of the month in which one ended: no month end in between was unpaid."""
    in_order = {"order_by": "started_on"}
    unpaid = calendar_months(nw.col("before"), nw.col("started_on")) > 0
    return (
        spells(snapshot)
        .with_columns(before=nw.col("ended_on").shift(1).over("customer_id", **in_order))
        .with_columns(begins=nw.when(nw.col("before").is_null() | unpaid).then(1).otherwise(0))
        .with_columns(run=nw.col("begins").cum_sum().over("customer_id", **in_order))
        .with_columns(until=nw.col("ended_on").fill_null(_NEVER))
        .group_by("customer_id", "run")
        .agg(nw.col("started_on").min(), nw.col("until").max())
        .with_columns(ended_on=nw.when(nw.col("until") < _NEVER).then(nw.col("until")))
    )


def _last_certain_month(snapshot):
    """The newest month whose every end is known for a churn: with a grace period some may still turn out a gap."""
    return shift_month(month_of(snapshot.cutoff - dt.timedelta(days=max(snapshot.settings.grace_days - 1, 0))), -1)


def _entry(snapshot):
    first = snapshot.settings.observed_from
    if first is None:
        return nw.lit(0)
    months = calendar_months(nw.col("started_on"), first)
    return nw.when(months > 0).then(months).otherwise(0)


def _year(day):
    return day.dt.year().cast(nw.Int64)


def _month(day):
    return day.dt.month().cast(nw.Int64)


def _typed(frame):
    whole = dict.fromkeys(("age", "entry", "tenure", "customers"), "int64")
    return frame.astype(whole | {"churned": bool, "weight": float, "weight_squares": float})
