"""What became of the customers who were there at an earlier month end? The other side of a forecast made then."""

import datetime as dt

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import complete_months_column, month_end, month_index, shift_month
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.followed import FINEST, calendar_months, run_kinds
from lifecycle_utils.observe.groups import grouped_spells, with_all
from lifecycle_utils.observe.money import UNIT, converted_periods
from lifecycle_utils.observe.spells import first_spells


def retained(then, now, *, by="cohort_month"):
    """Of the customers not known to have left at the snapshot `then`, how many are still there at `now`?

    Returns
    -------
    DataFrame, one row per (group, billing_interval, tenure, followed_months), the group "all" first
        tenure : complete subscription months at `then`
        followed_months : how many more are complete at `now`
        customers : in their first spell, without a counted churn at `then`; those who left in the month in progress are among them
        stayed : of these, without a counted churn at `now`

    Raises
    ------
    UsageError : if `now` is not the later one, or nothing is called `by`
    """
    _check_order(then, now)
    there = grouped_spells(then, "billing_interval").filter(~nw.col("churned") & (nw.col("tenure") >= nw.col("entry")))
    horizon = now.cutoff - dt.timedelta(days=now.settings.grace_days)
    later = first_spells(now).select("customer_id", later=nw.col("churned"))
    keys = ["group", "billing_interval", "tenure", "followed_months"]
    counts = (
        there.rename({"group": "billing_interval"})
        .with_columns(followed_months=complete_months_column(nw.col("started_on"), horizon) - nw.col("tenure"))
        .join(later, on="customer_id", how="inner")
        .join(grouped_spells(now, by).select("customer_id", "group"), on="customer_id", how="inner")
        .with_columns(stayed=nw.when(nw.col("later")).then(0).otherwise(1))
        .group_by(*keys)
        .agg(customers=nw.len(), stayed=nw.col("stayed").sum())
    )
    frame = fetch(counts, sort=keys).astype(dict.fromkeys(("tenure", "followed_months", "customers", "stayed"), "int64"))
    return with_all(frame, keys[1:], ["customers", "stayed"])


def realised(now, *, made_in, by="cohort_month"):
    """What did the customers who paid on the last day of the month `made_in` pay in each month since?

    A customer is followed for as long as it pays at every month's end: a later return is not the old customer kept. Foreign MRR is converted at the rates of
    `now` in every month, so that no exchange rate is taken for a loss or a gain.

    Returns
    -------
    DataFrame, one row per (group, billing_interval, tenure, months_ahead), the group "all" first
        tenure : calendar months since the month in which the customer began to pay without a break, at `made_in`
        months_ahead : 0 for `made_in` itself, up to the month of `now`
        customers : of those there at `made_in`, still paying on the last day of that month
        mrr : what they pay; currency per month
        mrr_squares : sum of its squares
        returned_mrr : what those who had left and came back pay; not in `mrr`

    Raises
    ------
    UsageError : if `made_in` is not before the month of `now`, or nothing is called `by`
    """
    horizon = month_index(now.month) - month_index(made_in)
    if horizon < 1:
        raise UsageError(f"made_in = {made_in!r} is not before {now.month}, up to which things have happened")
    steps = range(horizon + 1)
    there = _paying_at(now, made_in).join(grouped_spells(now, by).select("customer_id", "group"), on="customer_id", how="inner")
    paid = month_end_mrr(now, [shift_month(made_in, step) for step in steps])
    columns = {"customers": "c", "units": "u", "squares": "q", "returned": "r"}
    scale = (fetch_one(there.join(paid, on="customer_id", how="inner").select(nw.col("units_0").max())) or 1) / FINEST
    keys = ["group", "billing_interval", "tenure"]
    counts = (
        there.join(paid, on="customer_id", how="inner")
        .with_columns(*(part for step in steps for part in _step(step, scale)))
        .group_by(*keys)
        .agg(*(nw.col(f"{short}_{step}").sum() for step in steps for short in columns.values()))
    )
    wide = fetch(counts, sort=keys)
    parts = [
        wide[keys].assign(months_ahead=step, **{name: wide[f"{short}_{step}"] for name, short in columns.items()})
        for step in steps
    ]
    long = with_all(pd.concat(parts, ignore_index=True), [*keys[1:], "months_ahead"], list(columns))
    frame = long[["group", *keys[1:], "months_ahead"]].astype({"tenure": "int64"})
    return frame.assign(
        customers=long["customers"].astype("int64"), mrr=long["units"].astype(float) / UNIT,
        mrr_squares=long["squares"].astype(float) * (scale / UNIT) ** 2, returned_mrr=long["returned"].astype(float) / UNIT,
    )


