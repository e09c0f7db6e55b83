"""Churn rose: because other customers are there, or because the same kind behaves otherwise?"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import EVERYBODY, check_confidence
from lifecycle_utils.estimate.revenue_retention import ratio_variance
from lifecycle_utils.language import _

COLUMNS = [
    "group", "weight_before", "weight_now", "churn_before", "churn_now", "change", "mix", "mix_lower", "mix_upper",
    "behaviour", "behaviour_lower", "behaviour_upper", "customers_before", "customers_now", "withheld",
]  # fmt: skip
#: What is counted, and what is left of it, of each measure.
_MEASURES = {"customers": ("customers", "kept_customers"), "revenue": ("start_mrr", "kept_mrr")}


def churn_mix(before, now, *, measure="customers", confidence=0.95, min_customers=30):
    """How much of the change in churn is mix, and how much behaviour, group by group?

    Parameters
    ----------
    before, now : DataFrames, one row per group, as `observe.revenue_kept` returns them for two periods of equal length
    measure : "customers", who left / who was there; or "revenue", 1 - net revenue retention, weighted by MRR
    min_customers : with fewer customers in either period a group's terms have no interval

    Returns
    -------
    DataFrame, one row per group, "all" first
        weight_before, weight_now : the group's share of the customers (the MRR) at the start of each period
        churn_before, churn_now : its churn rates; NaN in a period in which it has nobody
        change : mix + behaviour, what the group adds to the change of the whole rate
        mix : (change of weight) x (its mean churn - the whole's mean churn): a group that churns more than others and grows raises the rate
        behaviour : (mean weight) x (change of its churn)
        each with _lower and _upper; customers_before, customers_now : counts
        withheld : why there is no interval, or no value, or ""

        The groups' terms add up to the row "all", and its mix + behaviour to the change of the rate, exactly.

    Raises
    ------
    EstimateError : for another measure or missing columns

    Notes
    -----
    A group that is there in one period only has no change of behaviour: all it adds is mix. Intervals treat the weights as given.

    References
    ----------
    Kitagawa (1955), Components of a Difference Between Two Rates, JASA 50, 1168-1194.

    Examples
    --------
    Neither plan churns otherwise than before (10 % and 40 %), but there are more small customers now.

    >>> columns = ["group", "customers", "kept_customers"]
    >>> before = pd.DataFrame([["all", 100, 84], ["large", 80, 72], ["small", 20, 12]], columns=columns)
    >>> now = pd.DataFrame([["all", 100, 75], ["large", 50, 45], ["small", 50, 30]], columns=columns)
    >>> churn_mix(before, now)[["group", "change", "mix", "behaviour"]].round(4).values.tolist()
    [['all', 0.09, 0.09, 0.0], ['large', 0.0315, 0.0315, 0.0], ['small', 0.0585, 0.0585, 0.0]]
    """
    if measure not in _MEASURES:
        raise EstimateError(f"measure = {measure!r} is not one of {', '.join(_MEASURES)}")
    z = norm.isf((1 - check_confidence(confidence)) / 2)
    old, new = (_side(frame, measure, name) for frame, name in ((before, "before"), (now, "now")))
    empty = ((old, _("nobody was a customer at the start of the earlier period")), (new, _("nobody was a customer at the start of the later period")))
    for side, told in empty:
        if side.empty:
            return _blank(old, new, told)
    groups = sorted(set(old.index) | set(new.index))
    old, new = old.reindex(groups), new.reindex(groups)
    weights = [side["weight"].fillna(0.0) for side in (old, new)]
    # who was there in one period only is taken to behave in the other as in that one
    churns = [old["churn"].fillna(new["churn"]), new["churn"].fillna(old["churn"])]
    variances = [side["variance"].fillna(0.0) for side in (old, new)]
    whole = sum((weight * churn).sum() for weight, churn in zip(weights, churns, strict=True)) / 2
    shift, mean_weight = weights[1] - weights[0], (weights[0] + weights[1]) / 2
    terms = pd.DataFrame({"mix": shift * ((churns[0] + churns[1]) / 2 - whole), "behaviour": mean_weight * (churns[1] - churns[0])})
    spread = variances[0] + variances[1]
    errors = pd.DataFrame({"mix": shift.abs() * np.sqrt(spread) / 2, "behaviour": mean_weight * np.sqrt(spread)})
    frame = pd.DataFrame({
        "group": groups, "weight_before": weights[0], "weight_now": weights[1], "churn_before": old["churn"], "churn_now": new["churn"],
        "customers_before": old["customers"].fillna(0).astype("int64"), "customers_now": new["customers"].fillna(0).astype("int64"),
    })  # fmt: skip
    totals = {
        "group": EVERYBODY, "weight_before": 1.0, "weight_now": 1.0,
        "churn_before": (weights[0] * churns[0]).sum(), "churn_now": (weights[1] * churns[1]).sum(),
        "customers_before": frame["customers_before"].sum(), "customers_now": frame["customers_now"].sum(),
    }  # fmt: skip
    frame = pd.concat([pd.DataFrame([totals]), frame], ignore_index=True)
    thin = frame[["customers_before", "customers_now"]].min(axis=1) < min_customers
    for name in terms:
        value = np.append(terms[name].sum(), terms[name])
        reach = z * np.append(np.sqrt((errors[name] ** 2).sum()), errors[name])
        reach = np.where(thin, np.nan, reach)
        frame = frame.assign(**{name: value, f"{name}_lower": value - reach, f"{name}_upper": value + reach})
    reason = np.where(thin, _("fewer than {min_customers} customers in one of the periods").format(min_customers=min_customers), "")
    return frame.assign(change=frame["mix"] + frame["behaviour"], withheld=reason)[COLUMNS]


def _blank(old, new, reason):
    totals = {"group": EVERYBODY, "customers_before": int(old["customers"].sum()), "customers_now": int(new["customers"].sum()), "withheld": reason}
    return pd.DataFrame([dict.fromkeys(COLUMNS, np.nan) | totals])


def _side(frame, measure, name):
    """Weight, churn, its variance and customers of every group in one period, indexed by group."""
    whole, kept = _MEASURES[measure]
    missing = [column for column in {"group", "customers", whole, kept} if column not in frame.columns]
    if missing:
        raise EstimateError(f"{name} lacks {', '.join(sorted(missing))}; observe.revenue_kept makes them")
    groups = frame[(frame["group"] != EVERYBODY) & (frame["customers"] > 0)].set_index("group")
    total = groups[whole].astype(float).sum()
    churn = 1 - groups[kept].astype(float) / groups[whole].astype(float)
    if measure == "customers":
        variance = churn * (1 - churn) / groups["customers"].astype(float)
    else:
        rows = groups.to_dict("records")
        variance = pd.Series([ratio_variance("net_revenue_retention", row, row["kept_mrr"] / row["start_mrr"]) for row in rows], groups.index)
    return pd.DataFrame({"weight": groups[whole].astype(float) / total, "churn": churn, "variance": variance.astype(float), "customers": groups["customers"]})
