"""Does a score put those who will leave before those who will stay?"""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from lifecycle_utils.errors import EstimateError


def auc(score, happened):
    """With which chance does one to whom it happened have a higher score than one to whom it did not? Ties count half.

    Parameters
    ----------
    score : array, shape (n_rows,)
    happened : bool array, shape (n_rows,)

    Returns
    -------
    (value, influence) : float, 0.5 by chance and 1 for a perfect order, and the array of each row's influence on it, for
        `clustered_error`; NaN where nobody, or everybody, did

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845; with several rows a customer as Obuchowski (1997), Biometrics 53, 567-578.

    Of the four pairs, three are in order.

    >>> print(auc([0.9, 0.4, 0.5, 0.1], [True, True, False, False])[0])
    0.75
    """
    score, happened = _checked(score, happened)
    events, others = int(happened.sum()), int((~happened).sum())
    if not events or not others:
        return np.nan, np.full(len(score), np.nan)
    whole = rankdata(score)
    beaten = np.where(happened, whole - _rank_among(score, happened), 0.0)  # others below, ties half
    beating = np.where(~happened, events - (whole - _rank_among(score, ~happened)), 0.0)
    value = beaten[happened].mean() / others
    with np.errstate(divide="ignore", invalid="ignore"):
        influence = np.where(
            happened, (beaten / others - value) / np.sqrt(events * (events - 1.0)), (beating / events - value) / np.sqrt(others * (others - 1.0))
        )
    return float(value), influence


def top_lift(score, happened, *, share=0.1):
    """How much more often does it happen among the `share` with the highest scores than among all?

    Returns
    -------
    (value, influence, rate) : the lift (1 by chance), each row's influence on its logarithm, the rate among the top. Rows that tie at the
        border are in with the part of them that fills the share. NaN where it happened to nobody among the top.

    Two of ten: the one at the top had it.

    >>> value, influence, rate = top_lift([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], [True, False, True] + [False] * 7)
    >>> print(value, rate)
    5.0 1.0
    """
    score, happened = _checked(score, happened)
    if not 0 < share <= 1:
        raise EstimateError(f"share {share!r} is not between 0 and 1 (a tenth is 0.1)")
    inside, hit = _top_weights(score, share), happened.astype(float)
    if not (inside * hit).sum():
        return np.nan, np.full(len(score), np.nan), 0.0
    rate = (inside * hit).sum() / inside.sum()
    influence = inside * hit / (inside * hit).sum() - inside / inside.sum() - hit / hit.sum() + 1 / len(hit)
    return float(rate / hit.mean()), influence, float(rate)


def gain_curve(score, happened, *, points=100):
    """Going down the list from the highest score, how soon are those found to whom it happens?

    Returns
    -------
    DataFrame with share (of the list gone through), found (share of those to whom it happens), at 0, 1/points .. 1; of rows with the
    same score each stands for all, so the curve does not depend on how ties are listed

    >>> gain_curve([3, 2, 1, 0], [True, False, True, False], points=4)
       share  found
    0   0.00    0.0
    1   0.25    0.5
    2   0.50    0.5
    3   0.75    1.0
    4   1.00    1.0
    """
    score, happened = _checked(score, happened)
    if not happened.any():
        raise EstimateError("it happened to nobody: there is nothing to find")
    values, codes = np.unique(-score, return_inverse=True)
    rows, hits = np.bincount(codes, minlength=len(values)), np.bincount(codes, weights=happened, minlength=len(values))
    steps = np.linspace(0, 1, points + 1)
    found = np.interp(steps, np.append(0, rows.cumsum()) / len(score), np.append(0, hits.cumsum()) / hits.sum())
    return pd.DataFrame({"share": steps, "found": found})


def _rank_among(score, which):
    ranks = np.zeros(len(score))
    ranks[which] = rankdata(score[which])
    return ranks


def _top_weights(score, share):
    wanted = share * len(score)
    border = np.sort(score)[::-1][min(int(np.ceil(wanted)), len(score)) - 1]
    above, ties = score > border, score == border
    return above + ties * max(wanted - above.sum(), 0.0) / ties.sum()


def _checked(score, happened):
    score, happened = np.asarray(score, dtype=float), np.asarray(happened)
    if score.shape != happened.shape or score.ndim != 1 or not len(score):
        raise EstimateError(f"a score and an outcome per row are needed, got {score.shape} and {happened.shape}")
    if not np.isfinite(score).all():
        raise EstimateError(f"{int((~np.isfinite(score)).sum())} scores are missing or infinite; score every row first")
    return score, happened.astype(bool)
