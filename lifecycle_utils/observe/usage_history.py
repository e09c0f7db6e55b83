"""How much do paying customers use the product, and is it more or less than before?"""

import datetime as dt

import narwhals as nw

from lifecycle_utils.months import days_column
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.moments import earliest

#: The windows, in days before the end of the snapshot: the last month, the three before it; the last three, the three before them.
MONTH, QUARTER = 30, 90
#: Per-feature columns are few: a table of hundreds of features would describe single customers.
MOST_FEATURES = 6


def frequent_features(snapshot):
    """The features that most customers used in the last 90 days: at most six, most used first, ties by name."""
    recent = snapshot.table("usage").filter(nw.col("used_on") >= _ago(snapshot, QUARTER))
    counts = recent.group_by("feature").agg(customers=nw.col("customer_id").n_unique())
    found = fetch(counts.sort("customers", "feature", descending=[True, False]).head(MOST_FEATURES))
    return found.sort_values(["customers", "feature"], ascending=[False, True])["feature"].tolist()


def names_users(snapshot):
    """Does the usage say which users there were?"""
    return bool(fetch_one(snapshot.table("usage").filter(~nw.col("user_id").is_null()).select(nw.len())))


def usage_history(moments, running, features=()):
    """One row per moment and paying customer (`running`: key, as_of, started_on): its days of use while it paid, trials not counted.

    Columns: key, observed_days (since the spell or the usage data began), days_30, days_31_120, days_90, days_91_180, features_90,
    users_90 (counts of different days, features and users), and for the number n of each of `features` uses_n: days in the last 90
    on which it was used.
    """
    names = tuple(features)
    return moments.once(("usage_history", names), lambda: _usage_history(moments, running, names))


def _usage_history(moments, running, features):
    since = running.select("key", nw.col("started_on").alias("since"))
    recent = moments.rows(_recent).drop("as_of").join(since, on="key", how="inner").filter(nw.col("used_on") >= nw.col("since"))
    # one row per customer and day first: distinct days are then plain sums, which is several times cheaper than distinct counts
    flags = {f"uses_{number}": _count(nw.col("feature") == name) for number, name in enumerate(features)}
    windows = ("days_30", "days_31_120", "days_90", "days_91_180")
    days = recent.with_columns(**flags).group_by("key", "used_on").agg(*(nw.col(name).max() for name in (*windows, *flags)))
    days = days.with_columns(**{name: nw.col(name) * nw.col("days_90") for name in flags})
    counted = days.group_by("key").agg(*(nw.col(name).sum() for name in (*windows, *flags)))
    breadth = recent.filter(nw.col("days_90") == 1).group_by("key").agg(features_90=nw.col("feature").n_unique(), users_90=nw.col("user_id").n_unique())
    joined = _observed(moments, running).join(counted, on="key", how="left").join(breadth, on="key", how="left")
    return joined.with_columns(*(nw.col(name).fill_null(0) for name in (*windows, *flags, "features_90", "users_90")))


def _recent(snapshot):
    """The usage of the last 180 days, with the windows that each row falls in."""
    used, month, quarter, four = nw.col("used_on"), *(_ago(snapshot, days) for days in (MONTH, QUARTER, MONTH + QUARTER))
    rows = snapshot.table("usage").filter(used >= _ago(snapshot, 2 * QUARTER)).select("customer_id", "used_on", "feature", "user_id")
    return rows.with_columns(
        days_30=_count(used >= month), days_31_120=_count((used < month) & (used >= four)), days_90=_count(used >= quarter), days_91_180=_count(used < quarter)
    )


def _observed(moments, running):
    """For how many days could use be seen? Since the spell began, or the usage data if that was later."""
    begins = earliest(moments.snapshots[-1].table("usage"), "used_on") or moments.snapshots[-1].cutoff
    first = nw.when(nw.col("started_on") > begins).then(nw.col("started_on")).otherwise(nw.lit(begins))
    return running.select("key", "as_of", first=first).select("key", observed_days=days_column(nw.col("first"), nw.col("as_of")))


def _ago(snapshot, days):
    return snapshot.cutoff - dt.timedelta(days=days)


def _count(condition):
    return nw.when(condition).then(1).otherwise(0)
