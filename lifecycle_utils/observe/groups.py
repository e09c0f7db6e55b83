"""By what are customers grouped? Any attribute of customers or subscriptions, or their cohort month; numbers in bands."""

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.bands import band_column
from lifecycle_utils.observe.spells import first_spells, paid_periods
from lifecycle_utils.sources.groupings import groupings, no_such_grouping

#: The group that holds everybody.
ALL = "all"
#: The group of those whose attribute is empty.
UNKNOWN = "(unknown)"


def group_names(snapshot):
    """What `by` may name: list of text."""
    return list(groupings(snapshot))


def grouped_spells(snapshot, by):
    """`first_spells` with the column `group` (text): what `by` says of each customer.

    A subscription attribute is the one of the customer's first paid period (of the largest, then the alphabetically first,
    if several began that day), so that a group is known at the start and nobody moves between groups.

    Raises
    ------
    UsageError : if nothing is called `by`.
    """
    first = first_spells(snapshot)
    if by == "cohort_month":
        return first.with_columns(group=nw.col("cohort_month"))
    if by not in groupings(snapshot):
        raise UsageError(no_such_grouping(by, groupings(snapshot)))
    if by == "channel" and snapshot.has("leads"):
        return first.join(first_channels(snapshot), on="customer_id", how="left").with_columns(group=nw.col("channel").fill_null(UNKNOWN))
    if snapshot.has("customers") and by in snapshot.attributes["customers"]:
        table, traits = "customers", snapshot.table("customers").select("customer_id", nw.col(by).alias("trait"))
    else:
        table, traits = "subscriptions", _at_start(snapshot, first, by)
    return first.join(traits, on="customer_id", how="left").with_columns(group=label_column(snapshot, table, by, "trait"))


def label_column(snapshot, table, attribute, column):
    """The values of a table's attribute, standing in `column`, as group labels: numbers in bands, empty ones as "(unknown)"."""
    numeric = attribute in snapshot.numeric_attributes[table]
    label = band_column(snapshot, table, attribute, column) if numeric else nw.col(column).cast(nw.String)
    renamed = nw.when(label == ALL).then(nw.lit(ALL + " (value)")).otherwise(label)
    return nw.when(nw.col(column).is_null()).then(nw.lit(UNKNOWN)).otherwise(renamed)


def first_channels(snapshot):
    """customer_id, channel: where each customer's earliest lead came from (of several that day the alphabetically first)."""
    leads = snapshot.table("leads").filter((~nw.col("customer_id").is_null()) & (~nw.col("channel").is_null()))
    earliest = leads.with_columns(first=nw.col("created_on").min().over("customer_id")).filter(nw.col("created_on") == nw.col("first"))
    return earliest.group_by("customer_id").agg(nw.col("channel").min())


def with_all(frame, keys, counts):
    """Put the rows of the group "all" before the groups': the sum of `counts` over groups, per `keys`."""
    everybody = frame.groupby(keys, as_index=False, sort=True)[counts].sum() if keys else frame[counts].sum().to_frame().T
    return pd.concat([everybody.assign(group=ALL), frame], ignore_index=True)[["group", *keys, *counts]]


def _at_start(snapshot, first, by):
    periods = paid_periods(snapshot).select("customer_id", "started_on", "mrr", nw.col(by).alias("trait"))
    return (
        periods.join(first.select("customer_id", "started_on"), on=["customer_id", "started_on"], how="inner")
        .with_columns(largest=nw.col("mrr").max().over("customer_id"))
        .filter(nw.col("mrr") == nw.col("largest"))
        .group_by("customer_id")
        .agg(nw.col("trait").min())
    )
