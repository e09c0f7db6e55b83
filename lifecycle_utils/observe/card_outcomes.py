"""What became of trials with and without a payment card, so many months after they began? Counted per trial, and per lead that saw the page."""

import datetime as dt

import narwhals as nw
import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.months import complete_months_column, days_column
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import UNKNOWN
from lifecycle_utils.observe.money import DAYS_PER_MONTH, UNIT, converted_periods, product_parts, products
from lifecycle_utils.observe.spells import spells
from lifecycle_utils.observe.trials import card_column, first_payments, trial_starts
from lifecycle_utils.observe.unanswered import unanswered, without

TRIAL, LEAD = N_("trial started"), N_("lead shown the page")
_COUNTS = ["starts", "converted", "paying", "revenue"]
COLUMNS = ["per", "months_after", "group", *_COUNTS, "revenue_squared"]


def card_outcomes(snapshot, *, months_after=(3, 6, 12)):
    """Of those who began long enough ago, how many had paid, were paying still, and what had they paid?

    A card in the way keeps some from starting at all. Per trial started, those are not counted; per lead that saw the page, they are.

    Parameters
    ----------
    months_after : months after the start of the trial (after the lead was created, per lead); only those are counted for whom they are over

    Returns
    -------
    DataFrame, one row per (per, months_after, group)
        per : "trial started" or "lead shown the page" (only where card_required is known of leads that started no trial)
        group : "with card" or "without card"
        starts : trials, or leads
        converted : of them paid for the first time by then
        paying : of them paying then, those who had left and were back included
        revenue : what they paid by then, all together; currency, MRR by the day
        revenue_squared : sum of its squares over trials or leads
        No rows, with the reason in `.attrs["withheld"]`, without leads or where only one page is known.
    """
    if not snapshot.has("leads"):
        return unanswered(COLUMNS, without("leads"))
    frames = []
    for per, starts in ((TRIAL, trial_starts(snapshot)), (LEAD, _shown(snapshot))):
        if starts is not None:
            known = snapshot.keep(starts.filter(nw.col("card") != UNKNOWN).select("trial_id", "customer_id", "started_on", "paid_on", group=nw.col("card")))
            frames += [_outcomes(snapshot, known, months).assign(per=per, months_after=months) for months in months_after]
    frame = pd.concat(frames, ignore_index=True)[COLUMNS]
    if frame["group"].nunique() < 2:
        return unanswered(COLUMNS, _("the leads do not tell trials with a payment card from trials without (column card_required)"))
    return frame


def _shown(snapshot):
    """Leads of whom it is known which page they saw, from their first day on; None where the page is known of trials alone."""
    leads = snapshot.table("leads").filter(~nw.col("card_required").is_null())
    if not fetch_one(leads.filter(nw.col("trial_started_on").is_null()).select(nw.len())):
        return None
    since = snapshot.settings.observed_from
    leads = leads if since is None else leads.filter(nw.col("created_on") >= since)
    rows = leads.select("customer_id", trial_id=nw.col("lead_id"), started_on=nw.col("created_on"), card=card_column())
    paid = rows.join(first_payments(snapshot), on="customer_id", how="left")
    bought = paid.filter(nw.col("paid_on") >= nw.col("started_on"))
    first = bought.with_columns(first=nw.col("started_on").min().over("customer_id")).filter(nw.col("started_on") == nw.col("first"))
    first = first.with_columns(first=nw.col("trial_id").min().over("customer_id")).filter(nw.col("trial_id") == nw.col("first")).drop("first")
    return nw.concat([first, paid.filter(nw.col("paid_on").is_null()).with_columns(customer_id=nw.lit(None, dtype=nw.String))])


def _outcomes(snapshot, starts, months):
    certain = snapshot.cutoff - dt.timedelta(days=snapshot.settings.grace_days)
    seen = starts.filter(complete_months_column(nw.col("started_on"), certain) >= months)
    seen = seen.with_columns(then=nw.col("started_on").dt.offset_by(f"{months}mo").cast(nw.Date))
    buyers = snapshot.keep(seen.filter(nw.col("paid_on") < nw.col("then")).select("trial_id", "customer_id", "group", "then"))
    begun, ended, then = nw.col("started_on"), nw.col("ended_on"), nw.col("then")
    there = (
        buyers.join(spells(snapshot), on="customer_id", how="inner").filter((begun < then) & (ended.is_null() | (ended > then)))
        .group_by("group").agg(paying=nw.col("trial_id").n_unique())
    )  # fmt: skip
    until = nw.when(ended.is_null() | (ended > then)).then(then).otherwise(ended)
    squares = product_parts("revenue_squared", "paid", "paid")
    paid = (
        buyers.join(converted_periods(snapshot).select("customer_id", "started_on", "ended_on", "units"), on="customer_id", how="inner").filter(begun < then)
        .with_columns(unit_days=nw.col("units") * days_column(begun, until)).group_by("trial_id", "group").agg(nw.col("unit_days").sum())
    )  # fmt: skip
    paid = (
        snapshot.keep(paid).with_columns(paid=(nw.col("unit_days").cast(nw.Float64) / DAYS_PER_MONTH).round(0).cast(nw.Int64))
        .group_by("group").agg(converted=nw.len(), revenue=nw.col("paid").sum(), **squares)
    )  # fmt: skip
    counts = seen.group_by("group").agg(starts=nw.len()).join(there, on="group", how="left").join(paid, on="group", how="left")
    frame = fetch(counts.select("group", *(nw.col(name).fill_null(0) for name in (*_COUNTS, *squares))), sort=["group"])
    frame = products(frame.astype(dict.fromkeys(_COUNTS, "int64")), ["revenue_squared"])
    return frame.assign(revenue=frame["revenue"] / UNIT)
