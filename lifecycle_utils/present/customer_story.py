"""Sentences on one customer, for the notebook that looks at one: they are for JupyterLab, not for the report, and in English."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding, Table
from lifecycle_utils.present.score_lists import reasons_in_words

_WHO = N_("MRR on the last day of the month, and revenue as MRR times the months paid, in the company's currency at the newest exchange rate.")
_WHEN = N_("Survival of the customers of its billing interval, among those who have stayed as long as it has (Kaplan-Meier).")
_CHANCE = N_("The chance to leave that the fitted score gives, and what moved it furthest from the average: what the score saw, not what causes leaving.")


def customer_finding(facts, *, month, currency):
    """Who is it, since when does it pay, how much?

    Parameters
    ----------
    facts : Series: name, started_on, ended_on, tenure (complete months), mrr, total_revenue (currency), active
    """
    name, began = facts["name"], pd.Timestamp(facts["started_on"])
    common = {"key": "customer", "value": float(facts["mrr"]), "lower": math.nan, "upper": math.nan, "n": 1, "unit": currency, "definition": _WHO}
    all_paid = formats.money(facts["total_revenue"], currency, decimals=0)
    if facts["active"]:
        sentence = _(
            "{name} has been a customer since {began:%Y-%m-%d}, is in subscription month {tenure} and pays {mrr} a month at the end of "
            "{month}; {all_paid} in all."
        ).format(
            name=name, began=began, tenure=int(facts["tenure"]) + 1, mrr=formats.money(facts["mrr"], currency), month=formats.calendar_month(month),
            all_paid=all_paid,
        )  # fmt: skip
    else:
        ended = "" if pd.isna(facts["ended_on"]) else _(" to {ended_on:%Y-%m-%d}").format(ended_on=pd.Timestamp(facts["ended_on"]))
        sentence = _("{name} was a customer from {began:%Y-%m-%d}{ended} and does not pay at the end of {month}; {all_paid} in all.").format(
            name=name, began=began, ended=ended, month=formats.calendar_month(month), all_paid=all_paid,
        )
    return Finding(**common, sentence=sentence)


def customer_stage_finding(facts, curves, hazards, *, group, ahead_months=12):
    """How many customers like it, who had come as far, stayed the next months, and in which of these do most leave?

    Parameters
    ----------
    curves : DataFrame of survival, of which the rows of `group` are read: group, tenure_month, at_risk, survival
    hazards : DataFrame of hazard: group, tenure_month, hazard, lower (blank where too few are at risk to say)
    group : its billing interval
    """
    now, last = int(facts["tenure"]), int(facts["tenure"]) + ahead_months
    own = curves[curves["group"] == group].set_index("tenure_month")["survival"]
    there = 1.0 if now == 0 else own.get(now, math.nan)
    stay = own.get(last, math.nan) / there
    common = {"key": "customer_stage", "lower": math.nan, "upper": math.nan, "n": None, "unit": "share", "definition": _WHEN}
    if math.isnan(stay):
        told = _("no customers of its billing interval ({group}) have been watched to month {last}").format(group=group, last=last)
        return Finding(**common, value=math.nan, withheld=told, sentence=_("How many stay on from here is withheld: {told}.").format(told=told))
    months = hazards[(hazards["group"] == group) & hazards["tenure_month"].between(now + 1, last)].dropna(subset="lower")
    worst = months.loc[months["hazard"].idxmax()] if len(months) else None
    when = "" if worst is None else _("; most leave in month {tenure_month} ({hazard} of those who begin it)").format(
        tenure_month=int(worst["tenure_month"]), hazard=formats.percent(worst["hazard"]),
    )
    sentence = _("Of customers ({group}) who had come as far, {stay} stayed another {ahead_months} months{when}.").format(
        group=group, stay=formats.percent(stay), ahead_months=ahead_months, when=when,
    )
    return Finding(**common, value=float(stay), sentence=sentence)


def customer_score_finding(scored, reasons, inputs, *, average, horizon_months, unproven=""):
    """How likely is it to leave, and what speaks most for that and against it?

    Parameters
    ----------
    scored : DataFrame of `scored_customers`, one row or none: customer_id, name, churn_probability, health
    reasons : two DataFrames of `top_reasons`, towards leaving and towards staying
    inputs : DataFrame input, title, label
    average : the chance of all customers
    unproven : why nobody should act on the score, if so
    """
    common = {"key": "customer_score", "lower": math.nan, "upper": math.nan, "n": 1, "unit": "share", "definition": _CHANCE}
    if unproven or not len(scored):
        told = unproven or _("only customers who go on paying after the month are scored")
        return Finding(**common, value=math.nan, withheld=told, sentence=_("Its chance to leave is withheld: {told}.").format(told=told))
    row = scored.iloc[0]
    leave, stay = (reasons_in_words(one, inputs).get(row["customer_id"], []) for one in reasons)
    chance = formats.percent(row["churn_probability"], decimals=1)
    told = [_("The chance that it leaves within {horizon_months} months is {chance}, of all customers {average}").format(
        horizon_months=horizon_months, chance=chance, average=formats.percent(average, decimals=1),
    )]
    told += [_("for leaving speaks {leave}").format(leave=formats.listing(leave))] if leave else []
    told += [_("for staying {stay}").format(stay=formats.listing(stay))] if stay else []
    return Finding(**common, value=float(row["churn_probability"]), sentence=_("{join} (odds, against the average customer).").format(join="; ".join(told)))


def customer_inputs_table(scored, inputs):
    """What the score knows of a customer: one row per input, as a Table named customer_inputs.

    Parameters
    ----------
    scored : DataFrame of `scored_customers`, one row or none, with the inputs as columns
    inputs : DataFrame input, title, table, label
    """
    known = inputs.drop_duplicates("input")
    values = [str(scored[name].iloc[0]) if len(scored) else None for name in known["input"]]
    frame = pd.DataFrame({"input": [formats.words(title) for title in known["title"]], "value": values, "table": list(known["table"])})
    labels = {"input": _("What is known"), "value": _("Of this customer"), "table": "From"}
    return Table("customer_inputs", frame, _("What the score sees"), rows=len(frame), labels=labels, units=dict.fromkeys(frame, "text"))
