"""Drawing customers again, from their counts.

A bootstrap over customers puts every customer back into the urn; customers who entered and left in the same month are alike,
so it is enough to draw how many of each kind come up. The cost depends on the kinds (months x months), not on the customers.
"""

import math

import numpy as np
from scipy import sparse

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence, check_tenures

_CELLS_AT_ONCE = 4_000_000  # keeps a chunk of draws under 32 MB


def resampled_life_tables(tenures, *, draws=2000, seed=0):
    """What would the life table look like with other customers of the same kind?

    Parameters
    ----------
    tenures : DataFrame, the rows of one population
    draws : int, number of resamples
    seed : int; the same seed and counts give the same draws

    Returns
    -------
    (at_risk, churned) : float arrays, shape (draws, last month); column k - 1 is subscription month k

    Notes
    -----
    Multinomial draws of all customers that are in any risk set. Those still in their first month are in none: leaving
    them out keeps a new cohort from moving the interval of a mature number.

    References
    ----------
    Efron (1981), Censored data and the bootstrap, JASA 76, 312-319.

    >>> import pandas as pd
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2], "churned": [True, False], "customers": [30, 70]})
    >>> at_risk, churned = resampled_life_tables(tenures, draws=500)
    >>> at_risk.shape, bool((at_risk[:, 0] == 100).all()), bool((at_risk[:, 1] == 100 - churned[:, 0]).all())
    ((500, 2), True, True)
    >>> bool(29 < churned[:, 0].mean() < 31)
    True
    """
    rows = check_tenures(tenures)
    rows = rows[(rows["tenure"] > rows["entry"]) & (rows["customers"] > 0)]
    if rows.empty:
        raise EstimateError("no customer was at risk in a complete month: there is nothing to draw from")
    kinds = rows.groupby(["entry", "tenure", "churned"])["customers"].sum().reset_index()
    return life_table_draws(*(kinds[name].to_numpy() for name in ("entry", "tenure", "churned", "customers")), draws=draws, seed=seed)


def life_table_draws(entry, tenure, churned, customers, *, draws=2000, seed=0):
    """`resampled_life_tables` from arrays: one element per kind of customer, each kind once, none without customers."""
    last, kind, one = int(tenure.max()), np.arange(len(customers)), np.ones(len(customers))
    enter = sparse.csr_array((one, (kind, entry)), shape=(len(kind), last + 1))
    leave = sparse.csr_array((one, (kind, tenure)), shape=(len(kind), last + 1))
    churn = sparse.csr_array((churned.astype(float), (kind, tenure - 1)), shape=(len(kind), last))
    changes, left = _in_chunks(customers, draws, seed, lambda counts: (counts @ (enter - leave), counts @ churn))
    return np.cumsum(changes, axis=1)[:, :-1], left


def average_mrr_draws(average_mrr, variance_mrr, customers, *, draws=2000, seed=0):
    """Which averages may be the true one, if these customers paid this?

    Amounts paid are skewed: a sample without its rare large payers has both too low an average and too small a standard error, and the
    interval average +- 1.96 standard errors holds the truth in 88-92 of 100 samples. `skewed_limits` corrects for it. They are drawn
    independently of the tenures, because the frames do not say which customer paid what; where large customers stay longer, use the
    revenue-weighted method.

    >>> paid = average_mrr_draws(100.0, 2500.0, 400)
    >>> print(f"{paid.mean():.0f} {paid.std():.1f}")
    100 2.5
    """
    if not variance_mrr >= 0:
        return np.full(draws, math.nan)
    error = math.sqrt(variance_mrr / customers)
    if error == 0 or average_mrr == 0:
        return np.full(draws, float(average_mrr))
    # a stream of its own, so that tenures and revenue are independent
    rng = np.random.default_rng([seed, 1])
    return skewed_limits(average_mrr, error, rng.standard_normal(draws))


def skewed_limits(average, error, normal):
    """Confidence limits of the mean of skewed amounts, at the quantiles `normal` of the standard normal distribution.

    Hall's cubic transformation of (average - truth) / error, solved for the truth. The skewness of the amounts is taken as three times their
    coefficient of variation, as in a lognormal of small variation; then it cancels, and only the relative error r is left:
    truth = average (2 - (1 - 3 r (normal + r / 2)) ^ (1/3)). Never below 0. Where few customers pay most, their spread is not well known either:
    quantiles are multiplied by 1 + 3 r^2, as Student's are for few customers (benchmarks/coverage_averages.py; 1/r^2 is the number of equal payers).

    References
    ----------
    Hall (1992), On the removal of skewness by transformation, JRSS B 54, 221-228.

    >>> skewed_limits(100.0, 10.0, np.array([-1.96, 0.0, 1.96])).round(1).tolist()
    [83.3, 100.5, 127.6]
    """
    relative = error / average
    wider = normal * (1 + 3 * relative**2)
    return np.maximum(average * (2 - np.cbrt(1 - 3 * relative * (wider + relative / 2))), 0.0)


def percentile_interval(draws, *, confidence=0.95):
    """Between which values do the middle `confidence` of the draws lie? (NaN, NaN) where an end is not finite.

    >>> percentile_interval(np.arange(1001), confidence=0.9)
    (50.0, 950.0)
    """
    tail = (1 - check_confidence(confidence)) / 2
    if np.isnan(draws).any():
        return math.nan, math.nan
    # "inverted_cdf" picks draws that happened: interpolation between a number and an infinity would be NaN
    lower, upper = np.quantile(draws, [tail, 1 - tail], method="inverted_cdf")
    return (float(lower), float(upper)) if math.isfinite(upper) else (math.nan, math.nan)


def _in_chunks(customers, draws, seed, summarise):
    rng = np.random.default_rng([seed, 0])
    share = customers / customers.sum()
    size = max(1, _CELLS_AT_ONCE // len(customers))
    parts = [
        summarise(rng.multinomial(customers.sum(), share, size=min(size, draws - start)).astype(float))
        for start in range(0, draws, size)
    ]
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]
