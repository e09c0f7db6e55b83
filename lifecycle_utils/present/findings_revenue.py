"""Sentences on revenue: how it moved, how much of it is kept, and what churn is made of."""

import math

from lifecycle_utils.language import N_, _, pgettext
from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

_MOVEMENTS = N_(
    "Closing minus opening MRR, both at month ends and each at its own month's exchange rates; new, reactivation, expansion, contraction, "
    "churn and exchange rates add up to it."
)
_NET = N_(
    "What the customers of the first month end pay at the second, over what they paid at the first; new and returning customers are left out, exchange rates "
    "are the same for both. The interval takes the customers as a sample of such customers (delta method for a ratio)."
)
_CHURN = N_(
    "Customers paying at the start of the month and not at its end, over those paying at its start: this kit's churn, and ChartMogul's "
    "standard one. The others differ in days, denominators and in whether who came back, came late or paid nothing counts."
)
_MIX = N_(
    "The change of the churn rate between two periods, split group by group (Kitagawa 1955): mix is what other weights of the groups make of it, "
    "behaviour what other churn within the groups makes; they add up exactly."
)
_NAMES = {
    "new": N_("new customers"), "reactivation": N_("returning ones"), "expansion": N_("expansion"), "churn": N_("churn"),
    "contraction": N_("contraction"), "fx": N_("exchange rates"),
}  # fmt: skip
_QUICK = {
    "quick_ratio": N_("(New + expansion MRR) / (contraction + churned MRR), as Baremetrics and Chargebee count it; returning customers are left out."),
    "quick_ratio_with_reactivation": N_("(New + expansion + reactivation MRR) / (contraction + churned MRR)."),
}


def mrr_change_finding(movements, *, currency):
    """How did MRR change in the newest month?

    Parameters
    ----------
    movements : DataFrame, one row per month, oldest first: month, opening_mrr, the movements, closing_mrr (currency per month), opening_customers
    """
    common = {"key": "mrr_change", "lower": math.nan, "upper": math.nan, "unit": currency, "definition": _MOVEMENTS}
    if not len(movements):
        told = _("there is no month to compare")
        return Finding(**common, value=math.nan, n=0, withheld=told, sentence=_("How MRR changed is withheld: {told}.").format(told=told))
    row = movements.iloc[-1]
    change = float(row["closing_mrr"] - row["opening_mrr"])
    parts = [f"{_signed(row[column], currency)} {name}" for column, name in _NAMES.items() if round(row[column], 2)]
    moved = (
        _("MRR rose by {change} to {closing_mrr} in {month}") if change > 0 else _("MRR fell by {change} to {closing_mrr} in {month}") if change < 0
        else _("MRR stayed to {closing_mrr} in {month}")
    )  # fmt: skip
    sentence = moved.format(
        change=formats.money(abs(change), currency), closing_mrr=formats.money(row["closing_mrr"], currency), month=formats.calendar_month(row["month"]),
    )
    return Finding(**common, value=change, n=int(row["opening_customers"]), sentence=_("{sentence}: {parts}.").format(
        sentence=sentence, parts=pgettext("between the words of a list", ", ").join(parts) or _("nothing moved"),
    ))


def net_revenue_retention_finding(retention, *, months=12, group="all"):
    """How much of the revenue of a year ago is still there?

    Parameters
    ----------
    retention : DataFrame, one row per group and measure: group, measure, value, lower, upper (shares), customers, withheld
    """
    told = retention[retention["group"] == group].set_index("measure")
    net, gross, kept = (told.loc[f"{name}_retention"] for name in ("net_revenue", "gross_revenue", "customer"))
    n = int(net["customers"])
    common = {"key": "net_revenue_retention", "n": n, "unit": "share", "definition": _NET, "value": float(net["value"]), "lower": float(net["lower"]),
              "upper": float(net["upper"]), "withheld": net["withheld"] or None}  # fmt: skip
    if math.isnan(net["value"]):
        return Finding(**common, sentence=_("Net revenue retention over {months} is withheld: {withheld}.").format(
            months=months_in_words(months), withheld=net["withheld"],
        ))
    sentence = _(
        "Customers of {months} ago pay {measure} of what they paid then (net revenue retention); without expansion it would be {measure_2}. "
        "{measure_3} of the {n} are still there."
    ).format(
        months=months_in_words(months), measure=formats.measure(net["value"], "share", net["lower"], net["upper"]),
        measure_2=formats.measure(gross["value"], "share", gross["lower"], gross["upper"]),
        measure_3=formats.measure(kept["value"], "share", kept["lower"], kept["upper"]), n=formats.counted(n, "customer", "customers"),
    )
    return Finding(**common, sentence=sentence)


