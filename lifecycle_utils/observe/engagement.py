"""How much do paying customers use the product, month by month, and what do they say about it?"""

import narwhals as nw
import numpy as np
import pandas as pd

from lifecycle_utils.months import month_column, month_index
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.levels import RUNS
from lifecycle_utils.observe.movements import month_text
from lifecycle_utils.observe.spells import spells
from lifecycle_utils.observe.usage_history import frequent_features, names_users
from lifecycle_utils.sources.engine import month_numbers

SURVEYS = ("nps", "csat")
#: The group of every feature together.
ANY_FEATURE = "all"


def active_months(snapshot):
    """On how many days was each active user active, month by month, while its customer paid?

    Returns
    -------
    DataFrame, one row per month with use: month; active (users, or customers where the usage names no users); active_days (summed over them);
        squares (sum of squared days); who ("users" or "customers")

    Raises
    ------
    MissingTable : without usage
    """
    who = "users" if names_users(snapshot) else "customers"
    # rows that name no user count as one user of their customer
    own = ["customer_id", "user_id"] if who == "users" else ["customer_id"]
    days = _paid_use(snapshot).with_columns(nw.col("user_id").fill_null("")).group_by("month", *own).agg(days=nw.col("used_on").n_unique())
    sums = days.with_columns(squares=nw.col("days") * nw.col("days")).group_by("month").agg(
        active=nw.len(), active_days=nw.col("days").sum(), squares=nw.col("squares").sum()
    )
    whole = dict.fromkeys(["active", "active_days", "squares"], "int64")
    return fetch(sums, sort=["month"]).astype(whole).assign(who=who)


def feature_months(snapshot):
    """How many of a month's paying customers used each of the most used features in it?

    Returns
    -------
    DataFrame, one row per feature and month from the first month of use: group ("all": any feature), month, customers (who used it),
        paying (customers who paid on any day of the month); counts

    Raises
    ------
    MissingTable : without usage
    """
    names = sorted(frequent_features(snapshot))
    # one row per customer and month first: customers are then plain sums, several times cheaper than distinct counts
    flags = {f"uses_{number}": nw.when(nw.col("feature") == name).then(1).otherwise(0) for number, name in enumerate(names)}
    used = _paid_use(snapshot).with_columns(**flags).group_by("month", "customer_id").agg(*(nw.col(flag).max() for flag in flags))
    wide = fetch(used.group_by("month").agg(nw.len().alias(ANY_FEATURE), *(nw.col(flag).sum() for flag in flags)), sort=["month"])
    columns = {ANY_FEATURE: ANY_FEATURE} | {name: flag for name, flag in zip(names, flags, strict=True) if wide[flag].sum()}
    paying = paying_in_months(snapshot)
    beside = paying[paying["month"] >= (wide["month"].min() if len(wide) else "9999")].merge(wide, on="month", how="left")
    frame = pd.concat([beside[["month", "paying"]].assign(group=name, customers=beside[column]) for name, column in columns.items()], ignore_index=True)
    return frame.fillna({"customers": 0}).astype({"customers": "int64"})[["group", "month", "customers", "paying"]]


def paying_in_months(snapshot):
    """How many customers paid on at least one day of each month? DataFrame with month, paying (count)."""
    paid = spells(snapshot).with_columns(last_day=nw.col("ended_on").dt.offset_by("-1d"))
    numbered = month_numbers(paid, begins="started_on", last="last_day")
    rows = numbered.with_columns(last=nw.when(nw.col("last").is_null()).then(RUNS).otherwise(nw.col("last")))
    before = nw.col("last").shift(1).over("customer_id", order_by="spell").fill_null(0)
    # who leaves and returns within a month paid in it once
    again = nw.col("before") >= nw.col("begins")
    rows = rows.with_columns(before=before).with_columns(begins=nw.when(again).then(nw.col("before") + 1).otherwise(nw.col("begins")))
    counts = fetch(rows.filter(nw.col("begins") <= nw.col("last")).group_by("begins", "last").agg(customers=nw.len()), sort=["begins", "last"])
    if counts.empty:
        return pd.DataFrame({"month": pd.Series(dtype=object), "paying": pd.Series(dtype="int64")})
    months = np.arange(counts["begins"].min(), month_index(snapshot.month) + 1)
    came = counts.groupby("begins")["customers"].sum().reindex(months, fill_value=0)
    gone = counts.groupby("last")["customers"].sum().reindex(months, fill_value=0).shift(1, fill_value=0)
    return pd.DataFrame({"month": [month_text(month) for month in months], "paying": (came - gone).cumsum().to_numpy(dtype="int64")})


def answers(snapshot):
    """How often was each score given in each month, in the surveys nps and csat?

    Returns
    -------
    DataFrame, one row per survey, month and score: survey, month, score, answers (count)

    Raises
    ------
    MissingTable : without feedback
    """
    survey, keys = nw.col("survey").str.to_lowercase(), ["survey", "month", "score"]
    rows = snapshot.table("feedback").with_columns(survey=survey, month=month_column(nw.col("answered_on")))
    scored = rows.filter(nw.col("survey").is_in(SURVEYS) & ~nw.col("score").is_null())
    return fetch(scored.group_by(*keys).agg(answers=nw.len()), sort=keys).astype({"score": float, "answers": "int64"})


def _paid_use(snapshot):
    """Usage rows on days on which the customer paid, with their month."""
    paid = snapshot.table("usage").join(spells(snapshot).select("customer_id", "started_on", "ended_on"), on="customer_id", how="inner")
    inside = (nw.col("used_on") >= nw.col("started_on")) & (nw.col("ended_on").is_null() | (nw.col("used_on") < nw.col("ended_on")))
    return paid.filter(inside).with_columns(month=month_column(nw.col("used_on")))
