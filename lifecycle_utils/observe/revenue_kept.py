"""Of the customers and the revenue of a month's end, what is left some months later?"""

import narwhals as nw
import numpy as np
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import _, ngettext
from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import UNKNOWN, grouped_spells, with_all
from lifecycle_utils.observe.levels import levels
from lifecycle_utils.observe.money import UNIT, product_parts, products
from lifecycle_utils.observe.movements import month_text
from lifecycle_utils.observe.rates import month_rates

COUNTS = ["customers", "kept_customers"]
MONEY = ["start_mrr", "kept_start_mrr", "kept_mrr", "capped_mrr"]
PRODUCTS = ["start_start", "kept_start_start", "start_kept", "kept_kept", "start_capped", "capped_capped"]
COLUMNS = ["group", *COUNTS, *MONEY, *PRODUCTS, "mature", "withheld"]


def revenue_kept(snapshot, *, months=12, ago=0, by="cohort_month"):
    """Of those who paid `months` before the end, who still pays at the end, and how much?

    Parameters
    ----------
    months : months between the two month ends, 1 or more
    ago : how many months before the snapshot the second month end lies; 12 gives the same question a year earlier
    by : "cohort_month", or an attribute of customers or subscriptions

    Returns
    -------
    DataFrame, one row per group with customers at the first month end, "all" first
        customers, kept_customers : who paid at the first month end, and of them at the second too; counts
        start_mrr, kept_start_mrr : what they paid at the first month end, all of them and those kept; currency per month
        kept_mrr : what those kept pay at the second; currency per month
        capped_mrr : the same, no customer counted with more than at first: what is left without expansion
        start_start, kept_start_start, start_kept, kept_kept, start_capped, capped_capped : sums over customers of products of their MRR
            then and now, from which intervals are made; currency²
        mature : the first month end is in the data
        withheld : the reason if not

    Notes
    -----
    Both month ends are converted at the snapshot's exchange rates, so that no retention is a gain or loss of currency. Who left in between
    and came back is kept. Only sums leave the engine.
    """
    _check(months, ago)
    last = month_index(snapshot.month) - ago
    paid = valued_levels(snapshot)
    customers = paid.group_by("customer_id").agg(
        nw.col("begins").min().alias("cohort"), units_at(last - months).sum().alias("start"), units_at(last).sum().alias("end"),
    )  # fmt: skip
    if by != "cohort_month":
        named = grouped_spells(snapshot, by).select("customer_id", "group")
        customers = customers.join(named, on="customer_id", how="left").with_columns(group=nw.col("group").fill_null(UNKNOWN))
    sums = _sums(customers, "cohort" if by == "cohort_month" else "group")
    if by == "cohort_month":
        sums = sums.assign(group=[month_text(cohort) for cohort in sums["group"]])
    frame = with_all(sums, [], [*COUNTS, *MONEY, *PRODUCTS])
    seen = last - months >= _first_seen(snapshot)
    return _finished(frame.assign(mature=seen, withheld="" if seen else _("the first month end is before the data begin")))


def revenue_kept_by_cohort(snapshot, *, months=12):
    """Of each cohort, who and what is left `months` after the end of its first month?

    Returns
    -------
    DataFrame, as `revenue_kept`, one row per cohort month; the first month end is that of the cohort month itself
        mature : the cohort has had so many months, and its first is in the data; otherwise its sums are blank

        "all" adds up the mature cohorts.
    """
    _check(months, 0)
    last, seen = month_index(snapshot.month), _first_seen(snapshot)
    paid = valued_levels(snapshot).with_columns(cohort=nw.col("begins").min().over("customer_id"))
    customers = paid.group_by("customer_id").agg(
        nw.col("cohort").min(), units_at(nw.col("cohort")).sum().alias("start"), units_at(nw.col("cohort") + months).sum().alias("end"),
    )  # fmt: skip
    cohorts = _sums(customers, "cohort")
    reason = np.select(
        [cohorts["group"] < seen, cohorts["group"] + months > last],
        [_("the cohort began before the data"), _("the cohort is not {months}").format(months=_old(months))], default="",
    )  # fmt: skip
    cohorts = cohorts.assign(mature=reason == "", withheld=reason, group=[month_text(cohort) for cohort in cohorts["group"]])
    sums = [*COUNTS, *MONEY, *PRODUCTS]
    everybody = with_all(cohorts[cohorts["mature"]], [], sums).head(1)
    everybody = everybody.assign(mature=bool(cohorts["mature"].any()), withheld="" if cohorts["mature"].any() else _("no cohort is {months}").format(
        months=_old(months),
    ))
    cohorts[sums] = cohorts[sums].astype(float)
    cohorts.loc[~cohorts["mature"], [name for name in sums if name != "customers"]] = np.nan
    return _finished(pd.concat([everybody, cohorts], ignore_index=True))


