"""What changed in each month? Movements of MRR between month ends, counted by the engine per cohort, month and kind.

Most customers have one subscription at a time: their periods are stretches of constant MRR, and the neighbours of a period tell what changed.
So all periods are put in order once, as narrow as can be, and never kept: what stays is a table of months. Customers with concurrent periods,
or with one inside a single month, are met on the way: what was counted of them is taken back, and they are swept, month of change by month of change.
"""

import datetime as dt

import narwhals as nw

from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.levels import amounts, levels, swept
from lifecycle_utils.observe.once_a_run import once_a_run
from lifecycle_utils.observe.rates import month_rates
from lifecycle_utils.observe.spells import paid_periods
from lifecycle_utils.sources.engine import key_check, short_key
from lifecycle_utils.sources.small_table import small_table

#: Kinds of movement, in the order of the table. "none" is a change between currencies that is worth nothing.
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
_KINDS = (*KINDS, "none")
_NEW, _REACTIVATION, _EXPANSION, _CONTRACTION, _CHURN, _NONE = range(len(_KINDS))


@once_a_run
def flows(snapshot, *, since=None):
    """The movements of every month, a few thousand rows whatever the number of customers.

    Parameters
    ----------
    since : month number; only movements of this month and later, which are asked of the customers who have any

    Returns
    -------
    DataFrame, one row per (cohort, month, kind); with `since`, which looks at no cohort, per (month, kind)
        cohort, month : month numbers (`months.month_index`)
        kind : text
        customers : count
        home, in_XXX : change of MRR in whole ten-thousandths, per currency, unconverted

    Notes
    -----
    A customer's month-end MRR is compared with that of the month before, all its subscriptions together: one that moves from one
    plan or currency to another is one expansion or one contraction, by what the change is worth at the month's rates.
    """
    keys, columns = ["cohort", "month", "kind"] if since is None else ["month", "kind"], amounts(snapshot)
    frame = fetch(snapshot.once(("flows", since), lambda: _count(snapshot, columns, keys, since)), sort=keys)
    frame = frame.astype(dict.fromkeys([*keys, "customers", *columns], "int64"))
    return frame.assign(kind=frame["kind"].map(dict(enumerate(_KINDS)))).sort_values(keys, ignore_index=True)


def balance_before(snapshot, since):
    """What is paid at the end of the month before the month number `since`: dict of customers and the amounts, whole ten-thousandths."""
    columns = amounts(snapshot)
    if since is None:
        return dict.fromkeys(["customers", *columns], 0)
    first = _first_day(since)
    in_force = paid_periods(snapshot).filter((nw.col("started_on") < first) & (nw.col("ended_on").is_null() | (nw.col("ended_on") >= first)))
    paid = levels(snapshot, in_force).select(nw.col("customer_id").n_unique().alias("customers"), *(nw.col(name).sum() for name in columns))
    sums = fetch(paid.select(nw.all().cast(nw.Int64)))
    return sums.iloc[0].fillna(0).astype("int64").to_dict()


def ever_paid_before(snapshot, since):
    """Did anybody pay at the end of a month before the month number `since`?"""
    if since is None:
        return False
    begun = levels(snapshot, paid_periods(snapshot).filter(nw.col("started_on") < _first_day(since)))
    return fetch_one(begun.filter(nw.col("begins") < nw.col("ends")).select(nw.len())) > 0


