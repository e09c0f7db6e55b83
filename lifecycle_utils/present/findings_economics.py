"""Sentences on what customers cost to win and bring back, and on what those who are there will still pay."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.findings_value import after_what, profit_or_revenue, without_interval
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

LTV_TO_CAC = N_(
    "Lifetime value within the horizon (average MRR times months paid, after margin and discount) over the cost to win a customer: spend on a channel "
    "divided by the customers first won through it in the same months. Spend is taken as known; the interval is that of the lifetime value."
)
_RESIDUAL = N_(
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
                       sentence=_("How many times over customers bring back what they cost to win is withheld: {withheld}.").format(
                           withheld=row["withheld"],
                       ))
    amount = formats.times(row["ltv_to_cac"], row["lower"], row["upper"])
    cost = _("{cac} over the last {last_months}").format(cac=formats.money(row["cac"], currency), last_months=months_in_words(last_months))
    sentence = _("In {horizon_months} a customer brings back {amount} what it cost to win ({cost})").format(
        horizon_months=months_in_words(row["horizon_months"]), amount=amount, cost=cost,
    )
    if pd.notna(row["payback_months"]):
        sentence += _(", and has paid it back after {payments}").format(payments=_payments(row))
    channels = economics[(economics["group"] != group) & economics["ltv_to_cac"].notna()].sort_values("ltv_to_cac")
    return Finding(**common, value=float(row["ltv_to_cac"]), lower=float(row["lower"]), upper=float(row["upper"]),
                   sentence=f"{formats.full_stop(sentence)} {_channels(channels)}".strip())


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
        return Finding(**common, withheld=row["withheld"], sentence=_("What today's customers will still bring is withheld: {withheld}.").format(
            withheld=row["withheld"],
        ))
    told = without_interval(row) or _("too few have left for an interval")
    few = told if math.isnan(row["lower"]) else None
    sentence = _(
        "The customers behind today's MRR of {mrr} are expected to bring {measure} of {gross_margin} in the next {horizon_months}, "
        "{gross_margin_2}, if they go on as customers of their age did"
    ).format(
        mrr=formats.money(row["mrr"], currency), measure=formats.measure(row["value"], currency, row["lower"], row["upper"]),
        gross_margin=profit_or_revenue(gross_margin), horizon_months=months_in_words(row["horizon_months"]),
        gross_margin_2=after_what(gross_margin, discount_rate_annual),
    )
    sentence += _(" (no interval: {few}).").format(few=few) if few else "."
    return Finding(**common, withheld=few, sentence=_("{sentence} It comes with a warning: {note}.").format(sentence=sentence, note=row["note"])
        if row["note"] else sentence)


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
        return _("Every channel is above the line of {line} times.").format(line=line) if above else ""
    told = [_("Below the line of {line} times: {below}.").format(line=line, below=formats.listing(below))] if below else []
    told += [_("Too near the line of {line} times to tell: {unclear}.").format(line=line, unclear=formats.listing(unclear))] if unclear else []
    return " ".join(told)


def _channel(row):
    ratio = formats.number(row["ltv_to_cac"], decimals=1)
    payback = _("paid back after {payments}").format(payments=_payments(row)) if pd.notna(row["payback_months"]) else _("not paid back")
    return _("{group} ({ratio} times, {payback})").format(group=one_line(row["group"]), ratio=ratio, payback=payback)
