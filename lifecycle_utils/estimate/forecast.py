"""How many of the customers who are there now will be there in some months, and what will they pay?"""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.counts import in_group_order
from lifecycle_utils.estimate.forecast_growth import fit_growth
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards
from lifecycle_utils.language import N_, _

#: A group whose customers, or MRR, is left out by more than this share is withheld: the rest would be another group.
MOST_LEFT_OUT = 0.25
#: With fewer departures known, an interval would rest on too little.
LEAST_CHURNED = 10


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
    rng = np.random.default_rng([seed, 4])
    kept = rng.binomial(np.where(known, customers, 0), np.where(known, drawn, 0.0)).astype(float)
    # Spread every count over the unit around it: an end between two counts is right on average, a count as the end is too wide.
    jitter = rng.uniform(-0.5, 0.5, size=draws)
    tail = (1 - confidence) / 2
    results = []
    for group, where in _places(rows):
        inside = where[known[where]]
        n = int(customers[inside].sum())
        left_out = _share_left_out(n, customers[where].sum())
        withheld = _withheld(hazards, n, left_out, N_("customers"), min_customers)
        if withheld:
            results.append((group, n, left_out, np.nan, np.nan, np.nan, withheld))
            continue
        lower, upper = np.quantile(kept[:, inside].sum(axis=1) + jitter, [tail, 1 - tail])
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
    noise = np.random.default_rng([seed, 5]).standard_normal(draws)
    tail = (1 - confidence) / 2
    results = []
    for group, where in _places(rows):
        known = np.isfinite(stay[cell[where], -1])
        inside, at = where[known], cell[where[known]]
        customers, mrr, squares = (rows[name].to_numpy(dtype=float)[inside] for name in ("customers", "mrr", "mrr_squares"))
        left_out = _share_left_out(mrr.sum(), rows["mrr"].to_numpy(dtype=float)[where].sum())
        withheld = growth.withheld or _withheld(hazards, int(customers.sum()), left_out, "MRR", min_customers)
        head = group, int(customers.sum()), left_out, mrr.sum()
        if withheld:
            results += [(*head[:1], measure, ahead, *head[1:], np.nan, np.nan, np.nan, withheld) for measure, ahead in _measures(horizon_months)]
            continue
        expected = (mrr @ stay[at]) * factor
        sampled = np.einsum("r,drs->ds", mrr, drawn[:, at]) * factor_draws
        spread, spread_of_sum = own_chance(stay[at], factor, squares, growth.relative_variance)
        for measure, ahead in _measures(horizon_months):
            if measure == "mrr":
                value, many, error = expected[ahead], sampled[:, ahead], spread[ahead]
            else:
                value, many, error = expected[:-1].sum(), sampled[:, :-1].sum(axis=1), spread_of_sum
            lower, upper = np.quantile(many + noise * np.sqrt(error), [tail, 1 - tail])
            results.append((group, measure, ahead, *head[1:], value, min(max(lower, 0.0), value), max(upper, value), ""))
    columns = ["group", "measure", "months_ahead", "customers", "left_out", "now", "forecast", "lower", "upper", "withheld"]
    return pd.DataFrame(results, columns=columns)


def own_chance(stay, factor, squares, relative_variance):
    """The variance that is these very customers' own chance: of the MRR of months 0..h, and of the sum of months 0..h - 1.

    A customer that pays m stays (B_s = 1) with share stay_s; its MRR is m B_s factor_s (1 + e_s), where e_s gains `relative_variance` every month.

    Parameters
    ----------
    stay : array (rows, h + 1); squares : array (rows,), sums of m^2; factor : array (h + 1,)

    >>> one, total = own_chance(np.array([[1.0, 0.5]]), np.array([1.0, 1.0]), np.array([100.0]), 0.0)
    >>> one.tolist(), float(total)
    ([0.0, 25.0], 0.0)
    """
    months = np.arange(len(factor))
    month = squares @ (stay * (1 - stay) + stay * relative_variance * months) * factor**2
    first = slice(0, len(factor) - 1)
    paid, share = factor[first], stay[:, first]
    # B_u B_s = B_s for u < s: who is there in month s was there before
    before = np.concatenate([[0.0], np.cumsum(paid)[:-1]])
    of_sum = share @ (2 * paid * before + paid**2) - (share @ paid) ** 2
    for u in range(1, len(paid)):
        of_sum = of_sum + relative_variance * (share[:, u:] @ (2 * paid[u:] * (before[u:] - before[u]) + paid[u:] ** 2))
    return month, squares @ np.maximum(of_sum, 0)


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


def _share_left_out(known, everything):
    return float(1 - known / everything) if everything else 0.0


def _withheld(hazards, customers, left_out, what, min_customers):
    if hazards.churned < LEAST_CHURNED:
        return _("fewer than {LEAST_CHURNED} customers had left by then").format(LEAST_CHURNED=LEAST_CHURNED)
    if left_out > MOST_LEFT_OUT:
        return _("too young then: {left_out:.0%} of the {what} would pass months that fewer than {min_at_risk} customers had been followed through").format(
            left_out=left_out, what=what, min_at_risk=hazards.min_at_risk,
        )
    return _("fewer than {min_customers} customers then").format(min_customers=min_customers) if customers < min_customers else ""
