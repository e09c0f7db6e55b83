"""Sentences above the lists to act on: accounts ready for more, renewals that come up, the largest accounts."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.findings_trials import withheld_for
from lifecycle_utils.present.record import Finding

_READY = (
    "Paying accounts whose different users of the last 90 days fill a given share of the seats they pay for; where seats or users are not known, "
    "accounts with as many days of use as the busiest quarter. Held against history: who was on such a list before, and pays more today."
)
_RENEWALS = "Contracts of more than a month whose next renewal, counted from the first day of the subscription, falls into the days after the snapshot."
_LARGE = (
    "The share of MRR that the largest accounts on the list bring. Use fell: at most half as many days of use in the last 30 "
    "as in the 30 before, where those were four or more."
)


def upgrade_ready_finding(ready, check, *, currency, after_months=6):
    """How many accounts are ready for more, and did such accounts upgrade before?

    Parameters
    ----------
    ready : DataFrame of observe.upgrade_ready, with its totals
    check : DataFrame of feature_association of observe.upgrade_check
    after_months : months between the list of the check and today
    """
    common = {"key": "upgrade_ready", "unit": "customers", "definition": _READY}
    if "accounts" not in ready.attrs:
        return withheld_for(ready, common, "Which accounts are ready for an upgrade")
    accounts, paying, mrr = (ready.attrs[name] for name in ("accounts", "paying", "mrr"))
    sentence = (
        f"{formats.counted(accounts, 'account is', 'accounts are')} {ready.attrs['signal']}, of {formats.count(paying)} that pay, "
        f"with {formats.money(mrr, currency)} of MRR."
    )
    return Finding(**common, value=accounts, lower=math.nan, upper=math.nan, n=paying, sentence=f"{sentence} {_history(check, after_months)}")


def _history(check, after_months):
    rows = check[check["difference"].notna()] if len(check) else check
    if not len(rows):
        why = check.attrs.get("withheld") or (check["withheld"].iloc[0] if len(check) else "there is no history")
        return f"Whether such accounts upgrade more often is withheld: {why}."
    row = rows.iloc[0]
    ago = f"{formats.count(after_months)} months ago"
    then, others = (formats.percent(row[name]) for name in ("used_share", "unused_share"))
    shares = f"{then} of those that would have been on this list {ago} pay more today, and {others} of the others"
    if not row["significant"]:
        return f"It may not mean much: {shares}, a difference within chance."
    times = formats.measure(row["ratio"], "ratio", row["ratio_lower"], row["ratio_upper"]).replace(" (", " times as many (")
    return f"{'It means something' if row['difference'] > 0 else 'It points the wrong way'}: {shares}, {times}."


def renewals_finding(renewals, *, within_days, currency):
    """How many contracts renew soon, and what is at stake?

    Parameters
    ----------
    renewals : DataFrame of observe.renewals_due, with its totals
    """
    common = {"key": "renewals_due", "unit": currency, "definition": _RENEWALS}
    contracts, mrr = renewals.attrs["contracts"], renewals.attrs["mrr"]
    if not renewals.attrs["stated"]:
        return withheld_for(renewals, common, "Which renewals come up", "no running subscription says how often it renews (column billing_interval)")
    span = f"in the {formats.count(within_days)} days after the end of the month"
    if not contracts:
        return Finding(**common, value=0.0, lower=math.nan, upper=math.nan, n=0, sentence=f"No contract of more than a month renews {span}.")
    return Finding(
        **common, value=mrr, lower=math.nan, upper=math.nan, n=contracts,
        sentence=f"Contracts with {formats.money(mrr, currency)} of MRR renew {span}: {formats.counted(contracts, 'contract', 'contracts')} "
        f"of {formats.counted(renewals.attrs['customers'], 'customer', 'customers')}.",
    )  # fmt: skip


def large_accounts_finding(accounts):
    """How much hangs on the largest accounts, and whose use has fallen?

    Parameters
    ----------
    accounts : DataFrame of observe.large_accounts
    """
    common = {"key": "large_accounts", "unit": "share", "definition": _LARGE}
    if accounts.empty:
        return withheld_for(accounts, common, "What hangs on the largest accounts", "nobody pays")
    share, fell = float(accounts["share_of_mrr"].sum()), int(accounts["use_fell"].sum())
    use = (
        "whether they use it less is withheld: the table usage is missing" if accounts["days_30"].isna().all()
        else f"in the last 30 days the use of {formats.count(fell)} of them has halved or worse" if fell else "the use of none of them has halved"
    )  # fmt: skip
    return Finding(
        **common, value=share, lower=math.nan, upper=math.nan, n=len(accounts),
        sentence=f"The {formats.counted(len(accounts), 'largest account brings', 'largest accounts bring')} {formats.percent(share)} of MRR; {use}.",
    )  # fmt: skip
