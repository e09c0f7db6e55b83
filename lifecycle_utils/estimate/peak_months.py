"""In which subscription months is there something to do? The months of highest churn of each group that has one."""

from lifecycle_utils.estimate.churn_peak import NONE
from lifecycle_utils.estimate.counts import EVERYBODY


def peak_month(peaks, *, month=0):
    """The one month to act on in each group: that of the highest hazard, where it is beyond chance.

    Parameters
    ----------
    peaks : DataFrame, as `highest_churn_month` returns it
    month : a subscription month to take for every group instead; 0 takes what the data say

    Returns
    -------
    dict of group (text, without "all") to subscription month (int); groups whose verdict is "none" are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> peaks = pd.DataFrame({"group": ["annual"] * 3 + ["monthly"] * 3, "tenure_month": [11, 12, 24, 1, 2, 3], "verdict": ["window"] * 3 + ["none"] * 3,
    ...                       "is_peak": [False, True, False, True, False, False], "in_confidence_set": [False, True, True, True, True, True]})
    >>> peak_month(peaks), peak_month(peaks, month=3)
    ({'annual': 12}, {'annual': 3, 'monthly': 3})
    >>> peak_months(peaks)
    {'annual': [12, 24]}
    """
    return {group: int(rows.loc[rows["is_peak"].astype(bool), "tenure_month"].iloc[0]) if not month else int(month)
            for group, rows in _to_act_on(peaks, month)}


def peak_months(peaks, *, month=0, most=6):
    """All months that may be the highest in each group, where it is beyond chance that some are.

    Parameters
    ----------
    peaks, month : as for `peak_month`
    most : of a group with more such months than these only the highest is taken: acting on half of all months is acting on none

    Returns
    -------
    dict of group to list of months, in order
    """
    highest = peak_month(peaks, month=month)
    may_be = {group: rows.loc[rows["in_confidence_set"].astype(bool), "tenure_month"].astype(int).tolist() for group, rows in _to_act_on(peaks, month)}
    return {group: may_be[group] if not month and len(may_be[group]) <= most else [highest[group]] for group in highest}


def _to_act_on(peaks, month):
    for group, rows in peaks[peaks["group"] != EVERYBODY].groupby("group"):
        if month or (rows["verdict"].iloc[0] != NONE and rows["is_peak"].astype(bool).any()):
            yield group, rows
