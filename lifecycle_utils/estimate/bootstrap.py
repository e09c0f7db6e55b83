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
    kinds, enter_or_leave, churn = _kinds(tenures)
    changes, churned = _in_chunks(kinds, draws, seed, lambda counts: (counts @ enter_or_leave, counts @ churn))
    return np.cumsum(changes, axis=1)[:, :-1], churned


def average_mrr_draws(average_mrr, variance_mrr, customers, *, draws=2000, seed=0):
    """Which averages would other customers of the same kind have paid?

    A gamma distribution with the mean and the standard error of the observed average: positive, and skewed as the average
    of skewed revenues is. It is drawn independently of the tenures, because the frames do not say which customer
    paid what; where large customers stay longer, use the revenue-weighted method.

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
    return rng.gamma((average_mrr / error) ** 2, error**2 / average_mrr, size=draws)


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


def _kinds(tenures):
    """Customers of each kind; in which months a kind enters (+1) and no longer is at risk (-1); in which it churns."""
    rows = check_tenures(tenures)
    rows = rows[(rows["tenure"] > rows["entry"]) & (rows["customers"] > 0)]
    if rows.empty:
        raise EstimateError("no customer was at risk in a complete month: there is nothing to draw from")
    kinds = rows.groupby(["entry", "tenure", "churned"])["customers"].sum().reset_index()
    entry, tenure, last = kinds["entry"].to_numpy(), kinds["tenure"].to_numpy(), int(kinds["tenure"].max())
    kind, one = np.arange(len(kinds)), np.ones(len(kinds))
    enter = sparse.csr_array((one, (kind, entry)), shape=(len(kinds), last + 1))
    leave = sparse.csr_array((one, (kind, tenure)), shape=(len(kinds), last + 1))
    churn = sparse.csr_array((kinds["churned"].to_numpy(float), (kind, tenure - 1)), shape=(len(kinds), last))
    return kinds, enter - leave, churn


def _in_chunks(kinds, draws, seed, summarise):
    rng = np.random.default_rng([seed, 0])
    customers = kinds["customers"].to_numpy()
    share = customers / customers.sum()
    size = max(1, _CELLS_AT_ONCE // len(kinds))
    parts = [
        summarise(rng.multinomial(customers.sum(), share, size=min(size, draws - start)).astype(float))
        for start in range(0, draws, size)
    ]
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]
