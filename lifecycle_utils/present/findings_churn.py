"""Sentences on when customers leave."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding

_PEAK = (
    "The subscription month with the highest hazard: the share of the customers still there at its start who leave during it. "
    "Months with few customers at risk cannot win. The interval spans the months that may be the peak, together at 95% confidence."
)


def highest_churn_month_finding(peaks, *, group="all"):
    """In which subscription month are customers most likely to leave, and is it one?

    Parameters
    ----------
    peaks : DataFrame of one row per group and month: group, tenure_month, hazard, lower, upper, in_confidence_set, at_risk, churned, is_peak, reason
    """
    rows = peaks[peaks["group"] == group]
    peak, candidates = rows[rows["is_peak"].astype(bool)], rows.loc[rows["in_confidence_set"].astype(bool), "tenure_month"].tolist()
    key = "highest_churn_month" if group == "all" else f"highest_churn_month:{group}"
    common = {"key": key, "unit": "subscription month", "definition": _PEAK}
    whom = "" if group == "all" else f" in {group}"
    if not len(peak):
        told = next((reason for reason in rows["reason"] if reason), "nobody was observed for a whole month")
        return Finding(
            **common, value=math.nan, lower=math.nan, upper=math.nan, n=int(rows["at_risk"].max()) if len(rows) else 0, withheld=told,
            sentence=f"No subscription month stands out as the one in which customers{whom} leave most: {told}.",
        )
    row = peak.iloc[0]
    month, at_risk = int(row["tenure_month"]), int(row["at_risk"])
    sentence = (
        f"Customers{whom} are most likely to leave in subscription month {month}: of {formats.count(at_risk)} who were still there at its start, "
        f"{formats.measure(row['hazard'], 'share', row['lower'], row['upper'])} left during it."
    )
    if len(candidates) > 1:
        sentence += f" The data cannot tell which of months {formats.runs(candidates)} is the highest."
    else:
        sentence += " No other month comes close enough to be mistaken for it." if candidates == [month] else ""
    return Finding(
        **common, value=month, lower=min(candidates, default=math.nan), upper=max(candidates, default=math.nan), n=at_risk, sentence=sentence,
    )
