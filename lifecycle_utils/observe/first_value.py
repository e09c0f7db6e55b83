"""How long after its first day does an account first get something out of the product?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.months import days_column
from lifecycle_utils.observe.fetch import fetch_one
from lifecycle_utils.observe.lead_ages import count_ages


def first_value_ages(snapshot, *, feature="", max_age_days=90):
    """After how many days did accounts first use the product, and for how many days have the others been watched?

    An account's first day is that of its first trial or paid period, whichever came first. Whoever left without ever using it stays among
    those who never got there. Accounts older than the usage data are left out: their first use cannot be seen.

    Parameters
    ----------
    feature : the feature whose first use is the first value; "" for any
    max_age_days : nobody is watched for longer

    Returns
    -------
    DataFrame as `lead_ages`: created_on (the account's first day), days (from 1), outcome ("reached" or "open"), leads (accounts, a count)

    Raises
    ------
    MissingTable : without usage
    """
    usage = snapshot.table("usage")
    begins = fetch_one(usage.select(nw.col("used_on").min()))
    if begins is None:
        return pd.DataFrame({"created_on": pd.to_datetime([]), "days": [], "outcome": [], "leads": []})
    starts = snapshot.table("subscriptions").group_by("customer_id").agg(created_on=nw.col("started_on").min()).filter(nw.col("created_on") >= begins)
    used = usage.filter(nw.col("feature") == feature) if feature else usage
    # uses before the first day (a demo, an import) are no use of the account yet
    after = used.select("customer_id", "used_on").join(starts, on="customer_id", how="inner").filter(nw.col("used_on") >= nw.col("created_on"))
    first = after.group_by("customer_id").agg(reached=nw.col("used_on").min())
    watched = days_column(nw.col("created_on"), snapshot.cutoff)
    timed = starts.join(first, on="customer_id", how="left").with_columns(
        day=days_column(nw.col("created_on"), nw.col("reached")) + 1, watched=nw.when(watched < max_age_days).then(watched).otherwise(max_age_days)
    )
    return count_ages(timed, max_age_days)
