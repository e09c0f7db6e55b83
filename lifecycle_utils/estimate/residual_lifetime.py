"""How many more payments come from a customer, discounted: of a new one, and of one who is already there."""

import math

import numpy as np

from lifecycle_utils.errors import EstimateError

_NEGLIGIBLE = 1e-10
_MOST_PERIODS = 200_000


def discounted_lifetime(model, *, discount_rate):
    """How many payments, discounted, does a new customer make? The first one is made at once: sum of S(t) v^t, t = 0, 1, ...

    Parameters
    ----------
    model : ShiftedBetaGeometric or BetaDiscreteWeibull
    discount_rate : per period of the model (a month: (1 + annual)^(1/12) - 1), 0.1 is 10 %

    >>> from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
    >>> round(discounted_lifetime(ShiftedBetaGeometric(3.80, 15.20), discount_rate=0.1), 2)
    4.01
    """
    return 1 + float(discounted_residual_lifetime(model, [0], discount_rate=discount_rate)[0]) / (1 + discount_rate)


def discounted_residual_lifetime(model, renewals, *, discount_rate):
    """How many further payments, discounted, does a customer make who has renewed 0, 1, 2, ... times?

    Fader & Hardie's DERL: the customer stands right before the next renewal, whose payment is not discounted:
    sum over t > renewals of S(t) / S(renewals) v^(t - renewals - 1).

    Parameters
    ----------
    model : ShiftedBetaGeometric or BetaDiscreteWeibull
    renewals : array of whole periods completed (months of tenure)
    discount_rate : per period of the model

    Returns
    -------
    array like renewals. At discount_rate 0 the closed form (beta + n) / (alpha - 1) of the shifted-beta-geometric;
        NaN where that sum has no end (alpha <= 1) or the model was withheld; see `residual_lifetime_reason`.

    References
    ----------
    Fader & Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29(1), 85-93.

    >>> from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
    >>> model = ShiftedBetaGeometric(3.80, 15.20)
    >>> print(discounted_residual_lifetime(model, [0, 1, 2, 3, 4], discount_rate=0.1).round(2))
    [3.31 3.45 3.59 3.72 3.84]
    """
    renewals = np.atleast_1d(np.asarray(renewals))
    if (renewals < 0).any() or (renewals != np.floor(renewals)).any():
        raise EstimateError("renewals: whole numbers of 0 or more are needed")
    if residual_lifetime_reason(model, discount_rate=discount_rate):
        return np.full(renewals.shape, math.nan)
    if discount_rate == 0:
        if math.isinf(model.alpha):
            return np.full(renewals.shape, 1 / model.first_churn - 1)
        return (model.beta + renewals) / (model.alpha - 1)
    return residual_sums(model.survival, renewals.astype(int), discount=1 / (1 + discount_rate))


def residual_lifetime_reason(model, *, discount_rate):
    """Why there is no residual lifetime, or ""."""
    if not 0 <= discount_rate < math.inf:
        raise EstimateError(f"discount_rate is {discount_rate}; it must be 0 or more (0.1 is 10 % per period)")
    if math.isnan(model.alpha):
        return model.note
    if discount_rate == 0:
        if hasattr(model, "c"):
            return "without a discount the beta-discrete-Weibull lifetime is not summed: give a discount rate"
        return model.expected_lifetime_reason
    if periods_to_sum(1 / (1 + discount_rate)) > _MOST_PERIODS:
        return f"discount_rate {discount_rate:g} per period is too near 0 to sum; use 0 or a larger one"
    return ""


def residual_sums(survival, renewals, *, discount):
    """DERL by summing a survival function far enough that the rest is below 1e-10 of a payment."""
    last = int(renewals.max(initial=0))
    t = np.arange(last + periods_to_sum(discount) + 2)
    alive = survival(t)
    # payments from t on, valued at t: R(t) = S(t) + v R(t + 1), summed from the far end
    value = np.cumsum((alive * discount ** (t - last))[::-1])[::-1] * discount ** (last - t.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        return value[renewals + 1] / alive[renewals]


def periods_to_sum(discount):
    """After how many periods is everything that could still be paid worth less than 1e-10 of a payment?"""
    return math.ceil(math.log(_NEGLIGIBLE * (1 - discount)) / math.log(discount))
