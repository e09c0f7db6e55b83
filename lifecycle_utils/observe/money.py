"""What does each customer pay, and what has it paid, in the company's currency?"""

import narwhals as nw

from lifecycle_utils.errors import InputError
from lifecycle_utils.months import days_column
from lifecycle_utils.observe.fetch import fetch_one
from lifecycle_utils.observe.spells import paid_periods, spells

#: Mean length of a calendar month in days (Gregorian), to turn days paid into months of MRR.
DAYS_PER_MONTH = 365.2425 / 12


#: Money is summed in whole ten-thousandths, so that a sum depends neither on the order of its rows nor on the engine.
UNIT = 10_000


def exact(column):
    """A money column as whole ten-thousandths of the currency unit."""
    return (nw.col(column) * UNIT).round(0).cast(nw.Int64)


def cents(column):
    """A money column as whole hundredths: small enough to be squared in 64 bits."""
    return (nw.col(column) * 100).round(0).cast(nw.Int64)


#: Amounts are split at so many ten-thousandths to be multiplied: products of the parts, and their sums over 10^8 customers, stay whole numbers of 64 bits.
_SPLIT = 100_000


def product_parts(name, left, right):
    """Aggregates that add up the product of two columns of whole ten-thousandths, 0 or more, exactly: dict of name to expression, for `products`."""
    upper = {column: (nw.col(column) // _SPLIT).cast(nw.Int64) for column in (left, right)}
    lower = {column: nw.col(column) - upper[column] * _SPLIT for column in (left, right)}
    parts = [upper[left] * upper[right], upper[left] * lower[right] + lower[left] * upper[right], lower[left] * lower[right]]
    return {f"{name}_{place}": part.sum().cast(nw.Int64) for place, part in enumerate(parts)}


def products(frame, names):
    """The sums of products that `product_parts` has added up, in place of their parts; currency squared.

    Examples
    --------
    >>> import pandas as pd
    >>> products(pd.DataFrame({"group": ["a"], "squares_0": [100], "squares_1": [20], "squares_2": [1]}), ["squares"])["squares"].tolist()
    [10000.02000001]
    """
    parts = {name: [frame[f"{name}_{place}"] for place in range(3)] for name in names}
    whole = {
        name: [(int(high) * _SPLIT**2 + int(both) * _SPLIT + int(low)) / UNIT**2 for high, both, low in zip(*columns, strict=True)]
        for name, columns in parts.items()
    }  # fmt: skip
    return frame.drop(columns=[column.name for columns in parts.values() for column in columns]).assign(**whole)


def converted_periods(snapshot):
    """The paid periods with `units`: MRR in the company's currency in whole ten-thousandths.

    Foreign MRR is converted at the newest rate by the snapshot month, for every month alike (constant currency).
    """
    periods = paid_periods(snapshot)
    if not snapshot.has("exchange_rates"):
        return periods.with_columns(units=(nw.col("mrr") * UNIT).cast(nw.Int64))
    rates = snapshot.table("exchange_rates")
    newest = rates.with_columns(newest=nw.col("month").max().over("currency")).filter(nw.col("month") == nw.col("newest"))
    joined = periods.join(newest.select("currency", "rate"), on="currency", how="left")
    foreign = (~nw.col("currency").is_null()) & (nw.col("currency") != snapshot.settings.currency.upper())
    missing = fetch_one(joined.filter(foreign & nw.col("rate").is_null()).select(nw.len()))
    if missing:
        raise InputError(f"exchange_rates has no rate by {snapshot.month} for the currency of {missing} subscription rows; add the month's rates")
    converted = (nw.col("mrr").cast(nw.Float64) * nw.col("rate") * UNIT).round(0).cast(nw.Int64)
    return joined.with_columns(units=nw.when(foreign).then(converted).otherwise((nw.col("mrr") * UNIT).cast(nw.Int64)))


def customer_money(snapshot):
    """One row per customer ever: customer_id, mrr and active (bool) on the last day of the snapshot, total_revenue, average_mrr (while paying).

    `total_revenue` is MRR times months paid by the end of the snapshot, a month being 365.2425 / 12 days. `average_mrr` divides it
    by the months in which the customer paid at all, so that concurrent subscriptions add up.
    """
    return snapshot.once("customer_money", lambda: _customer_money(snapshot))


def _customer_money(snapshot):
    paid_until = nw.when(nw.col("ended_on").is_null()).then(nw.lit(snapshot.cutoff)).otherwise(nw.col("ended_on"))
    # who is known to leave with the snapshot still paid on its last day, as in the month-end movements
    runs_now = nw.col("ended_on").is_null() | (nw.col("ended_on") == snapshot.cutoff)
    periods = converted_periods(snapshot).with_columns(days=days_column(nw.col("started_on"), paid_until))
    money = (
        periods.with_columns(unit_days=nw.col("units") * nw.col("days"), units_now=nw.when(runs_now).then(nw.col("units")).otherwise(0))
        .group_by("customer_id")
        .agg(nw.col("unit_days").sum(), nw.col("units_now").sum())
    )
    time = (
        spells(snapshot)
        .with_columns(days=days_column(nw.col("started_on"), paid_until), running=nw.when(runs_now).then(1).otherwise(0))
        .group_by("customer_id")
        .agg(nw.col("days").sum(), nw.col("running").max())
    )
    return money.join(time, on="customer_id", how="inner").select(
        "customer_id",
        mrr=nw.col("units_now").cast(nw.Float64) / UNIT,
        total_revenue=nw.col("unit_days").cast(nw.Float64) / (UNIT * DAYS_PER_MONTH),
        average_mrr=nw.col("unit_days").cast(nw.Float64) / UNIT / nw.col("days"),
        active=nw.col("running") == 1,
    )
