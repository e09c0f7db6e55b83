"""Sentences on when customers leave."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.billing import capital, customers_who_pay, months_they_leave
from lifecycle_utils.present.record import Finding

_PEAK = (
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
    sentence = f"{capital(_clause(rows, group))}."
    if _verdict(rows) == "peak":
        sentence += " Every other month with enough customers is lower, beyond chance."
    if _verdict(rows) == "none" and _told(rows):
        sentence += f" {capital(_told(rows))}; the highest seen is no proof: {_lost(rows)}."
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
    clauses += [f"no subscription month stands out for {formats.listing(customers_who_pay(group) for group in flat)}"] if flat else []
    clauses += [f"{formats.count(len(groups) - most)} more billing intervals are told below"] if len(groups) > most else []
    definition = (f'{_PEAK} Value and interval are those of the billing interval with most customers, "{groups[0]}"; '
                  "each interval has its own, for they must not be pooled.")
    together = Finding(key="highest_churn_month", unit="subscription month", definition=definition, sentence=f"{capital('; '.join(clauses))}.",
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
              "definition": "Customers who pay and are, as the report's month ends, in the subscription month in which customers of their "
              "billing interval leave most."}
    groups = [group for group in peaks["group"].unique() if group != "all"]
    without = [customers_who_pay(group) for group in groups if group not in months]
    left_out = f"; {formats.listing(without)} are not on the list, because no month stands out for them" if without else ""
    if not months:
        told = "no subscription month stands out, so no customer is nearer to leaving than the others"
        return Finding(**common, value=math.nan, n=None, withheld=told, sentence=f"There is nobody to call by this rule: {told}.")
    in_month = calls["group"].value_counts()
    parts = [f"{formats.count(int(in_month.get(group, 0)))} of the {customers_who_pay(group)} ({_in_months(own)})" for group, own in months.items()]
    told = f": {formats.listing(parts)}" if len(groups) > 1 else f" ({_in_months(next(iter(months.values())))})"
    many = f"The list holds the {formats.count(limit)} largest of them" if len(calls) >= limit else "All are on the list"
    return Finding(
        **common, value=len(calls), n=len(calls),
        sentence=f"{capital(formats.counted(len(calls), 'customer is', 'customers are'))} in a month of highest churn now{told}"
        f"{left_out}. {many}, those who pay most first.",
    )


def _verdict(rows):
    return rows["verdict"].iloc[0] if len(rows) and rows["is_peak"].astype(bool).any() else "nobody"


def _clause(rows, group):
    """When these customers leave, as a clause without its capital and full stop."""
    whom, verdict = customers_who_pay(group), _verdict(rows)
    if verdict == "nobody":
        return f"{whom} have not left in any month with enough customers to say"
    if verdict == "none":
        return "no subscription month stands out" if group == "all" else f"no subscription month stands out for {whom}"
    months = _may_be(rows)
    renewals = months_they_leave(group, months)
    best = int(_best(rows)["tenure_month"])
    if renewals:
        return f"{whom} leave most {renewals}: {_lost(rows, named=len(months) > 1)}"
    if verdict == "window":
        wide = f"{formats.count(len(months))} subscription months between {months[0]} and {months[-1]}"
        where = wide if len(months) > _MANY else f"the subscription months {formats.runs(months)}"
        return f"{whom} leave most in one of {where}, and the data cannot tell which: {_lost(rows)}"
    return f"{whom} leave most in subscription month {best}: {_lost(rows, named=False)}"


def _lost(rows, *, named=True):
    row = _best(rows)
    began = f"month {int(row['tenure_month'])}" if named else "it"
    share = formats.measure(row["hazard"], "share", row["lower"], row["upper"])
    return f"{share} of the {formats.count(row['at_risk'])} who began {began} left during it"


def _told(rows):
    eligible = int(rows["eligible"].sum())
    return f"{formats.count(len(_may_be(rows)))} of the {formats.count(eligible)} months with enough customers may be the highest"


def _numbers(rows):
    """value, lower, upper, n and withheld of a group's answer."""
    verdict, months = _verdict(rows), _may_be(rows)
    most = int(rows["at_risk"].max()) if len(rows) else 0
    if verdict == "nobody":
        return {"value": math.nan, "lower": math.nan, "upper": math.nan, "n": most, "withheld": "nobody has left in a month with enough customers at risk"}
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
    return f"month {months[0]}" if len(months) == 1 else f"months {formats.runs(months)}"
