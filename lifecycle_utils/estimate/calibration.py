"""Do as many leave as the score said?"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import wilson_interval

#: Predictions nearer to 0 or 1 are taken for these, so that their log odds are finite.
_NEAREST = 1e-6
_SEPARATED = 15.0


def brier(predicted, happened):
    """The mean squared distance between what was predicted and what happened (1 or 0); smaller is better.

    Returns
    -------
    (value, influence) : float, and the array of each row's influence on it

    References
    ----------
    Brier (1950), Monthly Weather Review 78, 1-3.

    >>> print(brier([0.5, 0.5, 0.0, 1.0], [True, False, False, True])[0])
    0.125
    """
    loss = (np.asarray(predicted, dtype=float) - np.asarray(happened, dtype=float)) ** 2
    return float(loss.mean()), (loss - loss.mean()) / len(loss)


def calibration_slope(predicted, happened):
    """Are high predictions too high and low ones too low? The slope of the outcome on the log odds predicted: 1 is right.

    Below 1 the predictions are too extreme, as of a model that has learnt its training data by heart; above 1 they are too timid.

    Parameters
    ----------
    predicted : array, shape (n_rows,), probabilities
    happened : bool array, shape (n_rows,)

    Returns
    -------
    (slope, influence) : float, and the array of each row's influence on it; NaN where the predictions are all alike, nobody (or
        everybody) did, or the predictions tell the two apart without error

    References
    ----------
    Cox (1958), Biometrika 45, 562-565; Van Calster et al. (2019), BMC Medicine 17, 230.
    """
    x = logit(np.clip(np.asarray(predicted, dtype=float), _NEAREST, 1 - _NEAREST))
    y = np.asarray(happened, dtype=float)
    if np.ptp(x) < 1e-9 or y.min() == y.max():
        return np.nan, np.full(len(y), np.nan)
    design, beta = np.column_stack([np.ones(len(x)), (x - x.mean()) / x.std()]), np.array([logit(y.mean()), 0.0])
    for _ in range(100):
        fitted = expit(design @ beta)
        inverse = np.linalg.inv((design * (fitted * (1 - fitted))[:, None]).T @ design)
        step = inverse @ (design.T @ (y - fitted))
        beta = beta + step * min(1.0, 1.0 / np.abs(step).max())  # never further than one standard deviation's worth at a time
        if np.abs(step).max() < 1e-9:
            break
        if np.abs(beta).max() > _SEPARATED:  # the predictions tell the two apart without error: no slope is steep enough
            return np.nan, np.full(len(y), np.nan)
    residual = y - expit(design @ beta)
    return float(beta[1] / x.std()), (design * residual[:, None]) @ inverse[1] / x.std()


def calibration(predicted, happened, *, groups=10, confidence=0.95):
    """Of those to whom about the same was predicted, how many left?

    Parameters
    ----------
    predicted : array, shape (n_rows,), probabilities
    happened : bool array, shape (n_rows,)
    groups : rows are cut into so many groups of about the same size by what was predicted; equal predictions stay together

    Returns
    -------
    DataFrame, one row per group from the lowest prediction up: customer_months, churned, predicted (mean), observed, lower, upper (Wilson)

    >>> calibration([0.1] * 10 + [0.5] * 10, [True] + [False] * 9 + [True] * 5 + [False] * 5, groups=2).round(3)
       customer_months  churned  predicted  observed  lower  upper
    0               10        1        0.1       0.1  0.018  0.404
    1               10        5        0.5       0.5  0.237  0.763
    """
    predicted, happened = np.asarray(predicted, dtype=float), np.asarray(happened, dtype=bool)
    if not len(predicted):
        raise EstimateError("there is no prediction to compare with what happened")
    edges = np.unique(np.quantile(predicted, np.linspace(0, 1, groups + 1)[1:-1], method="higher"))
    frame = pd.DataFrame({"group": np.searchsorted(edges, predicted, side="right"), "predicted": predicted, "churned": happened})
    table = frame.groupby("group").agg(customer_months=("churned", "size"), churned=("churned", "sum"), predicted=("predicted", "mean")).reset_index(drop=True)
    lower, upper = wilson_interval(table["churned"], table["customer_months"], confidence=confidence)
    return table.assign(observed=table["churned"] / table["customer_months"], lower=lower, upper=upper)
