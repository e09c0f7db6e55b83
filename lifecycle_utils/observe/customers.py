"""The customers themselves, one row each: for lists, which are limited, and as ground for other questions."""

import narwhals as nw

from lifecycle_utils.months import add_months, complete_months_column
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import ALL, grouped_spells
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


def customers_entering(snapshot, *, tenure_month, by=None, limit=50):
    """Whom to call: who pays now, in the first spell, and is in subscription month `tenure_month` when the snapshot ends?

    Parameters
    ----------
    tenure_month : a subscription month; or, with `by`, a dict of group to its month or list of months: other groups are not on the list
    by : what customers are grouped by, as in `tenures`

    Returns
    -------
    DataFrame, at most `limit` rows, largest MRR first: customer_id, name, cohort_month, started_on, tenure_month, mrr (currency per month),
        and `group` if `by` is given
    """
    columns = ["customer_id", "name", "cohort_month", "started_on", "tenure_month", "mrr"]
    lazy = customers(snapshot)
    if by is not None:
        lazy = lazy.join(grouped_spells(snapshot, by).select("customer_id", "group"), on="customer_id", how="inner")
        columns.insert(2, "group")
    there = nw.col("active") & nw.col("ended_on").is_null() & in_month(tenure_month, nw.col("tenure") + 1)
    return customer_list(lazy.filter(there).with_columns(tenure_month=nw.col("tenure") + 1), columns=columns, order="mrr", limit=limit)


def customers_per_year(snapshot, *, tenure_month, by):
    """How many customers of each group began subscription month `tenure_month` in the twelve months up to the snapshot?

    Parameters
    ----------
    tenure_month : dict of group to a subscription month

    Returns
    -------
    dict of group to count; a group without any has 0
    """
    spells = grouped_spells(snapshot, by)
    begun = complete_months_column(nw.col("started_on"), snapshot.cutoff) + 1
    a_year_ago = complete_months_column(nw.col("started_on"), add_months(snapshot.cutoff, -12)) + 1
    counts = {}
    for group, month in tenure_month.items():
        own = spells if group == ALL else spells.filter(nw.col("group") == group)
        came = (begun >= month) & (a_year_ago < month)
        still_there = (~nw.col("churned")) | (nw.col("tenure") >= month)
        counts[group] = int(fetch_one(own.filter(came & still_there & (nw.col("entry") < month)).select(nw.len())))
    return counts


def in_month(tenure_month, running):
    """Is the running subscription month the one asked for (of the customer's group, if `tenure_month` is a dict)?"""
    if not isinstance(tenure_month, dict):
        return running == tenure_month
    months = {group: [int(one) for one in (month if isinstance(month, list) else [month])] for group, month in tenure_month.items()}
    asked = [(nw.col("group") == group) & running.is_in(own) for group, own in months.items()]
    return nw.any_horizontal(*asked, ignore_nulls=True) if asked else nw.lit(False)
