"""Which contracts renew soon, and how do the largest accounts use the product? Lists to act on, limited; their totals are counted in full."""

import datetime as dt

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import add_months, complete_months_column
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.money import UNIT, converted_periods, customer_money, exact
from lifecycle_utils.observe.purchase_history import BILLING_MONTHS
from lifecycle_utils.observe.spells import spells

RENEWALS = ["customer_id", "name", "renews_on", "billing_interval", "term_from", "mrr"]
LARGE = ["customer_id", "name", "mrr", "share_of_mrr", "customer_since", "days_30", "days_before", "use_fell"]


def renewals_due(snapshot, *, within_days=60, limit=50):
    """Which contracts of more than a month renew within so many days?

    A contract renews every so many months from the first day of its subscription in the spell that runs, however often its price changed since.

    Returns
    -------
    DataFrame, at most `limit` rows, largest MRR first: customer_id, name, renews_on (date), billing_interval, term_from (date),
        mrr (of the subscriptions that renew that day; currency per month). `.attrs["contracts"]`, `.attrs["customers"]` and `.attrs["mrr"]`
        count them all; `.attrs["stated"]` is the number of running subscriptions of which the interval is known.
    """
    if within_days < 1:
        raise UsageError(f"within_days = {within_days!r} is not a number of days from 1")
    terms = snapshot.once("terms", lambda: _terms(snapshot))
    before, last = snapshot.cutoff - dt.timedelta(days=1), snapshot.cutoff + dt.timedelta(days=within_days - 1)
    over, then = (complete_months_column(nw.col("term_from"), day) // nw.col("billing_months") for day in (before, last))
    due = terms.filter((nw.col("billing_months") > 1) & (then > over))
    keys = ["customer_id", "term_from", "billing_months", "term"]
    grouped = due.with_columns(term=over + 1).group_by(*keys).agg(nw.col("units").sum(), nw.col("billing_interval").min())
    contracts = snapshot.once(("renewals", within_days), lambda: grouped)
    rows = fetch(named(snapshot, contracts).sort("units", "customer_id", "term_from", descending=[True, False, False]).head(limit))
    rows = rows.sort_values(["units", "customer_id", "term_from"], ascending=[False, True, True], ignore_index=True)
    starts = [pd.Timestamp(day).date() for day in rows["term_from"]]
    months = (rows["term"] * rows["billing_months"]).astype(int)
    renews = pd.Series([add_months(start, count) for start, count in zip(starts, months, strict=True)], dtype=object)
    frame = rows.assign(renews_on=pd.to_datetime(renews), term_from=pd.to_datetime(rows["term_from"]), mrr=rows["units"] / UNIT)[RENEWALS]
    frame.attrs = _totals(contracts) | {"stated": int(fetch(terms.select(nw.len().alias("rows")))["rows"].iloc[0])}
    return frame


def large_accounts(snapshot, *, limit=20):
    """Who pays most, and does their use hold?

    Returns
    -------
    DataFrame, at most `limit` rows, largest MRR first: customer_id, name, mrr, share_of_mrr (of all), customer_since (date),
        days_30, days_before : days with any use in the last 30 days and in the 30 before (NaN where it was not watched)
        use_fell : at least four days before, and at most half as many now (NA without a table usage)
    """
    money = customer_money(snapshot).filter(nw.col("active") & (nw.col("mrr") > 0))
    total = money.select(total=exact("mrr").sum())
    largest = money.sort("mrr", "customer_id", descending=[True, False]).head(limit).join(total, how="cross")
    since = spells(snapshot).filter(nw.col("ended_on").is_null()).select("customer_id", customer_since=nw.col("started_on"))
    rows = named(snapshot, largest.join(since, on="customer_id", how="inner"))
    known = ["customer_id", "name", "mrr", "total", "customer_since"]
    if snapshot.has("usage"):
        rows = rows.join(_days_of_use(snapshot), on="customer_id", how="left")
        known += ["days_30", "days_before"]
    frame = fetch(rows.select(*known), sort=["customer_id"]).sort_values("mrr", ascending=False, kind="stable", ignore_index=True)
    if not snapshot.has("usage"):
        frame = frame.assign(days_30=float("nan"), days_before=float("nan"))
        frame["use_fell"] = pd.array([pd.NA] * len(frame), dtype="boolean")
    else:
        frame = frame.fillna({"days_30": 0, "days_before": 0}).astype({"days_30": float})
        young = pd.to_datetime(frame["customer_since"]) > pd.Timestamp(snapshot.cutoff - dt.timedelta(days=60))
        frame["days_before"] = frame["days_before"].astype(float).mask(young)
        frame["use_fell"] = (frame["days_before"] >= 4) & (frame["days_30"] <= frame["days_before"] / 2)
    share = frame["mrr"] * UNIT / frame["total"].astype(float)
    return frame.assign(share_of_mrr=share, customer_since=pd.to_datetime(frame["customer_since"]))[LARGE]


def named(snapshot, rows):
    """Rows with `name`: the customer's, or its id where the company gave none."""
    if not snapshot.has("customers"):
        return rows.with_columns(name=nw.col("customer_id"))
    joined = rows.join(snapshot.table("customers").select("customer_id", "name"), on="customer_id", how="left")
    return joined.with_columns(name=nw.when(nw.col("name").is_null()).then(nw.col("customer_id")).otherwise(nw.col("name")))


def _terms(snapshot):
    """One row per running paid subscription of a stated interval: customer_id, term_from, billing_interval, billing_months, units."""
    interval, months = nw.col("billing_interval").str.to_lowercase(), nw.lit(None, dtype=nw.Int64)
    for number, words in BILLING_MONTHS.items():
        months = nw.when(interval.is_in(words)).then(nw.lit(number)).otherwise(months)
    spell = spells(snapshot).filter(nw.col("ended_on").is_null()).select("customer_id", since=nw.col("started_on"))
    inside = converted_periods(snapshot).join(spell, on="customer_id", how="inner").filter(nw.col("started_on") >= nw.col("since"))
    begun = inside.group_by("customer_id", "subscription_id").agg(term_from=nw.col("started_on").min())
    running = inside.filter(nw.col("ended_on").is_null()).with_columns(billing_months=months).filter(~nw.col("billing_months").is_null())
    joined = running.join(begun, on=["customer_id", "subscription_id"], how="inner")
    return joined.select("customer_id", "term_from", "billing_interval", "billing_months", "units")


def _totals(contracts):
    row = fetch(contracts.select(contracts=nw.len(), customers=nw.col("customer_id").n_unique(), units=nw.col("units").sum())).fillna(0).iloc[0]
    return {"contracts": int(row["contracts"]), "customers": int(row["customers"]), "mrr": float(row["units"]) / UNIT}


def _days_of_use(snapshot):
    recent, before = (snapshot.cutoff - dt.timedelta(days=days) for days in (30, 60))
    days = snapshot.table("usage").filter((nw.col("used_on") >= before) & (nw.col("events") > 0)).select("customer_id", "used_on").unique()
    now = nw.when(nw.col("used_on") >= recent).then(1).otherwise(0)
    return days.with_columns(days_30=now, days_before=1 - now).group_by("customer_id").agg(nw.col("days_30").sum(), nw.col("days_before").sum())
