"""What changed in each month? Movements of MRR between month ends, counted by the engine per cohort, month and kind."""

import narwhals as nw

from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.levels import amounts, stretches
from lifecycle_utils.observe.rates import month_rates
from lifecycle_utils.sources.small_table import small_table

#: Kinds of movement, in the order of the table. "none" is a change between currencies that is worth nothing.
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")


def flows(snapshot):
    """The movements of every month, a few thousand rows whatever the number of customers.

    Returns
    -------
    DataFrame, one row per (cohort, month, kind)
        cohort, month : month numbers (`months.month_index`)
        kind : text
        customers : count
        home, in_XXX : change of MRR in whole ten-thousandths, per currency, unconverted

    Notes
    -----
    A customer's month-end MRR is compared with that of the month before, all its subscriptions together: one that moves from one
    plan or currency to another is one expansion or one contraction, by what the change is worth at the month's rates.
    """
    keys = ["cohort", "month", "kind"]
    columns = amounts(snapshot)
    counted = snapshot.once("flows", lambda: _count(snapshot, columns, keys))
    return fetch(counted, sort=keys).astype(dict.fromkeys([*keys[:2], "customers", *columns], "int64"))


def _count(snapshot, columns, keys):
    rows = stretches(snapshot)
    movements = nw.concat([_begun(snapshot, rows, columns), _ended(snapshot, rows, columns)])
    sums = movements.group_by(*keys).agg(nw.len().alias("customers"), *(nw.col(name).sum() for name in columns))
    return sums.with_columns(*(nw.col(name).cast(nw.Int64) for name in columns))


def _begun(snapshot, rows, columns):
    goes_on = (nw.col("before_ends") == nw.col("begins")).fill_null(False)
    changes = rows.select(
        "cohort", "before_ends", *(nw.col(name) - nw.when(goes_on).then(nw.col(f"before_{name}")).otherwise(0) for name in columns),
        month=nw.col("begins"), goes_on=goes_on,
    )
    valued = with_worth(snapshot, changes, columns)
    worth = nw.col("worth")
    kind = (
        nw.when(nw.col("before_ends").is_null()).then(nw.lit("new"))
        .otherwise(nw.when(~nw.col("goes_on")).then(nw.lit("reactivation"))
        .otherwise(nw.when(worth > 0).then(nw.lit("expansion")).otherwise(nw.when(worth < 0).then(nw.lit("contraction")).otherwise(nw.lit("none")))))
    )  # fmt: skip
    return valued.select("cohort", "month", *columns, kind=kind)


def _ended(snapshot, rows, columns):
    left = nw.col("next_begins").is_null() | (nw.col("next_begins") > nw.col("ends"))
    ended = rows.filter((nw.col("ends") <= month_index(snapshot.month)) & left)
    return ended.select("cohort", *(-nw.col(name) for name in columns), month=nw.col("ends"), kind=nw.lit("churn")).select("cohort", "month", *columns, "kind")


def with_worth(snapshot, changes, columns):
    """`changes` with `worth`: the change in the company's currency at the rates of its month."""
    rates = month_rates(snapshot)
    if rates.empty:
        return changes.with_columns(worth=nw.col("home"))
    names = [f"rate_{currency}" for currency in rates.columns]
    rows = [(int(month), *map(float, row)) for month, row in zip(rates.index, rates.fillna(0.0).to_numpy(), strict=True)]
    joined = changes.join(small_table(changes, rows, ["month", *names]), on="month", how="left")
    foreign = [
        (nw.col(column).cast(nw.Float64) * nw.col(rate).fill_null(0.0)).round(0).cast(nw.Int64) for column, rate in zip(columns[1:], names, strict=True)
    ]
    return joined.with_columns(worth=nw.sum_horizontal("home", *foreign))
