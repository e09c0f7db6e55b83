"""How many of the customers who are there now will be there in some months, and what will they pay?"""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.counts import in_group_order
from lifecycle_utils.estimate.forecast_draws import heads_kept, money_paid
from lifecycle_utils.estimate.forecast_growth import fit_growth
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards
from lifecycle_utils.language import N_, _

#: A group whose customers, or MRR, is left out by more than this share is withheld: the rest would be another group.
MOST_LEFT_OUT = 0.25
#: With fewer departures known, an interval would rest on too little.
LEAST_CHURNED = 10
#: Of m draws and the outcome each is equally likely to be the lowest: the end is the draw of rank (m + 1) x tail.
RANK = "weibull"


def forecastable(followed, there, *, horizon_months, min_at_risk=10):
    """Which rows of `there` are of a kind that had been followed long enough? Array of bool."""
    hazards = ForecastHazards.fit(followed, min_at_risk=min_at_risk)
    kinds = there["billing_interval"].tolist(), there["tenure"].tolist()
    return np.isfinite(hazards.survival(*kinds, horizon_months)[:, -1])


def forecast_retention(followed, there, *, horizon_months, confidence=0.95, min_at_risk=10, min_customers=10, draws=2000, seed=0):
    """What share of the customers there now will still be there after `horizon_months` further subscription months?

    A customer in subscription month t + 1 stays through the next months with the product of (1 - hazard), the hazards being those of its billing
    interval, pooled over all cohorts. The interval is a prediction interval: it holds what is not known about the hazards, the chance of these very
    customers (binomial), and differences between calendar months or cohorts where the data show them.

    Parameters
    ----------
    followed : DataFrame, one row per (billing_interval, age, entry, tenure, churned): customers, weight, weight_squares; or ForecastHazards
    there : DataFrame, one row per (group, billing_interval, tenure, …); `customers` there now, tenure in complete months
    min_at_risk : customers that a month must have had at risk for its hazard to be used
    min_customers : smaller groups are withheld

    Returns
    -------
    DataFrame, one row per group
        group, customers (there now and forecast), left_out (share of those there now that nobody like them had been followed long enough for),
        forecast (share), lower, upper, withheld (the reason, or "")

    Examples
    --------
    Of 1000 customers 100 left in month 1; what will 200 new ones do?

    >>> followed = pd.DataFrame({"billing_interval": "monthly", "age": [1, 1, 0], "entry": 0, "tenure": [1, 1, 0],
    ...                          "churned": [True, False, False], "customers": [100, 900, 200]})
    >>> followed = followed.assign(weight=followed["customers"], weight_squares=followed["customers"])
    >>> there = pd.DataFrame({"group": "new", "billing_interval": "monthly", "tenure": [0], "customers": [200]})
    >>> forecast_retention(followed, there, horizon_months=1)[["group", "customers", "forecast", "lower", "upper"]].round(2)
      group  customers  forecast  lower  upper
    0   new        200       0.9   0.85   0.94
    """
    hazards = ForecastHazards.fit(followed, min_at_risk=min_at_risk)
    rows = there.groupby(["group", "billing_interval", "tenure"], as_index=False)["customers"].sum()
    cells, cell = _cells(rows)
    stay = hazards.survival(*cells, horizon_months)[cell, -1]
    drawn = hazards.survival_draws(*cells, horizon_months, draws=draws, seed=seed)[:, cell, -1]
    known = np.isfinite(stay)
    customers = rows["customers"].to_numpy()
    kept, jitter = heads_kept(np.where(known, customers, 0), np.where(known, drawn, 0.0), seed=seed)
    tail = (1 - confidence) / 2
    results = []
    for group, where in _places(rows):
        inside = where[known[where]]
        n = int(customers[inside].sum())
        left_out = share_left_out(n, customers[where].sum())
        withheld = why_no_forecast(hazards, n, left_out, N_("customers"), min_customers)
        if withheld:
            results.append((group, n, left_out, np.nan, np.nan, np.nan, withheld))
            continue
        lower, upper = np.quantile(kept[:, inside].sum(axis=1) + jitter, [tail, 1 - tail], method=RANK)
        forecast = (customers[inside] * stay[inside]).sum() / n
        lower, upper = max(lower / n, 0.0), min(upper / n, 1.0)
        results.append((group, n, left_out, forecast, min(lower, forecast), max(upper, forecast), ""))
    return pd.DataFrame(results, columns=["group", "customers", "left_out", "forecast", "lower", "upper", "withheld"])


