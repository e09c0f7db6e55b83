"""Sentences on how leads convert and where accounts go: what waiting for the young ones changes, and who comes back."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.notes import Notes
from lifecycle_utils.present.record import Finding

_CONVERSION = N_(
    "One less the Kaplan-Meier curve of leads that have not paid, by their age in days: a lead counts for as long as it has been watched, "
    "so leads that are too young are neither won nor lost."
)
_RETURN = N_("Customers who had left at a month's end and pay at the next one / all who had left at a month's end, over the months of the table.")
_NOTHING = {"value": math.nan, "lower": math.nan, "upper": math.nan}


def lead_conversion_finding(leads):
    """What share of leads pays within so many days, and what would won / all say of the newest?

    Parameters
    ----------
    leads : with everybody (one row) and trend (one per month of the lead), both with conversion, lower, upper, naive, customers, withheld;
        within_days; withheld (why there is neither, or "")
    """
    within_days, everybody = leads.within_days, leads.everybody
    common = {"key": "lead_conversion", "unit": "share", "definition": _CONVERSION}
    if leads.withheld or math.isnan(everybody["conversion"].iloc[0]):
        told = leads.withheld or everybody["withheld"].iloc[0]
        n = None if leads.withheld else int(everybody["customers"].iloc[0])
        return Finding(**common, **_NOTHING, n=n, withheld=told,
                       sentence=_("Purchase: what share of leads pays within {within_days} days is withheld: {told}.").format(
                           within_days=within_days, told=told,
                       ))
    row = everybody.iloc[0]
    share = formats.measure(row["conversion"], "share", row["lower"], row["upper"])
    newest = leads.trend.sort_values("group").iloc[-1]
    late = (
        _(" Won divided by all leads would print {naive} for {group}, whose leads have had no time yet.").format(
            naive=formats.percent(newest["naive"]), group=formats.calendar_month(newest["group"]),
        ) if newest["naive"] < row["conversion"] else ""
    )  # fmt: skip
    sentence = _("Purchase: within {within_days} days {share} of the {customers} leads of the last twelve months pay.{late}").format(
        within_days=within_days, share=share, customers=formats.count(row["customers"]), late=late,
    )
    interval = {"value": float(row["conversion"]), "lower": float(row["lower"]), "upper": float(row["upper"])}
    return Finding(**common, **interval, n=int(row["customers"]), withheld=row["withheld"] or None, sentence=sentence)


def stage_moves_findings(shares):
    """Who comes back, and who pays more or less: a finding and a note from the matrix, as a list.

    Parameters
    ----------
    shares : DataFrame of transition_shares
    """
    months = formats.counted(int(shares["months"].iloc[0]), "month", "months") if len(shares) else _("no month")
    back = shares[(shares["from_stage"] == "churned") & shares["to_stage"].isin(["returned", "trial_again"])]
    back = back.assign(words=back["to_stage"].map({"returned": _("pay again"), "trial_again": _("are on trial again")}))
    paying = ["new", "paying", "expanded", "contracted", "returned"]
    less = shares[shares["from_stage"].isin(paying) & (shares["to_stage"] == "contracted")]
    return [_returns(back, shares[shares["from_stage"] == "churned"], months), _shrinks(less, shares[shares["from_stage"].isin(paying)], months)]


def _returns(back, left, months):
    common = {"key": "customers_that_return", "unit": "share", "definition": _RETURN}
    at_risk = int(left["at_risk"].iloc[0]) if len(left) else 0
    if not at_risk:
        return Finding(**common, **_NOTHING, n=0, withheld=_("nobody had left"), sentence=_("Nobody had left who could return."))
    if not len(back):
        return Finding(**common | _NOTHING | {"value": 0.0}, n=at_risk, sentence=_("Of those who had left nobody came back within {months}.").format(
            months=months,
        ))
    if math.isnan(back["lower"].iloc[0]):
        told = back["withheld"].iloc[0] or _("there is no interval")
        return Finding(**common, **_NOTHING, n=at_risk, withheld=told, sentence=_("How many of those who left come back is withheld: {told}.").format(
            told=told,
        ))
    told = [_("{share} {words} a month later").format(share=formats.measure(row["share"], "share", row["lower"], row["upper"]), words=row["words"])
        for row in back.to_dict("records")]
    first = back.iloc[0]
    interval = {"value": float(first["share"]), "lower": float(first["lower"]), "upper": float(first["upper"])}
    sentence = _("Leaving is not the end: of those who had left, {listing} ({accounts} moves in {months}).").format(
        listing=formats.listing(told), accounts=formats.count(back["accounts"].sum()), months=months,
    )
    return Finding(**common, **interval, n=at_risk, withheld=first["withheld"] or None, sentence=sentence)


def _shrinks(less, paying, months):
    if not len(paying):
        return Notes((_("Nobody was paying who could pay less."),))
    more = paying.loc[paying["to_stage"] == "expanded", "accounts"].sum()
    times = [formats.counted(int(number), "time", "times") for number in (more, less["accounts"].sum())]
    return Notes((_("Within {months} customers went up to a higher MRR {times} and down to a lower one {times_2}.").format(
        months=months, times=times[0], times_2=times[1],
    ),))
