"""What changed in each month? Movements of MRR between month ends, counted by the engine per cohort, month and kind.

Most customers have one subscription at a time: their periods are stretches of constant MRR, and the one before a period tells what changed.
So all periods are put in order once, as narrow as can be (sources.neighbours), and never kept: what stays is a table of months. Customers with
concurrent periods, or with one inside a single month, are met on the way: what was counted of them is taken back, and they are swept, month of
change by month of change.
"""

import narwhals as nw

from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.levels import amounts, levels, swept
from lifecycle_utils.observe.once_a_run import once_a_run
from lifecycle_utils.observe.rates import month_rates
from lifecycle_utils.observe.spells import paid_periods
from lifecycle_utils.sources.engine import key_check, short_key
from lifecycle_utils.sources.neighbours import neighbours, wide_neighbours
from lifecycle_utils.sources.small_table import small_table

#: Kinds of movement, in the order of the table. "none" is a change between currencies that is worth nothing.
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
_KINDS = (*KINDS, "none")
NEW, REACTIVATION, _EXPANSION, _CONTRACTION, CHURN, _NONE = range(len(_KINDS))
#: Of who paid before and goes on.
_STAYS = (_EXPANSION, _CONTRACTION, _NONE)


@once_a_run
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
    keys, columns = ["cohort", "month", "kind"], amounts(snapshot)
    frame = fetch(snapshot.once("flows", lambda: _count(snapshot, columns, keys)), sort=keys)
    return named(frame.astype(dict.fromkeys([*keys, "customers", *columns], "int64"))).sort_values(keys, ignore_index=True)


def named(frame):
    """The frame with the names of its kinds instead of their numbers."""
    return frame.assign(kind=frame["kind"].map(dict(enumerate(_KINDS))))


def _count(snapshot, columns, keys):
    rows = short_key(paid_periods(snapshot, ends_on_cutoff=False), "customer_id")
    counted = snapshot.once("changes", lambda: _in_order(snapshot, _keyed_levels(snapshot, rows), columns))
    parts = [counted]
    irregular = counted.filter(~nw.col("irregular").is_null())
    if fetch_one(irregular.select(nw.len())):
        found = irregular.group_by("irregular").agg(nw.len().alias("clashes")).select(key=nw.col("irregular"))
        # chosen before anything is made of them: the others need no month, no amount and no check of their key
        again = snapshot.once("irregular periods", lambda: _keyed_levels(snapshot, rows.join(found, on="key", how="semi")))
        parts.append(snapshot.once("irregular changes", lambda: _corrected(snapshot, again, columns)))
    sums = nw.concat([movements for part in parts for movements in _movements(part, columns)]).group_by(*keys)
    return sums.agg(*(nw.col(name).sum().cast(nw.Int64) for name in ("customers", *columns))).filter(nw.col("customers") != 0)


def _keyed_levels(snapshot, rows):
    """Month-end levels of rows with a `key`: key, key_check, begins, ends, the amounts."""
    keyed = key_check(levels(snapshot, rows), "customer_id")
    return keyed.select("key", "key_check", "begins", "ends", *amounts(snapshot))


def _corrected(snapshot, periods, columns):
    """The changes of irregular customers, without what was counted of them before."""
    numbers = ["customers", *columns, *(f"paid_{name}" for name in columns)]
    stretches = wide_neighbours(swept(periods, columns), columns).with_columns(irregular=nw.lit(None))
    right = _changes(snapshot, stretches, columns).select(*_GROUP[:-1], *numbers)
    wrong = _in_order(snapshot, periods, columns).select(*_GROUP[:-1], *(-nw.col(name) for name in numbers))
    return nw.concat([right, wrong])


#: What changes are counted by: with the customer's key where a period clashes with the one before, so that it is known who is irregular.
_GROUP = ["cohort", "month", "kind", "over", "irregular"]


def _in_order(snapshot, periods, columns):
    """Periods in the order of each customer, one at a time but for those told to be irregular, counted."""
    ordered = neighbours(periods, columns, newest=month_index(snapshot.month))
    # of two periods that overlap, some two in order do
    clash = nw.col("doubtful") | (nw.col("before_ends") > nw.col("begins")).fill_null(False) | (nw.col("begins") == nw.col("ends"))
    return _changes(snapshot, ordered.with_columns(cohort=nw.col("first_begins"), irregular=nw.when(clash).then(nw.col("key"))), columns)


def _changes(snapshot, ordered, columns):
    """What the begin of each period changed, and the month in which it is `over` (null if not by the snapshot's), counted.

    Parameters
    ----------
    ordered : periods with the one before, cohort, and irregular
    """
    begins, ends = nw.col("begins"), nw.col("ends")
    goes_on = (nw.col("before_ends") == begins).fill_null(False)
    told = {"over": nw.when(ends <= month_index(snapshot.month)).then(ends), "goes_on": goes_on}
    paid = {f"paid_{name}": nw.col(name) for name in columns}
    change = {name: nw.col(name) - nw.when(goes_on).then(nw.col(f"before_{name}")).otherwise(0) for name in columns}
    valued = with_worth(snapshot, ordered.select("cohort", "irregular", "before_ends", month=begins, **told, **paid, **change), columns)
    sums = valued.with_columns(kind=_kind(nw.col("worth"))).group_by(*_GROUP)
    return sums.agg(nw.len().alias("customers"), *(nw.col(name).sum() for name in (*paid, *columns)))


def _kind(worth):
    returns = nw.when(~nw.col("goes_on")).then(REACTIVATION).otherwise(by_worth(worth))
    return nw.when(nw.col("before_ends").is_null()).then(NEW).otherwise(returns)


def by_worth(worth):
    """The kind of a change of who pays before and after, by what the change is worth."""
    return nw.when(worth > 0).then(_EXPANSION).otherwise(nw.when(worth < 0).then(_CONTRACTION).otherwise(_NONE))


def _movements(changes, columns):
    """What began or changed; and who left: of all whose period was over, those are not that go on with another in the same month."""
    yield changes.select("cohort", "month", "kind", "customers", *columns)
    churn = nw.lit(CHURN)
    over = changes.filter(~nw.col("over").is_null())
    yield over.select("cohort", month=nw.col("over"), kind=churn, customers=nw.col("customers"), **{name: -nw.col(f"paid_{name}") for name in columns})
    goes_on = changes.filter(nw.col("kind").is_in(_STAYS))
    before = {name: nw.col(f"paid_{name}") - nw.col(name) for name in columns}
    yield goes_on.select("cohort", "month", kind=churn, customers=-nw.col("customers"), **before)


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
