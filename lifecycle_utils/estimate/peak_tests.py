"""Exact tests behind the highest churn month, for one life table or for thousands at once (months on the last axis).

Given the counts so far, the churn of month k is binomial of its risk set, and different months are uncorrelated. Every test here conditions
on a total: of D leavers in some months, the share that falls on one of them is judged by its share of the customer-months
(Przyborowski & Wilenski 1940). No variance is estimated, so months with one or two leavers do no harm; for rare events the
conditional binomial is exact, for common ones it errs on the careful side.
"""

import numpy as np
from scipy.special import betainc
from scipy.stats import binom


def flat_hazard_p_value(at_risk, churned):
    """Could one and the same hazard in every month have produced so high a month?

    Each month is held against all months together; the smallest p value is corrected for having looked at all of them
    by summing, month by month, the largest attainable p value that is not larger (Tarone's idea): never more than Bonferroni.

    Parameters
    ----------
    at_risk, churned : arrays, shape (..., months); months that do not take part have at_risk 0 and churned 0.

    Returns
    -------
    array, shape (...) : p values; 1 where nobody left.

    References
    ----------
    Przyborowski & Wilenski (1940), Biometrika 31, 313-323; Tarone (1990), Biometrics 46, 515-522.

    Examples
    --------
    Two months of 100 customers each, 10 and 0 leave: the chance that all ten fall on the same month is 2 / 1024.

    >>> round(float(flat_hazard_p_value([100, 100], [10, 0])) * 1024, 6)
    2.0
    """
    p_value, *months = _against_all(at_risk, churned)
    return _corrected(p_value.min(axis=-1, initial=1.0), *months)


def above_average_p_values(at_risk, churned):
    """For every month: is its hazard above that of all months together, though every month was looked at?

    The same p values and correction as `flat_hazard_p_value`, which is their minimum; shape (..., months), NaN for months that do not take part.

    >>> (above_average_p_values([100, 100], [10, 0]) * 1024).round(6).tolist()
    [2.0, 1024.0]
    """
    p_value, takes_part, total, share = _against_all(at_risk, churned)
    months = p_value.shape[-1]
    each = [_corrected(p_value[..., month], takes_part, total, share) for month in range(months)]
    return np.where(np.asarray(at_risk) > 0, np.stack(each, axis=-1), np.nan)


def _against_all(at_risk, churned):
    at_risk, churned = np.asarray(at_risk, dtype=float), np.asarray(churned, dtype=float)
    total = churned.sum(axis=-1, keepdims=True)
    exposure = at_risk.sum(axis=-1, keepdims=True)
    share = np.divide(at_risk, exposure, out=np.zeros_like(at_risk), where=exposure > 0)
    takes_part = (at_risk > 0) & (total > 0)
    return np.where(takes_part, _at_least(churned, total, share), 1.0), takes_part, total, share


def _corrected(p_value, takes_part, total, share):
    """The chance, at most, that any month reaches this p value: the sum of what each can attain."""
    # A hair above, so that the month itself attains its own p value despite rounding.
    level = np.minimum(p_value * (1 + 1e-9), 1.0)[..., None]
    first_below = binom.isf(level, np.where(takes_part, total, 1.0), np.where(takes_part, share, 0.5)) + 1
    attainable = np.where(takes_part, _at_least(first_below, total, share), 0.0)
    alone = takes_part.sum(axis=-1) < 2
    return np.where(alone, 1.0, np.minimum(attainable.sum(axis=-1), 1.0))


def pairwise_p_values(at_risk, churned):
    """One-sided p values of "month a has no higher hazard than month b", shape (..., a, b); 1 on the diagonal and where nobody was at risk.

    >>> pairwise_p_values([100, 100], [4, 0]).tolist()
    [[1.0, 0.0625], [1.0, 1.0]]
    """
    at_risk, churned = np.asarray(at_risk, dtype=float), np.asarray(churned, dtype=float)
    both = at_risk[..., :, None] + at_risk[..., None, :]
    share = np.divide(at_risk[..., :, None], both, out=np.full(both.shape, 0.5), where=both > 0)
    p_value = _at_least(churned[..., :, None], churned[..., :, None] + churned[..., None, :], share)
    takes_part = at_risk > 0
    comparable = takes_part[..., :, None] & takes_part[..., None, :] & ~np.eye(at_risk.shape[-1], dtype=bool)
    return np.where(comparable, p_value, 1.0)


def may_be_peak_p_values(at_risk, churned):
    """For every month: could it have the highest hazard of all?

    A month is excluded (p small) if either of two questions excludes it.
    1. Is some month's hazard higher than this one's? The smallest one-sided pairwise p value times the number of other months
       (Holm's first step): inverting it gives a set that holds the true peak (Mogstad, Romano, Shaikh & Wilhelm; for counts Bazylik et al.).
    2. Is the observed winner the best? The two-sided test of the winner against each other month, all of which must reject; it needs
       no correction (Gutmann & Maymin; Hung & Fithian; for unequal risk sets arXiv 2503.01065). If it is small, all others are excluded.
    The true peak can fall to the second question only if another month wins, which takes half of its level; together the two
    exclude the true peak in at most 5.1 % at level 5 % wherever it was simulated (docs/statistics.md).

    Parameters
    ----------
    at_risk, churned : arrays, shape (..., months); months that do not take part have at_risk 0 and churned 0.

    Returns
    -------
    array, shape (..., months) : p values; NaN for months that do not take part.

    References
    ----------
    Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91, 476-518; Bazylik, Mogstad, Romano, Shaikh &
    Wilhelm (2021), NBER 29519; Gutmann & Maymin (1987), Annals of Statistics 15, 456-461; Hung & Fithian (2019),
    Annals of Statistics 47, 758-782.

    Examples
    --------
    >>> may_be_peak_p_values([100, 100, 100], [12, 1, 0]).round(4).tolist()
    [1.0, 0.0034, 0.0005]
    """
    at_risk, churned = np.asarray(at_risk, dtype=float), np.asarray(churned, dtype=float)
    takes_part = at_risk > 0
    higher = pairwise_p_values(at_risk, churned)
    others = np.maximum(takes_part.sum(axis=-1, keepdims=True) - 1, 1)
    exceeded = np.minimum(others * higher.min(axis=-2, initial=1.0), 1.0)
    winner = _winner(at_risk, churned)
    against = np.take_along_axis(higher, winner[..., None], axis=-2)[..., 0, :]
    is_winner = np.arange(at_risk.shape[-1]) == winner
    not_best = 2 * np.where(takes_part & ~is_winner, against, 0.0).max(axis=-1, keepdims=True, initial=0.0)
    return np.where(takes_part, np.where(is_winner, exceeded, np.minimum(exceeded, not_best)), np.nan)


def _winner(at_risk, churned):
    rate = np.divide(churned, at_risk, out=np.full(at_risk.shape, -1.0), where=at_risk > 0)
    return np.argmax(rate, axis=-1)[..., None]


def _at_least(count, total, share):
    """P(Binomial(total, share) >= count), elementwise."""
    count, total, share = np.broadcast_arrays(count, total, share)
    inside = (count >= 1) & (count <= total)
    tail = betainc(np.where(inside, count, 1.0), np.where(inside, total - count + 1, 1.0), share)
    return np.where(inside, tail, np.where(count <= 0, 1.0, 0.0))
