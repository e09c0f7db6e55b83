"""Sentences on when customers leave."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.billing import capital, customers_who_pay, months_they_leave
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.vocabulary import said

_PEAK = N_(
    "The subscription month with the highest hazard: the share of the customers still there at its start who leave during it. Months with few "
    "customers at risk cannot win. The interval spans the months that may be the highest, jointly at the same confidence as the other intervals."
)

# More months than these are told by their number and their ends.
_MANY = 6


def highest_churn_month_finding(peaks, *, group="all"):
    """In which subscription month are customers most likely to leave, and is it one?

    Parameters
    ----------
    peaks : DataFrame, one row per group and month: group, tenure_month, hazard, lower, upper, in_confidence_set, at_risk, churned,
        eligible, is_peak, verdict ("peak", "window": one of several, or "none")
    """
    rows = peaks[peaks["group"] == group]
    key = "highest_churn_month" if group == "all" else f"highest_churn_month:{group}"
    sentence = formats.full_stop(capital(_clause(rows, group)))
    if _verdict(rows) == "peak":
        sentence += _(" Every other month with enough customers is lower, beyond chance.")
    if _verdict(rows) == "none" and _told(rows):
        sentence += _(" {capital}; the highest seen is no proof: {lost}.").format(capital=capital(_told(rows)), lost=_lost(rows))
    return Finding(key=key, unit="subscription month", definition=_PEAK, sentence=sentence, **_numbers(rows))


def highest_churn_month_findings(peaks, *, most=3):
    """The answer for all billing intervals in one sentence, and then for each of them, as a list; with one interval only the answer.

    Customers who pay by the year can leave at renewals only: a peak of all intervals together would say nothing about either.

    Parameters
    ----------
    peaks : as for `highest_churn_month_finding`, the groups being billing intervals
    most : intervals in the sentence, those with most customers first
    """
    sizes = peaks.groupby("group", sort=False)["at_risk"].max()
    groups = [group for group in sizes.sort_values(ascending=False, kind="stable").index if group != "all"]
    if len(groups) < 2:
        return [highest_churn_month_finding(peaks)]
    rows = {group: peaks[peaks["group"] == group] for group in groups}
    flat = [group for group in groups[:most] if _verdict(rows[group]) == "none"]
    clauses = [_clause(rows[group], group) for group in groups[:most] if group not in flat]
    clauses += [_("no subscription month stands out for {customers}").format(
        customers=formats.listing(customers_who_pay(group) for group in flat))] if flat else []
    clauses += [_("{groups} more billing intervals are told below").format(groups=formats.count(len(groups) - most))] if len(groups) > most else []
    definition = _(
        '{PEAK} Value and interval are those of the billing interval with most customers, "{groups}"; each interval has its own, for they must '
        "not be pooled."
    ).format(PEAK=_PEAK, groups=said(groups[0]))
    together = Finding(key="highest_churn_month", unit="subscription month", definition=definition,
        
                       sentence=formats.full_stop(capital(formats.clauses(clauses))),
                       **_numbers(rows[groups[0]]))
    return [together, *(highest_churn_month_finding(peaks, group=group) for group in groups)]


def customers_to_call_finding(calls, peaks, months, *, limit):
    """How many customers are in the worst month of their billing interval now?

    Parameters
    ----------
    calls : DataFrame of customers_entering: one row per customer, group
    peaks : as for `highest_churn_month_findings`: names the intervals that have no month of highest churn
    months : dict of group to list of months
    limit : how many rows `calls` can have
    """
    common = {"key": "customers_to_call", "lower": math.nan, "upper": math.nan, "unit": "customers",
              "definition": _("Customers who pay and are, as the report's month ends, in the subscription month in which customers of their "
              "billing interval leave most.")}
    groups = [group for group in peaks["group"].unique() if group != "all"]
    without = [customers_who_pay(group) for group in groups if group not in months]
    left_out = _("; {without} are not on the list, because no month stands out for them").format(without=formats.listing(without)) if without else ""
    if not months:
        told = _("no subscription month stands out, so no customer is nearer to leaving than the others")
        return Finding(**common, value=math.nan, n=None, withheld=told, sentence=_("There is nobody to call by this rule: {told}.").format(told=told))
    in_month = calls["group"].value_counts()
    parts = [_("{group} of the {customers} ({in_months})").format(
        group=formats.count(int(in_month.get(group, 0))), customers=customers_who_pay(group), in_months=_in_months(own),
    ) for group, own in months.items()]
    told = (
        _(": {parts}").format(parts=formats.listing(parts)) if len(groups) > 1
        else _(" ({months})").format(months=_in_months(next(iter(months.values()))))
    )  # fmt: skip
    many = _("The list holds the {limit} largest of them").format(limit=formats.count(limit)) if len(calls) >= limit else _("All are on the list")
    return Finding(
        **common, value=len(calls), n=len(calls),
        sentence=_("{calls} in a month of highest churn now{told}{left_out}. {many}, those who pay most first.").format(
            calls=capital(formats.counted(len(calls), "customer is", "customers are")), told=told, left_out=left_out, many=many,
        ),
    )


def _verdict(rows):
    return rows["verdict"].iloc[0] if len(rows) and rows["is_peak"].astype(bool).any() else "nobody"


def _clause(rows, group):
    """When these customers leave, as a clause without its capital and full stop."""
    whom, verdict = customers_who_pay(group), _verdict(rows)
    if verdict == "nobody":
        return _("{whom} have not left in any month with enough customers to say").format(whom=whom)
    if verdict == "none":
        return _("no subscription month stands out") if group == "all" else _("no subscription month stands out for {whom}").format(whom=whom)
    months = _may_be(rows)
    renewals = months_they_leave(group, months)
    best = int(_best(rows)["tenure_month"])
    if renewals:
        return _("{whom} leave most {renewals}: {lost}").format(whom=whom, renewals=renewals, lost=_lost(rows, named=len(months) > 1))
    if verdict == "window":
        wide = _("{months} subscription months between {months_2} and {months_3}").format(
            months=formats.count(len(months)), months_2=months[0], months_3=months[-1],
        )
        where = wide if len(months) > _MANY else _("the subscription months {months}").format(months=formats.runs(months))
        return _("{whom} leave most in one of {where}, and the data cannot tell which: {lost}").format(whom=whom, where=where, lost=_lost(rows))
    return _("{whom} leave most in subscription month {best}: {lost}").format(whom=whom, best=best, lost=_lost(rows, named=False))


def _lost(rows, *, named=True):
    row = _best(rows)
    share = formats.measure(row["hazard"], "share", row["lower"], row["upper"])
    told = _("{share} of the {at_risk} who began month {month} left during it") if named else _("{share} of the {at_risk} who began it left during it")
    return told.format(share=share, at_risk=formats.count(row["at_risk"]), month=int(row["tenure_month"]))


def _told(rows):
    eligible = int(rows["eligible"].sum())
    return _("{may_be} of the {eligible} months with enough customers may be the highest").format(
        may_be=formats.count(len(_may_be(rows))), eligible=formats.count(eligible),
    )


def _numbers(rows):
    """value, lower, upper, n and withheld of a group's answer."""
    verdict, months = _verdict(rows), _may_be(rows)
    most = int(rows["at_risk"].max()) if len(rows) else 0
    if verdict == "nobody":
        return {"value": math.nan, "lower": math.nan, "upper": math.nan, "n": most, "withheld": _("nobody has left in a month with enough customers at risk")}
    ends = {"lower": min(months, default=math.nan), "upper": max(months, default=math.nan)}
    if verdict == "none":
        return {"value": math.nan, **ends, "n": most, "withheld": _told(rows)}
    best = _best(rows)
    return {"value": int(best["tenure_month"]), **ends, "n": int(best["at_risk"])}


def _best(rows):
    return rows[rows["is_peak"].astype(bool)].iloc[0]


def _may_be(rows):
    return [int(month) for month in rows.loc[rows["in_confidence_set"].astype(bool), "tenure_month"]]


def _in_months(months):
    return _("month {months}").format(months=months[0]) if len(months) == 1 else _("months {months}").format(months=formats.runs(months))
