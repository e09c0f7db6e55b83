"""Logistic regression on labels, in which each input decides from the data how far its labels may differ.

The effects of one input's labels are drawn from a normal distribution around 0 whose variance is estimated along with them: an input
that tells nothing shrinks to nothing by itself, one that tells much is hardly drawn in, and a rare label borrows from the others.
"""

import numpy as np
from scipy.special import expit

_VARIANCES = (1e-4, 25.0)  # an effect of 1 % on the odds is nothing; one of e^15 is a separation
_AT_A_TIME = 20_000  # rows as a dense 0/1 table: a matrix product of it is faster than a sparse one


def pooled_logistic(codes, sizes, happened, *, caution=0.5, rounds=100, tolerance=0.02):
    """Which labels go with what happened, each with the other inputs held fixed?

    Parameters
    ----------
    codes : int array, shape (n_rows, n_inputs): the number of each row's label of each input
    sizes : how many labels each input has
    happened : bool array, shape (n_rows,)
    caution : how much is held against an input that differs: 0 takes the variances that make the data most likely, and then about every second
        input that means nothing is given a little weight; 0.5 is a flat prior on the standard deviations, and about one in twenty is
    rounds : at most so many Newton steps, each followed by an update of the variances
    tolerance : done when no effect and no logarithm of a variance that matters moves more

    Returns
    -------
    (intercept, effects, variances) : float; list of arrays of log odds, one per input, 0 for a label that nobody has; array, shape (n_inputs,)

    Notes
    -----
    Penalised quasi-likelihood: a ridge regression around the current fit whose penalties are updated so that each variance is the sum of
    its squared effects over their effective number and the caution. Without caution it is the fixed point of mgcv's `bam` with `bs = "re"`
    and fREML.

    References
    ----------
    Breslow & Clayton (1993), JASA 88, 9-25; MacKay (1992), Neural Computation 4, 415-447 (the update); Gelman (2006), Bayesian
    Analysis 1, 515-534 (the prior); Wood (2017), Generalized Additive Models, ch. 6.
    """
    happened = np.asarray(happened, dtype=float)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    columns = codes + offsets[:-1]
    seen = np.bincount(columns.ravel(), minlength=offsets[-1]) > 0
    owner = np.repeat(np.arange(len(sizes)), sizes)
    variances = np.full(len(sizes), 0.3)
    rate = happened.mean()
    theta = np.append(np.log(rate / (1 - rate)), np.zeros(offsets[-1]))
    for _ in range(rounds):
        precision = np.append(0.0, np.where(seen, 1 / variances[owner], 1.0))
        information, gradient = _derivatives(columns, happened, theta)
        inverse = np.linalg.inv(information + np.diag(precision))
        step = inverse @ (gradient - precision * theta)
        theta = theta + step * min(1.0, 3.0 / np.abs(step).max())
        updated = _variances(theta[1:], np.diag(inverse)[1:], seen, owner, variances, caution)
        matters = np.maximum(updated, variances) > 10 * _VARIANCES[0]
        moved = np.abs(np.log(updated / variances))[matters].max(initial=0.0)
        variances = updated
        if np.abs(step).max() < tolerance and moved < tolerance:
            break
    effects = np.where(seen, theta[1:], 0.0)
    return float(theta[0]), np.split(effects, offsets[1:-1]), variances


def _derivatives(columns, happened, theta):
    """The information matrix and the gradient of the log likelihood, intercept first."""
    size = len(theta)
    information, gradient = np.zeros((size, size)), np.zeros(size)
    for begin in range(0, len(columns), _AT_A_TIME):
        part, outcome = columns[begin : begin + _AT_A_TIME], happened[begin : begin + _AT_A_TIME]
        design = np.zeros((len(part), size))
        design[:, 0] = 1.0
        design[np.arange(len(part))[:, None], part + 1] = 1.0
        fitted = expit(theta[0] + theta[1:][part].sum(axis=1))
        information += (design * (fitted * (1 - fitted))[:, None]).T @ design
        gradient += design.T @ (outcome - fitted)
    return information, gradient


def _variances(effects, uncertain, seen, owner, variances, caution):
    """Squared effects over their effective number: labels less the part of each that is prior and not data."""
    inputs = len(variances)
    squares = np.bincount(owner[seen], weights=effects[seen] ** 2, minlength=inputs)
    free = np.bincount(owner[seen], minlength=inputs) - np.bincount(owner[seen], weights=uncertain[seen], minlength=inputs) / variances
    return np.clip(squares / (np.maximum(free, 1e-3) + caution), *_VARIANCES)
