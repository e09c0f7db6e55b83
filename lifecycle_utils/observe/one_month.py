"""What changed in one month? What each customer pays at its end against what it paid at the end of the month before.

No period has to be put in order for that, and those that were over by then are only asked whether somebody who begins to pay has paid before.
"""

import datetime as dt

import narwhals as nw

from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.flows import CHURN, NEW, REACTIVATION, by_worth, named, with_worth
from lifecycle_utils.observe.levels import amounts, levels, shares
from lifecycle_utils.observe.spells import paid_periods
from lifecycle_utils.sources.engine import key_check, short_key

_CUSTOMER = ["key", "key_check"]


def one_month(snapshot, month):
    """The movements of one month alone, and what was paid before it.

    Parameters
    ----------
    month : month number (`months.month_index`), of the snapshot's month or an earlier one

    Returns
    -------
    DataFrame as `flows`, without cohorts
    dict of the customers and the amounts that were paid at the end of the month before
    """
    columns = amounts(snapshot)
    sums = ["customers", *columns, "paid_before", *(f"before_{name}" for name in columns)]
    moved = snapshot.once(("moved", month), lambda: _moved(snapshot, month, columns))
    began = moved.filter(nw.col("kind") == NEW)
    kinds = nw.concat([moved.filter(nw.col("kind") != NEW).select("kind", *sums), _told_apart(snapshot, began, month).select("kind", *sums)])
    frame = fetch(kinds.group_by("kind").agg(*(nw.col(name).sum().cast(nw.Int64) for name in sums)), sort=["kind"]).astype("int64")
    before = frame[["paid_before", *(f"before_{name}" for name in columns)]].sum().set_axis(["customers", *columns]).to_dict()
    return named(frame.assign(month=month)[["month", "kind", "customers", *columns]]), before


def anybody_paid_before(snapshot, month):
    """Did anybody pay at the end of a month before the month number `month`?"""
    begun = levels(snapshot, paid_periods(snapshot).filter(nw.col("started_on") < _first_day(month)))
    return fetch_one(begun.filter(nw.col("begins") < nw.col("ends")).select(nw.len())) > 0


def _moved(snapshot, month, columns):
    """Customers who pay at either end of the month, counted by kind; of those who begin, a row each, for it is not known yet whether they return."""
    first, after = _first_day(month), _first_day(month + 1)
    begun, goes_on = nw.col("started_on") < first, nw.col("ended_on").is_null() | (nw.col("ended_on") >= after)
    theirs = (nw.col("started_on") < after) & (nw.col("ended_on").is_null() | (nw.col("ended_on") >= first))
    keyed = key_check(short_key(paid_periods(snapshot, ends_on_cutoff=False).filter(theirs), "customer_id"), "customer_id")
    # as floats, which hold whole numbers up to 2^53 and which the engine adds up in less room
    paid = keyed.select(
        *_CUSTOMER,
        **{f"before_{name}": nw.when(begun).then(share).otherwise(0).cast(nw.Float64) for name, share in shares(snapshot).items()},
        **{f"after_{name}": nw.when(goes_on).then(share).otherwise(0).cast(nw.Float64) for name, share in shares(snapshot).items()},
    )
    sums = paid.group_by(*_CUSTOMER).agg(*(nw.col(f"{when}_{name}").sum().cast(nw.Int64) for when in ("before", "after") for name in columns))
    before, later = (nw.sum_horizontal(*(f"{when}_{name}" for name in columns)) > 0 for when in ("before", "after"))
    change = {name: nw.col(f"after_{name}") - nw.col(f"before_{name}") for name in columns}
    befores = [f"before_{name}" for name in columns]
    told = sums.filter(before | later).select(
        *_CUSTOMER, *befores, month=nw.lit(month), paid_before=nw.when(before).then(1).otherwise(0), pays=later, **change,
    )  # fmt: skip
    kind = nw.when(nw.col("paid_before") == 0).then(NEW).otherwise(nw.when(~nw.col("pays")).then(CHURN).otherwise(by_worth(nw.col("worth"))))
    began = {f"began_{name}": nw.when(nw.col("paid_before") == 0).then(nw.col(name)) for name in _CUSTOMER}
    grouped = with_worth(snapshot, told, columns).with_columns(kind=kind, **began).group_by("kind", *began)
    counted = grouped.agg(nw.len().alias("customers"), *(nw.col(name).sum() for name in ("paid_before", *befores, *columns)))
    return counted.rename({f"began_{name}": name for name in _CUSTOMER})


def _told_apart(snapshot, began, month):
    """Those who begin, as new or as returning: who has paid at the end of an earlier month returns."""
    over = short_key(paid_periods(snapshot, ends_on_cutoff=False).filter(nw.col("ended_on") < _first_day(month)), "customer_id")
    theirs = key_check(levels(snapshot, over.join(began.select("key"), on="key", how="semi")), "customer_id")
    seen = theirs.filter(nw.col("begins") < nw.col("ends")).group_by(*_CUSTOMER).agg(nw.len().alias("times"))
    return began.join(seen, on=_CUSTOMER, how="left").with_columns(kind=nw.when(nw.col("times").is_null()).then(NEW).otherwise(REACTIVATION))


def _first_day(month):
    return dt.date(month // 12, month % 12 + 1, 1)
