"""What is a customer worth? The two usual formulas next to two answers that know who has not left yet."""

import math

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_tenures, customers_by_group
from lifecycle_utils.estimate.formulas import revenue_over_churn, revenue_over_lifetime
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric

METHODS = ("mean_lifetime_of_churned", "arpu_over_churn", "restricted_mean", "shifted_beta_geometric")


def lifetime_value(
    tenures, revenue, *, horizons_months=(12, 36, 60), gross_margin=1.0, discount_rate_annual=0.0, min_at_risk=5
):
    """What is a customer of each group worth, computed four ways?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; months
    revenue : DataFrame, one row per group: customers, `average_mrr` (mean over all customers ever of their average MRR
        while paying), `variance_mrr` (sample variance of the same over customers)
    horizons_months : months after the start over which the last two methods count revenue
    gross_margin : 0 to 1, applied to all four methods
    discount_rate_annual : 0.1 is 10 % a year; month k is discounted by (1 + rate)^(-k/12). The two formulas know none.
    min_at_risk : the restricted mean is withheld when fewer customers were at risk in a month before the horizon

    Returns
    -------
    DataFrame with group, method, value, lower, upper (currency per customer), horizon_months (missing: no horizon), customers,
        average_mrr, months (what average_mrr and margin are multiplied by), withheld (why there is no value, else "")

        mean_lifetime_of_churned : average_mrr x mean tenure of those who left
        arpu_over_churn : average_mrr / (churned / customer-months at risk)
        restricted_mean : average_mrr x sum of S(k) v^k for k = 0 .. horizon - 1, S by Kaplan-Meier; never extrapolated
        shifted_beta_geometric : the same sum, S by the fitted model, also beyond the months seen

    References
    ----------
    Kaplan & Meier (1958); Fader & Hardie (2007). docs/definitions.md compares what ChartMogul, Baremetrics and Stripe print.

    Two customers pay 10 a month; one leaves in month 2, the other is still there after 4 months:

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [2, 4], "churned": [True, False], "customers": 1})
    >>> revenue = pd.DataFrame({"group": ["all"], "customers": [2], "average_mrr": [10.0], "variance_mrr": [0.0]})
    >>> values = lifetime_value(tenures, revenue, horizons_months=[4], min_at_risk=1)
    >>> values[["method", "value", "months"]].head(3)
                         method  value  months
    0  mean_lifetime_of_churned   20.0     2.0
    1           arpu_over_churn   60.0     6.0
    2           restricted_mean   30.0     3.0
    """
    horizons = _whole_horizons(horizons_months)
    discount = monthly_discount(discount_rate_annual)
    tenures = check_tenures(tenures)
    tables = dict(tuple(life_table(tenures).groupby("group", sort=False)))
    money = revenue.set_index("group")
    rows = []
    for group, customers in customers_by_group(tenures).items():
        table = tables.get(group, pd.DataFrame({"tenure_month": [], "at_risk": [], "churned": []}))
        mrr = float(money["average_mrr"].get(group, math.nan))
        left = tenures[(tenures["group"] == group) & tenures["churned"]]
        for method, horizon, months, withheld in [
            *_formulas(table, left),
            *((("restricted_mean", h, *_restricted(table, h, discount, min_at_risk))) for h in horizons),
            *_modelled(table, horizons, discount),
        ]:
            if math.isnan(mrr) and not withheld:
                withheld = "no revenue is known for this group"
            value = math.nan if withheld else revenue_over_lifetime(mrr, months, gross_margin=gross_margin).value
            rows.append((group, method, value, math.nan, math.nan, horizon, customers, mrr, months, withheld))
    frame = pd.DataFrame(rows, columns=["group", "method", "value", "lower", "upper", "horizon_months", "customers",
                                        "average_mrr", "months", "withheld"])
    return frame.astype({"horizon_months": "Int64"})


def monthly_discount(discount_rate_annual):
    """What one unit of money in a month is worth today.

    >>> round(monthly_discount(0.1) ** 12, 6) == round(1 / 1.1, 6)
    True
    """
    if not 0 <= discount_rate_annual < math.inf:
        raise EstimateError(f"discount_rate_annual is {discount_rate_annual}; it must be 0 or more (0.1 is 10 % a year)")
    return (1 + discount_rate_annual) ** (-1 / 12)


def _whole_horizons(horizons_months):
    horizons = [int(h) for h in horizons_months]
    if any(h < 1 or h != given for h, given in zip(horizons, horizons_months)):
        raise EstimateError(f"horizons_months {list(horizons_months)}: whole months of 1 or more are needed")
    return horizons


def _formulas(table, left):
    churned, exposure = table["churned"].sum(), table["at_risk"].sum()
    if churned == 0:
        nobody = revenue_over_churn(1, 0).withheld
        yield "mean_lifetime_of_churned", None, math.nan, "nobody churned: there is no lifetime to average"
        yield "arpu_over_churn", None, math.nan, nobody
        return
    yield "mean_lifetime_of_churned", None, float((left["tenure"] * left["customers"]).sum() / churned), ""
    yield "arpu_over_churn", None, revenue_over_churn(1, churned / exposure).value, ""


def _restricted(table, horizon, discount, min_at_risk):
    seen = table[table["tenure_month"] < horizon]
    reached = len(seen)
    survival = np.zeros(horizon)
    survival[: reached + 1] = np.cumprod(np.concatenate([[1.0], 1 - seen["churned"] / seen["at_risk"].where(seen["at_risk"] > 0)]))
    if reached < horizon - 1 and survival[reached] > 0:  # at 0 nobody is left to be seen, and the rest of the sum is 0
        return math.nan, f"customers have been seen for {reached} months, {horizon - 1} are needed; not extrapolated"
    thin = seen[seen["at_risk"] < min_at_risk]
    if len(thin):
        first = thin.iloc[0]
        return math.nan, f"only {first['at_risk']} at risk in month {first['tenure_month']}, fewer than {min_at_risk}"
    return float((survival * discount ** np.arange(horizon)).sum()), ""


def _modelled(table, horizons, discount):
    model = ShiftedBetaGeometric.fit_table(table)
    for horizon in horizons:
        if math.isnan(model.alpha):
            yield "shifted_beta_geometric", horizon, math.nan, model.note
        else:
            yield "shifted_beta_geometric", horizon, model.mean_months(horizon, monthly_discount=discount), ""
