"""By how much does the MRR of customers who stay grow from month to month?"""

from dataclasses import dataclass

import numpy as np

from lifecycle_utils.language import _

LEAST_MONTHS = 3
_SUMS = ("opening_mrr", "closing_mrr", "opening_squares", "products", "closing_squares")


@dataclass(frozen=True)
class Growth:
    """Monthly growth of those who stay: expansion less contraction.

    monthly : factor per month (1.01 is 1 % a month); error : its standard error
    between_months : standard deviation of the factor from month to month, beyond the chance of the customers; 0 where the data show none
    relative_variance : variance of one customer's relative change in a month
    withheld : why there is no growth rate, or ""
    """

    monthly: float
    error: float
    between_months: float
    relative_variance: float
    withheld: str = ""

    def factors(self, horizon_months, *, draws, seed):
        """The factor after 0, 1, …, horizon months, shape (horizon + 1,), and draws of it, shape (draws, horizon + 1)."""
        rng = np.random.default_rng([seed, 6])
        months = np.arange(horizon_months + 1)
        monthly = self.monthly + self.error * rng.standard_normal((draws, 1))
        shocks = self.between_months * rng.standard_normal((draws, horizon_months))
        path = np.concatenate([np.ones((draws, 1)), np.cumprod(np.maximum(monthly + shocks, 0.0), axis=1)], axis=1)
        return self.monthly**months, path


def fit_growth(stayers):
    """Pool the past months.

    Parameters
    ----------
    stayers : DataFrame, one row per past month: customers (paid at both its ends), opening_mrr, closing_mrr (currency per month),
        opening_squares, products, closing_squares (their sums of squares and products)

    Notes
    -----
    The factor is closing over opening MRR, summed over the months (a ratio estimator); its variance comes from the squared changes of the
    customers, and from the months' own scatter where that is larger than the customers' chance explains (one-sided 5 % test).

    Examples
    --------
    Two customers pay 100; in every month one of them goes up by 2.

    >>> import pandas as pd
    >>> stayers = pd.DataFrame({"customers": [2] * 4, "opening_mrr": 200.0, "closing_mrr": 202.0, "opening_squares": 20000.0,
    ...                         "products": 20200.0, "closing_squares": 20404.0})
    >>> growth = fit_growth(stayers)
    >>> growth.monthly, round(growth.relative_variance, 6), growth.between_months
    (1.01, 0.0001, 0.0)
    """
    opening, closing, opening_squares, products, closing_squares = (np.asarray(stayers[name], dtype=float) for name in _SUMS)
    seen = opening > 0
    if seen.sum() < LEAST_MONTHS:
        return Growth(np.nan, np.nan, np.nan, np.nan, _("fewer than {LEAST_MONTHS} months with customers who stayed by then").format(
            LEAST_MONTHS=LEAST_MONTHS,
        ))
    opening, closing, opening_squares, products, closing_squares = (part[seen] for part in (opening, closing, opening_squares, products, closing_squares))
    monthly = closing.sum() / opening.sum()
    squares = np.maximum(closing_squares - 2 * monthly * products + monthly**2 * opening_squares, 0.0)
    excess = ((closing - monthly * opening) ** 2 - squares).sum()
    # squared changes of few customers scatter much: each month's excess is judged by the months' own scatter
    scatter = np.sqrt((((closing - monthly * opening) ** 2 - squares) ** 2).sum())
    between = excess / (opening**2).sum() if excess > 1.645 * scatter else 0.0
    variance = (squares + between * opening**2).sum() / opening.sum() ** 2
    return Growth(float(monthly), float(np.sqrt(variance)), float(np.sqrt(between)), float(squares.sum() / opening_squares.sum()))
