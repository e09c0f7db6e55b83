"""Which accounts fill what they bought? Those near their plan's seats, or else those that use the product most; and did such accounts upgrade before?"""

import datetime as dt

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import N_, _
from lifecycle_utils.months import add_months
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.money import UNIT, converted_periods
from lifecycle_utils.observe.renewals import named
from lifecycle_utils.observe.unanswered import unanswered, without

#: Days of use looked at: users who come once a quarter are users.
WINDOW_DAYS = 90
#: Without seats: accounts with at least as many days of use as this share of paying accounts has at most.
_BUSIEST = 0.75
READY = ["customer_id", "name", "mrr", "users", "seats", "seats_used", "active_days", "subscriptions"]
CHECK = ["feature", "stratum", "used", "used_outcome", "unused", "unused_outcome"]
BY_SEATS, BY_DAYS = N_("near the seats of the plan"), N_("among the busiest quarter")


def upgrade_ready(snapshot, *, near_share=0.8, seats="seats", limit=30):
    """Which paying accounts are ready for a larger plan, or for something beside it?

    Parameters
    ----------
    near_share : an account is near its limit with at least this share of its seats used by different people in the last 90 days
    seats : the numeric column of subscriptions (added up over those that run) or of customers that holds the limit. Without it, or where use
        names no users, accounts with as many days of use as the busiest quarter take their place.
    limit : rows

    Returns
    -------
    DataFrame, at most `limit` rows, largest MRR first
        customer_id, name, mrr (currency per month), users, seats, seats_used (share; NaN where seats are not known), active_days (both in the last
        90 days), subscriptions (running paid ones: with 1 there is nothing beside the plan yet)
        `.attrs`: `accounts` and `mrr` of all such, `paying`, `signal` (what puts an account on the list)
        No rows, with the reason in `.attrs["withheld"]`, without usage.
    """
    if not snapshot.has("usage"):
        return unanswered(READY, without("usage"))
    signal = upgrade_signal(snapshot, seats)
    accounts = snapshot.once(("accounts", "now", signal, near_share, seats), lambda: _accounts(snapshot, snapshot.cutoff, signal, near_share, seats))
    ready = accounts.filter(nw.col("near") == 1)
    first = named(snapshot, ready.sort("units", "customer_id", descending=[True, False]).head(limit))
    rows = fetch(first.select("customer_id", "name", "units", "users", "seats", "active_days", "subscriptions"), sort=["customer_id"])
    rows = rows.sort_values("units", ascending=False, kind="stable", ignore_index=True)
    frame = rows.assign(mrr=rows["units"] / UNIT, seats_used=rows["users"] / rows["seats"].astype(float))[READY]
    sums = fetch(accounts.select(paying=nw.len(), accounts=nw.col("near").sum(), units=(nw.col("near") * nw.col("units")).sum())).fillna(0).iloc[0]
    frame.attrs = {"paying": int(sums["paying"]), "accounts": int(sums["accounts"]), "mrr": float(sums["units"]) / UNIT, "signal": signal}
    return frame


