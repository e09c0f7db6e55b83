"""What does each customer pay at month ends? Paid periods become stretches of constant month-end MRR.

Months are whole numbers here (`months.month_index`), because the engine compares and orders numbers cheaper than text. A stretch
[begins, ends) is paid at the end of every month from `begins` to the one before `ends`: a period that ends on any day of a month,
its first day included, is not paid at that month's end.

Most customers have one subscription at a time: their periods are the stretches, and the neighbours of a period tell what changed.
Only customers with concurrent periods, or one inside a single month, are swept: their MRR is summed month by month of change.
No step makes a row per customer and month.
"""

import narwhals as nw

from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch_one
from lifecycle_utils.observe.money import exact
from lifecycle_utils.observe.rates import foreign_currencies
from lifecycle_utils.observe.spells import paid_periods

#: The end of a stretch that is not known to end.
RUNS = 999_999


def month_number(day):
    """`months.month_index` of an engine date column."""
    return (day.dt.year().cast(nw.Int32) * 12 + day.dt.month().cast(nw.Int32) - 1).cast(nw.Int32)


def amounts(snapshot):
    """The columns that hold MRR in whole ten-thousandths: `home`, then `in_XXX` for each foreign currency, unconverted."""
    return ["home", *(f"in_{currency}" for currency in foreign_currencies(snapshot))]


def levels(snapshot):
    """One row per paid period: customer_id, begins, ends (month numbers; RUNS if not known to end by the snapshot), its amounts."""
    last = month_index(snapshot.month)
    ends = month_number(nw.col("ended_on"))
    units = exact("mrr")
    shares = {"home": units}
    currencies = list(foreign_currencies(snapshot))
    if currencies:
        own = nw.col("currency").is_null() | (~nw.col("currency").is_in(currencies))
        shares["home"] = nw.when(own).then(units).otherwise(0)
        shares |= {f"in_{currency}": nw.when(nw.col("currency") == currency).then(units).otherwise(0) for currency in currencies}
    return paid_periods(snapshot).select(
        "customer_id",
        begins=month_number(nw.col("started_on")),
        ends=nw.when(nw.col("ended_on").is_null() | (ends > last)).then(RUNS).otherwise(ends).cast(nw.Int32),
        **shares,
    )


def stretches(snapshot):
    """One row per customer and stretch of constant month-end MRR, with its neighbours.

    Columns: cohort (month of the customer's first paid period), begins, ends, the amounts; before_ends and before_* of the customer's
    previous stretch (null at the first), next_begins of its next one (null at the last).
    """
    columns = amounts(snapshot)
    ordered = snapshot.once("periods in order", lambda: _in_order(levels(snapshot), columns))
    regular = ordered.filter(nw.col("irregular") == 0)
    irregular = ordered.filter(nw.col("irregular") == 1)
    wanted = ["cohort", "begins", "ends", "before_ends", "next_begins", *columns, *(f"before_{name}" for name in columns)]
    if not fetch_one(irregular.select(nw.len())):
        return regular.select(*wanted)
    swept = snapshot.once("stretches", lambda: _with_neighbours(_sweep(irregular, columns), columns).select(*wanted))
    return nw.concat([regular.select(*wanted), swept])


def _with_neighbours(frame, columns, **more):
    def over(column):
        return column.over("customer_id", order_by="begins")

    return frame.with_columns(
        before_ends=over(nw.col("ends").shift(1)),
        next_begins=over(nw.col("begins").shift(-1)),
        **{f"before_{name}": over(nw.col(name).shift(1)) for name in columns},
        **{name: over(column) for name, column in more.items()},
    )


def _in_order(periods, columns):
    """Periods with their neighbours; `irregular` marks all periods of a customer whose periods are not stretches by themselves.

    They are not if two overlap (then some two in order do), or if one begins and ends within a month, so that no month's end sees it.
    """
    ordered = _with_neighbours(periods, columns, cohort=nw.col("begins").cum_min())
    clash = (nw.col("next_begins") < nw.col("ends")).fill_null(False) | (nw.col("begins") == nw.col("ends"))
    marked = ordered.with_columns(irregular=nw.when(clash).then(1).otherwise(0).max().over("customer_id"))
    # the name of a customer that is not swept is not needed again, and long
    return marked.with_columns(customer_id=nw.when(nw.col("irregular") == 1).then(nw.col("customer_id")))


def _sweep(periods, columns):
    """Concurrent periods as stretches of constant sums: add up what changes in a month, then run through the months of change."""
    starts = periods.select("customer_id", "cohort", *columns, month=nw.col("begins"))
    stops = periods.filter(nw.col("ends") != RUNS).select("customer_id", "cohort", *(-nw.col(name) for name in columns), month=nw.col("ends"))
    net = (
        nw.concat([starts, stops]).group_by("customer_id", "cohort", "month").agg(*(nw.col(name).sum() for name in columns))
        .with_columns(*(nw.col(name).cast(nw.Int64) for name in columns))
    )  # fmt: skip
    in_order = {"order_by": "month"}
    running = net.select(
        "customer_id", "cohort", *(nw.col(name).cum_sum().over("customer_id", **in_order).cast(nw.Int64) for name in columns),
        begins=nw.col("month"), ends=nw.col("month").shift(-1).over("customer_id", **in_order),
    )
    paid = running.filter(nw.sum_horizontal(*columns) > 0)
    return paid.with_columns(ends=nw.col("ends").fill_null(RUNS).cast(nw.Int32))
