"""What is it worth in all, if every group's worst month is fixed?"""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.estimate.counts import EVERYBODY, check_confidence
from lifecycle_utils.language import _

COLUMNS = ["measure", "unit", "gain", "lower", "upper", "groups", "withheld"]


def worth_in_total(worth, *, confidence=0.95):
    """What do the groups' gains of a year add up to?

    Parameters
    ----------
    worth : DataFrame, as `worth_of_fixing` returns it; the group "all", which lumps the others together, is left out
    confidence : the one that `worth` was made with

    Returns
    -------
    DataFrame, one row: measure ("yearly_revenue"), unit ("currency"), gain, lower, upper, groups (how many are in the sum), withheld ("" or why)

    Notes
    -----
    Groups share no customer, so the variances of their gains add up. Each gain's standard error is its relative one, on the log scale,
    times the gain; the interval of the sum is taken on the log scale again and never reaches below 0.

    Examples
    --------
    >>> worth = pd.DataFrame({"group": ["a", "b"], "measure": "yearly_revenue", "gain": [300.0, 400.0],
    ...                       "lower": [300 / 1.5, 400 / 1.2], "upper": [300 * 1.5, 400 * 1.2]})
    >>> worth_in_total(worth)[["gain", "lower", "upper", "groups"]].round(1)
        gain  lower  upper  groups
    0  700.0  571.6  857.2       2
    """
    z = norm.isf((1 - check_confidence(confidence)) / 2)
    rows = worth[(worth["measure"] == "yearly_revenue") & (worth["group"] != EVERYBODY) & worth["gain"].notna()]
    gain = rows["gain"].sum()
    if not gain > 0:
        nothing = (math.nan,) * 3
        return pd.DataFrame([("yearly_revenue", "currency", *nothing, len(rows), _("no group has a month to fix whose yearly revenue is known"))],
            columns=COLUMNS)
    error = rows["gain"] * np.log(rows["upper"] / rows["lower"]) / (2 * z)
    factor = math.exp(z * math.sqrt((error**2).sum()) / gain)
    return pd.DataFrame([("yearly_revenue", "currency", gain, gain / factor, gain * factor, len(rows), "")], columns=COLUMNS)
