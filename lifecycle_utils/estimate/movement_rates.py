"""What rates do the month's MRR movements make?"""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import wilson_interval

_NEEDED = [
    "month", "opening_mrr", "new", "reactivation", "expansion", "contraction", "churn", "closing_mrr",
    "opening_customers", "churned_customers", "closing_customers",
]  # fmt: skip


def movement_rates(movements, *, months=1, confidence=0.95):
    """What share of the opening MRR and customers is lost and kept in each month, on average over the newest `months` of them?

    Parameters
    ----------
    movements : DataFrame, one row per month, as `observe.mrr_movements` returns it; `contraction` and `churn` negative
    months : months that each row looks back on; rates are sums over sums, so a month weighs by its opening MRR or customers

    Returns
    -------
    DataFrame, one row per month
        month, months (how many the row covers: fewer at the beginning)
        opening_mrr, opening_customers : the denominators, summed over the months; currency and customers times months
        customer_churn_rate, lower, upper : churned / opening customers per month, with Wilson's interval
        gross_mrr_churn_rate : (churn + contraction) / opening
        net_mrr_churn_rate : (churn + contraction - expansion - reactivation) / opening (ChartMogul)
        gross_revenue_retention : 1 - gross churn
        net_revenue_retention : 1 + (expansion + contraction + churn) / opening; returning customers are left out
        quick_ratio : (new + expansion) / (contraction + churn) (Baremetrics, Chargebee); NaN if nothing was lost
        quick_ratio_with_reactivation : (new + expansion + reactivation) / the same
        average_mrr : closing MRR / closing customers

        NaN where there is nothing to divide by.

    Raises
    ------
    EstimateError : if columns are missing or `months` is not 1 or more

    References
    ----------
    ChartMogul, "MRR Churn Rate" and "Net MRR Churn Rate"; Baremetrics, "New Quick Ratio Metric"; Chargebee, "What is Quick Ratio".

    Examples
    --------
    >>> movements = pd.DataFrame({"month": ["2026-01"], "opening_mrr": 100.0, "new": 30.0, "reactivation": 0.0, "expansion": 10.0,
    ...     "contraction": -10.0, "churn": -10.0, "closing_mrr": 120.0, "opening_customers": 20, "churned_customers": 3, "closing_customers": 19})
    >>> rates = movement_rates(movements).iloc[0]
    >>> [float(rates[name]) for name in ("gross_mrr_churn_rate", "net_mrr_churn_rate", "quick_ratio", "customer_churn_rate")]
    [0.2, 0.1, 2.0, 0.15]
    """
    missing = [name for name in _NEEDED if name not in movements.columns]
    if missing:
        raise EstimateError(f"movements lack {', '.join(missing)}; observe.mrr_movements makes them")
    if not months >= 1:
        raise EstimateError(f"months = {months!r} must be 1 or more")
    flows = movements[[name for name in _NEEDED if name not in ("month", "closing_mrr", "closing_customers")]].astype(float)
    sums = flows.rolling(months, min_periods=1).sum()
    opening, lost = sums["opening_mrr"], sums["churn"] + sums["contraction"]
    # sums of cents in binary leave 1e-12 where nothing moved
    lost = lost.where(lost.abs() > 1e-9, 0.0)
    lower, upper = wilson_interval(sums["churned_customers"], sums["opening_customers"], confidence=confidence)
    gained = sums["new"] + sums["expansion"]
    return pd.DataFrame(
        {
            "month": movements["month"],
            "months": flows["opening_mrr"].rolling(months, min_periods=1).count().astype(int),
            "opening_mrr": opening,
            "opening_customers": sums["opening_customers"].astype(int),
            "customer_churn_rate": _over(sums["churned_customers"], sums["opening_customers"]),
            "lower": lower,
            "upper": upper,
            "gross_mrr_churn_rate": _over(-lost, opening),
            "net_mrr_churn_rate": _over(-lost - sums["expansion"] - sums["reactivation"], opening),
            "gross_revenue_retention": 1 + _over(lost, opening),
            "net_revenue_retention": 1 + _over(lost + sums["expansion"], opening),
            "quick_ratio": _over(gained, -lost),
            "quick_ratio_with_reactivation": _over(gained + sums["reactivation"], -lost),
            "average_mrr": _over(movements["closing_mrr"].astype(float), movements["closing_customers"].astype(float)),
        }
    )


def _over(part, whole):
    return (part / whole.where(whole > 0)).replace([np.inf, -np.inf], np.nan)
