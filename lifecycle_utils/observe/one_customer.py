"""One customer as the tables tell it: who it is, what it paid and used month by month, and its rows as they are."""

import narwhals as nw
import numpy as np
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import month_column, month_end, month_range
from lifecycle_utils.observe.customers import customers
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import grouped_spells
from lifecycle_utils.observe.money import UNIT, converted_periods

#: The day of a row, by table; rows of a customer are told in its order.
_DAYS = {"subscriptions": "started_on", "usage": "used_on", "feedback": "answered_on", "leads": "created_on"}
_NAMED = 5


def find_customer(snapshot, wanted=""):
    """The id of the customer meant: by its id, or by a part of its name that no other customer has. "" is the one who pays most now.

    Raises
    ------
    UsageError : nobody, or more than one, is meant
    """
    known = customers(snapshot).select("customer_id", "name", "mrr")
    if not wanted:
        first = fetch(known.sort("mrr", "customer_id", descending=[True, False]).head(1))
        if not len(first):
            raise UsageError("the company has no customer yet")
        return first["customer_id"].iloc[0]
    ids = fetch(known.filter(nw.col("customer_id") == wanted))
    if len(ids):
        return wanted
    part = nw.col("name").str.to_lowercase().str.contains(str(wanted).lower(), literal=True)
    named = fetch(known.filter(part).sort("name", "customer_id").head(_NAMED + 1))
    if len(named) == 1:
        return named["customer_id"].iloc[0]
    if not len(named):
        raise UsageError(f"no customer has the id or the name {wanted!r}")
    told = ", ".join(f"{row.name_} ({row.customer_id})" for row in named.rename(columns={"name": "name_"}).head(_NAMED).itertuples())
    raise UsageError(f"{wanted!r} is in the names of several customers, such as {told}; take the id of the one that is meant")


def customer_facts(snapshot, customer_id):
    """Everything that is known of a customer in one row: Series with the columns of `observe.customers`."""
    rows = fetch(customers(snapshot).filter(nw.col("customer_id") == customer_id))
    if not len(rows):
        raise UsageError(f"there is no customer {customer_id!r} by the end of {snapshot.month}")
    return rows.iloc[0]


def customer_group(snapshot, customer_id, *, by="billing_interval"):
    """The group that a customer is counted in, as `observe.tenures` names it."""
    rows = fetch(grouped_spells(snapshot, by).filter(nw.col("customer_id") == customer_id).select("group"))
    return rows["group"].iloc[0]


def customer_history(snapshot, customer_id):
    """What did a customer pay, and on how many days did it use the product, in each month?

    Returns
    -------
    DataFrame, one row per calendar month from its first paid one to the snapshot's
        month : "YYYY-MM"
        mrr : on the last day of the month, foreign amounts at the newest rate; currency per month
        days_used : days with any use; NaN without a table usage, and in months before the first use that the company recorded
    """
    own = nw.col("customer_id") == customer_id
    periods = fetch(converted_periods(snapshot).filter(own).select("started_on", "ended_on", "units"), sort=["started_on"])
    if not len(periods):
        raise UsageError(f"there is no customer {customer_id!r} by the end of {snapshot.month}")
    starts, ends = pd.to_datetime(periods["started_on"]), pd.to_datetime(periods["ended_on"])
    months = month_range(f"{starts.min():%Y-%m}", snapshot.month)
    lasts = pd.to_datetime([month_end(month) for month in months]) - pd.Timedelta(days=1)
    paid = [periods["units"][(starts <= last) & (ends.isna() | (ends > last))].sum() / UNIT for last in lasts]
    return pd.DataFrame({"month": months, "mrr": paid, "days_used": _days_used(snapshot, own, months)})


def customer_rows(snapshot, table, customer_id):
    """The rows of a table that are about a customer, as the company brought them, in the order of their days."""
    lazy = snapshot.table(table)
    shown = [name for name in lazy.collect_schema().names() if not name.startswith("_")]
    frame = fetch(lazy.filter(nw.col("customer_id") == customer_id).select(*shown))
    return frame.sort_values([_DAYS[table], *(name for name in shown if name.endswith("_id"))], kind="stable", ignore_index=True)


def _days_used(snapshot, own, months):
    if not snapshot.has("usage"):
        return np.full(len(months), np.nan)
    usage = snapshot.table("usage").with_columns(month=month_column(nw.col("used_on")))
    counted = fetch(usage.filter(own).group_by("month").agg(days=nw.col("used_on").n_unique())).set_index("month")["days"]
    begins = fetch(usage.select(nw.col("month").min()))["month"].iloc[0]
    days = counted.reindex(months, fill_value=0).astype(float)
    return days.where([month >= (begins or "9999-12") for month in months]).to_numpy()
