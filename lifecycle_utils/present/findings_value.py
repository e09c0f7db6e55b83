"""Sentences on what a customer is worth, and on why the usual formula prints something else."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.billing import capital, customers_who_pay
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_HONEST = N_(
    "Average MRR per customer times the months that a customer pays within the horizon, on average, read from the survival curve "
    "(restricted mean); gross margin and discount as in the settings. Nothing is assumed about months that nobody has seen."
)
_SIMPLE = N_(
    "Average MRR per customer times gross margin, divided by the share who leave per month: "
    "assumes that this share stays the same for ever, and discounts nothing."
)
_WEIGHTED = N_(
    "As the lifetime value, but every customer weighs by its MRR in the survival curve: the mean of what customers pay times how long they stay, "
    "which the average of the one times the average of the other misses where large customers stay longer."
)
_MODEL = N_(
    "As the lifetime value, but with the survival of a fitted shifted-beta-geometric model: every customer has its own chance to leave, "
    "the same in all months. Reaches beyond the months seen."
)


def profit_or_revenue(gross_margin):
    """What the money is: gross profit where the settings name a margin, else revenue.

    >>> profit_or_revenue(0.8), profit_or_revenue(1.0)
    ('gross profit', 'revenue')
    """
    return _("gross profit") if gross_margin < 1 else _("revenue")


def after_what(gross_margin, discount_rate_annual):
    """After which margin and discount, in words.

    >>> after_what(0.8, 0.1)
    'at 80% gross margin, discounted at 10% a year'
    >>> after_what(1.0, 0.0)
    'before the cost of serving, not discounted'
    """
    margin = _("at {gross_margin} gross margin").format(gross_margin=formats.percent(gross_margin)) if gross_margin < 1 else _("before the cost of serving")
    return _("{margin}, {text}").format(
        margin=margin,
        text=_("discounted at {discount_rate_annual} a year").format(discount_rate_annual=formats.percent(discount_rate_annual))
        if discount_rate_annual > 0 else _("not discounted"),
    )


def lifetime_value_finding(values, *, currency, gross_margin=1.0, discount_rate_annual=0.0, group="all"):
    """What is a customer worth within the longest horizon that has been seen?

    Parameters
    ----------
    values : DataFrame with group, method, value, lower, upper (currency per customer), horizon_months, customers, withheld
    gross_margin, discount_rate_annual : that `values` were computed with, to be told
    """
    rows = _method(values, "restricted_mean", group)
    told = rows[rows["value"].notna()]
    common = {"key": "ltv" if group == "all" else f"ltv:{group}", "unit": currency, "definition": _HONEST}
    if not len(told):
        why = rows["withheld"].iloc[0] if len(rows) else _("no horizon was asked for")
        whom = _("a customer") if group == "all" else _("one of the {customers}").format(customers=customers_who_pay(group))
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, n=int(rows["customers"].iloc[0]) if len(rows) else 0, withheld=why,
                       sentence=_("What {whom} is worth is withheld: {why}.").format(whom=whom, why=why))
    row = told.iloc[-1]
    no_interval = (without_interval(row) or None) if math.isnan(row["lower"]) else None
    amount = _("{measure} of {gross_margin}").format(
        measure=formats.measure(row["value"], currency, row["lower"], row["upper"]), gross_margin=profit_or_revenue(gross_margin),
    )
    horizon, customers = months_in_words(row["horizon_months"]), formats.counted(row["customers"], "customer", "customers")
    because = _(" (no interval: {no_interval})").format(no_interval=no_interval) if no_interval else ""
    if group == "all":
        sentence = _(
            "A customer brings {amount} in its first {horizon}{because}, {gross_margin}: the average over {customers}. What comes later is not "
            "counted."
        ).format(amount=amount, horizon=horizon, because=because, gross_margin=after_what(gross_margin, discount_rate_annual), customers=customers)
    else:
        sentence = capital(_("{customers} bring {amount} each in their first {horizon}{because}: the average over {customers_2}.").format(
            customers=customers_who_pay(group), amount=amount, horizon=horizon, because=because, customers_2=customers,
        ))
    return Finding(**common, value=float(row["value"]), lower=float(row["lower"]), upper=float(row["upper"]), n=int(row["customers"]),
                   withheld=no_interval, sentence=sentence)


def lifetime_value_findings(values, *, currency, gross_margin=1.0, discount_rate_annual=0.0):
    """`lifetime_value_finding` for every group but "all", as a list; empty where one group is everybody."""
    groups = [group for group in values["group"].unique() if group != "all"]
    basis = {"gross_margin": gross_margin, "discount_rate_annual": discount_rate_annual}
    return [lifetime_value_finding(values, currency=currency, group=group, **basis) for group in groups] if len(groups) > 1 else []


def simple_formula_finding(values, gap, *, currency, horizon_months, gross_margin=1.0, group="all"):
    """What does the usual formula print, and what is the gap made of?

    Parameters
    ----------
    values : DataFrame as for `lifetime_value_finding`
    gap : DataFrame of lifetime_value_gap with the same margin and discount: group, step, value (currency per customer), withheld
    horizon_months : of the gap
    """
    simple = _method(values, "arpu_over_churn", group).iloc[0]
    key = "ltv_simple_formula" if group == "all" else f"ltv_simple_formula:{group}"
    common = {"key": key, "unit": currency, "definition": _SIMPLE, "n": int(simple["customers"]), "value": float(simple["value"]),
              "lower": float(simple["lower"]), "upper": float(simple["upper"]), "withheld": simple["withheld"] or None}
    name = _("The usual formula, average MRR × gross margin ÷ monthly churn,") if gross_margin < 1 else _("The usual formula, average MRR ÷ monthly churn,")
    if pd.isna(simple["value"]):
        return Finding(**common, sentence=_("{name} has no answer: {withheld}.").format(name=name, withheld=simple["withheld"]))
    sentence = _("{name} prints {measure}").format(name=name, measure=formats.measure(simple["value"], currency, simple["lower"], simple["upper"]))
    steps = gap[gap["group"] == group].set_index("step")
    if steps["value"].isna().all():
        return Finding(**common, sentence=_("{sentence}; it cannot be compared with what was seen: {iloc}.").format(
            sentence=sentence, iloc=steps["withheld"].iloc[0],
        ))
    honest, amount = steps["value"]["restricted_mean"], {step: formats.signed_money(steps["value"][step], currency, decimals=0) for step in steps.index}
    difference = formats.money(abs(simple["value"] - honest), currency, decimals=0)
    parts = [_("{beyond_horizon} for what it counts after month {horizon_months}").format(
        beyond_horizon=amount["beyond_horizon"], horizon_months=formats.count(horizon_months),
    ),
             _("{churn_by_tenure} because churn is not the same in every month of tenure").format(churn_by_tenure=amount["churn_by_tenure"])]
    parts += [_("{discount} for discounting").format(discount=amount["discount"])] if steps["value"]["discount"] else []
    return Finding(**common, sentence=(
        _("{sentence}, {difference} more than the {honest} that survival supports. From the one to the other: {parts}.") if simple["value"] > honest
        else _("{sentence}, {difference} less than the {honest} that survival supports. From the one to the other: {parts}.")
    ).format(
        sentence=sentence, difference=difference, honest=formats.money(honest, currency, decimals=0), parts=formats.listing(parts),
    ))


def revenue_weighted_finding(values, *, currency, group="all"):
    """Do large customers stay longer, so that the average misses what customers are worth?

    Parameters
    ----------
    values : DataFrame of lifetime_value_by_method
    """
    rows = _method(values, "revenue_weighted_mean", group)
    told = rows[rows["value"].notna()]
    common = {"key": "ltv_revenue_weighted" if group == "all" else f"ltv_revenue_weighted:{group}", "unit": currency, "definition": _WEIGHTED}
    if not len(told) or math.isnan(told["lower"].iloc[-1]):
        last = told.iloc[-1] if len(told) else rows.iloc[0]
        why = last["withheld"] or without_interval(last)
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, n=int(last["customers"]), withheld=why,
                       sentence=_("Whether large customers stay longer is withheld: {why}.").format(why=why))
    row = told.iloc[-1]
    plain = _method(values, "restricted_mean", group).set_index("horizon_months")["value"][row["horizon_months"]]
    amount = formats.measure(row["value"], currency, row["lower"], row["upper"])
    against = formats.money(plain, currency)
    if row["lower"] <= plain <= row["upper"]:
        sentence = _(
            "Weighting every customer by what it pays gives {amount}. The plain {against} lies within that interval, so large customers cannot "
            "be said to stay longer, or shorter, than small ones."
        ).format(amount=amount, against=against)
    else:
        sentence = (
            _("Large customers stay longer than small ones: weighted by what each customer pays, a customer is worth {amount}, and the plain average of "
              "{against} is less than that, beyond chance. Plan with the weighted number.") if plain < row["lower"]
            else _("Large customers stay shorter than small ones: weighted by what each customer pays, a customer is worth {amount}, and the plain average "
                   "of {against} is more than that, beyond chance. Plan with the weighted number.")
        ).format(amount=amount, against=against)  # fmt: skip
    return Finding(**common, value=float(row["value"]), lower=float(row["lower"]), upper=float(row["upper"]), n=int(row["customers"]), sentence=sentence)


def fitted_model_finding(values, *, currency, group="all"):
    """What does the fitted model expect, also beyond the months seen, and may it be believed?

    Parameters
    ----------
    values : DataFrame as for `lifetime_value_finding`, with `note`: why the model does not describe these customers, or ""
    """
    rows = _method(values, "shifted_beta_geometric", group)
    last = rows.iloc[-1]
    common = {"key": "ltv_fitted_model" if group == "all" else f"ltv_fitted_model:{group}", "unit": currency, "definition": _MODEL,
              "n": int(last["customers"]), "value": float(last["value"]), "lower": float(last["lower"]), "upper": float(last["upper"]),
              "withheld": last["withheld"] or without_interval(last) or None}
    if pd.isna(last["value"]):
        return Finding(**common, sentence=_("The fitted model has no answer: {withheld}.").format(withheld=last["withheld"]))
    sentence = _("The fitted model expects {measure} in the first {horizon_months}").format(
        measure=formats.measure(last["value"], currency, last["lower"], last["upper"]), horizon_months=months_in_words(last["horizon_months"]),
    )
    sentence += _(" (no interval: {last}).").format(last=without_interval(last)) if without_interval(last) else "."
    return Finding(**common, sentence=_("{sentence} It comes with a warning: {note}.").format(sentence=sentence, note=last["note"]) if last["note"]
        else sentence)


def without_interval(row):
    """Why a row has no interval, without saying twice that it has none."""
    return _(row.get("interval_withheld") or "").removesuffix(_(": too few for an interval")).removesuffix(_(": no interval"))


def _method(values, method, group):
    return values[(values["group"] == group) & (values["method"] == method)].sort_values("horizon_months")
