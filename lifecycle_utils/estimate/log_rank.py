"""Do groups leave at different speeds? Log-rank tests from life tables, so late entry is respected."""

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.sparse.csgraph import connected_components
from scipy.special import erfcx, gammaln, logsumexp

from lifecycle_utils.estimate.counts import EVERYBODY
from lifecycle_utils.estimate.life_table import life_table


def log_rank(tenures):
    """Do the groups leave at different speeds?

    The group "all" is left out: it is the sum of the others. Groups that never share a month in which somebody
    left cannot be compared; they take no degree of freedom (R would count them if they expect any event).

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.

    Returns
    -------
    DataFrame, one row
        groups (how many), chi_square, degrees_of_freedom, p_value, log10_p (finite where p_value underflows to 0).
        NaN where fewer than two groups can be compared.

    Raises
    ------
    EstimateError
        If the counts cannot be used.

    References
    ----------
    Mantel (1966); Klein & Moeschberger (2003), section 7.3; R ``survival::survdiff``.

    Examples
    --------
    Of 10 and 10 customers 4 and 1 leave in the only month: expected 2.5 each, variance 5 * 15 / 19 / 4.

    >>> tenures = pd.DataFrame({"group": list("aabb"), "entry": 0, "tenure": 1,
    ...                         "churned": [True, False, True, False], "customers": [4, 6, 1, 9]})
    >>> log_rank(tenures).round(4)
       groups  chi_square  degrees_of_freedom  p_value  log10_p
    0       2        2.28                   1   0.1311  -0.8826
    """
    groups, at_risk, churned = _by_group(tenures)
    return pd.DataFrame([{"groups": len(groups), **_compare(at_risk, churned)}])


def pairwise_log_rank(tenures):
    """Which pairs of groups leave at different speeds, if every pair is tested?

    Parameters
    ----------
    tenures : DataFrame, as for `log_rank`; the group "all" is left out.

    Returns
    -------
    DataFrame, one row per pair
        group_a, group_b, chi_square, degrees_of_freedom, p_value, log10_p, p_holm (adjusted by Holm over all pairs).

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": list("aabbcc"), "entry": 0, "tenure": 1, "churned": [True, False] * 3,
    ...                         "customers": [40, 60, 10, 90, 12, 88]})
    >>> pairwise_log_rank(tenures)[["group_a", "group_b", "p_value", "p_holm"]].round(5)
      group_a group_b  p_value   p_holm
    0       a       b  0.00000  0.00000
    1       a       c  0.00001  0.00001
    2       b       c  0.65210  0.65210
    """
    groups, at_risk, churned = _by_group(tenures)
    rows = [{"group_a": groups[a], "group_b": groups[b], **_compare(at_risk[[a, b]], churned[[a, b]])}
            for a, b in combinations(range(len(groups)), 2)]
    pairs = pd.DataFrame(rows, columns=["group_a", "group_b", "chi_square", "degrees_of_freedom", "p_value", "log10_p"])
    return pairs.assign(p_holm=holm(pairs["p_value"]))


def holm(p_values):
    """Holm's adjusted p values: the family-wise error over all of them stays at the level. NaN are no tests.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p_values = np.asarray(p_values, dtype=float)
    adjusted = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(len(order), 0, -1)), 1.0)
    return adjusted


def log10_chi_square_tail(statistic, degrees_of_freedom):
    """log10 of the upper tail of a chi-square, also where the tail itself underflows to 0.

    Sums the closed form of the incomplete gamma function for whole and half-whole orders; every term is positive.

    >>> round(log10_chi_square_tail(2352.87253825934, 2), 6)
    -510.91978
    """
    half, order = statistic / 2, degrees_of_freedom / 2
    if half == 0:
        return 0.0
    powers = np.arange(0.0 if degrees_of_freedom % 2 == 0 else 0.5, order)
    terms = list(powers * np.log(half) - gammaln(powers + 1) - half)
    if degrees_of_freedom % 2:
        terms.append(np.log(erfcx(np.sqrt(half))) - half)
    return float(logsumexp(terms) / np.log(10))


def _by_group(tenures):
    table = life_table(tenures)
    table = table[table["group"] != EVERYBODY]
    wide = table.pivot(index="group", columns="tenure_month", values=["at_risk", "churned"]).fillna(0).astype("int64")
    if table.empty:
        return [], np.zeros((0, 0)), np.zeros((0, 0))
    return list(wide.index), wide["at_risk"].to_numpy(), wide["churned"].to_numpy()


def _compare(at_risk, churned):
    """The k-sample log-rank statistic of groups x months."""
    all_at_risk, all_churned = at_risk.sum(axis=0), churned.sum(axis=0)
    # A month tells something if some but not all of those at risk left.
    informative = (all_churned > 0) & (all_churned < all_at_risk)
    at_risk, churned = at_risk[:, informative], churned[:, informative]
    n, d = all_at_risk[informative].astype(float), all_churned[informative].astype(float)
    share = at_risk / n
    spread = d * (n - d) / np.maximum(n - 1, 1)
    excess = (churned - d * share).sum(axis=1)
    variance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    # Groups are comparable through shared informative months; one of each connected set is redundant (excesses sum to 0).
    sets, label = connected_components((at_risk > 0).astype(int) @ (at_risk > 0).T.astype(int), directed=False)
    degrees = len(at_risk) - sets
    if degrees < 1:
        return {"chi_square": np.nan, "degrees_of_freedom": 0, "p_value": np.nan, "log10_p": np.nan}
    redundant = [np.flatnonzero(label == one)[np.argmax(at_risk[label == one].sum(axis=1))] for one in range(sets)]
    keep = np.setdiff1d(np.arange(len(at_risk)), redundant)
    chi_square = float(excess[keep] @ np.linalg.solve(variance[np.ix_(keep, keep)], excess[keep]))
    log10_p = log10_chi_square_tail(max(chi_square, 0.0), degrees)
    return {"chi_square": chi_square, "degrees_of_freedom": degrees, "p_value": 10.0**log10_p, "log10_p": log10_p}
