"""The tables of revenue retention, with their columns in words."""

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.findings_verdict import VERDICTS
from lifecycle_utils.present.record import Table

_MOVEMENTS = {
    "month": N_("Month"), "opening_mrr": N_("Opening MRR"), "new": N_("New"), "reactivation": N_("Returned"), "expansion": N_("Expansion"),
    "contraction": N_("Contraction"),
    "churn": N_("Churn"), "fx": N_("Exchange rates"), "closing_mrr": N_("Closing MRR"), "opening_customers": N_("Opening customers"),
    "closing_customers": N_("Closing customers"),
}  # fmt: skip
_MEASURES = {
    "customer_retention": N_("Customers kept"), "starting_revenue_retention": N_("Starting revenue of those kept"),
    "gross_revenue_retention": N_("Revenue kept, gross"),
    "net_revenue_retention": N_("Revenue kept, net"),
}  # fmt: skip
_BECAUSE = {"larger": N_("larger ones stay"), "smaller": N_("smaller ones stay"), "grown": N_("they pay more"), "shrunk": N_("they pay less"),
    "": formats.BLANK}


def mrr_movements_table(movements, *, currency):
    """Where the MRR of each month came from. `movements`: as `observe.mrr_movements` returns them."""
    units = dict.fromkeys([name for name in _MOVEMENTS if name != "month" and not name.endswith("customers")], "money")
    return Table("mrr_movements", movements, _("MRR movements, the newest month first"), currency=currency, labels=_MOVEMENTS,
                     units={"month": "text", **units}, show=tuple(_MOVEMENTS), reading=movements.iloc[::-1])  # fmt: skip


def cohort_revenue_table(cohorts, *, currency):
    """What is left of each cohort at month ends. `cohorts`: as `observe.cohort_revenue` returns them."""
    labels = {"tenure_month": _("Months later"), "customer_retention": _("Customers kept"), "revenue_retention": _("Revenue kept")}
    units = {"customer_retention": "share", "revenue_retention": "share", "customers": "count"}
    show = ("cohort_month", "tenure_month", "customers", "mrr", "customer_retention", "revenue_retention")
    return Table("cohort_revenue", cohorts, _("Customers and revenue of each cohort at month ends"), currency=currency, labels=labels, units=units, show=show)


def revenue_retention_table(retention, *, name="revenue_retention", title=N_("Customers and revenue kept"), newest_first=False):  # noqa: B008 a constant
    """What is kept, a line for each group with its intervals. `retention`: as `estimate.revenue_retention` returns it.

    `newest_first` reads cohort months from the newest down, after "all".
    """
    told = retention.assign(text=[_kept(row) for row in retention.to_dict("records")])
    wide = told.pivot_table(index="group", columns="measure", values="text", aggfunc="first", sort=False).reindex(columns=list(_MEASURES))
    sizes = retention.drop_duplicates("group").set_index("group")[["customers", "withheld"]]
    # why there is no interval: money first, for it needs more
    sizes["withheld"] = retention[retention["measure"] == "net_revenue_retention"].set_index("group")["withheld"]
    reading = wide.join(sizes).reset_index()
    reading["remark"] = reading["withheld"].replace("", formats.BLANK)
    if newest_first:
        reading = reading.iloc[[0, *range(len(reading) - 1, 0, -1)]]
    labels = {**_MEASURES, "remark": "Remark"}
    show = ("group", "customers", *_MEASURES, "remark")
    return Table(name, retention, title, rows=14, labels=labels, units=dict.fromkeys(labels, "text"), show=show, reading=reading)


def _kept(row):
    if pd.isna(row["value"]):
        return formats.BLANK
    value, lower, upper = (formats.percent(row[part], decimals=1) for part in ("value", "lower", "upper"))
    return value if pd.isna(row["lower"]) else _("{value} ({lower} to {upper})").format(value=value, lower=lower, upper=upper)


