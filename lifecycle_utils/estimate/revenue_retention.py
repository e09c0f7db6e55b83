"""How much of the customers, and how much of the revenue, is kept? Side by side, each with its interval."""

import numpy as np
import pandas as pd
from scipy.stats import t

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.language import _

#: The measures, in the order of the table.
MEASURES = ("customer_retention", "starting_revenue_retention", "gross_revenue_retention", "net_revenue_retention")
#: Differences that say who stays: measured on the same customers, so their interval is narrower than the two apart.
DIFFERENCES = ("starting_revenue_minus_customers", "net_revenue_minus_customers")
COLUMNS = [
    "group", "measure", "value", "lower", "upper", "churn", "churn_lower", "churn_upper", "customers", "start_mrr", "effective_customers", "withheld",
]  # fmt: skip
_NEEDED = [
    "group", "customers", "kept_customers", "start_mrr", "kept_start_mrr", "kept_mrr", "capped_mrr",
    "start_start", "kept_start_start", "start_kept", "kept_kept", "start_capped", "capped_capped", "mature", "withheld",
]  # fmt: skip


def revenue_retention(kept, *, confidence=0.95, min_customers=30, min_effective_customers=20):
    """What share of customers and of revenue is kept from one month end to another?

    Parameters
    ----------
    kept : DataFrame, one row per group, as `observe.revenue_kept` and `observe.revenue_kept_by_cohort` make it
    min_customers : with fewer customers at the start a share keeps its value and has no interval
    min_effective_customers : revenue shares have no interval when the revenue is spread as unevenly as if it came from fewer customers

    Returns
    -------
    DataFrame, one row per group and measure
        group
        measure : customer_retention, customers kept / customers;
            starting_revenue_retention, the share of the starting revenue that belonged to customers kept;
            gross_revenue_retention, what is left of it when nobody counts with more than at the start;
            net_revenue_retention, what the customers kept pay now / what all paid at the start;
            starting_revenue_minus_customers, net_revenue_minus_customers, differences of these shares
        value, lower, upper : shares (differences of shares)
        churn, churn_lower, churn_upper : 1 - value and its interval, for the four shares
        customers : count at the start; start_mrr : what they paid, currency per month
        effective_customers : how many equal customers the starting revenue is worth, (sum)² / sum of squares
        withheld : why there is no value or no interval, or ""

    Raises
    ------
    EstimateError : if columns are missing

    Notes
    -----
    Customers: Wilson. Revenue: the delta method for a ratio of sums over customers, from sums of squares and products; on the logit scale for
    shares that cannot pass 1, on the log scale for net retention; with Student's t at the effective number of customers, because few large
    ones also tell little about the spread. Simulated companies of 60 to 2,000 uneven customers: 92 to 95 % of the intervals cover.
    Where nobody or nothing was lost the variance is zero but the doubt is not: there Wilson's bound is taken at the effective number.

    References
    ----------
    Cochran (1977), Sampling Techniques, ch. 6 (ratios); Kish (1965), Survey Sampling, ch. 8 (effective number).

    Examples
    --------
    Two of four customers stay; they paid 300 of 400, and pay 390 now, one of them 10 less than before.

    >>> kept = pd.DataFrame({"group": ["all"], "customers": 4, "kept_customers": 2, "start_mrr": 400.0, "kept_start_mrr": 300.0, "kept_mrr": 390.0,
    ...     "capped_mrr": 290.0, "start_start": 55000.0, "kept_start_start": 50000.0, "start_kept": 69000.0, "kept_kept": 98100.0,
    ...     "start_capped": 49000.0, "capped_capped": 48100.0, "mature": True, "withheld": ""})
    >>> revenue_retention(kept).set_index("measure")["value"].round(3).to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'customer_retention': 0.5, 'starting_revenue_retention': 0.75, 'gross_revenue_retention': 0.725, 'net_revenue_retention': 0.975,
     'starting_revenue_minus_customers': 0.25, 'net_revenue_minus_customers': 0.475}
    """
    missing = [name for name in _NEEDED if name not in kept.columns]
    if missing:
        raise EstimateError(f"kept lacks {', '.join(missing)}; observe.revenue_kept makes them")
    check_confidence(confidence)
    rows = []
    for row in kept.astype({"kept_customers": float}).to_dict("records"):
        rows += _of_group(row, confidence, min_customers, min_effective_customers)
    return pd.DataFrame(rows, columns=COLUMNS)


