"""The customers themselves, one row each: for lists, which are limited, and as ground for other questions."""

import narwhals as nw

from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.money import customer_money
from lifecycle_utils.observe.spells import first_spells


def customers(snapshot):
    """Every customer ever, one row each, as a lazy frame.

    Columns: customer_id, name (the id where the company gave none), cohort_month, started_on, ended_on (of the first spell), entry,
    tenure, churned, mrr, total_revenue, average_mrr, active, then the attributes of the table customers.
    """
    joined = first_spells(snapshot).join(customer_money(snapshot), on="customer_id", how="inner")
    if not snapshot.has("customers"):
        return joined.with_columns(name=nw.col("customer_id"))
    described = joined.join(snapshot.table("customers").drop("_row"), on="customer_id", how="left")
    return described.with_columns(name=nw.when(nw.col("name").is_null()).then(nw.col("customer_id")).otherwise(nw.col("name")))


def customer_list(lazy, *, columns, order, limit=50):
    """The first `limit` customers of a lazy frame by `order` (largest first, ties by id): the only rows ever fetched."""
    first = lazy.sort(order, "customer_id", descending=[True, False]).head(limit).select(*columns)
    return fetch(first)


def customers_entering(snapshot, *, tenure_month, limit=50):
    """Whom to call: who pays now, in the first spell, and is in subscription month `tenure_month` when the snapshot ends?

    Returns
    -------
    DataFrame, at most `limit` rows, largest MRR first: customer_id, name, cohort_month, started_on, tenure_month, mrr (currency per month)
    """
    inside = customers(snapshot).filter(
        nw.col("active") & nw.col("ended_on").is_null() & (nw.col("tenure") + 1 == tenure_month)
    )
    entering = inside.with_columns(tenure_month=nw.col("tenure") + 1)
    return customer_list(entering, columns=["customer_id", "name", "cohort_month", "started_on", "tenure_month", "mrr"], order="mrr", limit=limit)
