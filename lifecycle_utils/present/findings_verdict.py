"""The sentence on whether revenue leaves with the customers: four answers, or that chance could turn it."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_VERDICT = N_(
    "Customers kept and net revenue kept, each against the same share: at least so much is holding, less is leaving. A verdict is given when "
    "both lie on their side with 95% confidence."
)
#: The four answers in a few words.
VERDICTS = {
    "strong_stay": N_("customers leave, revenue holds"), "strong_leave": N_("customers stay, revenue leaves"), "both_hold": N_("both hold"),
    "both_leave": N_("both leave"),
}  # fmt: skip
_SAID = {
    "strong_stay": N_("Customers leave but revenue holds: "), "strong_leave": N_("Customers stay but revenue leaves: "),
    "both_hold": N_("Customers stay and revenue holds"), "both_leave": N_("Customers leave and revenue leaves with them"),
}  # fmt: skip
#: How the sentence ends, by what is known of those who stay; "" where nothing is.
_BECAUSE = {
    "strong_stay": {"larger": N_("the strong ones stay"), "grown": N_("those who stay pay more"), "": N_("what is lost is made up for")},
    "strong_leave": {"smaller": N_("the strong ones leave"), "shrunk": N_("those who stay pay less"), "": N_("it is the larger payments that are lost")},
    "both_hold": {
        "larger": N_(", the larger ones most"), "smaller": N_(", though the larger ones less"), "grown": N_(", and those who stay pay more"),
        "shrunk": N_(", though those who stay pay less"), "": "",
    },
    "both_leave": {
        "larger": N_(", though the larger ones stay more often"), "smaller": N_(", the larger ones most of all"),
        "grown": N_(", though those who stay pay more"),
        "shrunk": N_(", and those who stay pay less"), "": "",
    },
}  # fmt: skip


def revenue_verdict_finding(verdicts, *, months=12, group="all", whose=N_("Of the customers of {} ago"), key="revenue_verdict"):  # noqa: B008 a constant
    """Does the revenue leave with the customers?

    Parameters
    ----------
    verdicts : DataFrame, one row per group: verdict, because, certainty, leaning, customer_retention, net_revenue_retention, each with _lower and _upper,
        holds_at (shares), customers, withheld
    whose : of whom, with a place for the months
    key : of the finding
    """
    row = verdicts[verdicts["group"] == group].iloc[0]
    n = int(row["customers"])
    value, lower, upper = (float(row[f"net_revenue_retention{end}"]) for end in ("", "_lower", "_upper"))
    common = {"key": key, "n": n, "unit": "share", "definition": _VERDICT, "value": value, "lower": lower, "upper": upper,
              "withheld": row["withheld"] or None}  # fmt: skip
    if math.isnan(row["net_revenue_retention"]):
        return Finding(**common, sentence=_("Whether revenue leaves with the customers is withheld: {withheld}.").format(withheld=row["withheld"]))
    kept = [formats.measure(row[name], "share", row[f"{name}_lower"], row[f"{name}_upper"]) for name in ("customer_retention", "net_revenue_retention")]
    who = _("{months} {kept} are kept, of their revenue {kept_2}").format(months=_(whose).format(months_in_words(months)), kept=kept[0], kept_2=kept[1])
    if not row["verdict"]:
        lean = _(" It leans to: {VERDICTS}.").format(VERDICTS=VERDICTS[row["leaning"]]) if row["leaning"] else ""
        return Finding(**common, sentence=_("Whether revenue leaves with the customers cannot be told from chance: {withheld}. {who}.{lean}").format(
            withheld=row["withheld"], who=who, lean=lean,
        ))
    because = _BECAUSE[row["verdict"]]
    said = _SAID[row["verdict"]] + because.get(row["because"], because[""])
    template = _("{said}. {who}; holding means at least {holds_at}, and each stands on its side of that with a certainty of {certainty}% or more.")
    return Finding(**common, sentence=template.format(
        said=said, who=who, holds_at=formats.percent(row["holds_at"]), certainty=formats.whole_percent(row["certainty"]),
    ))
