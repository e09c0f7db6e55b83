"""The sentence on whether revenue leaves with the customers: four answers, or that chance could turn it."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_VERDICT = (
    "Customers kept and net revenue kept, each against the same share: at least so much is holding, less is leaving. A verdict is given when "
    "both lie on their side with 95% confidence."
)
#: The four answers in a few words.
VERDICTS = {
    "strong_stay": "customers leave, revenue holds", "strong_leave": "customers stay, revenue leaves", "both_hold": "both hold", "both_leave": "both leave",
}  # fmt: skip
_SAID = {
    "strong_stay": "Customers leave but revenue holds: ", "strong_leave": "Customers stay but revenue leaves: ",
    "both_hold": "Customers stay and revenue holds", "both_leave": "Customers leave and revenue leaves with them",
}  # fmt: skip
#: How the sentence ends, by what is known of those who stay; "" where nothing is.
_BECAUSE = {
    "strong_stay": {"larger": "the strong ones stay", "grown": "those who stay pay more", "": "what is lost is made up for"},
    "strong_leave": {"smaller": "the strong ones leave", "shrunk": "those who stay pay less", "": "it is the larger payments that are lost"},
    "both_hold": {
        "larger": ", the larger ones most", "smaller": ", though the larger ones less", "grown": ", and those who stay pay more",
        "shrunk": ", though those who stay pay less", "": "",
    },
    "both_leave": {
        "larger": ", though the larger ones stay more often", "smaller": ", the larger ones most of all", "grown": ", though those who stay pay more",
        "shrunk": ", and those who stay pay less", "": "",
    },
}  # fmt: skip


def revenue_verdict_finding(verdicts, *, months=12, group="all", whose="Of the customers of {} ago", key="revenue_verdict"):
    """Does the revenue leave with the customers?

    Parameters
    ----------
    verdicts : DataFrame, one row per group: verdict, because, leaning, customer_retention, net_revenue_retention, each with _lower and _upper,
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
        return Finding(**common, sentence=f"Whether revenue leaves with the customers is withheld: {row['withheld']}.")
    kept = [formats.measure(row[name], "share", row[f"{name}_lower"], row[f"{name}_upper"]) for name in ("customer_retention", "net_revenue_retention")]
    who = f"{whose.format(months_in_words(months))} {kept[0]} are kept, of their revenue {kept[1]}"
    if not row["verdict"]:
        lean = f" It leans to: {VERDICTS[row['leaning']]}." if row["leaning"] else ""
        return Finding(**common, sentence=f"Whether revenue leaves with the customers cannot be told from chance: {row['withheld']}. {who}.{lean}")
    because = _BECAUSE[row["verdict"]]
    said = _SAID[row["verdict"]] + because.get(row["because"], because[""])
    return Finding(**common, sentence=f"{said}. {who}; holding means at least {formats.percent(row['holds_at'])}.")
