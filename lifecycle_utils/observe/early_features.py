"""Which features did accounts use early, and what became of them? Landmarked: the groups are fixed on one day, only what comes after is outcome."""

import datetime as dt

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import _
from lifecycle_utils.months import complete_months_column, days_column
from lifecycle_utils.observe.feature_use import MOST_FEATURES, NO_ACCOUNT_TRIALS, usage_begins, used_within
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import grouped_spells
from lifecycle_utils.observe.trials import account_trials
from lifecycle_utils.observe.unanswered import unanswered, without

COLUMNS = ["feature", "stratum", "used", "used_outcome", "unused", "unused_outcome"]
#: Accounts with as many days of use or more are one stratum.
_MOST_DAYS = 15


def early_features_of_trials(snapshot, *, landmark_day=7, within_days=90):
    """Did trials that used a feature before the landmark become customers more often after it?

    Parameters
    ----------
    landmark_day : day of the trial on which its use so far is looked at. Accounts that had paid, or whose trial was over, are left out.
    within_days : the outcome is a first payment by this day after the start; only trials of whom that is known count

    Returns
    -------
    DataFrame, one row per (feature, stratum)
        stratum : days with any use before the landmark, as text: equally active accounts are compared with each other
        used, unused : accounts that used the feature before the landmark, or did not
        used_outcome, unused_outcome : of them those that paid later
        No rows, with the reason in `.attrs["withheld"]`, without usage or trials.

    References
    ----------
    Landmarking: Anderson, Cain & Gelber (1983), Journal of Clinical Oncology 1, 710-719.
    """
    if not 0 < landmark_day <= within_days:
        raise UsageError(f"landmark_day = {landmark_day!r} must be 1 or more and not after within_days = {within_days!r}")
    if not snapshot.has("usage"):
        return unanswered(COLUMNS, without("usage"))
    start, ended, paid = nw.col("started_on"), nw.col("ended_on"), nw.col("paid_on")
    there = (ended.is_null() | (days_column(start, ended) >= landmark_day)) & (paid.is_null() | (days_column(start, paid) >= landmark_day))
    known = (days_column(start, snapshot.cutoff) > within_days) & (start >= _since(snapshot))
    outcome = (days_column(start, paid) <= within_days).fill_null(False)
    accounts = account_trials(snapshot).filter(there & known).select("customer_id", "started_on", outcome=_count(outcome), kind=nw.lit(""))
    if not fetch_one(account_trials(snapshot).select(nw.len())):
        return unanswered(COLUMNS, NO_ACCOUNT_TRIALS)
    question = ("early features of trials", landmark_day, within_days)
    return _counts(snapshot, question, accounts, landmark_day, _("no trial was watched for {within_days} days").format(within_days=within_days))


def early_features_of_customers(snapshot, *, landmark_day=30, after_months=12):
    """Did customers that used a feature before the landmark stay longer after it?

    Parameters
    ----------
    landmark_day : day since the first payment on which use so far is looked at. Customers who had left are left out.
    after_months : the outcome is to be paying still after so many subscription months (first spell); only customers of whom that is known count

    Returns
    -------
    DataFrame as of `early_features_of_trials`; a stratum is days of use and billing interval, for a yearly contract cannot end sooner
    """
    if landmark_day < 1 or after_months * 28 < landmark_day:
        raise UsageError(f"landmark_day = {landmark_day!r} must be 1 or more and lie within after_months = {after_months!r}")
    if not snapshot.has("usage"):
        return unanswered(COLUMNS, without("usage"))
    start, ended = nw.col("started_on"), nw.col("ended_on")
    certain = snapshot.cutoff - dt.timedelta(days=snapshot.settings.grace_days)
    there = ended.is_null() | (days_column(start, ended) > landmark_day)
    known = (complete_months_column(start, certain) >= after_months) & (start >= _since(snapshot))
    outcome = ended.is_null() | (ended > start.dt.offset_by(f"{after_months}mo"))
    spells = grouped_spells(snapshot, "billing_interval").filter(there & known)
    accounts = spells.select("customer_id", "started_on", outcome=_count(outcome), kind=nw.concat_str(nw.lit(", "), nw.col("group")))
    question = ("early features of customers", landmark_day, after_months)
    return _counts(snapshot, question, accounts, landmark_day, _("no customer was watched for {after_months} months").format(after_months=after_months))


def _counts(snapshot, question, accounts, landmark_day, nobody):
    fixed = snapshot.once(question, lambda: accounts)
    used = snapshot.once((*question, "used"), lambda: used_within(snapshot, fixed, landmark_day).select("customer_id", "feature", "used_on").unique())
    days = used.group_by("customer_id").agg(days=nw.col("used_on").n_unique())
    active = nw.when(nw.col("days") > _MOST_DAYS).then(nw.lit(_MOST_DAYS)).otherwise(nw.col("days").fill_null(0)).cast(nw.Int64)
    known = fixed.join(days, on="customer_id", how="left").with_columns(stratum=nw.concat_str(active.cast(nw.String), nw.col("kind")))
    totals = fetch(known.group_by("stratum").agg(nw.len().alias("accounts"), nw.col("outcome").sum()), sort=["stratum"])
    if totals.empty:
        return unanswered(COLUMNS, nobody)
    users = used.select("customer_id", "feature").unique().join(known.select("customer_id", "stratum", "outcome"), on="customer_id", how="inner")
    counts = fetch(users.group_by("feature", "stratum").agg(used=nw.len(), used_outcome=nw.col("outcome").sum()), sort=["feature", "stratum"])
    return _beside_the_others(counts, totals)


def _beside_the_others(counts, totals):
    """Every feature in every stratum: who used it, and all others of the stratum."""
    frequent = counts.groupby("feature")["used"].sum().reset_index().sort_values(["used", "feature"], ascending=[False, True])["feature"].head(MOST_FEATURES)
    whole = frequent.to_frame().merge(totals, how="cross").merge(counts, on=["feature", "stratum"], how="left").fillna({"used": 0, "used_outcome": 0})
    whole = whole.assign(unused=whole["accounts"] - whole["used"], unused_outcome=whole["outcome"] - whole["used_outcome"])
    return whole.astype(dict.fromkeys(COLUMNS[2:], "int64"))[COLUMNS].sort_values(["feature", "stratum"], ignore_index=True)


def _since(snapshot):
    """Accounts that began before the data, or before the usage data, were not watched from their first day."""
    begins = usage_begins(snapshot)
    observed = snapshot.settings.observed_from
    return begins if observed is None else max(begins, observed)


def _count(condition):
    return nw.when(condition).then(1).otherwise(0)
