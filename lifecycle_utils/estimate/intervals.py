"""Intervals for a share of customers."""

import numpy as np
from scipy.stats import norm

from lifecycle_utils.estimate.counts import check_confidence


def wilson_interval(events, trials, *, confidence=0.95):
    """Between which shares does the true share lie, if `events` of `trials` customers did it?

    The inversion of the score test: with rare events (1-5 % of a few hundred) its average coverage stays near the
    nominal one, where Clopper-Pearson covers 97-99 % and Wald falls to 80 %; see docs/statistics.md.

    Parameters
    ----------
    events, trials : arrays of counts, same shape.
    confidence : between 0 and 1.

    Returns
    -------
    (lower, upper) : arrays of that shape; NaN where there are no trials.

    References
    ----------
    Wilson (1927), JASA 22, 209-212; Brown, Cai & DasGupta (2001), Statistical Science 16, 101-133.

    Examples
    --------
    >>> lower, upper = wilson_interval(10, 100)
    >>> print(f"{lower:.4f} {upper:.4f}")
    0.0552 0.1744
    """
    events, trials = np.asarray(events, dtype=float), np.asarray(trials, dtype=float)
    z = norm.isf((1 - check_confidence(confidence)) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = events / trials
        middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
        reach = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
        # At the ends rounding would leave 1e-18 instead of the exact bound.
        lower = np.where(events == 0, 0.0, middle - reach)
        upper = np.where(events == trials, 1.0, middle + reach)
    missing = ~(trials > 0)
    return np.where(missing, np.nan, lower), np.where(missing, np.nan, upper)


def newcombe_interval(events, trials, events_before, trials_before, *, confidence=0.95):
    """Between which values does the true difference of two shares lie: `events` of `trials` less `events_before` of `trials_before`?

    Parameters
    ----------
    events, trials, events_before, trials_before : arrays of counts, same shape.
    confidence : between 0 and 1.

    Returns
    -------
    (lower, upper) : arrays of that shape; NaN where one of the shares has no trials.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: the Wilson limits of both shares, put together.

    Examples
    --------
    >>> lower, upper = newcombe_interval(56, 70, 48, 80)
    >>> print(f"{lower:.4f} {upper:.4f}")
    0.0524 0.3339
    """
    lower, upper = wilson_interval(events, trials, confidence=confidence)
    lower_before, upper_before = wilson_interval(events_before, trials_before, confidence=confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.asarray(events, dtype=float) / np.asarray(trials, dtype=float)
        before = np.asarray(events_before, dtype=float) / np.asarray(trials_before, dtype=float)
    down = np.hypot(share - lower, upper_before - before)
    up = np.hypot(upper - share, before - lower_before)
    return share - before - down, share - before + up
