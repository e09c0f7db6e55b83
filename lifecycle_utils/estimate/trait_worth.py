"""Do customers with a trait also stay longer, and are they worth more?"""

import math

import pandas as pd

from lifecycle_utils.estimate.counts import EVERYBODY
from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.log_rank import holm, log_rank
from lifecycle_utils.estimate.profile_card import difference, verdict
from lifecycle_utils.estimate.survival import survival

WITH, WITHOUT = "with", "without"
_KEYS = ["entry", "tenure", "churned"]
_COLUMNS = [
    "attribute", "value", "customers", "survival", "survival_without", "survival_gain", "survival_lower", "survival_upper", "log_rank_p", "stays",
    "lifetime_value", "lifetime_lower", "lifetime_upper", "value_without", "value_gain", "gain_lower", "gain_upper", "worth", "horizon_months",
]


def trait_worth(found, tenures, revenue, *, survival_month=12, horizon_months=36, gross_margin=1.0, discount_rate_annual=0.0, confidence=0.95, draws=1000):
    """How long do customers with each trait stay, and what are they worth, against all customers without it?

    Parameters
    ----------
    found : DataFrame attribute, value, the clearest trait first
    tenures, revenue : DataFrames as of `observe.tenures` and `observe.revenue` by each attribute, with the column `attribute`
    survival_month : share still paying after so many months
    horizon_months, gross_margin, discount_rate_annual, confidence, draws : as for `lifetime_value`

    Returns
    -------
    DataFrame, rows as of `found`: attribute, value, customers, survival, survival_without (shares), survival_gain with survival_lower and
    survival_upper (their difference), log_rank_p (of the whole curves, corrected by Holm for the number of traits), stays ("longer", "less long",
    "no difference", "" where it cannot be told: by the interval and the test together), lifetime_value with its interval, value_without,
    value_gain with its interval (currency), worth ("more", "less", "no difference", ""), horizon_months

    Notes
    -----
    Intervals of differences are put together from the two (Zou & Donner 2008). Traits were chosen by what customers pay, so their lead in lifetime
    value is somewhat too large; how long customers stay was not asked when MRR chose them, and only in part when revenue did.
    """
    rows = []
    for attribute, value in zip(found["attribute"], found["value"], strict=True):
        stay, pay = _counts(tenures, attribute, value), _money(revenue, attribute, value)
        kept, p_value = _still_there(stay, survival_month, confidence), float(log_rank(stay)["p_value"].iloc[0])
        worth = lifetime_value(stay, pay, horizons_months=(horizon_months,), gross_margin=gross_margin,
                               discount_rate_annual=discount_rate_annual, confidence=confidence, draws=draws)
        worth = worth[worth["method"] == "restricted_mean"].set_index("group")
        values = [tuple(float(worth.loc[group, end]) if group in worth.index else math.nan for end in ("value", "lower", "upper")) for group in (WITH, WITHOUT)]
        customers = int(stay.loc[stay["group"] == WITH, "customers"].sum())
        rows.append((attribute, value, customers, kept[0][0], kept[1][0], kept[0][0] - kept[1][0], *difference(*kept), p_value, "", *values[0],
                     values[1][0], values[0][0] - values[1][0], *difference(*values), "", horizon_months))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["log_rank_p"] = holm(table["log_rank_p"]) if len(table) else table["log_rank_p"]
    stays = [verdict(row["survival_lower"], row["survival_upper"], ("longer", "less long", "no difference")) for row in table.to_dict("records")]
    beyond = table["log_rank_p"] <= 1 - confidence
    table["stays"] = [told if told in ("", "no difference") or sure else "no difference" for told, sure in zip(stays, beyond, strict=True)]
    table["worth"] = [verdict(row["gain_lower"], row["gain_upper"], ("more", "less", "no difference")) for row in table.to_dict("records")]
    return table


def _counts(tenures, attribute, value):
    """Customers with the trait against all others, as tenures of two groups."""
    own = tenures[(tenures["attribute"] == attribute) & (tenures["group"] != EVERYBODY)]
    return own.assign(group=own["group"].eq(value).map({True: WITH, False: WITHOUT})).groupby(["group", *_KEYS], as_index=False)["customers"].sum()


def _money(revenue, attribute, value):
    """Average MRR and its variance of the two, from those of the groups."""
    own = revenue[(revenue["attribute"] == attribute) & (revenue["group"] != EVERYBODY)]
    rows = []
    for group, part in own.groupby(own["group"].eq(value).map({True: WITH, False: WITHOUT})):
        n, mean = part["customers"].astype(float), part["average_mrr"].astype(float)
        total, middle = n.sum(), (n * mean).sum() / n.sum()
        squares = ((n - 1) * part["variance_mrr"].astype(float).fillna(0.0)).sum() + (n * (mean - middle) ** 2).sum()
        rows.append((group, int(total), middle, squares / (total - 1) if total > 1 else math.nan))
    return pd.DataFrame(rows, columns=["group", "customers", "average_mrr", "variance_mrr"])


def _still_there(tenures, month, confidence):
    curves = survival(tenures, confidence=confidence)
    told = curves[curves["tenure_month"] == month].set_index("group")
    return [tuple(float(told.loc[group, end]) if group in told.index else math.nan for end in ("survival", "lower", "upper")) for group in (WITH, WITHOUT)]
