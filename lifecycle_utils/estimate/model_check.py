"""Does a fitted model agree with the customers it was fitted to?"""

import math

import numpy as np
from scipy import stats

from lifecycle_utils.estimate.paid_months import kaplan_meier
from lifecycle_utils.language import N_, _, decimal

_MIN_EXPECTED = 5  # churned and stayed expected per bin: below it the chi-square distribution is a poor guide


#: Why a refuted model has no interval: its draws vary the parameters, and none of them is near. See docs/statistics.md.
REFUTED = N_("the model does not describe these customers: no interval")


def lack_of_fit(model, table, *, parameters=2):
    """How far is the model from the months seen, and could that be chance?

    Parameters
    ----------
    model : ShiftedBetaGeometric or BetaDiscreteWeibull
    table : DataFrame with tenure_month, at_risk, churned, that the model was fitted to
    parameters : int, that were fitted

    Returns
    -------
    (largest_miss, p_value) : the largest gap between the model's and the Kaplan-Meier survival (0.03 is 3 points) and the
        chi-square p-value of churned against expected per month (thin neighbours pooled); p is NaN where no month is left over

    A model that leaves 10 % a month, against a cohort of which everybody stayed until the renewal in month 3:

    >>> import pandas as pd
    >>> from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
    >>> table = pd.DataFrame({"tenure_month": [1, 2, 3, 4], "at_risk": 1000, "churned": [0, 0, 300, 0]})
    >>> miss, p = lack_of_fit(ShiftedBetaGeometric(100.0, 900.0), table)
    >>> round(miss, 2), p < 1e-9
    (0.19, True)
    """
    table = table[table["at_risk"] > 0]
    months, at_risk, churned = (table[c].to_numpy(float) for c in ("tenure_month", "at_risk", "churned"))
    hazard = model.hazard(months)
    # both curves start where observation starts, so that late entrants compare as well
    miss = float(np.abs(np.cumprod(1 - hazard) - kaplan_meier(at_risk, churned)[1:]).max())
    expected, spread = at_risk * hazard, at_risk * hazard * (1 - hazard)
    bins = _bins(expected, at_risk - expected)
    if len(bins) <= parameters:
        return miss, math.nan
    difference = np.add.reduceat(churned - expected, bins)
    variance = np.add.reduceat(spread, bins)
    return miss, float(stats.chi2.sf((difference**2 / variance).sum(), len(bins) - parameters))


def disagreement(model, table, *, alarm=0.01):
    """A sentence if the model does not describe the months seen, else ""."""
    miss, p = lack_of_fit(model, table)
    if not p < alarm:
        return ""
    return _("the model misses the survival seen by up to {miss} points, more than chance (p {p})").format(
        miss=decimal(f"{100 * miss:.1f}"), p=decimal(f"= {p:.3f}" if p >= 0.001 else "< 0.001"),
    )


def _bins(*expected):
    """Where bins of neighbouring months begin, each with enough expected; a thin rest joins the last bin."""
    starts, sums = [0], np.zeros(len(expected))
    for month, counts in enumerate(zip(*expected, strict=True)):
        if (sums >= _MIN_EXPECTED).all():
            starts.append(month)
            sums = np.zeros(len(expected))
        sums += counts
    if len(starts) > 1 and (sums < _MIN_EXPECTED).any():
        starts.pop()
    return starts
