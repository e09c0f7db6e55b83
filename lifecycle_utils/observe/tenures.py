"""How many customers stayed how long?"""

import narwhals as nw

from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import grouped_spells, with_all
from lifecycle_utils.observe.money import UNIT, customer_money, exact, product_parts, products
from lifecycle_utils.observe.once_a_run import once_a_run

_KEYS = ["group", "entry", "tenure", "churned"]
_TYPES = {"entry": "int64", "tenure": "int64", "churned": bool, "customers": "int64"}


@once_a_run
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
    counts = grouped_spells(snapshot, by).group_by(*_KEYS).agg(nw.len().alias("customers"))
    return with_all(fetch(counts, sort=_KEYS).astype(_TYPES), _KEYS[1:], ["customers"])


def paying_tenures(snapshot, *, by="cohort_month"):
    """How many customers stayed how long, and what did they pay while they were there?

    Returns
    -------
    DataFrame as `tenures`, and for the customers of each row together
        mrr : sum of their average MRR while paying; currency per month
        mrr_squared : sum of its squares
    """
    money = customer_money(snapshot).with_columns(units=exact("average_mrr"))
    joined = grouped_spells(snapshot, by).join(money.select("customer_id", "units"), on="customer_id", how="inner")
    squares = product_parts("mrr_squared", "units", "units")
    sums = joined.group_by(*_KEYS).agg(nw.len().alias("customers"), nw.col("units").sum(), **squares)
    frame = with_all(fetch(sums, sort=_KEYS).astype(_TYPES), _KEYS[1:], ["customers", "units", *squares])
    return products(frame.assign(mrr=frame["units"] / UNIT).drop(columns=["units"]), ["mrr_squared"])
