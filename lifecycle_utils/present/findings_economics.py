"""Sentences on what customers cost to win and bring back, and on what those who are there will still pay."""

import math

import pandas as pd

from lifecycle_utils.present import formats
from lifecycle_utils.present.findings_value import after_what, profit_or_revenue
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

LTV_TO_CAC = (
    "Lifetime value within the horizon (average MRR times months paid, after margin and discount) over the cost to win a customer: spend on a channel "
    "divided by the customers first won through it in the same months. Spend is taken as known; the interval is that of the lifetime value."
)
_RESIDUAL = (
    "What today's customers are expected to pay within the horizon, by a shifted-beta-geometric model of how customers of their age went on "
    "(discounted expected residual lifetime, Fader and Hardie 2010), times their MRR; gross margin and discount as in the settings."
)


def unit_economics_finding(economics, *, currency, last_months, group="all"):
    """How many times over does a customer bring back what it cost to win, and which channels do not?

    Parameters
    ----------
    economics : DataFrame of unit_economics, one row per channel
    last_months : months of spend and new customers behind it
    """
    row = economics[economics["group"] == group].iloc[0]
    common = {"key": "ltv_to_cac" if group == "all" else f"ltv_to_cac:{group}", "unit": "ratio", "definition": LTV_TO_CAC, "n": int(row["new_customers"])}
    if math.isnan(row["ltv_to_cac"]):
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, withheld=row["withheld"],
                       sentence=f"How many times over customers bring back what they cost to win is withheld: {row['withheld']}.")
    # "5.5 times (interval)" and not "5.5 (interval) times"
    amount = formats.measure(row["ltv_to_cac"], "ratio", row["lower"], row["upper"]).replace(" (", " times (", 1)
    amount += "" if "times" in amount else " times"
    cost = f"{formats.money(row['cac'], currency)} over the last {months_in_words(last_months)}"
    sentence = f"In {months_in_words(row['horizon_months'])} a customer brings back {amount} what it cost to win ({cost})"
    if pd.notna(row["payback_months"]):
        sentence += f", and has paid it back after {_payments(row)}"
    channels = economics[(economics["group"] != group) & economics["ltv_to_cac"].notna()].sort_values("ltv_to_cac")
    return Finding(**common, value=float(row["ltv_to_cac"]), lower=float(row["lower"]), upper=float(row["upper"]),
                   sentence=f"{sentence}. {_channels(channels)}".strip())


def residual_value_finding(residual, *, currency, gross_margin=1.0, discount_rate_annual=0.0, group="all"):
    """What will the customers who are there still bring?

    Parameters
    ----------
    residual : DataFrame of residual_value: group, customers, mrr, horizon_months, value, lower, upper (currency), withheld,
        interval_withheld, note
    """
    row = residual[residual["group"] == group].iloc[0]
    common = {"key": "residual_value" if group == "all" else f"residual_value:{group}", "unit": currency, "definition": _RESIDUAL,
              "n": int(row["customers"]), "value": float(row["value"]), "lower": float(row["lower"]), "upper": float(row["upper"])}
    if math.isnan(row["value"]):
        return Finding(**common, withheld=row["withheld"], sentence=f"What today's customers will still bring is withheld: {row['withheld']}.")
    told = row.get("interval_withheld", "").split(": ")[0] or "too few have left for an interval"
    few = told if math.isnan(row["lower"]) else None
    sentence = (
        f"The customers behind today's MRR of {formats.money(row['mrr'], currency)} are expected to bring "
        f"{formats.measure(row['value'], currency, row['lower'], row['upper'])} of {profit_or_revenue(gross_margin)} in the next "
        f"{months_in_words(row['horizon_months'])}, {after_what(gross_margin, discount_rate_annual)}, if they go on as customers of their age did"
    )
    sentence += f" (no interval: {few})." if few else "."
    return Finding(**common, withheld=few, sentence=f"{sentence} It comes with a warning: {row['note']}." if row["note"] else sentence)


def _payments(row):
    return formats.counted(int(row["payback_months"]), "monthly payment", "monthly payments")


def _channels(rows):
    """Which channels are under the line, and which are too near to it to say."""
    if not len(rows):
        return ""
    line = formats.number(rows["target_ratio"].iloc[0], decimals=0)
    below, unclear = ([_channel(row) for row in rows[rows["against_target"] == side].to_dict("records")] for side in ("below", "unclear"))
    if not below and not unclear:
        above = (rows["against_target"] == "above").all()
        return f"Every channel is above the line of {line} times." if above else ""
    told = [f"Below the line of {line} times: {formats.listing(below)}."] if below else []
    told += [f"Too near the line of {line} times to tell: {formats.listing(unclear)}."] if unclear else []
    return " ".join(told)


def _channel(row):
    ratio = formats.number(row["ltv_to_cac"], decimals=1)
    payback = f"paid back after {_payments(row)}" if pd.notna(row["payback_months"]) else "not paid back"
    return f"{one_line(row['group'])} ({ratio} times, {payback})"
