"""How many customers stayed how long?"""

import narwhals as nw

from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import grouped_spells, with_all


def tenures(snapshot, *, by="cohort_month"):
    """How many customers of each group stayed how many months, and did they leave?

    Parameters
    ----------
    snapshot : Snapshot
    by : "cohort_month", or an attribute of customers or subscriptions

    Returns
    -------
    DataFrame, one row per (group, entry, tenure, churned), the group "all" (everybody) first
        group : text
        entry : complete months before observation began (0 unless the data begins later than the customer), months
        tenure : complete subscription months observed, months; the month in which it left if churned
        churned : bool
        customers : count

    Raises
    ------
    UsageError : if nothing is called `by`

    Notes
    -----
    The first spell of each customer counts. Months are counted as in `lifecycle_utils.months`; a month that is not over at the
    snapshot is in no risk set and a churn inside it is not counted.

    References
    ----------
    Right-censoring and left truncation as in Klein & Moeschberger (2003), Survival Analysis, ch. 3.
    """
    keys = ["group", "entry", "tenure", "churned"]
    counts = grouped_spells(snapshot, by).group_by(*keys).agg(nw.len().alias("customers"))
    frame = fetch(counts, sort=keys).astype({"entry": "int64", "tenure": "int64", "churned": bool, "customers": "int64"})
    return with_all(frame, keys[1:], ["customers"])