def _check(months, ago):
    if not isinstance(months, int) or months < 1 or not isinstance(ago, int) or ago < 0:
        raise UsageError(f"months = {months!r} must be a whole number of 1 or more, ago = {ago!r} one of 0 or more")


def _old(months):
    return ngettext("{months} month old", "{months} months old", months).format(months=months)


def _first_seen(snapshot):
    observed_from = snapshot.settings.observed_from
    return month_index(f"{observed_from:%Y-%m}") if observed_from else 0


def valued_levels(snapshot):
    """The month-end levels with `units`: their MRR at the snapshot's rates, whole ten-thousandths."""
    rates = month_rates(snapshot)
    foreign = [
        (nw.col(f"in_{currency}").cast(nw.Float64) * float(rates[currency].iloc[-1])).round(0).cast(nw.Int64) for currency in rates.columns
    ]  # fmt: skip
    return levels(snapshot).select("customer_id", "begins", "ends", units=nw.sum_horizontal("home", *foreign))


def units_at(month):
    """A period's units if it is paid at that month's end, else 0."""
    return nw.when((nw.col("begins") <= month) & (nw.col("ends") > month)).then(nw.col("units")).otherwise(0)


def _sums(customers, group):
    """Sums per group over the customers that paid at the first month end."""
    start, end = nw.col("start"), nw.col("end")
    kept = nw.when(end > 0).then(start).otherwise(0)
    capped = nw.when(end < start).then(end).otherwise(start)
    paying = customers.filter(start > 0).select(group=nw.col(group), one=nw.when(end > 0).then(1).otherwise(0), start=start, kept=kept, end=end, capped=capped)

    factors = {"start_start": ("start", "start"), "kept_start_start": ("kept", "kept"), "start_kept": ("start", "end"), "kept_kept": ("end", "end"),
               "start_capped": ("start", "capped"), "capped_capped": ("capped", "capped")}  # fmt: skip
    parts = {name: part for product, columns in factors.items() for name, part in product_parts(product, *columns).items()}
    frame = fetch(
        paying.group_by("group").agg(
            nw.len().alias("customers"), nw.col("one").sum().alias("kept_customers"),
            nw.col("start").sum().alias("start_mrr"), nw.col("kept").sum().alias("kept_start_mrr"),
            nw.col("end").sum().alias("kept_mrr"), nw.col("capped").sum().alias("capped_mrr"),
            **parts,
        ),
        sort=["group"],
    )  # fmt: skip
    frame[MONEY] = frame[MONEY].astype("float64") / UNIT
    frame = products(frame, PRODUCTS)
    frame[PRODUCTS] = frame[PRODUCTS].astype("float64")
    return frame.astype({"customers": "int64", "kept_customers": "int64"})


def _finished(frame):
    """The frame as it is returned: the order in which floats were added up shows in their last digits only, and these are cut."""
    frame = frame.assign(**frame[MONEY].astype("float64").round(4))
    frame = frame.assign(**frame[PRODUCTS].astype("float64").map(lambda value: float(f"{value:.12g}")))
    return frame[COLUMNS].astype({"customers": "int64", "kept_customers": "Int64"})
