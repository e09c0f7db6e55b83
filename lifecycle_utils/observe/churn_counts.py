"""Who left in a month, counted in every way that vendors count it."""

import datetime as dt

import narwhals as nw
import pandas as pd

from lifecycle_utils.language import _
from lifecycle_utils.months import first_day
from lifecycle_utils.observe.fetch import fetch

#: Stands for "still running" while ends are compared.
_NEVER = dt.date(9999, 12, 31)
#: The window of Baremetrics and Stripe.
WINDOW_DAYS = 30


def churn_counts(snapshot):
    """How many customers left in the snapshot's month, and in its last 30 days, by what they did before and after?

    Returns
    -------
    DataFrame of one row; counts of customers unless said otherwise
        month : "YYYY-MM"; month_from, month_to, window_from, window_to : first and last day of the month and of the 30 days
        opening : paying at the end of the day before the month
        churned : of those, not paying at the end of its last day
        came_back : left in the month and paying at its end
        joined_and_left : left in the month, paying neither before it nor at its end
        left_in_window : left at least once in the 30 days
        left_only_before_window, left_only_before_month : left in the month but not in the 30 days, and the other way round
        times_left_in_window : how often customers left in the 30 days
        opening_window : paying at the end of the day before the 30 days
        new_in_window : first paid day in the 30 days
        free_opening : with a free subscription, and none paid, at the end of the day before the month
        free_ended : of those, without any subscription at the end of the month
        fell_to_free : of `churned`, with a free subscription at the end of the month
        withheld : why the counts mislead, or ""

    Notes
    -----
    A customer leaves on the first day on which nothing is paid any more after a paid one: a change of plan on the same day is no leaving.
    A grace period (`grace_days`) is not granted here, for vendors know none.
    """
    month_from, cutoff = first_day(snapshot.month), snapshot.cutoff
    window_from = cutoff - dt.timedelta(days=WINDOW_DAYS)
    rows = snapshot.table("subscriptions").with_columns(ended_on=nw.col("ended_on").fill_null(_NEVER))
    states = _states(rows, month_from, window_from, cutoff)
    left = _leavings(rows.filter(nw.col("mrr") > 0), min(month_from, window_from), cutoff, month_from, window_from)
    joined = states.join(left, on="customer_id", how="left").with_columns(in_month=nw.col("in_month").fill_null(0), in_window=nw.col("in_window").fill_null(0))
    names = {
        "opening": nw.col("opening"),
        "churned": nw.col("opening") & ~nw.col("closing"),
        "came_back": (nw.col("in_month") > 0) & nw.col("closing"),
        "joined_and_left": (nw.col("in_month") > 0) & ~nw.col("closing") & ~nw.col("opening"),
        "left_in_window": nw.col("in_window") > 0,
        "left_only_before_window": (nw.col("in_month") > 0) & (nw.col("in_window") == 0),
        "left_only_before_month": (nw.col("in_month") == 0) & (nw.col("in_window") > 0),
        "opening_window": nw.col("opening_window"),
        "new_in_window": nw.col("first_day") >= window_from,
        "free_opening": nw.col("any_opening") & ~nw.col("opening"),
        "free_ended": nw.col("any_opening") & ~nw.col("opening") & ~nw.col("any_closing"),
        "fell_to_free": nw.col("opening") & ~nw.col("closing") & nw.col("any_closing"),
    }
    sums = {name: nw.when(condition).then(1).otherwise(0).sum() for name, condition in names.items()}
    counts = fetch(joined.select(**sums, times_left_in_window=nw.col("in_window").sum())).fillna(0).astype("int64")
    day = dt.timedelta(days=1)
    observed_from = snapshot.settings.observed_from
    early = observed_from is not None and min(month_from, window_from) - day < observed_from
    told = pd.DataFrame({
        "month": [snapshot.month], "month_from": [month_from], "month_to": [cutoff - day], "window_from": [window_from], "window_to": [cutoff - day],
    })  # fmt: skip
    return pd.concat([told, counts], axis=1).assign(withheld=_("who left before the data begin is not in them") if early else "")


def _states(rows, month_from, window_from, cutoff):
    """One row per customer: does it pay, or have any subscription, at the end of the days that matter?"""
    paid = nw.col("mrr") > 0

    def on_the_eve_of(day, *also):
        there = (nw.col("started_on") < day) & (nw.col("ended_on") >= day)
        return nw.when(there & also[0] if also else there).then(1).otherwise(0).max()

    states = rows.group_by("customer_id").agg(
        opening=on_the_eve_of(month_from, paid), closing=on_the_eve_of(cutoff, paid), opening_window=on_the_eve_of(window_from, paid),
        any_opening=on_the_eve_of(month_from), any_closing=on_the_eve_of(cutoff),
        first_day=nw.when(paid).then(nw.col("started_on")).min(),
    )  # fmt: skip
    flags = ("opening", "closing", "opening_window", "any_opening", "any_closing")
    never = nw.col("first_day").fill_null(dt.date(1000, 1, 1))
    return states.with_columns(*(nw.col(name) == 1 for name in flags), first_day=never)


def _leavings(periods, earliest, cutoff, month_from, window_from):
    """One row per customer that left from `earliest` on: how often in the month, how often in the 30 days."""
    ends_there = (nw.col("ended_on") >= earliest) & (nw.col("ended_on") < cutoff)
    candidates = periods.filter(ends_there).select("customer_id").unique()
    in_order = {"order_by": ["started_on", "ended_on"]}
    reached = periods.join(candidates, on="customer_id", how="semi").with_columns(
        left_on=nw.col("ended_on").cum_max().over("customer_id", **in_order), next_on=nw.col("started_on").shift(-1).over("customer_id", **in_order)
    )
    alone = nw.col("next_on").is_null() | (nw.col("next_on") > nw.col("left_on"))
    leavings = reached.filter(alone & (nw.col("left_on") >= earliest) & (nw.col("left_on") < cutoff))
    return leavings.group_by("customer_id").agg(
        in_month=nw.when(nw.col("left_on") >= month_from).then(1).otherwise(0).sum(),
        in_window=nw.when(nw.col("left_on") >= window_from).then(1).otherwise(0).sum(),
    )
