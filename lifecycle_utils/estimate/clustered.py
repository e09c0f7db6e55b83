"""How uncertain is a number when the same customers are counted several times?

A statistic is a sum of what each row contributes to it (its influence); rows of one customer are added before squaring, so that a
customer seen in several months is one piece of evidence, not several.
"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.estimate.counts import check_confidence


def clustered_error(influence, customers):
    """The standard error of a statistic from each row's influence on it.

    Parameters
    ----------
    influence : array, shape (n_rows,): what the row contributes to the statistic; they add up to 0
    customers : array, shape (n_rows,): whose row it is

    References
    ----------
    Liang & Zeger (1986), Biometrika 73, 13-22: the sandwich over independent clusters.

    Two customers, each seen twice with the same influence: twice the error of rows that were independent pairs.

    >>> print(round(clustered_error([1.0, 1.0, -1.0, -1.0], ["a", "a", "b", "b"]), 3))
    2.828
    """
    codes, _ = pd.factorize(np.asarray(customers))
    return float(np.sqrt((np.bincount(codes, weights=np.asarray(influence, dtype=float)) ** 2).sum()))


def normal_interval(value, error, *, confidence=0.95, log=False):
    """`value` plus and minus so many standard errors; with `log`, `error` is that of the logarithm and the interval is positive.

    >>> print("%.2f %.2f" % normal_interval(1.0, 0.5))
    0.02 1.98
    """
    reach = norm.isf((1 - check_confidence(confidence)) / 2) * error
    return (value * np.exp(-reach), value * np.exp(reach)) if log else (value - reach, value + reach)
