"""Logistic regression on labels, in which each input decides from the data how far its labels may differ.

The effects of one input's labels are drawn from a normal distribution around 0 whose variance is estimated along with them: an input
that tells nothing shrinks to nothing by itself, one that tells much is hardly drawn in, and a rare label borrows from the others.
"""

import numpy as np
from scipy.special import expit

_VARIANCES = (1e-4, 25.0)  # an effect of 1 % on the odds is nothing; one of e^15 is a separation
_COMBINATIONS = 128  # of labels that inputs are counted by at once: with more, tables of pairs outgrow the rows they count


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
    packs = _packed(codes, sizes)
    seen = np.concatenate([np.bincount(combination, minlength=len(made_of)) @ made_of for combination, made_of, _ in packs]) > 0
    owner = np.repeat(np.arange(len(sizes)), sizes)
    variances = np.full(len(sizes), 0.3)
    rate = happened.mean()
    theta = np.append(np.log(rate / (1 - rate)), np.zeros(offsets[-1]))
    for _ in range(rounds):
        precision = np.append(0.0, np.where(seen, 1 / variances[owner], 1.0))
        information, gradient = _derivatives(packs, happened, theta)
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


def _packed(codes, sizes):
    """Neighbouring inputs taken together as one: (number of each row's combination, the combinations' labels as 0 and 1, their place in theta).

    Rows are then counted by few pairs of packs instead of many pairs of inputs, and what combinations have in common is added up afterwards.
    """
    packs, start = [], 1
    for number, size in enumerate(sizes):
        labels, own = codes[:, number].astype(np.int64), np.eye(size)
        if packs and len(packs[-1][1]) * size <= _COMBINATIONS:
            combination, made_of, place = packs.pop()
            labels = combination * size + labels
            own = np.hstack([np.repeat(made_of, size, axis=0), np.tile(own, (len(made_of), 1))])
            start = place.start
        packs.append((labels, own, slice(start, start + own.shape[1])))
        start += own.shape[1]
    return packs


def _derivatives(packs, happened, theta):
    """The information matrix and the gradient of the log likelihood, intercept first.

    Every entry of the matrix is the weight of the rows that have two labels at once: counting pairs takes no table of 0 and 1 of all rows.
    """
    fitted = expit(theta[0] + sum((made_of @ theta[place])[combination] for combination, made_of, place in packs))
    weight, rest = fitted * (1 - fitted), happened - fitted
    information, gradient = np.zeros((len(theta), len(theta))), np.zeros(len(theta))
    information[0, 0], gradient[0] = weight.sum(), rest.sum()
    for i, (combination, made_of, place) in enumerate(packs):
        gradient[place] = np.bincount(combination, weights=rest, minlength=len(made_of)) @ made_of
        alone = np.bincount(combination, weights=weight, minlength=len(made_of))
        information[0, place] = information[place, 0] = alone @ made_of
        information[place, place] = made_of.T @ (alone[:, None] * made_of)
        for other, its_made_of, its_place in packs[:i]:
            shape = len(made_of), len(its_made_of)
            cells = np.bincount(combination * shape[1] + other, weights=weight, minlength=shape[0] * shape[1]).reshape(shape)
            both = made_of.T @ cells @ its_made_of
            information[place, its_place], information[its_place, place] = both, both.T
    return information, gradient


def _variances(effects, uncertain, seen, owner, variances, caution):
    """Squared effects over their effective number: labels less the part of each that is prior and not data."""
    inputs = len(variances)
    squares = np.bincount(owner[seen], weights=effects[seen] ** 2, minlength=inputs)
    free = np.bincount(owner[seen], minlength=inputs) - np.bincount(owner[seen], weights=uncertain[seen], minlength=inputs) / variances
    return np.clip(squares / (np.maximum(free, 1e-3) + caution), *_VARIANCES)
