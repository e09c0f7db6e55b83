"""Which leads look like the best customers, and what became of earlier ones? Leads and customers are compared by the traits that both have."""

import math

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import month_end, shift_month
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import label_column
from lifecycle_utils.observe.moments import earlier
from lifecycle_utils.observe.money import UNIT, converted_periods, customer_money
from lifecycle_utils.observe.spells import spells

#: What customers' tables call the channel that leads call `channel`.
_CHANNEL_NAMES = ("channel", "acquisition_channel")


def shared_traits(snapshot):
    """The traits that leads and customers both have: dict of the customers' attribute to the leads' column."""
    if not (snapshot.has("leads") and snapshot.has("customers")):
        return {}
    of_leads = set(snapshot.attributes["leads"])
    names = [name for name in snapshot.attributes["customers"] if name not in snapshot.settings.changing]
    shared = {name: name for name in names if name in of_leads}
    return shared | {name: "channel" for name in names if name in _CHANNEL_NAMES and name not in shared}


def lead_outcomes(snapshot, *, profile_months=12, convert_months=6, top_share=0.1):
    """What became of the leads that came after an earlier profile could have been made?

    Parameters
    ----------
    snapshot : by whose end the outcomes are known
    profile_months : the profile is as of so many months before the snapshot; leads created after it are looked at
    convert_months : every lead is given so many months from its creation; later leads are left out, whatever became of them
    top_share : a good customer pays, after those months, at least what the top share of all customers ever paid when the profile was made

    Returns
    -------
    DataFrame, one row per combination of traits: a column of labels per attribute of `shared_traits` (numbers in the bands of the earlier
    snapshot), leads, customers (of them, paying after `convert_months`), good_customers (of those); counts. No rows where leads and
    customers have no trait in common.

    Raises
    ------
    UsageError : if no lead's months can be over
    """
    if not 0 < convert_months < profile_months:
        raise UsageError(f"convert_months = {convert_months!r} must be at least 1 and less than profile_months = {profile_months!r}")
    names = list(shared_traits(snapshot))
    if not names:
        return pd.DataFrame(columns=["leads", "customers", "good_customers"])
    then = earlier(snapshot, months=profile_months)
    created = nw.col("created_on")
    until = month_end(shift_month(snapshot.month, -convert_months))
    leads = snapshot.table("leads").filter((created >= then.cutoff) & (created < until))
    due = leads.with_columns(due_on=created.dt.offset_by(f"{convert_months}mo"))
    paid = _paying_on(snapshot, due.filter(~nw.col("customer_id").is_null()).select("lead_id", "customer_id", "due_on"))
    least = _least_of_the_top(then, top_share)
    joined = due.join(paid, on="lead_id", how="left").with_columns(units=nw.col("units").fill_null(0))
    traits = _labels(then, joined)
    counted = traits.with_columns(customers=_count(nw.col("units") > 0), good_customers=_count((nw.col("units") > 0) & (nw.col("units") >= least)))
    cells = counted.group_by(*names).agg(nw.len().alias("leads"), nw.col("customers").sum(), nw.col("good_customers").sum())
    return fetch(cells, sort=names).astype({"leads": "int64", "customers": "int64", "good_customers": "int64"})


def open_leads(snapshot, points, *, since_months=6, limit=50):
    """The leads that have not bought yet and look most like the best customers.

    Parameters
    ----------
    points : DataFrame attribute, value, points, as of `estimate.lead_points`; a lead's fit is the sum over its traits
    since_months : leads created in the last so many months are open; older ones are taken for lost
    limit : at most so many

    Returns
    -------
    DataFrame, the best fit first (of equal ones the newest, then by id): lead_id, created_on, channel, demo_requested_on, trial_started_on,
    fit (log odds), and a column of labels per attribute of `shared_traits`; no rows where leads and customers have no trait in common
    """
    names = list(shared_traits(snapshot))
    columns = ["lead_id", "created_on", *(name for name in ("channel",) if name not in names), "demo_requested_on", "trial_started_on", "fit", *names]
    if not names:
        return pd.DataFrame(columns=columns)
    begin = month_end(shift_month(snapshot.month, -since_months))
    bought = spells(snapshot).select("customer_id").unique()
    fresh = snapshot.table("leads").filter(nw.col("created_on") >= begin)
    still_open = fresh.join(bought, on="customer_id", how="anti")
    fit = nw.lit(0.0)
    for attribute, part in points.groupby("attribute", sort=True):
        gained = nw.lit(0.0)
        for value, number in sorted(zip(part["value"], part["points"], strict=True)):
            gained = nw.when(nw.col(attribute) == value).then(nw.lit(float(number))).otherwise(gained)
        fit = fit + gained
    scored = _labels(snapshot, still_open).with_columns(fit=fit)
    first = scored.sort("fit", "created_on", "lead_id", descending=[True, True, False]).head(limit)
    return fetch(first.select(*columns)).sort_values(["fit", "created_on", "lead_id"], ascending=[False, False, True], ignore_index=True)


def _labels(snapshot, leads):
    """Leads with their traits as labels, in columns named like the customers' attributes."""
    names = shared_traits(snapshot)
    copied = leads.with_columns(**{f"lead_{number}": nw.col(column) for number, column in enumerate(names.values())})
    return copied.with_columns(**{name: label_column(snapshot, "customers", name, f"lead_{number}") for number, name in enumerate(names)})


def _paying_on(snapshot, due):
    """What each lead's customer pays on the day that it is due: lead_id, units."""
    periods = converted_periods(snapshot).select("customer_id", "started_on", "ended_on", "units")
    running = (nw.col("started_on") <= nw.col("due_on")) & (nw.col("ended_on").is_null() | (nw.col("ended_on") > nw.col("due_on")))
    return due.join(periods, on="customer_id", how="inner").filter(running).group_by("lead_id").agg(nw.col("units").sum().cast(nw.Int64))


def _least_of_the_top(snapshot, top_share):
    """The MRR, in ten-thousandths, of the last of the top customers: `top_share` of all customers ever, by what they pay."""
    money = customer_money(snapshot).select(units=(nw.col("mrr") * UNIT).round(0).cast(nw.Int64))
    number = max(round(fetch_one(money.select(nw.len())) * top_share), 1)
    top = fetch(money.sort("units", descending=True).head(number).select(nw.col("units").min()))
    return 0 if top["units"].isna().any() else math.floor(top["units"].iloc[0])


def _count(condition):
    return nw.when(condition).then(1).otherwise(0)
