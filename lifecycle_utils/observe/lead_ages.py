"""How old was each lead when it paid, and how old are those that have not paid yet? And how many leads came, tried and asked for a demo?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import days_column, month_column
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.spells import spells

#: What a lead may be waited for: its first paid day, or the first day of its trial.
GOALS = ("paid", "trial")
_KEYS = ["created_on", "days", "outcome"]


def lead_ages(snapshot, *, goal="paid", max_age_days=365):
    """After how many days did leads pay (or try), and for how many days have the others been watched?

    Whether a lead has paid is decided by the first paid day of its customer as known at the snapshot, never by `customer_id` being filled:
    that may have happened later.

    Parameters
    ----------
    goal : "paid" or "trial"
    max_age_days : nobody is watched for longer; a lead that pays later counts as watched for so many days without paying

    Returns
    -------
    DataFrame, one row per (created_on, days, outcome)
        created_on : date
        days : the day on which it happened, counted from 1; or the whole days watched so far
        outcome : "reached" or "open"
        leads : count

    Leads of somebody who had paid before are left out: they were customers already.

    Raises
    ------
    UsageError : for another goal
    MissingTable : without leads
    """
    if goal not in GOALS:
        raise UsageError(f"goal = {goal!r} is not one of {', '.join(GOALS)}")
    leads, created, reached = prospects(snapshot), nw.col("created_on"), nw.col("first_paid_on" if goal == "paid" else "trial_started_on")
    happened = reached < snapshot.cutoff
    day = nw.when(happened.fill_null(False)).then(nw.when(reached > created).then(days_column(created, reached)).otherwise(0) + 1)
    watched = days_column(created, snapshot.cutoff)
    timed = leads.with_columns(day=day, watched=nw.when(watched < max_age_days).then(watched).otherwise(max_age_days))
    return count_ages(timed, max_age_days)


def count_ages(timed, max_age_days):
    """Count rows of created_on, day (null if it did not happen) and watched as ages."""
    known = (nw.col("day") <= max_age_days).fill_null(False)
    days, outcome = nw.when(known).then(nw.col("day")).otherwise(nw.col("watched")), nw.when(known).then(nw.lit("reached")).otherwise(nw.lit("open"))
    frame = fetch(timed.with_columns(days=days, outcome=outcome).group_by(*_KEYS).agg(leads=nw.len()), sort=_KEYS)
    return frame.assign(created_on=pd.to_datetime(frame["created_on"])).astype({"days": "int64", "leads": "int64"})


def lead_months(snapshot):
    """How many leads came, started a trial, asked for a demo in each month?

    Returns
    -------
    DataFrame, one row per month in which anything happened: month, leads, trials, demos (counts)

    Raises
    ------
    MissingTable : without leads
    """
    leads = snapshot.table("leads")
    frames = []
    for column, name in (("created_on", "leads"), ("trial_started_on", "trials"), ("demo_requested_on", "demos")):
        dated = leads.filter((nw.col(column) < snapshot.cutoff).fill_null(False)).with_columns(month=month_column(nw.col(column)))
        frames.append(fetch(dated.group_by("month").agg(nw.len().alias(name)), sort=["month"]).set_index("month"))
    return pd.concat(frames, axis=1).fillna(0).astype("int64").rename_axis("month").sort_index().reset_index()


def prospects(snapshot):
    """The leads that were no customers yet when they came, with `first_paid_on`: the first paid day of their customer, null if none is known."""
    first = spells(snapshot).filter(nw.col("spell") == 1).select("customer_id", first_paid_on=nw.col("started_on"))
    joined = snapshot.table("leads").join(first, on="customer_id", how="left")
    return joined.filter(nw.col("first_paid_on").is_null() | (nw.col("first_paid_on") >= nw.col("created_on")))
