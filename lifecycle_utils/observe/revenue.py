"""What do customers pay on average?"""

import narwhals as nw

from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import grouped_spells, with_all
from lifecycle_utils.observe.money import UNIT, customer_money, exact, product_parts, products
from lifecycle_utils.observe.once_a_run import once_a_run


@once_a_run
def revenue(snapshot, *, by="cohort_month"):
    """How many customers does each group have, and what do they pay?

    Returns
    -------
    DataFrame, one row per group, "all" first
        group : text
        customers : customers ever, as in `tenures`
        average_mrr : mean over customers ever, each counted once, of its average MRR while paying; currency per month
        variance_mrr : sample variance of the same over customers
        active_customers : customers paying on the last day of the snapshot, as in `mrr_movements`
        mrr : their MRR; currency per month
    """
    joined = grouped_spells(snapshot, by).join(customer_money(snapshot), on="customer_id", how="inner")
    summed = {"total": exact("average_mrr"), "mrr": exact("mrr"), "active_customers": nw.when(nw.col("active")).then(1).otherwise(0)}
    squares = product_parts("squares", "total", "total")
    sums = joined.with_columns(**summed).group_by("group").agg(nw.len().alias("customers"), *(nw.col(name).sum() for name in summed), **squares)
    frame = products(with_all(fetch(sums, sort=["group"]), [], ["customers", *summed, *squares]), ["squares"])
    mean = frame["total"] / UNIT / frame["customers"]
    spread = (frame["squares"] - frame["customers"] * mean**2).clip(lower=0.0)
    variance = (spread / (frame["customers"] - 1)).where(frame["customers"] > 1)
    frame = frame.assign(average_mrr=mean, variance_mrr=variance, mrr=frame["mrr"] / UNIT)
    frame = frame.astype({"customers": "int64", "active_customers": "int64"})
    return frame[["group", "customers", "average_mrr", "variance_mrr", "active_customers", "mrr"]]
