"""When was each customer paying? Subscriptions become spells: stretches without a gap that counts as churn."""

import datetime as dt

import narwhals as nw

from lifecycle_utils.months import begun_months_column, complete_months_column, days_column, month_column
from lifecycle_utils.observe.fetch import fetch_one

#: Stands for "still running" while ends are compared.
_NEVER = dt.date(9999, 12, 31)


def paid_periods(snapshot, *, ends_on_cutoff=True):
    """The periods in which a customer pays: MRR above 0. Trials and free plans are not paid.

    Without `ends_on_cutoff`, one that ends on the day after the snapshot's month, which is paid at its end, is not known to end.
    """
    known = snapshot.table("subscriptions") if ends_on_cutoff else snapshot.table_within("subscriptions")
    return known.filter(nw.col("mrr") > 0)


def spells(snapshot):
    """One row per customer and spell: customer_id, spell (1, 2, …), started_on, ended_on (exclusive, null while it runs).

    Overlapping and touching periods are one spell, and so is a gap shorter than `grace_days`.
    """
    return snapshot.once("spells", lambda: _spells(snapshot), in_a_run=True)


def _spells(snapshot):
    columns = nw.col("customer_id"), nw.col("started_on"), nw.col("ended_on").fill_null(_NEVER)
    periods = paid_periods(snapshot).select(*columns)
    ends = nw.col("started_on").min(), nw.col("ended_on").max()
    by_customer = snapshot.keep(periods.group_by("customer_id").agg(*ends, periods=nw.len()))
    # most customers have one period, which is their spell: only the others need to be put in order
    single = by_customer.filter(nw.col("periods") == 1).select("customer_id", nw.lit(1).cast(nw.Int64).alias("spell"), "started_on", "ended_on")
    several = by_customer.filter(nw.col("periods") > 1).select("customer_id")
    found = single
    if fetch_one(several.select(nw.len())):
        ordered = _numbered(periods.join(several, on="customer_id", how="semi"), max(snapshot.settings.grace_days, 1))
        joined = ordered.group_by("customer_id", "spell").agg(*ends).select("customer_id", nw.col("spell").cast(nw.Int64), "started_on", "ended_on")
        found = nw.concat([single, joined])
    return found.with_columns(ended_on=nw.when(nw.col("ended_on") < _NEVER).then(nw.col("ended_on")))


def _numbered(periods, least_gap_days):
    """Periods with the number of the spell that they are part of."""
    in_order = {"order_by": ["started_on", "ended_on"]}
    return (
        periods.with_columns(reached=nw.col("ended_on").cum_max().over("customer_id", **in_order))
        .with_columns(before=nw.col("reached").shift(1).over("customer_id", **in_order))
        .with_columns(begins=_begins(least_gap_days))
        .with_columns(spell=nw.col("begins").cum_sum().over("customer_id", **in_order))
    )


def first_spells(snapshot):
    """One row per customer ever, by its first spell, the primary answer to "how long do customers stay?".

    Columns: customer_id, started_on, ended_on, cohort_month "YYYY-MM", entry and tenure in complete subscription months, churned (bool).

    A subscription month that is not over is in no risk set, and a churn inside it is not counted: both or neither. With a grace
    period a churn is certain only `grace_days` after it, so for everybody the last month counted is over by then.
    A customer that left in the month in progress when the data begins is left out: others like it are not in the data.
    """
    return snapshot.once("first_spells", lambda: _first_spells(snapshot), in_a_run=True)


def _first_spells(snapshot):
    horizon = snapshot.cutoff - dt.timedelta(days=snapshot.settings.grace_days)
    started, ended = nw.col("started_on"), nw.col("ended_on")
    complete, last = nw.col("complete"), nw.col("last")
    return (
        spells(snapshot)
        .filter(nw.col("spell") == 1)
        .with_columns(
            cohort_month=month_column(started), entry=_entry(snapshot.settings.observed_from),
            complete=complete_months_column(started, horizon), last=begun_months_column(started, ended),
        )
        .with_columns(churned=(~ended.is_null()) & (last <= complete).fill_null(False))
        .with_columns(tenure=nw.when(nw.col("churned")).then(last).otherwise(nw.when(complete > 0).then(complete).otherwise(0)))
        # the first two spare the engine the months of nearly all: they are at risk whatever their months are
        .filter(ended.is_null() | _seen_from_the_start(snapshot.settings.observed_from) | (~nw.col("churned")) | (nw.col("tenure") > nw.col("entry")))
        .select("customer_id", "started_on", "ended_on", "cohort_month", "entry", "tenure", "churned")
    )


def _seen_from_the_start(observed_from):
    paid = nw.col("ended_on") > nw.col("started_on")
    return paid if observed_from is None else paid & (nw.col("started_on") >= observed_from)


def _begins(least_gap_days):
    gap = days_column(nw.col("before"), nw.col("started_on"))
    return nw.when(nw.col("before").is_null() | (gap >= least_gap_days)).then(1).otherwise(0)


def _entry(observed_from):
    if observed_from is None:
        return nw.lit(0)
    early = begun_months_column(nw.col("started_on"), observed_from)
    return nw.when(nw.col("started_on") < observed_from).then(early).otherwise(0)
