"""Do customers leave, and does the revenue leave with them? One of four answers, or none where the data do not bear one."""

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.revenue_retention import reach_in_errors
from lifecycle_utils.language import _

#: The four answers, by whether customers stay and whether revenue holds. The first is the one that a churn rate alone gets wrong.
VERDICTS = {(False, True): "strong_stay", (True, False): "strong_leave", (True, True): "both_hold", (False, False): "both_leave"}
COLUMNS = [
    "group", "verdict", "because", "certainty", "leaning", "customer_retention", "customer_retention_lower", "customer_retention_upper",
    "net_revenue_retention", "net_revenue_retention_lower", "net_revenue_retention_upper", "starting_revenue_minus_customers",
    "customers", "start_mrr", "holds_at", "withheld",
]  # fmt: skip


def revenue_verdict(retention, *, holds_at=0.9, confidence=0.95):
    """Do customers stay, does revenue hold, and who are those who stay?

    Parameters
    ----------
    retention : DataFrame, as `revenue_retention` returns it
    holds_at : a share from which on something holds; customers and revenue are held against the same one
    confidence : the one that `retention` was made with, and the certainty that a verdict needs

    Returns
    -------
    DataFrame, one row per group
        group
        verdict : "strong_stay", customers leave but revenue holds; "strong_leave", customers stay but revenue leaves;
            "both_hold"; "both_leave"; "" if undecided
        because : what is known of those who stay: "larger", they paid more than the average to begin with; "smaller", less;
            "grown", no such difference, but they pay more now; "shrunk", they pay less now; "" if none of it is beyond chance
        certainty : how surely both stand on their side of `holds_at`, the lesser of the two one-sided confidences
        leaning : what the verdict would be without regard to chance; "" without customers
        customer_retention, net_revenue_retention, each with _lower, _upper : shares
        starting_revenue_minus_customers : difference of shares; above 0 the larger customers stay
        customers, start_mrr, holds_at
        withheld : why there is no verdict, or ""

    Raises
    ------
    EstimateError : if `holds_at` is no share between 0 and 1

    Notes
    -----
    A verdict is two one-sided claims, "at least" or "less than" `holds_at`: the score test for customers, the delta method on the log scale
    for revenue. A verdict that chance could turn is not given.

    Examples
    --------
    >>> rows = [("customer_retention", 0.7, 0.65, 0.75), ("net_revenue_retention", 1.0, 0.95, 1.05), ("starting_revenue_minus_customers", 0.2, 0.1, 0.3)]
    >>> retention = pd.DataFrame([("all", *row, 300, 5000.0, 200.0, "") for row in rows], columns=["group", "measure", "value", "lower", "upper",
    ...                          "customers", "start_mrr", "effective_customers", "withheld"])
    >>> revenue_verdict(retention)[["group", "verdict", "because"]].values.tolist()
    [['all', 'strong_stay', 'larger']]
    """
    if not 0 < holds_at < 1:
        raise EstimateError(f"holds_at = {holds_at!r} is not a share between 0 and 1; 0.9 means that nine tenths are kept")
    check_confidence(confidence)
    rows = [_of_group(group, own.set_index("measure"), holds_at, confidence) for group, own in retention.groupby("group", sort=False)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_group(group, told, holds_at, confidence):
    customers, revenue, larger = (told.loc[name] for name in ("customer_retention", "net_revenue_retention", "starting_revenue_minus_customers"))
    reason = customers["withheld"] or revenue["withheld"]
    leaning, sure = "", (np.nan, np.nan)
    if not np.isnan(customers["value"]):
        leaning = VERDICTS[bool(customers["value"] >= holds_at), bool(revenue["value"] >= holds_at)]
    if leaning and not reason:
        sure = _sure_of_customers(customers, holds_at), _sure_of_revenue(revenue, holds_at, confidence)
    decided = min(sure) >= confidence
    if leaning and not reason and not decided:
        told = (
            _("customer retention is too near {holds_at:.0%} to say on which side it lies") if sure[0] < sure[1]
            else _("net revenue retention is too near {holds_at:.0%} to say on which side it lies")
        )  # fmt: skip
        reason = told.format(holds_at=holds_at)
    return (
        group, leaning if decided else "", _because(told, larger) if decided else "", min(sure), leaning,
        *customers[["value", "lower", "upper"]], *revenue[["value", "lower", "upper"]], larger["value"],
        customers["customers"], customers["start_mrr"], holds_at, reason,
    )  # fmt: skip


def _sure_of_customers(share, holds_at):
    z = (share["value"] - holds_at) / np.sqrt(holds_at * (1 - holds_at) / share["customers"])
    return float(norm.cdf(abs(z)))


def _sure_of_revenue(share, holds_at, confidence):
    if share["value"] == 0:
        return 1.0 if share["upper"] < holds_at else 0.0
    freedom = max(share["effective_customers"] - 1, 1)
    error = np.log(share["upper"] / share["value"]) / reach_in_errors(share["effective_customers"], confidence)
    away = abs(np.log(share["value"] / holds_at))
    # nobody's revenue moved differently: no doubt is left by these customers
    return float(t.cdf(away / error, freedom)) if error > 0 else 1.0


def _because(told, larger):
    if larger["lower"] > 0 or larger["upper"] < 0:
        return "larger" if larger["value"] > 0 else "smaller"
    if "net_revenue_minus_customers" not in told.index:
        return ""
    more = told.loc["net_revenue_minus_customers"]
    return "grown" if more["lower"] > 0 else "shrunk" if more["upper"] < 0 else ""
