"""In which subscription month are customers most likely to leave, and is that a peak or noise?"""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.hazard import hazard
from lifecycle_utils.estimate.peak_tests import above_average_p_values, flat_hazard_p_value, may_be_peak_p_values
from lifecycle_utils.language import _, count, decimal, ngettext

THIN_TAIL_SHARE = 0.1
PEAK, WINDOW, NONE = "peak", "window", "none"
COLUMNS = ["group", "tenure_month", "hazard", "lower", "upper", "in_confidence_set", "p_value", "at_risk", "churned", "eligible",
           "is_peak", "is_peak_by_count", "above_average_p_value", "verdict", "flat_p_value", "reason"]


def eligible_months(at_risk, *, min_at_risk=30, tail_share=THIN_TAIL_SHARE):
    """Which months may be the peak: enough customers at risk, and not the thin tail of the largest risk set.

    Months on the last axis; decided by risk sets alone, never by who left in that month.

    >>> eligible_months([1000, 500, 101, 99, 40]).tolist()
    [True, True, True, False, False]
    """
    at_risk = np.asarray(at_risk, dtype=float)
    return at_risk >= np.maximum(min_at_risk, tail_share * at_risk.max(axis=-1, keepdims=True, initial=0.0))


def judge_peaks(at_risk, churned, *, confidence=0.95, min_at_risk=30, tail_share=THIN_TAIL_SHARE):
    """Is there a peak? For one life table or for many at once (months on the last axis).

    Returns
    -------
    dict of arrays : `eligible`, `p_value` (NaN where not eligible) and `in_confidence_set`, of the shape of `at_risk`; and without its last
        axis `flat_p_value` and `verdict`:
        "peak"   the same hazard in every eligible month is refuted, and one month is left that may be the highest;
        "window" it is refuted, and fewer than half of the eligible months are left;
        "none"   no identifiable peak: it is not refuted, or too many months are left (some month is then above average all the same).

    Examples
    --------
    >>> judged = judge_peaks([1000, 900, 800, 20], [100, 20, 20, 10])
    >>> str(judged["verdict"]), judged["in_confidence_set"].tolist()
    ('peak', [True, False, False, False])
    """
    level = 1 - check_confidence(confidence)
    eligible = eligible_months(at_risk, min_at_risk=min_at_risk, tail_share=tail_share)
    n, d = np.where(eligible, at_risk, 0), np.where(eligible, churned, 0)
    p_value = may_be_peak_p_values(n, d)
    inside = eligible & (p_value > level)
    flat = flat_hazard_p_value(n, d)
    size = inside.sum(axis=-1)
    verdict = np.where(flat > level, NONE, np.where(size == 1, PEAK, np.where(2 * size < eligible.sum(axis=-1), WINDOW, NONE)))
    return {"eligible": eligible, "p_value": p_value, "in_confidence_set": inside, "flat_p_value": flat, "verdict": verdict}


def highest_churn_month(tenures, *, confidence=0.95, min_at_risk=30, tail_share=THIN_TAIL_SHARE):
    """In which subscription month is a customer most likely to leave, and which months may it be?

    A customer with annual billing can only leave at renewal: pass tenures by billing interval, never pooled without saying so.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    confidence : of the set of months that may be the peak, of the verdict, and of the pointwise Wilson intervals.
    min_at_risk, tail_share : a month with fewer customers at risk, or with less than this share of the group's largest risk set, cannot win.

    Returns
    -------
    DataFrame, one row per group and month
        group, tenure_month, hazard (share), lower, upper, in_confidence_set (may be the highest), p_value (of "this month's
        hazard is the highest"; NaN if not eligible), at_risk, churned (customers), eligible, is_peak (highest hazard of the eligible months),
        is_peak_by_count (most churned customers of all months), above_average_p_value (of "this month's hazard is no higher than that of all
        months together", corrected for all eligible months), verdict ("peak", "window" or "none", see `judge_peaks`),
        flat_p_value (of one and the same hazard in every eligible month), reason (why the month is not eligible, else "").

    Raises
    ------
    EstimateError
        If the counts cannot be used.

    References
    ----------
    As in `peak_tests`; how often it is wrong and how often it finds a peak: docs/statistics.md.

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 3, 3],
    ...                         "churned": [True, True, True, False], "customers": [20, 60, 18, 902]})
    >>> highest_churn_month(tenures)[["tenure_month", "at_risk", "churned", "in_confidence_set", "is_peak", "verdict"]]
       tenure_month  at_risk  churned  in_confidence_set  is_peak verdict
    0             1     1000       20              False    False    peak
    1             2      980       60               True     True    peak
    2             3      920       18              False    False    peak
    """
    frame = hazard(tenures, confidence=confidence, min_at_risk=min_at_risk)
    options = {"confidence": confidence, "min_at_risk": min_at_risk, "tail_share": tail_share}
    groups = [_mark(rows, options) for _, rows in frame.groupby("group", sort=False)]
    return pd.concat(groups, ignore_index=True)[COLUMNS] if groups else frame.reindex(columns=COLUMNS)


