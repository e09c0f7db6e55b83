"""What is it worth to lose fewer customers in one subscription month?"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence, check_tenures, customers_by_group
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.language import _

COLUMNS = ["group", "tenure_month", "reduction", "measure", "unit", "now", "then", "gain", "lower", "upper", "horizon_months",
           "at_risk", "churned", "customers", "withheld"]


def worth_of_fixing(tenures, revenue, *, month, reduction=0.25, horizon_months=36, gross_margin=1.0, discount_rate_annual=0.0,
                    customers_per_year=None, confidence=0.95):
    """If the hazard of one subscription month fell by a share, what would be gained?

    Lowering the hazard h of month m to (1 - r) h lifts survival from month m on by the factor 1 + r h / (1 - h); everything else
    stays as it was. Four things follow: the share still there at the horizon, the months paid up to the horizon, the lifetime value
    of a new customer up to the horizon, and the revenue of a year: of those who begin month m in a year, r h stay who would have
    left, and pay what such a customer pays in its following twelve months.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    revenue : DataFrame, one row per group: group, customers, average_mrr (company currency per month), variance_mrr (its sample variance).
    month : the subscription month to fix, for all groups, or a dict or Series group -> month (NaN: none).
    reduction : r, the share by which its hazard falls, in (0, 1].
    horizon_months : months that count for survival, months paid and lifetime value.
    gross_margin : share of revenue that is kept, applied to the lifetime value only.
    discount_rate_annual : yearly rate; a payment at the start of month k + 1 is worth (1 + rate) ** (-k / 12).
    customers_per_year : customers that begin month m in a year, a number or group -> number; without it the yearly revenue is withheld.
    confidence : of the intervals: delta method on the log of the gain, over the hazards of all months and the average MRR.

    Returns
    -------
    DataFrame, four rows per group
        group, tenure_month, reduction, measure ("survival", "restricted_mean", "lifetime_value", "yearly_revenue"), unit ("share", "months",
        "currency"), now, then, gain, lower and upper (of the gain), horizon_months, at_risk, churned (in that month), customers (ever), withheld.

    Raises
    ------
    EstimateError
        If the counts, the month, the reduction, the margin or the rate cannot be used.

    Examples
    --------
    Of 100 customers 20 leave in month 1 and nobody in month 2; at 50 a month, a quarter less is 5 customers of 100 for one more paid month.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2], "churned": [True, False], "customers": [20, 80]})
    >>> revenue = pd.DataFrame({"group": ["all"], "customers": [100], "average_mrr": [50.0], "variance_mrr": [0.0]})
    >>> worth_of_fixing(tenures, revenue, month=1, horizon_months=2)[["measure", "now", "then", "gain", "lower", "upper"]].round(3)
               measure   now   then  gain  lower  upper
    0         survival   0.8   0.85  0.05  0.034  0.074
    1  restricted_mean   1.8   1.85  0.05  0.034  0.074
    2   lifetime_value  90.0  92.50  2.50  1.689  3.700
    3   yearly_revenue   NaN    NaN   NaN    NaN    NaN
    """
    z = norm.isf((1 - check_confidence(confidence)) / 2)
    _check(reduction, horizon_months, gross_margin, discount_rate_annual)
    counts = check_tenures(tenures)
    curves = dict(list(survival(counts).groupby("group", sort=False)))
    money = revenue.drop_duplicates("group").set_index("group")
    discount = (1 + discount_rate_annual) ** (-np.arange(horizon_months) / 12)
    rows = []
    for group, customers in customers_by_group(counts).items():
        fixed = _of_group(month, group)
        curve = curves.get(group)
        at_risk = churned = np.nan
        if curve is not None and np.isfinite(fixed) and 1 <= fixed <= len(curve):
            at_risk, churned = curve.loc[curve["tenure_month"] == fixed, ["at_risk", "churned"]].iloc[0]
        mrr, mrr_error = _average_mrr(money, group)
        paid = np.ones(horizon_months)
        at_horizon = np.append(np.zeros(horizon_months), 1.0)
        per_year = _of_group(customers_per_year, group)
        for measure, unit, weights, value, value_error in (
            ("survival", "share", at_horizon, 1.0, 0.0),
            ("restricted_mean", "months", paid, 1.0, 0.0),
            ("lifetime_value", "currency", discount, gross_margin * mrr, mrr_error),
            ("yearly_revenue", "currency", None, per_year * mrr, mrr_error),
        ):
            numbers = _gain(curve, fixed, reduction, weights, value, value_error, z)
            rows.append((group, fixed, reduction, measure, unit, *numbers[:5], horizon_months, at_risk, churned, customers, numbers[5]))
    return pd.DataFrame(rows, columns=COLUMNS)


def _gain(curve, month, reduction, weights, value, value_error, z):
    """(now, then, gain, lower, upper, withheld) of value * sum over k of weights[k] S(k); weights None: one year from month m on."""
    nothing = (np.nan,) * 5
    if curve is None or not np.isfinite(month) or month < 1:
        return *nothing, _("no month to fix")
    month, yearly = int(month), weights is None
    # What is paid at the start of month k + 1 hangs on S(k), k = 0, 1, ...
    weights = np.append(np.zeros(month), np.ones(12)) if yearly else weights
    last = len(weights) - 1
    if not np.isfinite(value):
        return *nothing, _("how many customers begin that month in a year, or what they pay, is not known")
    if last > len(curve) or curve["survival"].iloc[:last].isna().any():
        return *nothing, _("survival is not known up to month {last}").format(last=last)
    survival_from_0 = np.append(1.0, curve["survival"].to_numpy()[:last])
    n = curve["at_risk"].to_numpy(dtype=float)[:last]
    h = curve["churned"].to_numpy(dtype=float)[:last] / n
    if yearly:
        # Given that month m has begun, and nothing before it matters.
        began = survival_from_0[month - 1]
        survival_from_0 = survival_from_0 / began if began > 0 else survival_from_0 * np.nan
        h = np.where(np.arange(1, last + 1) < month, 0.0, h)
    if month > last or h[month - 1] == 1 or not np.isfinite(survival_from_0).all():
        return *nothing, _("the month lies beyond the horizon") if month > last else _("all who began that month left")
    now = value * np.sum(weights * survival_from_0)
    lift = reduction * h[month - 1] / (1 - h[month - 1])
    touched = weights * survival_from_0 * (np.arange(last + 1) >= month)
    gain = value * lift * touched.sum()
    if h[month - 1] == 0:
        return now, now, 0.0, np.nan, np.nan, _("nobody left in that month")
    # d log(gain) / d h: 1 / h of the month itself; -1 / (1 - h) times the share of the gain that lies behind a later or earlier month.
    behind = np.cumsum(touched[::-1])[::-1][1:] / touched.sum() if touched.sum() > 0 else np.zeros(last)
    slope = -behind / np.where(h < 1, 1 - h, np.inf)
    slope[month - 1] = 1 / h[month - 1]
    variance = np.sum(slope**2 * h * (1 - h) / n) + (value_error or 0.0) ** 2
    factor = np.exp(z * np.sqrt(variance))
    return now, now + gain, gain, gain / factor, gain * factor, ""


def _average_mrr(money, group):
    """Average MRR of a group and its relative standard error."""
    if group not in money.index:
        return np.nan, np.nan
    mean, variance, n = money.loc[group, ["average_mrr", "variance_mrr", "customers"]].astype(float)
    return mean, np.sqrt(variance / n) / mean if mean > 0 and n > 0 and np.isfinite(variance) else 0.0


def _of_group(value, group):
    if value is None:
        return np.nan
    chosen = value.get(group, np.nan) if hasattr(value, "get") else value
    return float("nan" if chosen is None else chosen)


def _check(reduction, horizon_months, gross_margin, discount_rate_annual):
    if not 0 < reduction <= 1:
        raise EstimateError(f"reduction {reduction!r} is a share of the hazard and must lie in (0, 1]; 0.25 is a quarter")
    if horizon_months != int(horizon_months) or horizon_months < 1:
        raise EstimateError(f"horizon_months {horizon_months!r} is not a whole number of months of at least 1")
    if not 0 < gross_margin <= 1:
        raise EstimateError(f"gross_margin {gross_margin!r} must lie in (0, 1]; 0.8 is 80 %")
    if discount_rate_annual < 0:
        raise EstimateError(f"discount_rate_annual {discount_rate_annual!r} is negative; 0.1 is 10 % a year")
