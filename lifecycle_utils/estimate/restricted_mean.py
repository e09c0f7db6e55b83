"""How many months a customer pays within a horizon, on average."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence, check_tenures, customers_by_group
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.language import _


def restricted_mean(tenures, *, horizon_months, confidence=0.95):
    """How many of the first `horizon_months` months does a customer pay, on average?

    A customer pays at the start of each month it is there: the sum of S(0) + S(1) + ... + S(horizon - 1), the area
    under the Kaplan-Meier curve up to the horizon. Unlike ARPU / churn it needs no month that nobody has seen.
    (lifelines' ``restricted_mean_survival_time(return_variance=True)`` gives the variance of one customer's months,
    not that of this estimate.) The interval is symmetric in the logarithm of the months lost, horizon - mean: with few
    leavers the plain one covers 92 % of the time instead of 95 %, and it can promise more months than there are.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    horizon_months : months, or a list of them; one row each.
    confidence : of the intervals.

    Returns
    -------
    DataFrame, one row per group and horizon
        group, horizon_months, restricted_mean (months), standard_error (months, Greenwood's), lower, upper, customers
        (ever), withheld. NaN where the group was not observed up to the horizon; the interval is NaN while nobody has left.

    Raises
    ------
    EstimateError
        If the counts cannot be used or a horizon is not a whole number of months >= 1.

    References
    ----------
    Klein & Moeschberger (2003), section 4.5; R ``print(survfit(...), rmean = horizon)``.

    Examples
    --------
    Of 100 customers 10 leave in month 1 and 9 in month 2: 1 + 0.9 = 1.9 of the first two months are paid.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 2],
    ...                         "churned": [True, True, False], "customers": [10, 9, 81]})
    >>> restricted_mean(tenures, horizon_months=2)[["restricted_mean", "standard_error", "lower", "upper"]].round(4)
       restricted_mean  standard_error  lower   upper
    0              1.9            0.03   1.82  1.9445
    """
    z = norm.isf((1 - check_confidence(confidence)) / 2)
    horizons = _check_horizons(horizon_months)
    counts = check_tenures(tenures)
    curves = dict(list(survival(counts, confidence=confidence).groupby("group", sort=False)))
    rows = []
    for group, customers in customers_by_group(counts).items():
        for horizon in horizons:
            mean, error, withheld = _mean_and_error(curves.get(group), horizon)
            lost = horizon - mean
            factor = np.exp(z * error / lost) if error > 0 else np.nan
            # The first month is always paid.
            lower = np.maximum(horizon - lost * factor, 1.0)
            rows.append((group, horizon, mean, error, lower, horizon - lost / factor, customers, withheld))
    return pd.DataFrame(rows, columns=["group", "horizon_months", "restricted_mean", "standard_error", "lower", "upper",
                                       "customers", "withheld"])


def _mean_and_error(curve, horizon):
    if curve is None or len(curve) < horizon:
        seen = 0 if curve is None else len(curve)
        return np.nan, np.nan, _("the group was observed for {seen} of {horizon} months").format(seen=seen, horizon=horizon)
    curve = curve.iloc[: horizon - 1]
    after = curve["survival"].to_numpy()
    if np.isnan(after).any():
        return np.nan, np.nan, curve["withheld"].iloc[np.flatnonzero(np.isnan(after))[0]]
    n, d = curve["at_risk"].to_numpy(dtype=float), curve["churned"].to_numpy(dtype=float)
    # The paid months still ahead, up to the horizon, after each month's churn: what that churn puts at stake.
    ahead = np.cumsum(after[::-1])[::-1]
    weight = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    error = float(np.sqrt(np.sum(ahead**2 * weight)))
    return float(1 + after.sum()), error, "" if error > 0 else _("nobody has left yet: no interval")


def _check_horizons(horizon_months):
    horizons = list(np.atleast_1d(horizon_months))
    for horizon in horizons:
        if horizon != int(horizon) or horizon < 1:
            raise EstimateError(f"horizon_months {horizon!r} is not a whole number of months of at least 1")
    return [int(horizon) for horizon in horizons]
