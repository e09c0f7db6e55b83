"""Sentences above the lists to act on: accounts ready for more, renewals that come up, the largest accounts."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.findings_trials import withheld_for
from lifecycle_utils.present.record import Finding

_READY = N_(
    "Paying accounts whose different users of the last 90 days fill a given share of the seats they pay for; where seats or users are not known, "
    "accounts with as many days of use as the busiest quarter. Checked on history: who was on such a list before, and pays more today."
)
_RENEWALS = N_("Contracts of more than a month whose next renewal, counted from the first day of the subscription, falls into the days after the snapshot.")
_LARGE = N_(
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
        return withheld_for(ready, common, _("Which accounts are ready for an upgrade"))
    accounts, paying, mrr = (ready.attrs[name] for name in ("accounts", "paying", "mrr"))
    sentence = _("{accounts} {signal}, of {paying} that pay, with {mrr} of MRR.").format(
        accounts=formats.counted(accounts, "account is", "accounts are"), signal=ready.attrs["signal"], paying=formats.count(paying),
        mrr=formats.money(mrr, currency),
    )
    return Finding(**common, value=accounts, lower=math.nan, upper=math.nan, n=paying, sentence=f"{sentence} {_history(check, after_months)}")


def _history(check, after_months):
    rows = check[check["difference"].notna()] if len(check) else check
    if not len(rows):
        why = check.attrs.get("withheld") or (check["withheld"].iloc[0] if len(check) else _("there is no history"))
        return _("Whether such accounts upgrade more often is withheld: {why}.").format(why=why)
    row = rows.iloc[0]
    ago = _("{after_months} months ago").format(after_months=formats.count(after_months))
    then, others = (formats.percent(row[name]) for name in ("used_share", "unused_share"))
    shares = _("{then} of those that would have been on this list {ago} pay more today, and {others} of the others").format(
        then=then, ago=ago, others=others,
    )
    if not row["significant"]:
        return _("It may not mean much: {shares}, a difference within chance.").format(shares=shares)
    ratio = row["ratio"], "ratio", row["ratio_lower"], row["ratio_upper"]
    times = formats.with_interval(_("{number} times as many").format(number=formats.point(*ratio)), *ratio)
    return _("{it}: {shares}, {times}.").format(
        it=_("It means something") if row["difference"] > 0 else _("It points the wrong way"), shares=shares, times=times,
    )


def renewals_finding(renewals, *, within_days, currency):
    """How many contracts renew soon, and what is at stake?

    Parameters
    ----------
    renewals : DataFrame of observe.renewals_due, with its totals
    """
    common = {"key": "renewals_due", "unit": currency, "definition": _RENEWALS}
    contracts, mrr = renewals.attrs["contracts"], renewals.attrs["mrr"]
    if not renewals.attrs["stated"]:
        return withheld_for(renewals, common, _("Which renewals come up"), _("no running subscription says how often it renews (column billing_interval)"))
    span = _("in the {within_days} days after the end of the month").format(within_days=formats.count(within_days))
    if not contracts:
        return Finding(**common, value=0.0, lower=math.nan, upper=math.nan, n=0, sentence=_("No contract of more than a month renews {span}.").format(
            span=span,
        ))
    return Finding(
        **common, value=mrr, lower=math.nan, upper=math.nan, n=contracts,
        sentence=_("Contracts with {mrr} of MRR renew {span}: {contracts} of {customers}.").format(
            mrr=formats.money(mrr, currency), span=span, contracts=formats.counted(contracts, "contract", "contracts"),
            customers=formats.counted(renewals.attrs["customers"], "customer", "customers"),
        ),
    )  # fmt: skip


def large_accounts_finding(accounts):
    """How much hangs on the largest accounts, and whose use has fallen?

    Parameters
    ----------
    accounts : DataFrame of observe.large_accounts
    """
    common = {"key": "large_accounts", "unit": "share", "definition": _LARGE}
    if accounts.empty:
        return withheld_for(accounts, common, _("What hangs on the largest accounts"), _("nobody pays"))
    share, fell = float(accounts["share_of_mrr"].sum()), int(accounts["use_fell"].sum())
    use = (
        _("whether they use it less is withheld: the table usage is missing") if accounts["days_30"].isna().all()
        else _("in the last 30 days the use of {fell} of them has halved or worse").format(fell=formats.count(fell)) if fell
        else _("the use of none of them has halved")
    )  # fmt: skip
    return Finding(
        **common, value=share, lower=math.nan, upper=math.nan, n=len(accounts),
        sentence=_("The {accounts} {share} of MRR; {use}.").format(
            accounts=formats.counted(len(accounts), "largest account brings", "largest accounts bring"), share=formats.percent(share), use=use,
        ),
    )  # fmt: skip