def _first_day(month):
    return dt.date(month // 12, month % 12 + 1, 1)


def _count(snapshot, columns, keys, since):
    # rows are chosen by customer and date before anything is made of them: most need no month, no amount and no check of their key
    rows = short_key(_of_moved(snapshot, since) if since is not None else paid_periods(snapshot), "customer_id")
    counted = snapshot.once(("changes", since), lambda: _changes(snapshot, _keyed_levels(snapshot, rows), columns, "key"))
    parts = [counted]
    irregular = counted.filter(~nw.col("irregular").is_null())
    if fetch_one(irregular.select(nw.len())):
        found = irregular.group_by("irregular").agg(nw.len().alias("clashes")).select(key=nw.col("irregular"))
        again = snapshot.once(("irregular periods", since), lambda: _keyed_levels(snapshot, rows.join(found, on="key", how="semi"), "customer_id"))
        parts.append(snapshot.once(("irregular changes", since), lambda: _corrected(snapshot, again, columns)))
    sums = nw.concat([movements for part in parts for movements in _movements(part, columns)]).group_by(*keys)
    total = sums.agg(*(nw.col(name).sum().cast(nw.Int64) for name in ("customers", *columns)))
    return total.filter((nw.col("customers") != 0) & (nw.col("month") >= (since or 0)))


def _of_moved(snapshot, since):
    """The paid periods of customers for whom one begins or ends in the month `since` or later, as far as they tell what changed.

    Periods that were over by then tell nothing of who was still there, only whether somebody who begins has been there before.
    """
    paid, first = paid_periods(snapshot), _first_day(since)
    begun, ended = nw.col("started_on") >= first, (nw.col("ended_on") >= first) & (nw.col("ended_on") < snapshot.cutoff)
    earliest = paid.filter(begun | ended).group_by("customer_id").agg(nw.col("started_on").min())
    moved = snapshot.once(("moved", since), lambda: earliest.select("customer_id", begins_only=nw.col("started_on") >= first))
    over = (nw.col("ended_on") < first).fill_null(False)
    theirs = paid.join(moved, on="customer_id", how="inner").filter(nw.col("begins_only") | ~over)
    return snapshot.once(("periods of moved", since), lambda: theirs.select("customer_id", "started_on", "ended_on", "mrr", "currency"))


def _keyed_levels(snapshot, rows, *also):
    """Month-end levels of rows with a `key`: key, key_check, begins, ends, the amounts, and the columns named in `also`."""
    keyed = key_check(levels(snapshot, rows), "customer_id")
    return keyed.select("key", "key_check", "begins", "ends", *amounts(snapshot), *also)


def _corrected(snapshot, periods, columns):
    """The changes of irregular customers, without what was counted of them before."""
    numbers = ["customers", *columns, *(f"paid_{name}" for name in columns)]
    right = _changes(snapshot, swept(periods, columns), columns, "customer_id").select(*_GROUP[:-1], *numbers)
    wrong = _changes(snapshot, periods, columns, "key").select(*_GROUP[:-1], *(-nw.col(name) for name in numbers))
    return nw.concat([right, wrong])


#: What changes are counted by: with the customer's key where a period clashes with the next, so that it is known who is irregular.
_GROUP = ["cohort", "month", "kind", "gone", "irregular"]


def _changes(snapshot, periods, columns, customer):
    """Periods in the order of each customer, counted: what the begin of each changed, and in which month its customer was `gone` (or null).

    Parameters
    ----------
    periods : lazy frame with begins, ends, the amounts; `cohort` if it is known, else the month of the first period is
    customer : the column that tells customers apart; of a `key`, `key_check` must be the same
    """
    of_key = customer == "key"
    # by all that is in a row, so that the same rows are in the same order whenever they are asked for
    in_order = {"order_by": ["begins", "ends", *columns]}
    neighbours = {
        "before_ends": nw.col("ends").shift(1), "next_begins": nw.col("begins").shift(-1),
        **{f"before_{name}": nw.col(name).shift(1) for name in columns},
        **({"cohort": nw.col("begins").cum_min(), "before_check": nw.col("key_check").shift(1)} if of_key else {}),
    }  # fmt: skip
    ordered = periods.with_columns(**{name: column.over(customer, **in_order) for name, column in neighbours.items()})
    begins, ends, next_begins = nw.col("begins"), nw.col("ends"), nw.col("next_begins")
    goes_on = (nw.col("before_ends") == begins).fill_null(False)
    leaves = (ends <= month_index(snapshot.month)) & (next_begins.is_null() | (next_begins > ends))
    told = {"gone": nw.when(leaves).then(ends), "goes_on": goes_on}
    if of_key:
        # of two periods that overlap, some two in order do; a key of two customers is as rare as no other fault, and is told by the check
        clash = (next_begins < ends).fill_null(False) | (begins == ends) | (nw.col("before_check") != nw.col("key_check")).fill_null(False)
        told["irregular"] = nw.when(clash).then(nw.col("key"))
    else:
        told["irregular"] = nw.lit(None)
    paid = {f"paid_{name}": nw.col(name) for name in columns}
    change = {name: nw.col(name) - nw.when(goes_on).then(nw.col(f"before_{name}")).otherwise(0) for name in columns}
    valued = with_worth(snapshot, ordered.select("cohort", "before_ends", month=begins, **told, **paid, **change), columns)
    sums = valued.with_columns(kind=_kind(nw.col("worth"))).group_by(*_GROUP)
    return sums.agg(nw.len().alias("customers"), *(nw.col(name).sum() for name in (*paid, *columns)))


def _kind(worth):
    by_worth = nw.when(worth > 0).then(_EXPANSION).otherwise(nw.when(worth < 0).then(_CONTRACTION).otherwise(_NONE))
    returns = nw.when(~nw.col("goes_on")).then(_REACTIVATION).otherwise(by_worth)
    return nw.when(nw.col("before_ends").is_null()).then(_NEW).otherwise(returns)


def _movements(changes, columns):
    """The two movements that a change may be: what began, and who left."""
    yield changes.select("cohort", "month", "kind", "customers", *columns)
    left = changes.filter(~nw.col("gone").is_null())
    yield left.select("cohort", month=nw.col("gone"), kind=nw.lit(_CHURN), customers=nw.col("customers"), **{name: -nw.col(f"paid_{name}") for name in columns})


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