def reach_in_errors(effective_customers, confidence):
    """How many standard errors a revenue interval reaches: Student's t at the effective number of customers, for they tell its error too."""
    return t.isf((1 - confidence) / 2, np.maximum(effective_customers - 1, 1))


def _of_group(row, confidence, min_customers, min_effective_customers):
    n, total = row["customers"], row["start_mrr"]
    effective = total**2 / row["start_start"] if row["start_start"] > 0 else np.nan
    head = (int(n), total, effective)
    blank = row["withheld"] or ("" if n else _("nobody was a customer at the first month end"))
    if blank:
        return [(row["group"], name, *[np.nan] * 6, *head, blank) for name in (*MEASURES, *DIFFERENCES)]
    z = reach_in_errors(effective, confidence)
    few = _("fewer than {min_customers} customers").format(min_customers=min_customers) if n < min_customers else ""
    uneven = few or (_("the revenue is as uneven as that of {effective:.0f} equal customers").format(effective=effective)
        if effective < min_effective_customers else "")
    told = []
    for name in MEASURES:
        value, interval = _share(name, row, z, confidence, effective)
        reason = few if name == "customer_retention" else uneven
        lower, upper = (np.nan, np.nan) if reason else interval
        told.append((row["group"], name, value, lower, upper, 1 - value, 1 - upper, 1 - lower, *head, reason))
    for name in DIFFERENCES:
        value, error = _difference(name, row)
        reach = np.nan if uneven else z * error
        told.append((row["group"], name, value, value - reach, value + reach, *[np.nan] * 3, *head, uneven))
    return told


def _share(name, row, z, confidence, effective):
    if name == "customer_retention":
        lower, upper = wilson_interval(row["kept_customers"], row["customers"], confidence=confidence)
        return row["kept_customers"] / row["customers"], (float(lower), float(upper))
    value = _value(name, row)
    variance = ratio_variance(name, row, value)
    if name == "net_revenue_retention":
        if value == 0:
            return value, (0.0, float(wilson_interval(0, effective, confidence=confidence)[1]))
        reach = np.exp(z * np.sqrt(variance) / value)
        return value, (value / reach, value * reach)
    # without loss or gain rounding may leave 1e-16 of it
    if min(value, 1 - value) < 1e-12:
        lower, upper = wilson_interval(round(value) * effective, effective, confidence=confidence)
        return value, (float(lower), float(upper))
    middle, reach = np.log(value / (1 - value)), z * np.sqrt(variance) / (value * (1 - value))
    return value, tuple(float(1 / (1 + np.exp(-end))) for end in (middle - reach, middle + reach))


def _value(name, row):
    now = {"starting_revenue_retention": "kept_start_mrr", "gross_revenue_retention": "capped_mrr", "net_revenue_retention": "kept_mrr"}
    return row[now[name]] / row["start_mrr"]


def ratio_variance(name, row, value):
    """Variance of sum(y) / sum(x): sum of (y - value x)² over customers / (sum x)², with n / (n - 1)."""
    squares, products = {
        "starting_revenue_retention": ("kept_start_start", "kept_start_start"),
        "gross_revenue_retention": ("capped_capped", "start_capped"),
        "net_revenue_retention": ("kept_kept", "start_kept"),
    }[name]  # fmt: skip
    rest = row[squares] - 2 * value * row[products] + value**2 * row["start_start"]
    return _per_customer(row) * max(rest, 0.0) / row["start_mrr"] ** 2


def _per_customer(row):
    """n / (n - 1) at the effective number of customers: a large customer pulls the ratio, and so its own residual, towards itself."""
    effective = row["start_mrr"] ** 2 / row["start_start"]
    return effective / (effective - 1) if effective > 1 else np.nan


def _difference(name, row):
    """A revenue share minus the share of customers, and its standard error: both are sums over the same customers."""
    of = "starting_revenue_retention" if name.startswith("starting") else "net_revenue_retention"
    n, total, kept = row["customers"], row["start_mrr"], row["kept_start_mrr"]
    share, revenue = row["kept_customers"] / n, _value(of, row)
    now = kept if of == "starting_revenue_retention" else row["kept_mrr"]
    # sum over customers of (now - revenue x then)(kept or not - share); what is paid now is paid by those kept
    crossed = now * (1 - share) - revenue * (kept * (1 - share) - (total - kept) * share)
    variance = ratio_variance(of, row, revenue) + _per_customer(row) * (share * (1 - share) / n - 2 * crossed / (total * n))
    return revenue - share, float(np.sqrt(max(variance, 0.0)))
