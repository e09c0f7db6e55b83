"""Several snapshots of one company asked together: the same question of every month in one query.

Rows come from each month's Snapshot, which holds nothing that became known later, so what is counted from them cannot know the future.
"""

from dataclasses import dataclass, field, replace

import narwhals as nw
import pandas as pd

from lifecycle_utils.observe.fetch import fetch_one
from lifecycle_utils.observe.spells import spells
from lifecycle_utils.sources.engine import keep

#: A key is the month and the customer's id: "2026-10 C00001".
_ID_FROM = 8


@dataclass(frozen=True)
class Moments:
    """Snapshots of one company, oldest first.

    Attributes
    ----------
    snapshots : tuple of Snapshot
    only : lazy frame of the customers (customer_id) to whom the rows are limited, or None for all
    """

    snapshots: tuple
    only: object = field(default=None, repr=False)
    _kept: dict = field(default_factory=dict, repr=False, compare=False)

    def rows(self, build):
        """The rows of `build(snapshot)` of every snapshot, with `key` (month and customer) and `as_of` (the first day after the month)."""
        return nw.concat([self._keyed(build(snapshot), snapshot) for snapshot in self.snapshots])

    def spells(self, periods):
        """`observe.spells` as known at each moment: key, as_of, spell, started_on, ended_on. `periods` are paid periods as of `rows`."""
        whole = replace(self.snapshots[-1], tables={"subscriptions": periods.drop("customer_id").rename({"key": "customer_id"})}, _kept={})
        ends = periods.group_by("key").agg(nw.col("as_of").max())
        return spells(whole).rename({"customer_id": "key"}).join(ends, on="key", how="inner")

    def once(self, question, build):
        """The lazy frame that `build()` describes, computed by the engine the first time `question` is asked."""
        if question not in self._kept:
            self._kept[question] = keep(build())
        return self._kept[question]

    def _keyed(self, frame, snapshot):
        if self.only is not None:
            frame = frame.join(self.only.select("customer_id"), on="customer_id", how="semi")
        return frame.with_columns(key=nw.concat_str(nw.lit(snapshot.month + " "), nw.col("customer_id")), as_of=nw.lit(snapshot.cutoff))


def earliest(frame, column):
    """The earliest date of a column, or None where there is none; engines and pandas hand it over as different types."""
    found = pd.Timestamp(fetch_one(frame.select(nw.col(column).min())))
    return None if pd.isna(found) else found.date()


def customer_of(key):
    """The customer's id of a key column."""
    return key.str.slice(_ID_FROM)


def month_of_key(key):
    """The month "YYYY-MM" of a key column."""
    return key.str.slice(0, _ID_FROM - 1)
