"""What share of the customers left last month, and is that another share than the month before?"""

import numpy as np

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import newcombe_interval, wilson_interval
from lifecycle_utils.language import _
from lifecycle_utils.months import month_index

NEWS, NOISE = "news", "noise"
COLUMNS = ["month", "opening_customers", "churned_customers", "rate", "lower", "upper", "rate_before", "change", "change_lower", "change_upper",
           "verdict", "withheld"]


def monthly_churn_rate(movements, *, confidence=0.95, min_at_risk=30):
    """What share of the customers of a month's beginning was gone at its end, and is the change from the month before more than chance?

    A calendar month mixes customers in their first month with customers in their fourth year: the number on every dashboard, and no answer
    to when customers leave. It is here to be told news from noise.

    Parameters
    ----------
    movements : DataFrame, one row per calendar month in order, as `observe.mrr_movements` returns it: month "YYYY-MM", opening_customers,
        churned_customers (counts)
    confidence : of the intervals, and of the verdict
    min_at_risk : with fewer customers at the month's beginning its interval is withheld, and every change that hangs on it

    Returns
    -------
    DataFrame, one row per month
        month, opening_customers, churned_customers, rate (share), lower, upper (Wilson), rate_before (of the month before), change
        (rate - rate_before), change_lower, change_upper (Newcombe), verdict ("news" where the interval of the change leaves out 0,
        "noise" where it does not, "" where nothing can be said), withheld (why there is no rate or no interval, else "")

    Raises
    ------
    EstimateError : if columns are missing, months do not follow each other, or more customers left than there were

    Notes
    -----
    Most customers are there in both months. Who leaves in the second is drawn from those who stayed in the first, so the two counts of
    leavers are uncorrelated given who was there, and the interval for independent shares applies.

    References
    ----------
    Wilson (1927); Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> import pandas as pd
    >>> movements = pd.DataFrame({"month": ["2026-01", "2026-02"], "opening_customers": [80, 70], "churned_customers": [48, 56]})
    >>> rates = monthly_churn_rate(movements)
    >>> rates[["rate", "change", "change_lower", "change_upper", "verdict"]].iloc[1:].round(4)
       rate  change  change_lower  change_upper verdict
    1   0.8     0.2        0.0524        0.3339    news
    """
    absent = [name for name in COLUMNS[:3] if name not in movements.columns]
    if absent:
        raise EstimateError(f"movements lack {', '.join(absent)}; observe.mrr_movements makes them")
    frame = movements[COLUMNS[:3]].reset_index(drop=True)
    _check(frame)
    there, left = frame["opening_customers"].astype(float), frame["churned_customers"].astype(float)
    thin = there < min_at_risk
    frame["rate"] = (left / there.where(there > 0)).astype(float)
    lower, upper = wilson_interval(left, there, confidence=confidence)
    frame["lower"], frame["upper"] = np.where(thin, np.nan, lower), np.where(thin, np.nan, upper)
    frame["rate_before"] = frame["rate"].shift(1)
    frame["change"] = frame["rate"] - frame["rate_before"]
    low, high = newcombe_interval(left, there, left.shift(1), there.shift(1), confidence=confidence)
    silent = thin | thin.shift(1, fill_value=True)
    frame["change_lower"], frame["change_upper"] = np.where(silent, np.nan, low), np.where(silent, np.nan, high)
    frame["verdict"] = np.select([frame["change_lower"].isna(), (frame["change_lower"] > 0) | (frame["change_upper"] < 0)], ["", NEWS], NOISE)
    few = _("fewer than {min_at_risk} customers at the month's beginning").format(min_at_risk=min_at_risk)
    frame["withheld"] = np.select([there == 0, thin], [_("nobody was paying at the month's beginning"), few], "")
    return frame[COLUMNS]


def _check(frame):
    wrong = (frame["churned_customers"] > frame["opening_customers"]) | (frame["churned_customers"] < 0)
    if wrong.any():
        first = frame[wrong].iloc[0]
        raise EstimateError(f"movements of {first['month']}: {first['churned_customers']} churned of {first['opening_customers']} customers "
                            f"({int(wrong.sum())} months); who was not there at the month's beginning cannot churn in it")
    gaps = frame["month"].map(month_index).diff().dropna()
    if (gaps != 1).any():
        raise EstimateError("movements must hold every calendar month in order: a change is held against the month before")
