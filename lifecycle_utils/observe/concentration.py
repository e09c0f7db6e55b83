"""How much of the revenue hangs on how few customers?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.money import UNIT, product_parts, products
from lifecycle_utils.observe.revenue_kept import units_at, valued_levels


def concentration(snapshot, *, tops=(1, 5, 10, 50, 100)):
    """What do the largest customers pay at the end of the month, and what do all?

    Parameters
    ----------
    tops : numbers of customers

    Returns
    -------
    DataFrame, one row per number in `tops` that is less than the number of customers, and one of all of them
        top : how many of the largest customers
        top_mrr : their MRR; currency per month
        customers, mrr : of all
        squares : sum over all customers of MRR squared; currency²
    """
    paying = _paying(snapshot)
    parts = product_parts("squares", "units", "units")
    whole = products(fetch(paying.select(nw.len().alias("customers"), nw.col("units").sum().alias("mrr"), **parts)).fillna(0), ["squares"]).iloc[0]
    customers = int(whole["customers"])
    largest = fetch(paying.sort("units", "customer_id", descending=[True, False]).head(max(tops)).select("units"))["units"].astype(float).cumsum() / UNIT
    mrr = float(whole["mrr"]) / UNIT if customers else 0.0
    rows = [(top, float(largest[top - 1])) for top in sorted(tops) if top < customers] + ([(customers, mrr)] if customers else [])
    frame = pd.DataFrame(rows, columns=["top", "top_mrr"])
    return frame.assign(customers=customers, mrr=mrr, squares=float(whole["squares"]))


def largest_customers(snapshot, *, limit=10):
    """Who are they? At most `limit` rows, largest MRR at the month's end first: rank, customer_id, name, cohort_month, mrr."""
    paying = _paying(snapshot).sort("units", "customer_id", descending=[True, False]).head(limit)
    if snapshot.has("customers"):
        names = snapshot.table("customers").select("customer_id", "name")
        paying = paying.join(names, on="customer_id", how="left")
    else:
        paying = paying.with_columns(name=nw.col("customer_id"))
    rows = fetch(paying.select("customer_id", "name", "cohort", "units")).sort_values(["units", "customer_id"], ascending=[False, True], ignore_index=True)
    cohort = [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in rows["cohort"].astype(int)]
    named = rows["name"].fillna(rows["customer_id"])
    return pd.DataFrame(
        {"rank": range(1, len(rows) + 1), "customer_id": rows["customer_id"], "name": named, "cohort_month": cohort, "mrr": rows["units"].astype(float) / UNIT}
    )


def _paying(snapshot):
    """One row per customer who pays at the month's end: customer_id, cohort, units (whole ten-thousandths, at the month's rates)."""
    now = units_at(month_index(snapshot.month)).sum()
    customers = valued_levels(snapshot).group_by("customer_id").agg(nw.col("begins").min().alias("cohort"), now.alias("units"))
    return customers.filter(nw.col("units") > 0).with_columns(units=nw.col("units").cast(nw.Int64))
