"""Several snapshots of one company asked together: the same question of every month in one query.

Rows come from each month's Snapshot, which holds nothing that became known later, so what is counted from them cannot know the future.
"""

from dataclasses import dataclass, field, replace

import narwhals as nw
import pandas as pd

from lifecycle_utils.months import shift_month
from lifecycle_utils.observe.fetch import fetch_one
from lifecycle_utils.observe.spells import spells

#: A key is the customer's number times this, plus the number of the moment: whole numbers are compared several times faster than texts.
_MOST_MOMENTS = 1000


@dataclass(frozen=True)
class Moments:
    """Snapshots of one company, oldest first, and the customers that are looked at.

    Attributes
    ----------
    snapshots : tuple of Snapshot
    customers : lazy frame of the customers: customer_id, customer (a number, as of `numbered`)
    """

    snapshots: tuple
    customers: object = field(repr=False)
    _kept: dict = field(default_factory=dict, repr=False, compare=False)

    def rows(self, build):
        """The rows of `build(snapshot)` of every snapshot, with `key` in place of customer_id, and `as_of` (the first day after the month)."""
        asked = [build(snapshot).with_columns(key=nw.lit(number), as_of=nw.lit(snapshot.cutoff)) for number, snapshot in enumerate(self.snapshots)]
        known = nw.concat(asked).join(self.customers, on="customer_id", how="inner")
        return known.with_columns(key=nw.col("customer") * _MOST_MOMENTS + nw.col("key")).drop("customer_id", "customer")

    def spells(self, periods):
        """`observe.spells` as known at each moment: key, as_of, spell, started_on, ended_on. `periods` are paid periods as of `rows`."""
        whole = replace(self.snapshots[-1], tables={"subscriptions": periods.rename({"key": "customer_id"})})
        ends = periods.group_by("key").agg(nw.col("as_of").max())
        return spells(whole).rename({"customer_id": "key"}).join(ends, on="key", how="inner")

    def once(self, question, build):
        """The lazy frame that `build()` describes, computed by the engine the first time `question` is asked."""
        if question not in self._kept:
            self._kept[question] = self.snapshots[-1].keep(build())
        return self._kept[question]


def moment_of(snapshot):
    """The Moments of a single snapshot and everybody ever."""
    return Moments((snapshot,), numbered(snapshot))


def numbered(snapshot, *, every=1):
    """Every n-th customer ever, in the order of their ids, with its number: customer_id, customer."""
    return snapshot.once(("numbered", every), lambda: _numbered(snapshot, every))


def _numbered(snapshot, every):
    ids = spells(snapshot).filter(nw.col("spell") == 1).select("customer_id", one=nw.lit(1))
    return ids.select("customer_id", customer=nw.col("one").cum_sum().over(order_by="customer_id").cast(nw.Int64)).filter(nw.col("customer") % every == 0)


def customer_of(key):
    """The customer's number of a key column."""
    return key // _MOST_MOMENTS


def number_of(key):
    """The moment's number of a key column: its place in `snapshots`."""
    return key % _MOST_MOMENTS


def earlier(snapshot, *, months):
    """The same company as known so many months before.

    What it did not know then is not in it: later starts are gone, later ends unknown.
    """
    return snapshot.as_of(shift_month(snapshot.month, -months))


def earliest(frame, column):
    """The earliest date of a column, or None where there is none; engines and pandas hand it over as different types."""
    found = pd.Timestamp(fetch_one(frame.select(nw.col(column).min())))
    return None if pd.isna(found) else found.date()