def churn_peak_summary(peaks, *, confidence=0.95):
    """What is the answer for each group, in one row, with its reason?

    Parameters
    ----------
    peaks : DataFrame, as `highest_churn_month` returns it.
    confidence : the one that was given there.

    Returns
    -------
    DataFrame, one row per group
        group, verdict, tenure_month (the eligible month with the highest hazard; named a peak only if the verdict says so), hazard, lower,
        upper, at_risk, churned, months_in_set (how many), confidence_set (text such as "1" or "2-4, 7"), eligible_months (how many),
        above_average (months, as text), flat_p_value, month_by_count, churned_by_count (where most customers left), thin_month,
        thin_hazard, thin_at_risk (a higher hazard in a month with too few customers; NaN if there is none), reason (a sentence).

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 3, 3],
    ...                         "churned": [True, True, True, False], "customers": [20, 960, 5, 15]})
    >>> summary = churn_peak_summary(highest_churn_month(tenures)).iloc[0]
    >>> summary["reason"]
    'month 2 lost 960 of 980 at risk; every other month with enough customers at risk is lower'
    """
    return pd.DataFrame([_summarise(group, rows, 1 - check_confidence(confidence)) for group, rows in peaks.groupby("group", sort=False)])


def _mark(rows, options):
    judged = judge_peaks(rows["at_risk"].to_numpy(), rows["churned"].to_numpy(), **options)
    eligible, left = judged["eligible"], rows["churned"].to_numpy()
    highest = np.where(eligible, rows["hazard"], -1.0)
    months = np.arange(len(rows))
    n, d = np.where(eligible, rows["at_risk"], 0), np.where(eligible, left, 0)
    needed = int(np.ceil(max(options["min_at_risk"], options["tail_share"] * rows["at_risk"].max())))
    return rows.assign(
        **judged,
        above_average_p_value=above_average_p_values(n, d),
        is_peak=(months == np.argmax(highest)) & (left[eligible].sum() > 0),
        is_peak_by_count=(months == np.argmax(left)) & (left.sum() > 0),
        reason=np.where(eligible, "", _("fewer than {needed} customers at risk").format(needed=needed)),
    )


def _summarise(group, rows, level):
    point, count = rows[rows["is_peak"]], rows[rows["is_peak_by_count"]]
    chosen = rows[rows["in_confidence_set"]]
    best = point.iloc[0] if len(point) else None
    thin = rows[~rows["eligible"] & (rows["hazard"] > (best["hazard"] if best is not None else 0))].nlargest(1, "hazard")
    summary = {"group": group, "verdict": rows["verdict"].iloc[0]}
    for column in ("tenure_month", "hazard", "lower", "upper", "at_risk", "churned"):
        summary[column] = best[column] if best is not None else np.nan
    summary |= {
        "months_in_set": len(chosen), "confidence_set": ranges(chosen["tenure_month"]), "eligible_months": int(rows["eligible"].sum()),
        "above_average": ranges(rows.loc[rows["above_average_p_value"] <= level, "tenure_month"]), "flat_p_value": rows["flat_p_value"].iloc[0],
        "month_by_count": count["tenure_month"].iloc[0] if len(count) else np.nan,
        "churned_by_count": count["churned"].iloc[0] if len(count) else np.nan,
        "thin_month": thin["tenure_month"].iloc[0] if len(thin) else np.nan,
        "thin_hazard": thin["hazard"].iloc[0] if len(thin) else np.nan,
        "thin_at_risk": thin["at_risk"].iloc[0] if len(thin) else np.nan,
    }
    return summary | {"reason": _reason(summary, best)}


def _reason(summary, best):
    if best is None:
        return _("nobody has left in a month with enough customers at risk")
    lost = _("month {tenure_month} lost {churned} of {at_risk} at risk").format(
        tenure_month=best["tenure_month"], churned=count(best["churned"]), at_risk=count(best["at_risk"]),
    )
    if summary["eligible_months"] < 2:
        return _("{lost}; no second month has enough customers at risk to compare with").format(lost=lost)
    if summary["verdict"] == PEAK:
        text = _("{lost}; every other month with enough customers at risk is lower").format(lost=lost)
    elif summary["verdict"] == WINDOW:
        text = _("{lost}, but the highest month may be any of {confidence_set}").format(lost=lost, confidence_set=summary["confidence_set"])
    elif summary["above_average"]:
        text = _("above average in month {above_average}, but {months_in_set} of {eligible_months} months may be the highest").format(
            above_average=summary["above_average"], months_in_set=summary["months_in_set"], eligible_months=summary["eligible_months"],
        )
    else:
        text = _("{lost}, no more than chance would make of the same churn in every month (p = {p})").format(
            lost=lost, p=decimal(f"{summary['flat_p_value']:.2g}"),
        )
    if np.isfinite(summary["thin_month"]):
        text += _("; month {thin_month} is higher, but on only {thin_at_risk} at risk").format(
            thin_month=count(summary["thin_month"]), thin_at_risk=_customers(summary["thin_at_risk"]),
        )
    return text


def _customers(number):
    return ngettext("{number} customer", "{number} customers", number).format(number=count(number))


def ranges(months):
    """Whole months as short text.

    >>> ranges([2, 3, 4, 7])
    '2-4, 7'
    """
    months = np.asarray(sorted(months), dtype=int)
    if not len(months):
        return ""
    runs = np.split(months, np.flatnonzero(np.diff(months) > 1) + 1)
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
