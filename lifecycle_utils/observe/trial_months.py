"""How many accounts began a trial, where no table of leads tells?"""

import narwhals as nw

from lifecycle_utils.months import month_column
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.spells import spells


def trial_months(snapshot):
    """How many accounts had their first period of MRR 0 in each month, before they paid anything?

    Returns
    -------
    DataFrame, one row per month in which any did: month, trials (count)
    """
    first = spells(snapshot).filter(nw.col("spell") == 1).select("customer_id", first_paid_on=nw.col("started_on"))
    free = snapshot.table("subscriptions").filter(nw.col("mrr") == 0).group_by("customer_id").agg(nw.col("started_on").min())
    before = free.join(first, on="customer_id", how="left").filter(nw.col("first_paid_on").is_null() | (nw.col("started_on") < nw.col("first_paid_on")))
    counts = before.with_columns(month=month_column(nw.col("started_on"))).group_by("month").agg(trials=nw.len())
    return fetch(counts, sort=["month"]).astype({"trials": "int64"})
