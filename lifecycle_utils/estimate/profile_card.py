"""How do the customers of the profile fare against the others: size, survival, value, satisfaction, and what it cost to win them?"""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.nps import net_promoter_score
from lifecycle_utils.estimate.survival import survival

INSIDE, OUTSIDE = "inside", "outside"
_COLUMNS = ["measure", "unit", "inside", "inside_lower", "inside_upper", "outside", "outside_lower", "outside_upper", "verdict", "n_inside", "n_outside"]


def profile_card(tenures, revenue, values, answers, channels, *, survival_month=12, referral="referral", min_answers=10, confidence=0.95):
    """Inside and outside the profile, one measure a row.

    Parameters
    ----------
    tenures, revenue, values : DataFrames of `observe.tenures`, `observe.revenue` and `lifetime_value`, by="profile" (groups inside, outside)
    answers : DataFrame group, survey, answers, high, low
    channels : DataFrame group, channel, new_customers, cost_per_customer
    survival_month : share still paying after so many months
    referral : the channel of customers that others recommended
    min_answers : scores, and the share that came by referral, of fewer customers are withheld

    Returns
    -------
    DataFrame: measure (customers, share_of_customers, average_mrr, survival, lifetime_value, nps, satisfied, by_referral, cost_to_win), unit, inside and
    outside with their intervals (missing where there is none), verdict ("higher", "lower", "no difference", or "" where it cannot be told), n_inside, n_outside

    Notes
    -----
    A verdict is that of the interval of the difference, put together from the two (Zou & Donner 2008). The profile was chosen on these customers,
    by what they pay, so its lead in MRR and lifetime value is somewhat too large; leads that come later are the test.
    """
    sizes = revenue.set_index("group")["customers"]
    if INSIDE not in sizes or OUTSIDE not in sizes:
        return pd.DataFrame(columns=_COLUMNS)
    total = sizes[INSIDE] + sizes[OUTSIDE]
    rows = [
        _row("customers", "customers", *((float(sizes[group]), math.nan, math.nan, int(total)) for group in (INSIDE, OUTSIDE)), judged=False),
        _row("share_of_customers", "share", *((sizes[group] / total, math.nan, math.nan, int(total)) for group in (INSIDE, OUTSIDE)), judged=False),
        _row("average_mrr", "money", *(_mean(revenue, group, confidence) for group in (INSIDE, OUTSIDE))),
        _row("survival", "share", *_survival(tenures, survival_month, confidence)),
        _row("lifetime_value", "money", *(_value(values, group) for group in (INSIDE, OUTSIDE))),
        _row("nps", "points", *(_nps(answers, group, min_answers, confidence) for group in (INSIDE, OUTSIDE))),
        _row("satisfied", "share", *(_satisfied(answers, group, min_answers, confidence) for group in (INSIDE, OUTSIDE))),
        _row("by_referral", "share", *(_referral(channels, group, referral, min_answers, confidence) for group in (INSIDE, OUTSIDE))),
        _row("cost_to_win", "money", *(_cost(channels, group) for group in (INSIDE, OUTSIDE)), judged=False),
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def difference(one, other):
    """The interval of a difference of two independent estimates, from their own intervals.

    Parameters
    ----------
    one, other : (value, lower, upper)

    Returns
    -------
    (lower, upper) : NaN where an end is missing

    References
    ----------
    Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.

    >>> print("%.3f %.3f" % difference((0.8, 0.7, 0.88), (0.5, 0.4, 0.6)))
    0.159 0.428
    """
    (a, a_lower, a_upper), (b, b_lower, b_upper) = one, other
    return a - b - math.hypot(a - a_lower, b_upper - b), a - b + math.hypot(a_upper - a, b - b_lower)


def verdict(lower, upper, words=("higher", "lower", "no difference")):
    """What the interval of a difference says: above 0, below it, or neither; "" where there is none.

    >>> verdict(0.1, 0.3), verdict(-0.1, 0.3)
    ('higher', 'no difference')
    """
    if math.isnan(lower) or math.isnan(upper):
        return ""
    above, below, neither = words
    return above if lower > 0 else below if upper < 0 else neither


def _row(measure, unit, inside, outside, *, judged=True):
    lower, upper = difference(inside[:3], outside[:3])
    told = verdict(lower, upper) if judged else ""
    return (measure, unit, *inside[:3], *outside[:3], told, inside[3], outside[3])


def _mean(revenue, group, confidence):
    row = revenue.set_index("group").loc[group]
    error = math.sqrt(row["variance_mrr"] / row["customers"]) if row["variance_mrr"] >= 0 else math.nan
    reach = norm.isf((1 - confidence) / 2) * error
    return float(row["average_mrr"]), float(row["average_mrr"] - reach), float(row["average_mrr"] + reach), int(row["customers"])


def _survival(tenures, month, confidence):
    curves = survival(tenures[tenures["group"].isin([INSIDE, OUTSIDE])], confidence=confidence)
    for group in (INSIDE, OUTSIDE):
        rows = curves[(curves["group"] == group) & (curves["tenure_month"] == month)]
        count = int(tenures.loc[tenures["group"] == group, "customers"].sum())
        yield (*(float(rows[name].iloc[0]) if len(rows) else math.nan for name in ("survival", "lower", "upper")), count)


def _value(values, group):
    rows = values[(values["group"] == group) & (values["method"] == "restricted_mean") & values["value"].notna()]
    if rows.empty:
        return math.nan, math.nan, math.nan, 0
    row = rows.sort_values("horizon_months").iloc[-1]
    return float(row["value"]), float(row["lower"]), float(row["upper"]), int(row["customers"])


def _answers(answers, group, survey):
    rows = answers[(answers["group"] == group) & (answers["survey"] == survey)]
    return (0, 0, 0) if rows.empty else tuple(int(rows[name].iloc[0]) for name in ("answers", "high", "low"))


def _nps(answers, group, min_answers, confidence):
    number, high, low = _answers(answers, group, "nps")
    if number < min_answers:
        return math.nan, math.nan, math.nan, number
    return (*net_promoter_score(high, low, number, confidence=confidence), number)


def _satisfied(answers, group, min_answers, confidence):
    number, high, _ = _answers(answers, group, "csat")
    return _share(high, number, min_answers, confidence)


def _share(hits, number, min_answers, confidence):
    if number < min_answers:
        return math.nan, math.nan, math.nan, number
    lower, upper = wilson_interval(hits, number, confidence=confidence)
    return hits / number, float(lower), float(upper), number


def _referral(channels, group, referral, min_answers, confidence):
    rows = channels[channels["group"] == group]
    number, referred = int(rows["new_customers"].sum()), int(rows.loc[rows["channel"] == referral, "new_customers"].sum())
    return _share(referred, number, min_answers, confidence)


def _cost(channels, group):
    rows = channels[(channels["group"] == group) & channels["cost_per_customer"].notna()]
    number = int(rows["new_customers"].sum())
    cost = float(np.average(rows["cost_per_customer"].astype(float), weights=rows["new_customers"])) if number else math.nan
    return cost, math.nan, math.nan, number
