"""Who started a trial, when, and who paid after it? As known at the end of the snapshot.

A trial counts as converted by its customer's first paid day, never because the lead carries a customer's id: ids are filled in later,
and an earlier snapshot must not see them.
"""

import narwhals as nw

from lifecycle_utils.language import N_
from lifecycle_utils.months import days_column, month_column
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.groups import UNKNOWN, with_all
from lifecycle_utils.observe.spells import first_spells, spells
from lifecycle_utils.observe.unanswered import unanswered

#: The page that offered the trial.
WITH_CARD, WITHOUT_CARD = "with card", "without card"
NO_TRIALS = N_("no trial is in the data: leads have no trial_started_on, and no subscription begins with an MRR of 0")
_KEYS = ["group", "entry", "tenure", "churned"]


def trial_starts(snapshot):
    """One row per trial, a lazy frame: trial_id, customer_id (of those who paid), started_on, ended_on, card, paid_on.

    Trials stand in `leads`; where none do, a customer's MRR-0 period before its first payment is one. Of a customer with several only the
    first counts. Left out: trials of those who had paid before, and trials that began before the data do, for of these only the converted are there.
    """
    return snapshot.once("trial_starts", lambda: _trial_starts(snapshot))


def first_payments(snapshot):
    """customer_id and paid_on, the first paid day, of everybody who has paid by the snapshot."""
    return spells(snapshot).filter(nw.col("spell") == 1).select("customer_id", nw.col("started_on").alias("paid_on"))


def account_trials(snapshot):
    """One row per account that began with a period of MRR 0: customer_id, started_on, ended_on (of that period), paid_on.

    These are the trials whose use can be counted: an account has an id from its first day, a lead only when it has paid.
    """
    return snapshot.once("account_trials", lambda: _account_trials(snapshot))


def trials_from_leads(snapshot):
    """Do the leads say who started a trial?"""
    if not snapshot.has("leads"):
        return False
    return bool(fetch_one(snapshot.table("leads").filter(nw.col("trial_started_on") < snapshot.cutoff).select(nw.len())))


def trials(snapshot, *, within_days=90):
    """How many trials began in each month, and how many of them have ended and were converted?

    Returns
    -------
    DataFrame, one row per trial_month "YYYY-MM", oldest first
        trials : count
        ended : of them over by the snapshot, or converted
        converted : of them paid by the snapshot
        converted_within : paid at most `within_days` days after their start
        observed : of them seen for so many days
        No rows, with the reason in `.attrs["withheld"]`, where there is no trial.
    """
    converted = ~nw.col("paid_on").is_null()
    flags = {
        "ended": converted | ~nw.col("ended_on").is_null(),
        "converted": converted,
        "converted_within": (days_column(nw.col("started_on"), nw.col("paid_on")) <= within_days).fill_null(False),
        "observed": days_column(nw.col("started_on"), snapshot.cutoff) > within_days,
    }
    counted = trial_starts(snapshot).with_columns(**{name: nw.when(flag).then(1).otherwise(0) for name, flag in flags.items()})
    sums = counted.group_by(month_column(nw.col("started_on")).alias("trial_month")).agg(nw.len().alias("trials"), *(nw.col(name).sum() for name in flags))
    frame = fetch(sums, sort=["trial_month"])
    if frame.empty:
        return unanswered(["trial_month", "trials", *flags], NO_TRIALS)
    return frame.astype(dict.fromkeys(["trials", *flags], "int64"))


def trial_tenures(snapshot, *, within_days=90):
    """After how many days did trials turn into customers, and for how long have the others been watched?

    Returns
    -------
    DataFrame, one row per (group, entry, tenure, churned) as `observe.tenures`, in days: the day of the start is day 1
        group : "all", "with card", "without card", "(unknown)"
        entry : 0
        tenure : the day of the first payment, or the last complete day; at most `within_days` + 1
        churned : True where the trial was converted (the event)
        customers : trials
    """
    paid_after = days_column(nw.col("started_on"), nw.col("paid_on"))
    last = within_days + 1
    watched = days_column(nw.col("started_on"), snapshot.cutoff)
    rows = trial_starts(snapshot).with_columns(churned=(paid_after <= within_days).fill_null(False), paid=paid_after + 1, watched=watched)
    seen = nw.when(nw.col("watched") < last).then(nw.col("watched")).otherwise(nw.lit(last))
    rows = rows.with_columns(group=nw.col("card"), entry=nw.lit(0), tenure=nw.when(nw.col("churned")).then(nw.col("paid")).otherwise(seen))
    return _counted(rows)


