"""What customers may do and pay, many times over: the draws behind a forecast, from arrays."""

import numpy as np


def heads_kept(customers, share, *, seed=0):
    """Draws of how many of the `customers` of each row stay, and what to add to their sums.

    Every count is spread over the unit around it: an end between two counts is right on average, a count as the end is too wide.

    Parameters
    ----------
    customers : array (rows,); share : array (draws, rows), of those who stay

    Returns
    -------
    (kept, jitter) : arrays (draws, rows) and (draws,)
    """
    rng = np.random.default_rng([seed, 4])
    kept = rng.binomial(customers, share).astype(float)
    return kept, rng.uniform(-0.5, 0.5, size=len(share))


def money_paid(mrr, squares, stay, drawn, factor, factor_draws, relative_variance, *, seed=0):
    """Draws of what these customers pay in each month ahead, and of the sum of all but the last.

    Parameters
    ----------
    mrr, squares : arrays (rows,), what the customers of each row pay now, and the sum of its squares
    stay, drawn : arrays (rows, h + 1) and (draws, rows, h + 1), share still there after 0, 1, …, h months: as expected, and as it may be
    factor, factor_draws : arrays (h + 1,) and (draws, h + 1), growth of those who stay
    relative_variance : that one customer's MRR gains every month

    Returns
    -------
    (paid, together) : arrays (draws, h + 1) and (draws,)
    """
    sampled = np.einsum("r,drs->ds", mrr, drawn) * factor_draws
    spread, spread_of_sum = own_chance(stay, factor, squares, relative_variance)
    noise = np.random.default_rng([seed, 5]).standard_normal(len(drawn))
    return sampled + noise[:, None] * np.sqrt(spread), sampled[:, :-1].sum(axis=1) + noise * np.sqrt(spread_of_sum)


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
