"""Sentences on what a customer is worth."""

import math

import pandas as pd

from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_HONEST = (
    "Average MRR per customer times the months that a customer pays within the horizon, on average, read from the survival curve "
    "(restricted mean); gross margin and discount as in the settings. Nothing is assumed about months that nobody has seen."
)
_SIMPLE = (
    "Average MRR per customer divided by the share who leave per month, times gross margin: "
    "assumes that this share stays the same for ever, and discounts nothing."
)


def lifetime_value_finding(values, *, currency, group="all"):
    """What is a customer worth within the longest horizon that has been seen?

    Parameters
    ----------
    values : DataFrame with group, method, value, lower, upper (currency per customer), horizon_months, customers, withheld
    """
    rows = values[(values["group"] == group) & (values["method"] == "restricted_mean")].sort_values("horizon_months")
    told = rows[rows["value"].notna()]
    common = {"key": "ltv" if group == "all" else f"ltv:{group}", "unit": currency, "definition": _HONEST}
    if not len(told):
        why = rows["withheld"].iloc[0] if len(rows) else "no horizon was asked for"
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, n=_customers(rows), withheld=why,
                       sentence=f"What a customer is worth is withheld: {why}.")
    row = told.iloc[-1]
    no_interval = (row.get("interval_withheld") or None) if math.isnan(row["lower"]) else None
    sentence = (
        f"In its first {months_in_words(row['horizon_months'])} a customer brings {formats.measure(row['value'], currency, row['lower'], row['upper'])} "
        f"on average, over {formats.counted(row['customers'], 'customer', 'customers')}; what comes later is not counted"
    )
    return Finding(
        **common, value=float(row["value"]), lower=float(row["lower"]), upper=float(row["upper"]), n=int(row["customers"]), withheld=no_interval,
        sentence=f"{sentence} (no interval: {no_interval})." if no_interval else f"{sentence}.",
    )


def simple_formula_finding(values, *, currency, group="all"):
    """What does the usual formula print, and how does that compare?

    Parameters
    ----------
    values : DataFrame as for `lifetime_value_finding`
    """
    simple = values[(values["group"] == group) & (values["method"] == "arpu_over_churn")].iloc[0]
    key = "ltv_simple_formula" if group == "all" else f"ltv_simple_formula:{group}"
    common = {"key": key, "unit": currency, "definition": _SIMPLE, "n": int(simple["customers"])}
    if pd.isna(simple["value"]):
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, withheld=simple["withheld"],
                       sentence=f"The usual formula, average MRR ÷ churn, has no answer: {simple['withheld']}.")
    sentence = f"The usual formula, average MRR ÷ churn, prints {formats.measure(simple['value'], currency, simple['lower'], simple['upper'])}"
    honest = lifetime_value_finding(values, currency=currency, group=group)
    if not math.isnan(honest.value):
        inside = honest.lower <= simple["value"] <= honest.upper
        against = "inside" if inside else "outside" if not math.isnan(honest.lower) else ""
        where = f", {against} the interval of that answer" if against else ""
        sentence += f"; the answer from what was observed is {formats.point(honest.value, currency, honest.lower, honest.upper)}{where}"
    return Finding(**common, value=float(simple["value"]), lower=float(simple["lower"]), upper=float(simple["upper"]),
                   sentence=f"{sentence}. The formula takes one churn rate for all months, for ever.")


def _customers(rows):
    return int(rows["customers"].iloc[0]) if len(rows) else 0
