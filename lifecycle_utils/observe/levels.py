"""What does each customer pay at month ends? Paid periods become stretches of constant month-end MRR.

Months are whole numbers here (`months.month_index`), because the engine compares and orders numbers cheaper than text. A stretch
[begins, ends) is paid at the end of every month from `begins` to the one before `ends`: a period that ends on any day of a month,
its first day included, is not paid at that month's end.
"""

import narwhals as nw

from lifecycle_utils.observe.money import exact
from lifecycle_utils.observe.rates import foreign_currencies
from lifecycle_utils.observe.spells import paid_periods
from lifecycle_utils.sources.engine import month_numbers

#: The end of a stretch that is not known to end.
RUNS = 999_999


def amounts(snapshot):
    """The columns that hold MRR in whole ten-thousandths: `home`, then `in_XXX` for each foreign currency, unconverted."""
    return ["home", *(f"in_{currency}" for currency in foreign_currencies(snapshot))]


def shares(snapshot):
    """Of a period's MRR, what is in each column of `amounts`: dict of name to expression."""
    units, currencies = exact("mrr"), list(foreign_currencies(snapshot))
    if not currencies:
        return {"home": units}
    own = nw.col("currency").is_null() | (~nw.col("currency").is_in(currencies))
    foreign = {f"in_{currency}": nw.when(nw.col("currency") == currency).then(units).otherwise(0) for currency in currencies}
    return {"home": nw.when(own).then(units).otherwise(0), **foreign}


def levels(snapshot, periods=None):
    """One row per paid period: customer_id, begins, ends (month numbers; RUNS if not known to end by the snapshot), its amounts.

    Parameters
    ----------
    periods : those of `paid_periods` that matter, all if not given; their `key`, if they have one, stays
    """
    periods = paid_periods(snapshot) if periods is None else periods
    keys = [name for name in ("customer_id", "key") if name in periods.collect_schema().names()]
    ends = nw.when(nw.col("ended_on") < snapshot.cutoff).then(nw.col("ended_in")).otherwise(RUNS).cast(nw.Int32)
    return month_numbers(periods, begins="started_on", ended_in="ended_on").select(*keys, "begins", ends=ends, **shares(snapshot))


def swept(periods, columns):
    """Concurrent periods as stretches of constant sums: add up what changes in a month, then run through the months of change.

    Columns: key, key_check, cohort (month of the customer's first paid period), begins, ends, the amounts. No row is made per customer and month.
    """
    starts = periods.select("key", "key_check", *columns, month=nw.col("begins"))
    stops = periods.filter(nw.col("ends") != RUNS).select("key", "key_check", *(-nw.col(name) for name in columns), month=nw.col("ends"))
    net = (
        nw.concat([starts, stops]).group_by("key", "key_check", "month").agg(*(nw.col(name).sum() for name in columns))
        .with_columns(*(nw.col(name).cast(nw.Int64) for name in columns))
    )  # fmt: skip
    customer, in_order = ("key", "key_check"), {"order_by": "month"}
    running = net.select(
        *customer, *(nw.col(name).cum_sum().over(*customer, **in_order).cast(nw.Int64) for name in columns),
        cohort=nw.col("month").cum_min().over(*customer, **in_order), begins=nw.col("month"), ends=nw.col("month").shift(-1).over(*customer, **in_order),
    )
    paid = running.filter(nw.sum_horizontal(*columns) > 0)
    return paid.with_columns(ends=nw.col("ends").fill_null(RUNS).cast(nw.Int32))
