"""One month's churn under the definitions of the field, with the differences explained by counts."""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import wilson_interval

#: Why a definition counts other customers as churned than this kit does.
DIFFERENCES = ("came_back", "joined_and_left", "other_days", "left_again", "free_accounts")
COLUMNS = [
    "definition", "from", "to", "churned", "customers", "churn_rate", "lower", "upper", *DIFFERENCES,
    "customers_other_days", "customers_new", "customers_free", "withheld",
]  # fmt: skip
_NEEDED = [
    "month_from", "month_to", "window_from", "window_to", "opening", "churned", "came_back", "joined_and_left", "left_in_window", "left_only_before_window",
    "left_only_before_month", "times_left_in_window", "opening_window", "new_in_window", "free_opening", "free_ended", "fell_to_free", "withheld",
]  # fmt: skip


def churn_definitions(counts, *, confidence=0.95):
    """What would each vendor print for the same month, and why?

    Parameters
    ----------
    counts : DataFrame of one row, as `observe.churn_counts` returns it

    Returns
    -------
    DataFrame, one row per definition, this kit's first
        definition : "this kit", "ChartMogul", "Baremetrics", "Stripe", "fight-churn"
        from, to : first and last day that count
        churned, customers : numerator and denominator; counts
        churn_rate : churned / customers; lower, upper : Wilson's interval
        came_back, joined_and_left, other_days, left_again, free_accounts : what the numerator has more (or less) than this kit's
        customers_other_days, customers_new, customers_free : the same for the denominator
        withheld : why the rates mislead, or ""

        churned = this kit's churned + the five differences; customers = this kit's customers + the three.

    Raises
    ------
    EstimateError : if columns are missing, or it is not one row

    Notes
    -----
    This kit and ChartMogul's standard formula: paying at the start of the month and not at its end / paying at the start; who joined and left, or left and
    came back, within the month does not count.
    Baremetrics: customers who cancelled in the last 30 days / active 30 days ago; who signed up in them and cancelled counts too,
    and its page does not exempt who came back.
    Stripe: times that MRR fell to zero in the last 30 days, a second time too / active 30 days ago + new in those days.
    fight-churn: accounts at the start without any subscription at the end / accounts at the start; its queries know no MRR of 0, so free
    plans and trials are accounts. The book takes first days of months; last days are taken here, as everywhere in this kit.

    References
    ----------
    ChartMogul help, "Churn rate formulas" (207340419). Baremetrics help, "User and Revenue Churn" (5380347), and changelog, "Churn Update". Stripe support,
    "Calculating subscriber churn rate in Billing". Gold (2020), Fighting Churn with Data, listing 2.2.

    Examples
    --------
    ChartMogul's example: of 100 customers at the start 12 leave, one of them comes back; one who joined in the month was among the 12.

    >>> counts = pd.DataFrame({"month_from": ["2026-09-01"], "month_to": ["2026-09-30"], "window_from": ["2026-09-01"], "window_to": ["2026-09-30"],
    ...     "opening": 100, "churned": 10, "came_back": 1, "joined_and_left": 1, "left_in_window": 12, "left_only_before_window": 0,
    ...     "left_only_before_month": 0, "times_left_in_window": 12, "opening_window": 100, "new_in_window": 5,
    ...     "free_opening": 0, "free_ended": 0, "fell_to_free": 0, "withheld": ""})
    >>> churn_definitions(counts)[["definition", "churned", "customers", "churn_rate"]].round(3).values.tolist()  # doctest: +NORMALIZE_WHITESPACE
    [['this kit', 10, 100, 0.1], ['ChartMogul', 10, 100, 0.1], ['Baremetrics', 12, 100, 0.12], ['Stripe', 12, 105, 0.114],
     ['fight-churn', 10, 100, 0.1]]
    """
    missing = [name for name in _NEEDED if name not in counts.columns]
    if missing or len(counts) != 1:
        raise EstimateError(f"counts lack {', '.join(missing)}; observe.churn_counts makes them" if missing else f"counts have {len(counts)} rows, not one")
    one = counts.iloc[0]
    month, window = (one["month_from"], one["month_to"]), (one["window_from"], one["window_to"])
    came_back, joined = one["came_back"], one["joined_and_left"]
    other_days = one["left_only_before_month"] - one["left_only_before_window"]
    again = one["times_left_in_window"] - one["left_in_window"]
    shift = one["opening_window"] - one["opening"]
    rows = [
        ("this kit", *month, *_nothing()),
        ("ChartMogul", *month, *_nothing()),
        ("Baremetrics", *window, came_back, joined, other_days, 0, 0, shift, 0, 0),
        ("Stripe", *window, came_back, joined, other_days, again, 0, shift, one["new_in_window"], 0),
        ("fight-churn", *month, 0, 0, 0, 0, one["free_ended"] - one["fell_to_free"], 0, 0, one["free_opening"]),
    ]
    frame = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in ("churned", "customers", "churn_rate", "lower", "upper", "withheld")])
    churned = one["churned"] + frame[list(DIFFERENCES)].sum(axis=1)
    customers = one["opening"] + frame[["customers_other_days", "customers_new", "customers_free"]].sum(axis=1)
    lower, upper = wilson_interval(np.minimum(churned, customers), customers, confidence=confidence)
    rate = churned / customers.where(customers > 0)
    # times may outnumber customers: then it is no share, and has no interval of one
    share = churned <= customers
    lower, upper = np.where(share, lower, np.nan), np.where(share, upper, np.nan)
    return frame.assign(churned=churned, customers=customers, churn_rate=rate, lower=lower, upper=upper, withheld=one["withheld"])[COLUMNS]


def _nothing():
    return (0,) * (len(DIFFERENCES) + 3)


def daily_churn_rate(start_of_day, end_of_day, new=0.0):
    """ChartMogul's "Shopify" formula: each day's churn by what was there that morning, added up over the days.

    Parameters
    ----------
    start_of_day, end_of_day : customers or MRR, a number or one for each day; for gross churn, what is left in the evening of what was there
    new : new business of the day, which `end_of_day` holds; only net churn takes it off

    Examples
    --------
    >>> round(daily_churn_rate(100, 95), 4), round(daily_churn_rate(100, 120, new=10), 4)
    (0.05, -0.1)
    """
    start, end = np.asarray(start_of_day, dtype=float), np.asarray(end_of_day, dtype=float)
    if not (start > 0).all():
        raise EstimateError("a day began with nothing: its churn cannot be divided by it; leave the day out")
    return float(np.sum(1 - (end - np.asarray(new, dtype=float)) / start))
