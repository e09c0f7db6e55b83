"""In which subscription month do customers leave most?"""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.hazard import hazard

THIN_TAIL_SHARE = 0.1


def eligible_months(at_risk, *, min_at_risk=30, tail_share=THIN_TAIL_SHARE):
    """Which months may be the peak: enough customers at risk, and not the thin tail of the group's largest risk set.

    >>> eligible_months([1000, 500, 101, 99, 40]).tolist()
    [True, True, True, False, False]
    """
    at_risk = np.asarray(at_risk, dtype=float)
    return at_risk >= max(min_at_risk, tail_share * at_risk.max(initial=0.0))


def highest_churn_month(tenures, *, confidence=0.95, min_at_risk=30):
    """In which subscription month is a customer most likely to leave?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    min_at_risk : months with fewer customers at risk, or fewer than a tenth of the group's largest risk set, cannot win.

    Returns
    -------
    DataFrame, one row per group and month
        group, tenure_month, hazard, lower, upper, in_confidence_set, p_value, at_risk, churned, eligible,
        is_peak, is_peak_by_count, reason. Stage 1: the point answer; the confidence set and p_value are still to come (NaN).
    """
    frame = hazard(tenures, confidence=confidence, min_at_risk=min_at_risk)
    parts = [_peak_of_group(rows, min_at_risk) for _, rows in frame.groupby("group", sort=False)]
    columns = ["group", "tenure_month", "hazard", "lower", "upper", "in_confidence_set", "p_value", "at_risk", "churned",
               "eligible", "is_peak", "is_peak_by_count", "reason"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else frame.reindex(columns=columns)


def _peak_of_group(rows, min_at_risk):
    eligible = eligible_months(rows["at_risk"], min_at_risk=min_at_risk)
    height = np.where(eligible, rows["hazard"], -1.0)
    by_count = rows["churned"].to_numpy()
    is_peak = np.zeros(len(rows), dtype=bool)
    most = np.zeros(len(rows), dtype=bool)
    if eligible.any() and height.max() > 0:
        is_peak[np.argmax(height)] = True
        most[np.argmax(np.where(eligible, by_count, -1))] = True
    return rows.assign(in_confidence_set=is_peak, p_value=np.nan, eligible=eligible, is_peak=is_peak, is_peak_by_count=most,
                       reason=np.where(eligible, "", "too few customers at risk"))
