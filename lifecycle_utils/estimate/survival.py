"""The Kaplan-Meier curve of each group, from counts, with what cannot be said withheld."""

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter

from lifecycle_utils.estimate.counts import check_confidence, check_tenures
from lifecycle_utils.estimate.life_table import life_table

NO_CHURN_YET = "nobody has left yet: no interval"
NOBODY_LEFT = "nobody of the observed is left: no interval"


def survival(tenures, *, confidence=0.95):
    """What share of the customers is still there after each subscription month?

    Kaplan-Meier over the months, with late entry (left truncation) respected. The interval is the log-log one of
    R's ``survfit(conf.type = "log-log")``.

    Where late entrants leave a gap, the curve stops. R and lifelines go on: past months that nobody was observed in they
    carry the curve flat, and once a small early risk set has left completely they print 0 for ever, though later
    entrants prove that customers survive. Here survival is NaN from the first such month on, with the reason.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    confidence : of the pointwise intervals.

    Returns
    -------
    DataFrame, one row per group and month 1..last observed month of the group
        group, tenure_month, at_risk, churned, survival (share, right after that month's churn), lower, upper,
        withheld (the reason why the interval, or the whole value, is NaN; "" if nothing is).

    Raises
    ------
    EstimateError
        If the counts cannot be used.

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481; Klein & Moeschberger (2003), sections 4.2-4.6; Davidson-Pilon, lifelines.

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 2],
    ...                         "churned": [True, True, False], "customers": [10, 9, 81]})
    >>> survival(tenures)[["tenure_month", "at_risk", "churned", "survival", "lower", "upper"]].round(4)
       tenure_month  at_risk  churned  survival   lower   upper
    0             1      100       10      0.90  0.8221  0.9449
    1             2       90        9      0.81  0.7185  0.8743
    """
    check_confidence(confidence)
    counts = check_tenures(tenures)
    table = life_table(counts)
    rows = dict(list(counts.groupby("group")))
    curves = [_curve(rows[group], months, confidence) for group, months in table.groupby("group", sort=False)]
    if not curves:
        return table.assign(survival=np.nan, lower=np.nan, upper=np.nan, withheld="")
    return pd.concat(curves, ignore_index=True)


def first_gap(at_risk, churned):
    """(month, reason) from which a curve cannot be estimated, or (None, ""), for months 1..len(at_risk).

    >>> first_gap([5, 0, 4], [1, 0, 1])
    (2, 'nobody was observed in month 2')
    >>> first_gap([2, 9], [2, 1])
    (1, 'all 2 observed in month 1 left, yet others are known to have stayed')
    >>> first_gap([9, 2], [1, 2])
    (None, '')
    """
    at_risk, churned = np.asarray(at_risk), np.asarray(churned)
    refilled = np.append(at_risk[1:], 0) > 0
    broken = np.flatnonzero((at_risk == 0) | ((churned == at_risk) & refilled))
    if not len(broken):
        return None, ""
    month = int(broken[0]) + 1
    if at_risk[month - 1] == 0:
        return month, f"nobody was observed in month {month}"
    return month, f"all {at_risk[month - 1]} observed in month {month} left, yet others are known to have stayed"


def _curve(counts, table, confidence):
    months = table["tenure_month"].to_numpy()
    gap, reason = first_gap(table["at_risk"], table["churned"])
    known = months[: gap - 1] if gap else months
    estimate, lower, upper = (np.full(len(months), np.nan) for _ in range(3))
    if len(known):
        estimate[: len(known)], lower[: len(known)], upper[: len(known)] = _kaplan_meier(counts, known, confidence)
    no_event = table["churned"].cumsum().to_numpy() == 0
    none_left = estimate == 0
    lower[no_event | none_left] = np.nan
    upper[no_event | none_left] = np.nan
    withheld = np.select([np.isnan(estimate), no_event, none_left], [reason, NO_CHURN_YET, NOBODY_LEFT], default="")
    return table.assign(survival=estimate, lower=lower, upper=upper, withheld=withheld)


def _kaplan_meier(counts, months, confidence):
    """Survival and its log-log interval at `months` (1, 2, ... without a gap), by lifelines with the counts as weights."""
    last = months[-1]
    counts = counts[(counts["entry"] < counts["tenure"]) & (counts["entry"] < last) & (counts["customers"] > 0)]
    # Someone who stays beyond the last usable month is censored there.
    observed = counts["churned"] & (counts["tenure"] <= last)
    # lifelines silences numpy's warnings for the whole process; keep that inside.
    with np.errstate(all="ignore"):
        fitter = KaplanMeierFitter(alpha=1 - confidence).fit(
            counts["tenure"].clip(upper=last), observed, entry=counts["entry"], weights=counts["customers"], timeline=months
        )
    bounds = fitter.confidence_interval_survival_function_.to_numpy()
    return fitter.survival_function_.to_numpy()[:, 0], bounds[:, 0], bounds[:, 1]