def quick_ratio_finding(rates, *, with_reactivation=False):
    """How much MRR was gained for what was lost?

    Parameters
    ----------
    rates : DataFrame, one row per month: month, months, quick_ratio, quick_ratio_with_reactivation
    with_reactivation : print the definition that counts returning customers as gained
    """
    name = "quick_ratio_with_reactivation" if with_reactivation else "quick_ratio"
    common = {"key": "quick_ratio", "lower": math.nan, "upper": math.nan, "unit": "ratio", "definition": _QUICK[name]}
    row = rates.iloc[-1] if len(rates) else None
    if row is None or math.isnan(row[name]):
        told = _("nothing was lost to divide by") if row is not None else _("there is no month to compare")
        return Finding(**common, value=math.nan, n=None, withheld=told, sentence=_("The quick ratio is withheld: {told}.").format(told=told))
    other = rates.iloc[-1]["quick_ratio" if with_reactivation else "quick_ratio_with_reactivation"]
    sentence = (
        _("Over {months}, {number} of MRR was gained for each 1 lost: the quick ratio, (new + expansion + reactivation) / (contraction + churn), "
          "with returning customers (without them {other}).") if with_reactivation
        else _("Over {months}, {number} of MRR was gained for each 1 lost: the quick ratio, (new + expansion) / (contraction + churn), "
               "without returning customers (with them {other}).")
    ).format(months=months_in_words(row["months"]), number=formats.number(row[name], decimals=2), other=formats.number(other, decimals=2))  # fmt: skip
    return Finding(**common, value=float(row[name]), n=None, sentence=sentence)


def churn_mix_finding(mix, *, by, months=12):
    """Did churn change because other customers are there, or because they behave otherwise?

    Parameters
    ----------
    mix : DataFrame, "all" first: group, churn_before, churn_now, change, mix, behaviour, behaviour_lower, behaviour_upper (shares), customers_now, withheld
    by : what the customers are grouped by
    """
    row = mix.iloc[0]
    common = {"key": "churn_mix", "n": int(row["customers_now"]), "unit": "share", "definition": _MIX, "value": float(row["behaviour"]),
              "lower": float(row["behaviour_lower"]), "upper": float(row["behaviour_upper"]), "withheld": row["withheld"] or None}  # fmt: skip
    if math.isnan(row["change"]):
        return Finding(**common, sentence=_("What changed the churn rate is withheld: {withheld}.").format(withheld=row["withheld"]))
    span = _("year") if months == 12 else _("month") if months == 1 else _("{number} months").format(number=months)
    change = formats.points(row["change"])
    sentence = _(
        "Customer churn went from {churn_before} in the {span} before to {churn_now} in this one, {change} points: {mix} by another mix of "
        "{text}, {behaviour} by other behaviour within the groups"
    ).format(
        churn_before=formats.percent(row["churn_before"], decimals=1), span=span, churn_now=formats.percent(row["churn_now"], decimals=1),
        change=change, mix=formats.points(row["mix"]), text=one_line(formats.words(by)), behaviour=formats.points(row["behaviour"]),
    )
    if math.isnan(row["behaviour_lower"]):
        return Finding(**common, sentence=_("{sentence} (no interval: {withheld}).").format(sentence=sentence, withheld=row["withheld"]))
    ends = _("95% interval {behaviour_lower} to {behaviour_upper}").format(
        behaviour_lower=formats.points(row["behaviour_lower"]), behaviour_upper=formats.points(row["behaviour_upper"]),
    )
    told = "" if row["behaviour_lower"] > 0 or row["behaviour_upper"] < 0 else _(", no more than chance")
    return Finding(**common, sentence=_("{sentence} ({ends}{told}).").format(sentence=sentence, ends=ends, told=told))


def churn_definitions_finding(definitions, *, month):
    """Which churn rates would the field print for this month?

    Parameters
    ----------
    definitions : DataFrame, this kit's first: definition, churned, customers (counts), churn_rate, lower, upper, withheld
    """
    row = definitions.iloc[0]
    common = {"key": "churn_definitions", "n": int(row["customers"]), "unit": "share", "definition": _CHURN, "value": float(row["churn_rate"]),
              "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": row["withheld"] or None}  # fmt: skip
    if math.isnan(row["churn_rate"]):
        told = row["withheld"] or _("nobody was paying at the month's beginning")
        return Finding(**common | {"withheld": told}, sentence=_("The month's churn under the field's definitions is withheld: {told}.").format(told=told))
    others = [
        _("{definition} {churn_rate} ({churned} of {customers})").format(
            definition=one.definition, churn_rate=formats.percent(one.churn_rate, decimals=1), churned=formats.count(one.churned),
            customers=formats.count(one.customers),
        )
        for one in definitions.iloc[1:].itertuples()
    ]  # fmt: skip
    sentence = _("In {month}, {churned} of {customers} left, {churn_rate}. The same month is {others}.").format(
        month=formats.calendar_month(month), churned=formats.count(row["churned"]),
        customers=formats.counted(row["customers"], "customer", "customers"),
        churn_rate=formats.measure(row["churn_rate"], "share", row["lower"], row["upper"]), others=formats.listing(others),
    )
    return Finding(**common, sentence=sentence if not row["withheld"] else f"{sentence[:-1]} ({row['withheld']}).")


def _signed(value, currency):
    return f"{'+' if value > 0 else '−'}{formats.money(abs(value), currency)}"
