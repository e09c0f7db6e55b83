"""How many accounts use each feature, on trial and paying, over the same number of days?"""

import datetime as dt

import narwhals as nw
import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.months import add_months, days_column
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.spells import spells
from lifecycle_utils.observe.trials import account_trials
from lifecycle_utils.observe.unanswered import unanswered, without

#: Features counted, those that most accounts use; more would describe single accounts.
MOST_FEATURES = 30
#: The row that counts accounts with any use at all: trials that use everything more may just be more active.
ANY = N_("(any feature)")
COLUMNS = ["feature", "trial_accounts", "trial_used", "paying_accounts", "paying_used"]
NO_ACCOUNT_TRIALS = N_("no account on trial is in the data: no subscription begins with an MRR of 0, so use during trials cannot be told")


def feature_use(snapshot, *, days=14, last_months=12):
    """Of the accounts on trial and of those paying, how many used each feature within so many days?

    Parameters
    ----------
    days : length of the window: the first days of a trial, the last days before the snapshot's end of a paying account. Both are watched
        for all of them, so that use is compared over equal time; trials that were shorter, or ended sooner by a payment, are left out.
    last_months : trials that began in so many months up to the snapshot

    Returns
    -------
    DataFrame, one row per feature, most used first; "(any feature)" counts accounts with any use
        trial_accounts, paying_accounts : accounts watched, the same in every row
        trial_used, paying_used : of them those that used it
        No rows, with the reason in `.attrs["withheld"]`, without usage or where either kind is missing.
    """
    if not snapshot.has("usage"):
        return unanswered(COLUMNS, without("usage"))
    cutoff, begins = snapshot.cutoff, usage_begins(snapshot)
    start, ended = nw.col("started_on"), nw.col("ended_on")
    earliest = max(add_months(cutoff, -last_months), begins)
    whole = (days_column(start, cutoff) >= days) & (ended.is_null() | (days_column(start, ended) >= days))
    on_trial = account_trials(snapshot).filter((start >= earliest) & whole).select("customer_id", "started_on", kind=nw.lit("trial"))
    window = cutoff - dt.timedelta(days=days)
    paying = spells(snapshot).filter((start <= window) & ended.is_null()).select("customer_id", started_on=nw.lit(window), kind=nw.lit("paying"))
    accounts = snapshot.once(("feature_use", days, last_months), lambda: nw.concat([on_trial, paying]))
    sizes = fetch(accounts.group_by("kind").agg(nw.len().alias("accounts"))).set_index("kind")["accounts"]
    if "trial" not in sizes or "paying" not in sizes or window < begins:
        return unanswered(COLUMNS, _why(snapshot, sizes, days, window < begins))
    use = used_within(snapshot, accounts, days).select("customer_id", "kind", "feature").unique()
    used = nw.concat([use, use.with_columns(feature=nw.lit(ANY))]).group_by("feature", "kind").agg(used=nw.col("customer_id").n_unique())
    wide = fetch(used, sort=["feature"]).pivot(index="feature", columns="kind", values="used").reindex(columns=["trial", "paying"]).fillna(0).reset_index()
    wide = wide.assign(most=wide["trial"] + wide["paying"]).sort_values(["most", "feature"], ascending=[False, True]).head(MOST_FEATURES)
    frame = wide.rename(columns={"trial": "trial_used", "paying": "paying_used"})
    frame = frame.assign(trial_accounts=sizes["trial"], paying_accounts=sizes["paying"])[COLUMNS].rename_axis(columns=None)
    return frame.astype(dict.fromkeys(COLUMNS[1:], "int64")).reset_index(drop=True)


def usage_begins(snapshot):
    """The first day of use in the data: of what was before, nothing is known. The snapshot's end where there is no use."""
    first = fetch_one(snapshot.table("usage").select(nw.col("used_on").min()))
    return snapshot.cutoff if pd.isna(first) else pd.Timestamp(first).date()


def used_within(snapshot, accounts, days):
    """The use of `accounts` (customer_id, started_on, …) in the `days` days from started_on: their columns, feature and used_on."""
    use = snapshot.table("usage").filter(nw.col("events") > 0).select("customer_id", "used_on", "feature")
    since = days_column(nw.col("started_on"), nw.col("used_on"))
    return accounts.join(use, on="customer_id", how="inner").filter((since >= 0) & (since < days))


def _why(snapshot, sizes, days, too_young):
    if too_young:
        return _("the usage data is younger than {days} days").format(days=days)
    if "paying" not in sizes:
        return _("nobody has been paying for {days} days").format(days=days)
    if not fetch_one(account_trials(snapshot).select(nw.len())):
        return NO_ACCOUNT_TRIALS
    return _("no recent trial lasted {days} days").format(days=days)
