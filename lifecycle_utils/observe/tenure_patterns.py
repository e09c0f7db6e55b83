"""How many customers of each pattern of attributes stayed how long?"""

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import grouped_spells

_MONTHS = ["entry", "tenure", "churned"]


def tenure_patterns(snapshot, *, by):
    """How many customers of each combination of attributes stayed how many months, and did they leave?

    Parameters
    ----------
    snapshot : Snapshot
    by : list of "cohort_month" or attributes of customers or subscriptions; numbers are put in bands

    Returns
    -------
    DataFrame, one row per combination that a customer has, entry, tenure and churned
        the columns of `by` (text), then entry, tenure, churned, customers as of `tenures`; for `estimate.ProportionalHazards`

    Raises
    ------
    UsageError : if nothing is called like one of `by`, or it is empty
    """
    names = list(dict.fromkeys(by))
    if not names:
        raise UsageError("name at least one attribute to tell customers apart by")
    joined = None
    for name in names:
        labels = grouped_spells(snapshot, name).rename({"group": name})
        joined = labels if joined is None else joined.join(labels.select("customer_id", name), on="customer_id", how="inner")
    keys = [*names, *_MONTHS]
    return fetch(joined.group_by(*keys).agg(customers=nw.len()), sort=keys).astype({"entry": "int64", "tenure": "int64", "churned": bool, "customers": "int64"})
