"""After how many months has a given share of the customers left?"""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_tenures, customers_by_group
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.language import _

# exp(sum of logs) misses a survival of exactly 0.5 by rounding; R uses a tolerance too.
ROUNDING = 1e-9


def survival_quantiles(tenures, *, shares_left=(0.25, 0.5, 0.75), confidence=0.95):
    """After how many months has a quarter, half, three quarters of the customers left?

    The first month k with S(k) <= 1 - share: by its end at least that share is gone. Where S equals 1 - share exactly
    for a while, R and some textbooks print the middle of that stretch (12.5 months); here it is its first month, which
    is a month that exists and is also what lifelines prints. The interval inverts the log-log band of S
    (Brookmeyer & Crowley): it ends where the band's ends pass 1 - share. It is open (NaN) above where the upper end never does.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    shares_left : shares of the customers that have left, each strictly between 0 and 1; 0.5 is the median.
    confidence : of the pointwise band and so of the interval.

    Returns
    -------
    DataFrame, one row per group and share
        group, share_left, tenure_month (float, whole months; NaN if not reached), lower, upper (months), customers (ever),
        withheld (why there is no month, or no upper end; "" if both are there).

    Raises
    ------
    EstimateError
        If the counts cannot be used or a share is not between 0 and 1.

    References
    ----------
    Brookmeyer & Crowley (1982), Biometrics 38, 29-41; R ``quantile(survfit(...))``.

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 3, 3],
    ...                         "churned": [True, True, True, False], "customers": [10, 40, 20, 30]})
    >>> survival_quantiles(tenures, shares_left=[0.5, 0.9])[["share_left", "tenure_month", "lower", "upper"]]
       share_left  tenure_month  lower  upper
    0         0.5           2.0    2.0    3.0
    1         0.9           NaN    NaN    NaN
    """
    shares = [float(share) for share in np.atleast_1d(shares_left)]
    if not all(0 < share < 1 for share in shares):
        raise EstimateError(f"shares_left {shares} must lie strictly between 0 and 1; 0.5 asks for the median")
    counts = check_tenures(tenures)
    curves = dict(list(survival(counts, confidence=confidence).groupby("group", sort=False)))
    rows = [(group, share, *_quantile(curves.get(group), share), customers)
            for group, customers in customers_by_group(counts).items() for share in shares]
    frame = pd.DataFrame(rows, columns=["group", "share_left", "tenure_month", "lower", "upper", "withheld", "customers"])
    return frame[["group", "share_left", "tenure_month", "lower", "upper", "customers", "withheld"]]


def _quantile(curve, share):
    if curve is None:
        return np.nan, np.nan, np.nan, _("nobody was observed for a whole month")
    known = curve[curve["survival"].notna()]
    month, lower, upper = (_first_at_or_below(known, column, 1 - share) for column in ("survival", "lower", "upper"))
    if len(known) < len(curve) and np.isnan(month):
        return month, lower, upper, curve["withheld"].iloc[len(known)]
    if np.isnan(month):
        still, last = known[["survival", "tenure_month"]].iloc[-1]
        return month, lower, upper, _("{value:.0f} % are still there after the last month, {last:.0f}").format(value=100 * still, last=last)
    return month, lower, upper, "" if np.isfinite(upper) else _("the upper end lies beyond the last month")


def _first_at_or_below(curve, column, level):
    reached = curve.loc[curve[column] <= level + ROUNDING, "tenure_month"]
    return float(reached.iloc[0]) if len(reached) else np.nan
