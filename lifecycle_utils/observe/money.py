"""What does each customer pay, and what has it paid, in the company's currency?"""

import functools
import itertools
import operator

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
    """A money column as whole ten-thousandths of the currency unit.

    By way of floats, exact to 2 x 10^11: DuckDB has no room for 10^10 and more as a decimal number times ten thousand.
    """
    return (nw.col(column).cast(nw.Float64) * UNIT).round(0).cast(nw.Int64)


#: Amounts are split into three digits to this base to be multiplied, the highest being what is left. While all amounts together fit in 64 bits
#: (a total MRR of 9 x 10^14) and come from fewer than 2 x 10^8 customers, so does the sum at each place of the product. Of greater amounts only
#: the highest place, which holds products of 10^6 and more, can leave 64 bits before the total is 10^19: it is told as a float.
_BASE, _DIGITS = 100_000, 3
_PLACES = 2 * _DIGITS - 1


def product_parts(name, left, right):
    """Aggregates that add up the product of two columns of whole ten-thousandths, 0 or more: dict of name to expression, for `products`.

    The sums are exact but for the highest place, which is whole up to 2^53 and rounded as a float beyond.
    """
    first, second = _digits(left), _digits(right)
    pairs = [[first[one] * second[place - one] for one in range(_DIGITS) if 0 <= place - one < _DIGITS] for place in range(_PLACES)]
    sums = [functools.reduce(operator.add, products).sum() for products in pairs]
    return {f"{name}_{place}": part.cast(nw.Int64 if place < _PLACES - 1 else nw.Float64) for place, part in enumerate(sums)}


def _digits(column):
    """The digits of a column, lowest first. An engine that divides in floats may miss a quotient by one: the next digit makes up for it."""
    quotients = [nw.col(column)] + [(nw.col(column) // _BASE**place).cast(nw.Int64) for place in range(1, _DIGITS)]
    return [low - high * _BASE for low, high in itertools.pairwise(quotients)] + [quotients[-1]]


def products(frame, names):
    """The sums of products that `product_parts` has added up, in place of their parts; currency squared.

    Examples
    --------
    >>> import pandas as pd
    >>> parts = {f"squares_{place}": [part] for place, part in enumerate([1, 20, 100, 0, 0])}
    >>> products(pd.DataFrame({"group": ["a"], **parts}), ["squares"])["squares"].tolist()
    [10000.02000001]
    """
    parts = {name: [frame[f"{name}_{place}"] for place in range(_PLACES)] for name in names}
    whole = {
        name: [sum(int(part) * _BASE**place for place, part in enumerate(row)) / UNIT**2 for row in zip(*columns, strict=True)]
        for name, columns in parts.items()
    }  # fmt: skip
    return frame.drop(columns=[column.name for columns in parts.values() for column in columns]).assign(**whole)


def converted_periods(snapshot):
    """The paid periods with `units`: MRR in the company's currency in whole ten-thousandths.

    Foreign MRR is converted at the newest rate by the snapshot month, for every month alike (constant currency).
    """
    return snapshot.noted("converted_periods", lambda: _converted_periods(snapshot), rows_of="subscriptions")


def _converted_periods(snapshot):
    periods = paid_periods(snapshot)
    if not snapshot.has("exchange_rates"):
        return periods.with_columns(units=exact("mrr"))
    rates = snapshot.table("exchange_rates")
    newest = rates.with_columns(newest=nw.col("month").max().over("currency")).filter(nw.col("month") == nw.col("newest"))
    joined = periods.join(newest.select("currency", "rate"), on="currency", how="left")
    foreign = (~nw.col("currency").is_null()) & (nw.col("currency") != snapshot.settings.currency.upper())
    missing = fetch_one(joined.filter(foreign & nw.col("rate").is_null()).select(nw.len()))
    if missing:
        raise InputError(f"exchange_rates has no rate by {snapshot.month} for the currency of {missing} subscription rows; add the month's rates")
    converted = (nw.col("mrr").cast(nw.Float64) * nw.col("rate") * UNIT).round(0).cast(nw.Int64)
    return joined.with_columns(units=nw.when(foreign).then(converted).otherwise(exact("mrr")))


def customer_money(snapshot):
    """One row per customer ever: customer_id, mrr and active (bool) on the last day of the snapshot, total_revenue, average_mrr (while paying).

    `total_revenue` is MRR times months paid by the end of the snapshot, a month being 365.2425 / 12 days. `average_mrr` divides it
    by the months in which the customer paid at all, so that concurrent subscriptions add up.
    """
    return snapshot.once("customer_money", lambda: _customer_money(snapshot), in_a_run=True)


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
