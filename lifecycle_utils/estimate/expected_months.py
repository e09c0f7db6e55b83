"""How many months is a customer who is there expected to go on paying, by how long it has been there already?"""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.counts import EVERYBODY, check_tenures, in_group_order
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.lifetime_value import monthly_discount, whole_horizons

#: Beyond the months that enough customers have reached, the churn of the last so many goes on: a year holds one renewal of every term.
_TAIL_MONTHS = 12


def expected_months(tenures, *, horizon_months=36, discount_rate_annual=0.0, min_at_risk=30):
    """Of the next `horizon_months` months, how many does a customer pay that has completed so many already?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned), `customers` counts them; months; with the group "all"
    horizon_months : how far ahead to count
    discount_rate_annual : 0.1 is 10 % a year; the first payment ahead is not discounted
    min_at_risk : months that fewer customers have been at risk in are not taken as observed

    Returns
    -------
    DataFrame, one row per group and tenure 0 .. the longest of all groups: group, tenure (complete months), months (expected, discounted)

    Notes
    -----
    The sum of S(tenure + j) / S(tenure) for j = 1 .. horizon, S from the group's own churn by month. In months that are not observed the pooled
    churn of the group's last twelve observed ones goes on. A group without an observed month takes the churn of all; where nobody's is
    observed, the churn of all months together. It is a point for ranking customers and has no interval.

    Everybody leaves with one half a month: of two months ahead 1/2 + 1/4 are paid, however long a customer has been there.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 2], "churned": [True, True, False], "customers": [200, 100, 100]})
    >>> expected_months(tenures, horizon_months=2)
      group  tenure  months
    0   all       0    0.75
    1   all       1    0.75
    2   all       2    0.75
    """
    horizon, discount = whole_horizons([horizon_months])[0], monthly_discount(discount_rate_annual) ** np.arange(horizon_months)
    counts = check_tenures(tenures)
    longest = int(counts["tenure"].max()) if len(counts) else 0
    tables = dict(tuple(life_table(counts).groupby("group", sort=False)))
    everybody = _churn(tables.get(EVERYBODY), longest + horizon, min_at_risk)
    everybody = _pooled(tables.get(EVERYBODY), longest + horizon) if everybody is None else everybody
    frames = []
    for group in in_group_order(counts["group"]):
        own = _churn(tables.get(group), longest + horizon, min_at_risk)
        staying = np.lib.stride_tricks.sliding_window_view(1 - (everybody if own is None else own), horizon)
        frames.append(pd.DataFrame({"group": group, "tenure": np.arange(longest + 1), "months": staying.cumprod(axis=1) @ discount}))
    columns = ["group", "tenure", "months"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _churn(table, months, min_at_risk):
    """The share that leaves in each month 1 .. months, or None where no month is observed."""
    told = table[table["at_risk"] >= max(min_at_risk, 1)] if table is not None else ()
    if not len(told):
        return None
    tail = told.tail(_TAIL_MONTHS)
    churn = np.full(months, tail["churned"].sum() / tail["at_risk"].sum())
    inside = told[told["tenure_month"] <= months]
    churn[inside["tenure_month"].to_numpy() - 1] = inside["churned"] / inside["at_risk"]
    return churn


def _pooled(table, months):
    at_risk = 0 if table is None else table["at_risk"].sum()
    return np.full(months, table["churned"].sum() / at_risk if at_risk else 0.0)
