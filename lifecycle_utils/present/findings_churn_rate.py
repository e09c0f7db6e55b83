"""The sentence on last month's churn."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding

_RATE = N_(
    "The share of the customers who paid at the end of the month before and no longer paid at the end of this one (Wilson interval). "
    "The change is news only where the interval of the difference (Newcombe 1998) leaves out zero."
)
_CHANCE = {"news": N_("beyond chance"), "noise": N_("no more than chance")}


def churn_rate_finding(rates):
    """What share of the customers left in the newest month, and is that more than the month before?

    Parameters
    ----------
    rates : DataFrame of monthly_churn_rate, oldest month first: month, opening_customers, churned_customers, rate, lower, upper, rate_before,
        change (shares), verdict ("news", "noise" or ""), withheld
    """
    common = {"key": "churn_rate_monthly", "unit": "share", "definition": _RATE}
    nothing = {"value": math.nan, "lower": math.nan, "upper": math.nan, "n": 0}
    if not len(rates) or math.isnan(rates["rate"].iloc[-1]):
        told = rates["withheld"].iloc[-1] if len(rates) else _("nobody has paid at a month's end")
        return Finding(**common, **nothing, withheld=told, sentence=_("Last month's churn is withheld: {told}.").format(told=told))
    row = rates.iloc[-1]
    there = int(row["opening_customers"])
    common |= {"value": float(row["rate"]), "lower": float(row["lower"]), "upper": float(row["upper"]), "n": there, "withheld": row["withheld"] or None}
    sentence = _("Churn was {rate} in {month}: {churned_customers} of {there} left").format(
        rate=formats.measure(row["rate"], "share", row["lower"], row["upper"]), month=formats.calendar_month(row["month"]),
        churned_customers=formats.count(row["churned_customers"]), there=formats.counted(there, "customer", "customers"),
    )
    if row["withheld"]:
        return Finding(**common, sentence=_("{sentence} (no interval: {withheld}).").format(sentence=sentence, withheld=row["withheld"]))
    if not row["verdict"]:
        return Finding(**common, sentence=formats.full_stop(sentence))
    before = formats.month_name(rates["month"].iloc[-2])
    change = formats.points(row["change"]).lstrip("−+")
    if change == "0.0":
        return Finding(**common, sentence=_("{sentence}. That is the same share as in {before}.").format(sentence=sentence, before=before))
    was = formats.percent(row["rate_before"], decimals=1)
    told = _("{change} points less than in {before} ({was})") if row["change"] < 0 else _("{change} points more than in {before} ({was})")
    than = told.format(change=change, before=before, was=was)
    return Finding(**common, sentence=_("{sentence}. That is {than}, {CHANCE}.").format(sentence=sentence, than=than, CHANCE=_CHANCE[row["verdict"]]))
