"""Which traits do the top customers have, and which does everybody have?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.customer_value import customer_value
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import label_column
from lifecycle_utils.observe.known_at_start import describing_attributes


def traits(snapshot, *, top_share=0.1, value="total_revenue", months_left=None):
    """How often does each trait occur among the top customers, and among all customers ever?

    Only attributes of `customers` count: who the customer is, not what it bought, for that is what success itself produces.

    Parameters
    ----------
    top_share : share of all customers ever that are called top, in (0, 1)
    value, months_left : by what they are top: "total_revenue", "mrr" or "ltv", as of `customer_value`

    Returns
    -------
    DataFrame, one row per (attribute, value)
        customers, top_customers : counts; both sum to the same totals within every attribute

    Raises
    ------
    UsageError : for another `value`, or a share outside (0, 1)
    MissingTable : without the table customers
    """
    top = top_customers(snapshot, top_share=top_share, value=value, months_left=months_left)
    described = top.join(snapshot.table("customers"), on="customer_id", how="left")
    frames = [_count(snapshot, described, attribute) for attribute in describing_attributes(snapshot)]
    columns = ["attribute", "value", "customers", "top_customers"]
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)


def top_customers(snapshot, *, top_share=0.1, value="total_revenue", months_left=None):
    """Every customer ever with `top`, 1 for those that are called top and 0 for the others: a lazy frame customer_id, rank, top. Errors as of `traits`."""
    if not 0 < top_share < 1:
        raise UsageError(f"top_share = {top_share!r} is not a share between 0 and 1 (a tenth is 0.1)")
    expected = () if months_left is None else tuple(months_left.itertuples(index=False, name=None))
    ranked = snapshot.once(("ranked", value, expected if value == "ltv" else ()), lambda: _ranked(snapshot, value, months_left))
    number_top = max(round(fetch_one(ranked.select(nw.len())) * top_share), 1)
    return ranked.with_columns(top=nw.when(nw.col("rank") <= number_top).then(1).otherwise(0))


def _count(snapshot, described, attribute):
    labelled = described.with_columns(value=label_column(snapshot, "customers", attribute, attribute))
    counts = labelled.group_by("value").agg(nw.len().alias("customers"), top_customers=nw.col("top").sum())
    return fetch(counts, sort=["value"]).astype({"customers": "int64", "top_customers": "int64"}).assign(attribute=attribute)


def _ranked(snapshot, value, months_left):
    """Customers with their rank by value; ties go to the larger total revenue, then to the smaller id, so that runs agree."""
    worth = customer_value(snapshot, value, months_left=months_left)
    order = worth.with_columns(first=-nw.col("worth"), second=-nw.col("total_revenue"), one=nw.lit(1))
    return order.with_columns(rank=nw.col("one").cum_sum().over(order_by=["first", "second", "customer_id"])).select("customer_id", "rank")