def trial_customer_tenures(snapshot):
    """How long did customers who came by a trial stay, with card and without? Rows as `observe.tenures`, in subscription months."""
    from_trial = trial_starts(snapshot).filter(~nw.col("paid_on").is_null()).select("customer_id", group=nw.col("card"))
    # first_spells is where "how long" is decided; here only the groups are new
    return _counted(first_spells(snapshot).join(from_trial, on="customer_id", how="inner"))


def _counted(rows):
    frame = fetch(rows.group_by(*_KEYS).agg(nw.len().alias("customers")), sort=_KEYS)
    if frame.empty:
        return unanswered([*_KEYS, "customers"], NO_TRIALS)
    whole = frame.astype({"entry": "int64", "tenure": "int64", "churned": bool, "customers": "int64"})
    return with_all(whole, _KEYS[1:], ["customers"])


def _trial_starts(snapshot):
    if trials_from_leads(snapshot):
        found = _from_leads(snapshot)
    else:
        found = account_trials(snapshot).with_columns(trial_id=nw.col("customer_id"), card=nw.lit(UNKNOWN))
    since = snapshot.settings.observed_from
    found = found if since is None else found.filter(nw.col("started_on") >= since)
    return found.select("trial_id", "customer_id", "started_on", "ended_on", "card", "paid_on")


def _from_leads(snapshot):
    # a snapshot keeps dates up to its end, for ends are exclusive; a trial that starts on that day has not started yet
    leads = snapshot.table("leads").filter(nw.col("trial_started_on") < snapshot.cutoff).select(
        "customer_id", trial_id=nw.col("lead_id"), started_on=nw.col("trial_started_on"), ended_on=nw.col("trial_ended_on"), card=card_column()
    )
    paid = leads.join(first_payments(snapshot), on="customer_id", how="left")
    others = paid.filter(nw.col("paid_on").is_null()).with_columns(customer_id=nw.lit(None, dtype=nw.String))
    return nw.concat([_first_of_each(paid.filter(~nw.col("paid_on").is_null())), others]).filter(_not_a_customer_yet())


def _first_of_each(rows):
    earliest = rows.with_columns(first=nw.col("started_on").min().over("customer_id")).filter(nw.col("started_on") == nw.col("first"))
    one = earliest.with_columns(one=nw.col("trial_id").min().over("customer_id")).filter(nw.col("trial_id") == nw.col("one"))
    return one.drop("first", "one")


def _account_trials(snapshot):
    free = snapshot.table("subscriptions").filter(nw.col("mrr") == 0)
    first = free.with_columns(first=nw.col("started_on").min().over("customer_id")).filter(nw.col("started_on") == nw.col("first"))
    begun = first.group_by("customer_id").agg(nw.col("started_on").min(), nw.col("ended_on").max(), open=nw.col("ended_on").is_null().cast(nw.Int64).max())
    begun = begun.with_columns(ended_on=nw.when(nw.col("open") == 0).then(nw.col("ended_on"))).drop("open")
    return begun.join(first_payments(snapshot), on="customer_id", how="left").filter(_not_a_customer_yet())


def _not_a_customer_yet():
    return nw.col("paid_on").is_null() | (nw.col("paid_on") >= nw.col("started_on"))


def card_column():
    """Which page a lead saw, as an engine column."""
    page = nw.when(nw.col("card_required")).then(nw.lit(WITH_CARD)).otherwise(nw.lit(WITHOUT_CARD))
    return nw.when(nw.col("card_required").is_null()).then(nw.lit(UNKNOWN)).otherwise(page)
