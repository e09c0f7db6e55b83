"""How many months does a customer pay? Three answers from a life table, or from many drawn ones at once.

Every function takes arrays `at_risk` and `churned` whose last axis is subscription month 1, 2, ...; leading axes are draws.
A customer pays at the start of every month in which it is there.
"""

import numpy as np


def kaplan_meier(at_risk, churned):
    """S(0), S(1), ..., S(last); the last axis is one longer than the life table's.

    >>> kaplan_meier(np.array([10, 5]), np.array([5, 0]))
    array([1. , 0.5, 0.5])
    """
    hazard = np.divide(churned, at_risk, out=np.zeros(np.shape(churned)), where=np.asarray(at_risk) > 0)
    return np.concatenate([np.ones((*hazard.shape[:-1], 1)), np.cumprod(1 - hazard, axis=-1)], axis=-1)


def discounted_payments(survival, horizon, discount):
    """Share of customers that pay at the start of months 1 .. horizon, discounted: S(k) v^k, k = 0 .. horizon - 1."""
    paid = survival[..., :horizon]
    return paid * discount ** np.arange(paid.shape[-1])


def restricted_months(at_risk, churned, horizon, *, discount=1.0):
    """Months paid within the horizon, by Kaplan-Meier."""
    return discounted_payments(kaplan_meier(at_risk, churned), horizon, discount).sum(axis=-1)


def months_of_churned(churned):
    """Mean tenure of those who left; it does not know of those who stayed, and is too short.

    >>> float(months_of_churned(np.array([2, 0, 2])))
    2.0
    """
    total = np.sum(churned, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sum(churned * np.arange(1, np.shape(churned)[-1] + 1), axis=-1) / total


def months_by_churn_rate(at_risk, churned):
    """Customer-months per churn: the lifetime if the average churn rate of the months seen held for ever.

    >>> float(months_by_churn_rate(np.array([10, 5]), np.array([5, 0])))
    3.0
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.sum(at_risk, axis=-1) / np.sum(churned, axis=-1)