def revenue_verdicts_table(verdicts, *, name="revenue_verdicts", title=N_("Do customers stay, does revenue hold?")):  # noqa: B008 a constant
    """The verdict of every group. `verdicts`: as `estimate.revenue_verdict` returns it."""
    frame = verdicts.assign(
        said=verdicts["verdict"].map(VERDICTS).fillna(_("undecided")), why=verdicts["because"].map(_BECAUSE), leans=verdicts["leaning"].map(VERDICTS)
    )
    labels = {
        "said": "Verdict", "why": _("Of those who stay"), "leans": _("Leans to"), "certainty": "Certainty", "customer_retention": _("Customers kept"),
        "net_revenue_retention": _("Revenue kept, net"),
    }  # fmt: skip
    units = {"customer_retention": "share", "net_revenue_retention": "share", "certainty": "share", "said": "text", "why": "text", "leans": "text"}
    show = ("group", "said", "why", "customer_retention", "net_revenue_retention", "certainty", "leans", "customers")
    return Table(name, frame, title, rows=18, labels=labels, units=units, show=show)


def earlier_customers_table(shares, *, currency):
    """The share of each month's MRR from customers won earlier. `shares`: as `estimate.share_of_earlier_customers` returns them."""
    labels = {
        "period": _("Won before this"), "begins": _("which begins in"), "earlier_mrr": _("Their MRR"), "mrr": _("All MRR"), "share": "Share",
        "change": _("On the year before"),
    }  # fmt: skip
    units = {"earlier_mrr": "money", "month": "text", "period": "text", "begins": "text", "change": "points"}
    show = ("month", "period", "begins", "earlier_mrr", "mrr", "share", "change")
    title = _("MRR from customers won earlier, the newest month first")
    return Table("earlier_customers", shares, title, rows=9, currency=currency, labels=labels, units=units, show=show, reading=shares.iloc[::-1])


def churn_definitions_table(definitions):
    """One month's churn, definition by definition. `definitions`: as `estimate.churn_definitions` returns them."""
    frame = definitions.assign(**{"from": definitions["from"].astype(str), "to": definitions["to"].astype(str)})
    labels = {
        "definition": "Definition", "from": "From", "to": "To", "churned": "Left", "customers": "of", "churn_rate": "Churn", "came_back": _("… came back"),
        "joined_and_left": _("… joined and left"), "other_days": _("… other days"), "left_again": _("… left again"), "free_accounts": _("… paid nothing"),
        "customers_other_days": _("of: other days"), "customers_new": _("of: new"), "customers_free": _("of: pay nothing"),
    }  # fmt: skip
    units = {"churn_rate": "share", "definition": "text", "from": "date", "to": "date"}
    show = ("definition", "from", "to", "churned", "customers", "churn_rate", "came_back", "joined_and_left", "other_days", "left_again", "free_accounts",
            "customers_other_days", "customers_new", "customers_free")  # fmt: skip
    title = _("The month's churn under the definitions of the field, and by which counts they differ")
    return Table("churn_definitions", frame, title, labels=labels, units=units, show=show)


def churn_mix_table(mix):
    """The change of churn, group by group. `mix`: as `estimate.churn_mix` returns it."""
    labels = {
        "weight_before": _("Share before"), "weight_now": _("Share now"), "churn_before": _("Churn before"), "churn_now": _("Churn now"), "change": "Adds",
        "mix": _("by mix"),
        "behaviour": _("by behaviour"), "behaviour_lower": _("Lower 95%"), "behaviour_upper": _("Upper 95%"), "customers_now": _("Customers now"),
    }  # fmt: skip
    units = dict.fromkeys(("change", "mix", "behaviour", "behaviour_lower", "behaviour_upper"), "points")
    units |= dict.fromkeys(("weight_before", "weight_now", "churn_before", "churn_now"), "share")
    title = _("The change of churn: mix and behaviour, in percentage points")
    return Table("churn_mix", mix, title, rows=18, labels=labels, units=units, show=("group", *labels), remarks=True)


def concentration_table(shares, *, currency):
    """How much the largest customers pay. `shares`: as `estimate.concentration` returns them."""
    labels = {"top": "Largest", "top_mrr": _("Their MRR"), "mrr": _("All MRR"), "share": "Share", "even_share": _("If all paid alike")}
    units = {"top": "count", "top_mrr": "money", "even_share": "share"}
    return Table("concentration", shares, _("MRR of the largest customers"), currency=currency, labels=labels, units=units, show=tuple(labels))


def largest_customers_table(customers, *, currency):
    """Who pays most. `customers`: as `observe.largest_customers` returns them."""
    show = ("rank", "name", "cohort_month", "mrr")
    return Table("largest_customers", customers, _("The largest customers"), currency=currency, labels={"rank": N_("Rank")}, units={"rank": "count"}, show=show)
