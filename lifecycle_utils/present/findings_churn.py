"""Sentences on when customers leave, and what it would be worth if fewer did."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_PEAK = (
    "The subscription month with the highest hazard: the share of the customers still there at its start who leave during it. Months with few "
    "customers at risk cannot win. The interval spans the months that may be the highest, jointly at the same confidence as the other intervals."
)
_WORTH = (
    "What a new customer would bring more within the horizon, by the survival curve with only the hazard of that one month lowered; "
    "gross margin and discount as in the settings."
)


def highest_churn_month_finding(peaks, *, group="all", pooled=""):
    """In which subscription month are customers most likely to leave, and is it one?

    Parameters
    ----------
    peaks : DataFrame, one row per group and month: group, tenure_month, hazard, lower, upper, in_confidence_set, at_risk, churned,
        eligible, is_peak, verdict ("peak", "window": one of several, or "none")
    pooled : what the group lumps together ("billing intervals"), if that must be said
    """
    rows = peaks[peaks["group"] == group]
    marked = rows[rows["is_peak"].astype(bool)]
    common = {"key": "highest_churn_month" if group == "all" else f"highest_churn_month:{group}", "unit": "subscription month", "definition": _PEAK}
    whom = f"All {pooled} together, customers" if pooled else "Customers" if group == "all" else f'In the group "{group}", customers'
    if not len(marked):
        told = "nobody has left in a month with enough customers at risk"
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, n=_most_at_risk(rows), withheld=told,
                       sentence=f"{whom} have no month of highest churn yet: {told}.")
    row = marked.iloc[0]
    month, candidates = int(row["tenure_month"]), rows.loc[rows["in_confidence_set"].astype(bool), "tenure_month"].tolist()
    lost = f"of {formats.count(row['at_risk'])} who began month {month}, {formats.measure(row['hazard'], 'share', row['lower'], row['upper'])} left during it"
    if row["verdict"] == "none":
        eligible = int(rows["eligible"].sum())
        told = f"{formats.count(len(candidates))} of the {formats.count(eligible)} months with enough customers may be the highest"
        return Finding(**common, value=math.nan, lower=_first(candidates), upper=_last(candidates), n=_most_at_risk(rows), withheld=told,
                       sentence=f"{whom} have no identifiable month of highest churn: {told}. The highest seen is no proof: {lost}.")
    if row["verdict"] == "window":
        sentence = f"{whom} are most likely to leave in one of the subscription months {formats.runs(candidates)}, and the data cannot tell which: {lost}."
    else:
        sentence = f"{whom} are most likely to leave in subscription month {month}: {lost}. Every other month with enough customers is lower, beyond chance."
    return Finding(**common, value=month, lower=_first(candidates), upper=_last(candidates), n=int(row["at_risk"]), sentence=sentence)


def highest_churn_month_findings(peaks, *, pooled=""):
    """`highest_churn_month_finding` for everybody and then for every group, as a list.

    A group that is everybody is not repeated. `pooled` names what the groups are ("billing intervals").
    """
    sizes = peaks.groupby("group", sort=False)["at_risk"].max()
    groups = [group for group in sizes.index if group != "all"]
    if len(groups) < 2:
        return [highest_churn_month_finding(peaks)]
    return [highest_churn_month_finding(peaks, pooled=pooled), *(highest_churn_month_finding(peaks, group=group) for group in groups)]


def worth_of_fixing_finding(worth, *, currency, group="all"):
    """What would it bring if fewer left in that month?

    Parameters
    ----------
    worth : DataFrame of worth_of_fixing: group, tenure_month, reduction (share), measure, gain, lower, upper, horizon_months, customers, withheld
    """
    row = worth[(worth["group"] == group) & (worth["measure"] == "lifetime_value")].iloc[0]
    common = {"key": "worth_of_fixing" if group == "all" else f"worth_of_fixing:{group}", "unit": currency, "definition": _WORTH,
              "n": int(row["customers"]), "value": float(row["gain"]), "lower": float(row["lower"]), "upper": float(row["upper"]),
              "withheld": row["withheld"] or None}
    whom = "" if group == "all" else f' in "{group}"'
    if math.isnan(row["gain"]):
        return Finding(**common, sentence=f"What fewer churn in that month would be worth is withheld: {row['withheld']}.")
    return Finding(
        **common,
        sentence=f"If {formats.percent(row['reduction'])} fewer customers{whom} left in subscription month "
        f"{formats.count(row['tenure_month'])}, a new customer would bring "
        f"{formats.measure(row['gain'], currency, row['lower'], row['upper'])} more in the first {months_in_words(row['horizon_months'])}.",
    )


def worth_of_fixing_findings(worth, *, currency):
    """`worth_of_fixing_finding` for every group but "all", or for all where there is no other, as a list."""
    groups = [group for group in worth["group"].unique() if group != "all"]
    return [worth_of_fixing_finding(worth, currency=currency, group=group) for group in (groups if len(groups) > 1 else ["all"])]


def _first(months):
    return min(months, default=math.nan)


def _last(months):
    return max(months, default=math.nan)


def _most_at_risk(rows):
    return int(rows["at_risk"].max()) if len(rows) else 0
