"""What has each paying customer bought, since when, and when does it renew? All as known at the end of each snapshot."""

import narwhals as nw

from lifecycle_utils.months import complete_months_column, month_end, shift_month
from lifecycle_utils.observe.money import converted_periods

#: Months between two renewals, by what billing systems call the interval. Any other word is taken for "not stated".
BILLING_MONTHS = {
    1: ("month", "monthly", "1 month"),
    3: ("quarter", "quarterly", "3 months"),
    6: ("semiannual", "semi-annual", "semi-annually", "half-yearly", "half-year", "6 months"),
    12: ("year", "yearly", "annual", "annually", "1 year", "one year", "12 months"),
    24: ("biennial", "2 years", "two years", "two year", "24 months"),
    36: ("triennial", "3 years", "three years", "36 months"),
}
#: Against when a customer's MRR is compared.
_MONTHS_BEFORE = 3


def purchase_history(moments):
    """One row per moment and customer that pays then and is not known to have left.

    Columns: key, as_of, started_on and tenure (complete months) of the spell that runs, returned (0 or 1), units (MRR in whole
    ten-thousandths), units_before (3 months earlier), recency (complete months since a paid period last began), frequency (days in the
    last 12 months on which one began), billing_months (null where not stated), renewals (so far) and renewal_in (1: before the next
    monthly anniversary is over) of the largest subscription.
    """
    return moments.once("purchase_history", lambda: _purchase_history(moments))


def _purchase_history(moments):
    periods = moments.once("periods", lambda: moments.rows(_periods))
    running = spell_history(moments).filter(nw.col("ended_on").is_null()).select("key", "as_of", "spell", "started_on")
    known = running.with_columns(tenure=complete_months_column(nw.col("started_on"), nw.col("as_of")), returned=_count(nw.col("spell") > 1)).drop("spell")
    within = periods.join(running.select("key", nw.col("started_on").alias("since")), on="key", how="inner")
    return known.join(_money(within), on="key", how="inner").join(_terms(within), on="key", how="left")


def spell_history(moments):
    """Every spell known at each moment: key, as_of, spell, started_on, ended_on."""
    periods = moments.once("periods", lambda: moments.rows(_periods))
    return moments.once("spells", lambda: moments.spells(periods))


def _periods(snapshot):
    before, year_ago = (month_end(shift_month(snapshot.month, -months)) for months in (_MONTHS_BEFORE, 12))
    columns = "customer_id", "subscription_id", "started_on", "ended_on", "mrr", "billing_interval", "units"
    return converted_periods(snapshot).select(*columns, before=nw.lit(before), year_ago=nw.lit(year_ago))


def _money(periods):
    started, ended, before = nw.col("started_on"), nw.col("ended_on"), nw.col("before")
    in_spell = started >= nw.col("since")
    return (
        periods.with_columns(
            units=nw.when(ended.is_null()).then(nw.col("units")).otherwise(0),
            units_before=nw.when((started < before) & (ended.is_null() | (ended > before))).then(nw.col("units")).otherwise(0),
            bought_on=nw.when(in_spell).then(started),
            bought_in_year=nw.when(in_spell & (started >= nw.col("year_ago"))).then(started),
        )
        .group_by("key", "as_of")
        .agg(*(nw.col(name).sum().cast(nw.Int64) for name in ("units", "units_before")), nw.col("bought_on").max(), frequency=_different("bought_in_year"))
        .select("key", "units", "units_before", "frequency", recency=complete_months_column(nw.col("bought_on"), nw.col("as_of")))
    )


def _different(column):
    """Different values in a group, nulls not counted: the engines' n_unique counts null as one."""
    return nw.col(column).n_unique() - nw.col(column).is_null().cast(nw.Int64).max()


def _terms(periods):
    """The term of each customer's largest running subscription; of equal ones the longest, then the first."""
    interval, months = nw.col("billing_interval").str.to_lowercase(), nw.lit(None, dtype=nw.Int64)
    for number, words in BILLING_MONTHS.items():
        months = nw.when(interval.is_in(words)).then(nw.lit(number)).otherwise(months)
    inside = periods.filter(nw.col("started_on") >= nw.col("since"))
    begun = inside.group_by("key", "subscription_id").agg(nw.col("started_on").min().alias("term_from"))
    largest = (
        inside.filter(nw.col("ended_on").is_null())
        .with_columns(largest=nw.col("units").max().over("key"), billing_months=months)
        .filter(nw.col("units") == nw.col("largest"))
        .join(begun, on=["key", "subscription_id"], how="inner")
        .group_by("key", "as_of")
        .agg(nw.col("billing_months").max(), nw.col("term_from").min())
        .with_columns(passed=complete_months_column(nw.col("term_from"), nw.col("as_of")))
        .with_columns(renewals=nw.col("passed") // nw.col("billing_months"))
    )
    return largest.select("key", "billing_months", "renewals", renewal_in=nw.col("billing_months") * (nw.col("renewals") + 1) - nw.col("passed"))


def _count(condition):
    return nw.when(condition).then(1).otherwise(0)
