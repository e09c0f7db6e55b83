"""Open leads that look like the best customers, and whether such a list has been right before."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding, Table
from lifecycle_utils.present.vocabulary import said

_DEFINITION = N_(
    "Leads created after an earlier profile was made, ranked by that profile; good customers are those that pay, some months later, at least what the top "
    "customers of that time paid. The lift is the share of good customers among the best-fitting fifth of leads over their share among all leads."
)


def lead_fit_finding(backtest, *, profile_month, convert_months):
    """Would the earlier profile have put the leads that became good customers on top?

    Parameters
    ----------
    backtest : DataFrame measure, value, lower, upper, verdict, leads, customers, good_customers, withheld
    profile_month : as of when the profile was made
    """
    common, first = {"key": "lead_fit", "unit": "ratio", "definition": _DEFINITION}, backtest.iloc[0]
    if first["withheld"]:
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, n=int(first["leads"]), withheld=first["withheld"],
                       sentence=_("Whether the profile finds good leads is withheld: {withheld}.").format(withheld=first["withheld"]))
    row = backtest.set_index("measure").loc["top_fifth_lift"]
    base = backtest.set_index("measure").loc["base_rate"]
    told = {
        "better": _("That is more than a list in no order would find."), "no difference": _("A list in no order might have done as well."),
        "worse": _("A list in no order would have done better."),
    }
    return Finding(
        **common, value=float(row["value"]), lower=float(row["lower"]), upper=float(row["upper"]), n=int(row["leads"]),
        sentence=_(
            "Of the {leads} leads that came after {profile_month}, {good} ({base}) became good customers within {convert}. Among the fifth that the profile of "
            "that month puts first they were {measure} times as frequent. {told}"
        ).format(
            leads=formats.count(row["leads"]), profile_month=formats.calendar_month(profile_month), good=formats.count(row["good_customers"]),
            base=formats.percent(base["value"]), convert=formats.counted(convert_months, "month", "months"),
            measure=formats.measure(row["value"], "ratio", row["lower"], row["upper"]), told=told[row["verdict"]],
        ),
    )


#: What is measured, in words.
_MEASURES = {
    "auc": N_("good customer before another lead"), "top_fifth_lift": N_("best-fitting fifth, times as often"),
    "top_fifth_rate": N_("best-fitting fifth that became good"),
    "base_rate": N_("all leads that became good"),
}


def lead_backtest_table(backtest):
    """The test of the earlier profile, one measure a row. `backtest`: as of `lead_fit_finding`."""
    rows = backtest.to_dict("records")
    units = ["ratio" if row["measure"] == "top_fifth_lift" else "share" for row in rows]
    told = [row["withheld"] or formats.measure(row["value"], unit, row["lower"], row["upper"]) for row, unit in zip(rows, units, strict=True)]
    frame = backtest.assign(measured=[_MEASURES[row["measure"]] for row in rows], result=told, judged=[said(row["verdict"]) or formats.BLANK for row in rows])
    labels = {"measured": "Measure", "result": _("Leads that came after the profile"), "judged": "Verdict"}
    title = _("The earlier profile, and what became of the leads")
    return Table("lead_backtest", frame, title, labels=labels, units=dict.fromkeys(labels, "text"), show=tuple(labels))


def open_leads_table(leads, reasons):
    """Which open leads look most like the best customers, and by which traits?

    Parameters
    ----------
    leads : DataFrame lead_id, created_on, channel, demo_requested_on, trial_started_on, fit, and traits, the best fit first
    reasons : DataFrame lead_id, rank, attribute, value, lift
    """
    told = {}
    for row in reasons.sort_values(["lead_id", "rank"]).to_dict("records"):
        told.setdefault(row["lead_id"], []).append(f"{formats.words(row['attribute'])}: {row['value']} (×\N{NO-BREAK SPACE}{formats.number(row['lift'])})")
    frame = leads.assign(
        reasons=["; ".join(told.get(lead, [_("nothing speaks for it")])) for lead in leads["lead_id"]],
        asked=[_asked(row) for row in leads[["demo_requested_on", "trial_started_on"]].to_dict("records")],
    )
    labels = {
        "lead_id": _("Lead"), "created_on": _("Since"), "asked": _("Asked for"), "fit": _("Points"),
        "reasons": _("What speaks for it (times as frequent among the best customers)"),
    }
    units = {"lead_id": "name", "created_on": "date", "asked": "text", "fit": "number", "reasons": "text"}
    return Table("open_leads", frame, _("Open leads that look most like the best customers"), labels=labels, units=units, show=tuple(labels))


def _asked(lead):
    """What a lead has asked for so far, with the day."""
    told = [(_("demo"), lead["demo_requested_on"]), (_("trial"), lead["trial_started_on"])]
    return "; ".join(f"{what}\N{NO-BREAK SPACE}{pd.Timestamp(day):%Y-%m-%d}" for what, day in told if not pd.isna(day)) or formats.BLANK
