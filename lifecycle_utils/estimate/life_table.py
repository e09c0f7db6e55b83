"""From counted tenures to risk sets: how many customers were at risk, and how many left, in each subscription month."""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.counts import check_tenures, in_group_order


def life_table(tenures):
    """How many customers were at risk in each subscription month, and how many of them left?

    A customer is at risk in month k if entry < k <= tenure: a late entrant (left truncation) counts only from the
    first month that was observed from its beginning, and a censored customer only in months it completed.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; months.

    Returns
    -------
    DataFrame, one row per group and month 1..last observed month of the group
        group, tenure_month, at_risk (customers), churned (customers). A group that was never at risk has no row;
        a month in which nobody was observed has at_risk 0.

    Raises
    ------
    EstimateError
        If the counts cannot be used (see `check_tenures`).

    References
    ----------
    Klein & Moeschberger (2003), Survival Analysis, 2nd ed., sections 4.2 and 4.6 (left truncation).

    Examples
    --------
    Five customers: two leave in month 1 and one in month 3, one is still there after 3 months; the fifth was first seen after its month 2.

    >>> tenures = pd.DataFrame({"group": "all", "entry": [0, 0, 0, 2], "tenure": [1, 3, 3, 3],
    ...                         "churned": [True, True, False, False], "customers": [2, 1, 1, 1]})
    >>> life_table(tenures)
      group  tenure_month  at_risk  churned
    0   all             1        4        2
    1   all             2        2        0
    2   all             3        3        1
    """
    counts = check_tenures(tenures)
    counts = counts[(counts["tenure"] > counts["entry"]) & (counts["customers"] > 0)]
    if counts.empty:
        return pd.DataFrame({"group": pd.Series(dtype=object), "tenure_month": pd.Series(dtype="int64"),
                             "at_risk": pd.Series(dtype="int64"), "churned": pd.Series(dtype="int64")})
    groups = in_group_order(counts["group"])
    row = pd.Categorical(counts["group"], categories=groups).codes
    months = int(counts["tenure"].max())
    change = np.zeros((len(groups), months + 2), dtype="int64")
    np.add.at(change, (row, counts["entry"] + 1), counts["customers"])
    np.subtract.at(change, (row, counts["tenure"] + 1), counts["customers"])
    left = counts[counts["churned"]]
    churned = np.zeros_like(change)
    np.add.at(churned, (row[counts["churned"]], left["tenure"]), left["customers"])
    last = counts.groupby("group")["tenure"].max().reindex(groups).to_numpy()
    observed = np.arange(1, months + 1) <= last[:, None]
    which, month = np.nonzero(observed)
    return pd.DataFrame({
        "group": np.array(groups, dtype=object)[which],
        "tenure_month": month + 1,
        "at_risk": np.cumsum(change, axis=1)[which, month + 1],
        "churned": churned[which, month + 1],
    })


def last_reliable_month(table, *, min_at_risk=30):
    """Up to which month may each group be drawn?

    Parameters
    ----------
    table : DataFrame with group, tenure_month, at_risk (a life table, a survival or a hazard frame).
    min_at_risk : smallest risk set that still counts, in customers.

    Returns
    -------
    Series, indexed by group: the last month before the risk set first falls under `min_at_risk`
        (under late entry a risk set may begin small: the months before it first reaches `min_at_risk` do not count as a fall);
        0 if it never reaches it.

    Examples
    --------
    >>> table = pd.DataFrame({"group": "all", "tenure_month": [1, 2, 3], "at_risk": [50, 31, 29], "churned": [2, 1, 1]})
    >>> last_reliable_month(table)
    group
    all    2
    Name: tenure_month, dtype: int64
    """
    lasts = {}
    for group, rows in table.groupby("group", sort=False):
        enough = rows["at_risk"].to_numpy() >= min_at_risk
        thin_after = np.flatnonzero(~enough & (np.cumsum(enough) > 0))
        months = rows["tenure_month"].to_numpy()
        stop = thin_after[0] if len(thin_after) else len(months)
        lasts[group] = int(months[stop - 1]) if enough.any() else 0
    return pd.Series(lasts, dtype="int64", name="tenure_month").rename_axis("group")