def stayers_mrr(snapshot, *, months=12):
    """What do customers pay who stay, month after month?

    Returns
    -------
    DataFrame, one row per pair of neighbouring months, the newest `months` of them
        month : the later one, "YYYY-MM"
        customers : paid on the last day of both
        opening_mrr, closing_mrr : what they paid on these two days; currency per month
        opening_squares, products, closing_squares : sums of the squares and products of the two
    """
    line = [shift_month(snapshot.month, -back) for back in range(months, -1, -1)]
    paid = month_end_mrr(snapshot, line)
    largest = fetch(paid.select(*(nw.col(f"units_{step}").max() for step in range(months + 1)))).iloc[0].max()
    scale = (float(largest) if largest > 0 else 1.0) / FINEST
    pairs = [part for step in range(months) for part in _pair(step, scale)]
    names = ["customers", "opening", "closing", "opening_squares", "products", "closing_squares"]
    sums = fetch(paid.with_columns(*pairs).select(*(nw.col(f"{name}_{step}").sum() for step in range(months) for name in names))).iloc[0]
    table = pd.DataFrame([[sums[f"{name}_{step}"] for name in names] for step in range(months)], columns=names).fillna(0).astype(float)
    unit = {"opening": 1 / UNIT, "closing": 1 / UNIT} | dict.fromkeys(names[3:], (scale / UNIT) ** 2)
    for name, size in unit.items():
        table[name] *= size
    table = table.rename(columns={"opening": "opening_mrr", "closing": "closing_mrr"})
    return table.assign(month=line[1:], customers=table["customers"].astype("int64"))[["month", *table.columns]]


def month_end_mrr(snapshot, months):
    """One row per customer that paid on the last day of any of `months`, as a lazy frame: customer_id, units_0, units_1, …, in their order."""
    parts = []
    for step, month in enumerate(months):
        end = month_end(month)
        paying = (nw.col("started_on") < end) & (nw.col("ended_on").is_null() | (nw.col("ended_on") >= end))
        parts.append(nw.when(paying).then(nw.col("units")).otherwise(0).alias(f"units_{step}"))
    names = [f"units_{step}" for step in range(len(parts))]
    first, last = month_end(months[0]), month_end(months[-1])
    near = (nw.col("started_on") < last) & (nw.col("ended_on").is_null() | (nw.col("ended_on") >= first))
    return converted_periods(snapshot).filter(near).with_columns(*parts).group_by("customer_id").agg(*(nw.col(name).sum() for name in names))


def _paying_at(now, month):
    """Runs that were going on the last day of `month`, with `left`: calendar months from then to the one in which it no longer paid."""
    end = month_end(month)
    running = run_kinds(now).filter((nw.col("started_on") < end) & (nw.col("ended_on").is_null() | (nw.col("ended_on") >= end)))
    last_day = end - dt.timedelta(days=1)
    return running.with_columns(
        tenure=calendar_months(nw.col("started_on"), last_day), left=calendar_months(nw.lit(last_day), nw.col("ended_on"))
    ).select("customer_id", "billing_interval", "tenure", "left")


def _step(step, scale):
    stays = nw.col("left").is_null() | (nw.col("left") > step)
    units = nw.col(f"units_{step}")
    # a customer that is there but pays nothing on that day is in a gap within the grace period: it is kept, its money is not
    mine = nw.when((nw.col("units_0") > 0) & stays).then(units).otherwise(0)
    share = (mine.cast(nw.Float64) / scale).round(0).cast(nw.Int64)
    return (
        nw.when((nw.col("units_0") > 0) & stays).then(1).otherwise(0).alias(f"c_{step}"),
        mine.alias(f"u_{step}"),
        (share * share).alias(f"q_{step}"),
        nw.when((nw.col("units_0") > 0) & ~stays).then(units).otherwise(0).alias(f"r_{step}"),
    )


def _pair(step, scale):
    before, after = nw.col(f"units_{step}"), nw.col(f"units_{step + 1}")
    both = (before > 0) & (after > 0)
    a, b = ((column.cast(nw.Float64) / scale).round(0).cast(nw.Int64) for column in (before, after))

    def kept(value, name):
        return nw.when(both).then(value).otherwise(0).alias(f"{name}_{step}")

    return (
        kept(1, "customers"), kept(before, "opening"), kept(after, "closing"),
        kept(a * a, "opening_squares"), kept(a * b, "products"), kept(b * b, "closing_squares"),
    )


def _check_order(then, now):
    if then.cutoff >= now.cutoff:
        raise UsageError(f"a forecast made in {then.month} cannot be checked by the end of {now.month}: name an earlier month")
