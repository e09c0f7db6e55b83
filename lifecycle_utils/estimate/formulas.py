"""The two lifetime-value formulas of the field, kept exactly as everybody computes them.

They are here to be compared with, not to be believed: both assume one churn rate for ever, and know
nothing of customers who have not left yet. The gap to the honest numbers is shown next to them.
"""

import math
from dataclasses import dataclass

from lifecycle_utils.errors import EstimateError


@dataclass(frozen=True)
class Amount:
    """A number, or NaN and the reason why there is none."""

    value: float
    withheld: str | None = None


def _checked(name, value, *, at_most=math.inf):
    value = float(value)
    if not 0 <= value <= at_most:  # NaN fails too
        limit = "" if math.isinf(at_most) else f" and {at_most:g}"
        between = f"between 0{limit}" if limit else "0 or more"
        raise EstimateError(f"{name} is {value:g}, but must be {between}")
    return value


def revenue_over_lifetime(average_mrr, lifetime_months, *, gross_margin=1.0):
    """What is a customer worth who pays `average_mrr` for `lifetime_months`?

    Parameters
    ----------
    average_mrr : float, currency per customer and month
    lifetime_months : float, months
    gross_margin : float, share of revenue that remains after the cost of serving, 0 to 1

    Returns
    -------
    Amount, currency

    >>> revenue_over_lifetime(10_000, 12)
    Amount(value=120000.0, withheld=None)
    """
    margin = _checked("gross_margin", gross_margin, at_most=1)
    return Amount(_checked("average_mrr", average_mrr) * _checked("lifetime_months", lifetime_months) * margin)


def revenue_over_churn(average_mrr, monthly_churn, *, gross_margin=1.0):
    """What is a customer worth if the share `monthly_churn` leaves every month, for ever?

    Parameters
    ----------
    average_mrr : float, currency per customer and month
    monthly_churn : float, share of customers who leave per month, 0 to 1
    gross_margin : float, 0 to 1

    Returns
    -------
    Amount, currency; NaN with its reason when nobody churned: the formula divides by zero there, and
    a company in which nobody has left yet does not have customers of infinite worth.

    References
    ----------
    ChartMogul prints ARPA / six-month trailing average of customer churn, undefined at zero churn; Baremetrics divides average MRR
    per customer by the user churn rate; docs/definitions.md lists who prints what.

    >>> revenue_over_churn(10_000, 0.05)
    Amount(value=200000.0, withheld=None)
    >>> revenue_over_churn(10_000, 0).withheld
    'nobody churned: average MRR / churn divides by zero'
    """
    mrr = _checked("average_mrr", average_mrr)
    margin = _checked("gross_margin", gross_margin, at_most=1)
    churn = _checked("monthly_churn", monthly_churn, at_most=1)
    if churn == 0:
        return Amount(math.nan, "nobody churned: average MRR / churn divides by zero")
    return Amount(mrr / churn * margin)