def upgrade_check(snapshot, *, near_share=0.8, seats="seats", after_months=6):
    """Of the accounts that would have been on the list so many months ago, how many pay more today, and how many of the others?

    Money is compared at the same exchange rate on both days. Those who have left since pay nothing.

    Returns
    -------
    DataFrame of one row: feature (the signal), stratum, used and unused (accounts on the list then, and not), used_outcome and unused_outcome (of them
        paying more now), for `estimate.feature_association`. No rows, with the reason in `.attrs["withheld"]`, without usage.
    """
    if after_months < 1:
        raise UsageError(f"after_months = {after_months!r} is not a number of months from 1")
    if not snapshot.has("usage"):
        return unanswered(CHECK, without("usage"))
    signal, then = upgrade_signal(snapshot, seats), add_months(snapshot.cutoff, -after_months)
    begins = fetch_one(snapshot.table("usage").select(nw.col("used_on").min()))
    if pd.isna(begins) or pd.Timestamp(begins).date() > then - dt.timedelta(days=WINDOW_DAYS):
        return unanswered(CHECK, _("use was not watched for {WINDOW_DAYS} days, {after_months} months ago").format(
            WINDOW_DAYS=WINDOW_DAYS, after_months=after_months,
        ))
    before = _accounts(snapshot, then, signal, near_share, seats)
    now = _paying(snapshot, snapshot.cutoff).select("customer_id", units_now=nw.col("units"))
    more = (nw.col("units_now") > nw.col("units")).fill_null(False)
    counts = before.join(now, on="customer_id", how="left").with_columns(more=nw.when(more).then(1).otherwise(0))
    rows = fetch(counts.group_by("near").agg(nw.len().alias("accounts"), nw.col("more").sum())).set_index("near").reindex([1, 0], fill_value=0)
    (used, used_outcome), (unused, unused_outcome) = rows[["accounts", "more"]].astype(int).to_numpy().tolist()
    return pd.DataFrame([(signal, "", used, used_outcome, unused, unused_outcome)], columns=CHECK)


def upgrade_signal(snapshot, seats):
    """What puts an account on the list: its seats, where they and the users are known, else its days of use."""
    people = fetch_one(snapshot.table("usage").filter(~nw.col("user_id").is_null()).select(nw.len()))
    return BY_SEATS if people and _seats_table(snapshot, seats) else BY_DAYS


def _seats_table(snapshot, seats):
    return next((table for table in ("subscriptions", "customers") if seats in snapshot.numeric_attributes.get(table, ())), None)


def _paying(snapshot, day):
    """What runs just before `day` and goes on: one row per paying customer, with units and subscriptions."""
    ended = nw.col("ended_on")
    running = converted_periods(snapshot).filter((nw.col("started_on") < day) & (ended.is_null() | (ended > day)))
    return running.group_by("customer_id").agg(nw.col("units").sum(), subscriptions=nw.col("subscription_id").n_unique())


def _accounts(snapshot, day, signal, near_share, seats):
    """One row per customer paying at `day`: units, subscriptions, users, seats, active_days, near (0 or 1)."""
    window = snapshot.table("usage").filter((nw.col("used_on") < day) & (nw.col("used_on") >= day - dt.timedelta(days=WINDOW_DAYS)) & (nw.col("events") > 0))
    active = window.group_by("customer_id").agg(active_days=nw.col("used_on").n_unique())
    people = window.filter(~nw.col("user_id").is_null()).group_by("customer_id").agg(users=nw.col("user_id").n_unique())
    paying = _paying(snapshot, day).join(active, on="customer_id", how="left").join(people, on="customer_id", how="left")
    known = paying.join(_seats(snapshot, day, seats), on="customer_id", how="left")
    known = known.with_columns(nw.col("active_days").fill_null(0), nw.col("users").fill_null(0))
    if signal == BY_SEATS:
        near = (nw.col("users") >= nw.col("seats") * near_share).fill_null(False) & (nw.col("seats") > 0).fill_null(False)
    else:
        edge = fetch_one(known.select(nw.col("active_days").quantile(_BUSIEST, interpolation="linear")))
        near = nw.col("active_days") >= (1.0 if pd.isna(edge) else max(float(edge), 1.0))
    return known.with_columns(near=nw.when(near).then(1).otherwise(0))


def _seats(snapshot, day, seats):
    table = _seats_table(snapshot, seats)
    if table is None:
        return snapshot.table("subscriptions").select("customer_id", seats=nw.lit(None, dtype=nw.Float64)).unique()
    rows = snapshot.table(table).filter(~nw.col(seats).is_null())
    if table == "subscriptions":
        ended = nw.col("ended_on")
        rows = rows.filter((nw.col("mrr") > 0) & (nw.col("started_on") < day) & (ended.is_null() | (ended > day)))
    return rows.group_by("customer_id").agg(seats=nw.col(seats).sum())