def forecast_mrr(followed, there, stayers, *, horizon_months, confidence=0.95, min_at_risk=10, min_customers=10, draws=2000, seed=0):
    """What will the customers who pay now pay in each of the next months, and altogether?

    A customer's MRR now, times the share of such customers still there (hazards by months since the start and billing interval, weighted
    by what customers pay, so that large ones count as large), times the growth of those who stay: it goes on at the average of the months before.
    Customers won later are not in it, nor are those who leave and come back.

    Parameters
    ----------
    followed : DataFrame as for `forecast_retention`, from month end to month end, weight: MRR at the start
    there : DataFrame, one row per (group, billing_interval, tenure): customers, mrr (currency per month), mrr_squares
    stayers : DataFrame, one row per past month: opening_mrr, closing_mrr, and the sums of their squares and products, of those who stayed in it

    Returns
    -------
    DataFrame, one row per group and months_ahead 1..horizon, measure "mrr" (currency per month), and one per group at the horizon, measure
        "revenue" (currency: the MRR of month 0, 1, …, horizon - 1, every month paid at its start)
        group, measure, months_ahead, customers, left_out (share of MRR), now (MRR), forecast, lower, upper, withheld
    """
    growth = fit_growth(stayers)
    hazards = ForecastHazards.fit(followed, min_at_risk=min_at_risk)
    rows = there.groupby(["group", "billing_interval", "tenure"], as_index=False)[["customers", "mrr", "mrr_squares"]].sum()
    cells, cell = _cells(rows)
    stay = hazards.survival(*cells, horizon_months)
    drawn = hazards.survival_draws(*cells, horizon_months, draws=draws, seed=seed)
    factor, factor_draws = growth.factors(horizon_months, draws=draws, seed=seed)
    tail = (1 - confidence) / 2
    results = []
    for group, where in _places(rows):
        known = np.isfinite(stay[cell[where], -1])
        inside, at = where[known], cell[where[known]]
        customers, mrr, squares = (rows[name].to_numpy(dtype=float)[inside] for name in ("customers", "mrr", "mrr_squares"))
        left_out = share_left_out(mrr.sum(), rows["mrr"].to_numpy(dtype=float)[where].sum())
        withheld = growth.withheld or why_no_forecast(hazards, int(customers.sum()), left_out, "MRR", min_customers)
        head = group, int(customers.sum()), left_out, mrr.sum()
        if withheld:
            results += [(*head[:1], measure, ahead, *head[1:], np.nan, np.nan, np.nan, withheld) for measure, ahead in _measures(horizon_months)]
            continue
        expected = (mrr @ stay[at]) * factor
        paid, together = money_paid(mrr, squares, stay[at], drawn[:, at], factor, factor_draws, growth.relative_variance, seed=seed)
        for measure, ahead in _measures(horizon_months):
            value, many = (expected[ahead], paid[:, ahead]) if measure == "mrr" else (expected[:-1].sum(), together)
            lower, upper = np.quantile(many, [tail, 1 - tail], method=RANK)
            results.append((group, measure, ahead, *head[1:], value, min(max(lower, 0.0), value), max(upper, value), ""))
    columns = ["group", "measure", "months_ahead", "customers", "left_out", "now", "forecast", "lower", "upper", "withheld"]
    return pd.DataFrame(results, columns=columns)


def _measures(horizon_months):
    return [*(("mrr", ahead) for ahead in range(1, horizon_months + 1)), ("revenue", horizon_months)]


def _cells(rows):
    """The distinct (billing intervals, tenures), and which of them each row is."""
    kinds = rows[["billing_interval", "tenure"]].drop_duplicates()
    cell = rows.groupby(["billing_interval", "tenure"], sort=False).ngroup().to_numpy()
    return (kinds["billing_interval"].tolist(), kinds["tenure"].tolist()), cell


def _places(rows):
    places = rows.groupby("group").indices
    return [(group, places[group]) for group in in_group_order(places)]


def share_left_out(known, everything):
    """The share of `everything` that is not `known`."""
    return float(1 - known / everything) if everything else 0.0


def why_no_forecast(hazards, customers, left_out, what, min_customers):
    """Why a group is not forecast, or ""."""
    if hazards.churned < LEAST_CHURNED:
        return _("fewer than {LEAST_CHURNED} customers had left by then").format(LEAST_CHURNED=LEAST_CHURNED)
    if left_out > MOST_LEFT_OUT:
        return _("too young then: {left_out:.0%} of the {what} would pass months that fewer than {min_at_risk} customers had been followed through").format(
            left_out=left_out, what=what, min_at_risk=hazards.min_at_risk,
        )
    return _("fewer than {min_customers} customers then").format(min_customers=min_customers) if customers < min_customers else ""
