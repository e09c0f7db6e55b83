"""Whom to call, whom to ask: lists of scored customers with reasons in words, and what one could do."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Table
from lifecycle_utils.present.vocabulary import said

#: What one could do about the strongest reason that something can be done about; the first match by input (and label) counts.
_HELP = (
    *(("stage", stage, N_("go through the first steps with them")) for stage in ("month 1", "month 2", "month 3", "months 4-6")),
    ("stage", "first renewal ahead", N_("talk before the renewal")), ("stage", "later renewal ahead", N_("talk before the renewal")),
    ("usage", "", N_("ask what changed, and offer a session")),
    ("features_used", "", N_("show what others do with it")),
    ("uses_", "", N_("show them this feature")),
    ("users", "", N_("win a second person there")),
    ("nps", "", N_("call about their answer")),
    ("csat", "", N_("settle what they were unhappy with")),
    ("mrr_change", "fell", N_("ask what they no longer need")),
    ("returned", "yes", N_("ask what made them leave the first time")),
)
#: What one could ask of a customer that is doing well.
_ASK = (
    ("nps", "9-10", N_("ask for a referral or a reference")),
    ("users", "10 or more", N_("talk about the next plan")),
    ("usage_level", "8-14", N_("talk about the next plan")), ("usage_level", "15-21", N_("talk about the next plan")),
    ("usage_level", "22 or more", N_("talk about the next plan")),
    ("mrr_change", "rose", N_("ask what else would help them")),
    ("usage_trend", "rose", N_("ask what else would help them")),
)
_NOTHING_TO_CHANGE, _WELL = N_("get in touch: nothing that could be changed stands out"), N_("thank them, and ask how it goes")
_LABELS = {
    "churn_probability": N_("Chance of leaving"), "mrr_at_stake": N_("MRR at stake"), "health": N_("Scorecard points"), "cohort_month": "Since",
    "main_reason": N_("First reason (times the odds of leaving)"), "what_to_do": N_("To do"), "what_to_ask": N_("To ask"),
}
_UNITS = {
    **dict.fromkeys(("cohort_month", "main_reason", "reasons", "what_to_do", "what_to_ask"), "text"),
    "churn_probability": "chance", "mrr_at_stake": "money", "mrr": "money", "health": "count",
}


def reasons_in_words(reasons, inputs):
    """The reasons of each customer, the strongest first: dict of customer_id to list of texts.

    Parameters
    ----------
    reasons : DataFrame customer_id, rank, input, label, odds
    inputs : DataFrame input, title, label
    """
    titles = inputs.drop_duplicates("input").set_index("input")["title"].to_dict()
    told = {}
    for row in reasons.sort_values(["customer_id", "rank"]).to_dict("records"):
        factor = f"{formats.number(row['odds'], decimals=1 if row['odds'] >= 1.95 else 2)}"
        told.setdefault(row["customer_id"], []).append(f"{formats.words(titles[row['input']])}: {said(row['label'])} ({factor})")
    return told


def at_risk_table(customers, reasons, inputs, *, currency, horizon_months, withheld="", unproven=""):
    """Whom to call first: customers at risk, the most MRR at stake first, with the reasons and what one could do.

    Parameters
    ----------
    customers : DataFrame customer_id, name, cohort_month, mrr, churn_probability, mrr_at_stake, health, and the inputs
    reasons : DataFrame customer_id, rank, input, label, odds
    inputs : DataFrame input, title, label
    withheld : why no chance can be told, if so: the list is by points then
    unproven : why nobody should act on the score, if so: the list is empty then, and its title says why
    """
    within = months_in_words(horizon_months)
    title = _("At risk of leaving within {horizon_months}: the most MRR at stake (MRR × chance of leaving) first").format(horizon_months=within)
    return _table("at_risk_customers", title, _("At risk of leaving within {horizon_months}").format(horizon_months=within),
                  customers, reasons, inputs, "what_to_do", _help, currency, withheld, unproven)


def healthy_table(customers, reasons, inputs, *, currency, withheld="", unproven=""):
    """Whom to ask for a referral, or about the next plan: healthy customers, the largest first. Parameters as of `at_risk_table`."""
    title = _("Doing well, the largest first; without those of negative scorecard points or whose use has fallen by half")
    return _table("healthy_customers", title, _("Doing well"), customers, reasons, inputs, "what_to_ask", _ask, currency, withheld, unproven)


def _table(name, title, short, customers, reasons, inputs, column, advice, currency, withheld, unproven):
    if unproven:
        customers, title = customers.iloc[:0], _("{title}: withheld, because {unproven}").format(title=short, unproven=unproven)
    told = reasons_in_words(reasons, inputs)
    own = {customer: part.to_dict("records") for customer, part in reasons.sort_values(["customer_id", "rank"]).groupby("customer_id")}
    frame = customers[["customer_id", "name", "cohort_month", "mrr", "churn_probability", "mrr_at_stake", "health"]].copy()
    if withheld:
        frame[["churn_probability", "mrr_at_stake"]] = math.nan
    texts = [told.get(customer, [_("nothing stands out")]) for customer in frame["customer_id"]]
    frame = frame.assign(reasons=["; ".join(text) for text in texts], main_reason=[text[0] for text in texts])
    frame[column] = [_(advice(row, own.get(row["customer_id"], []))) for row in customers.astype({"health": float}).to_dict("records")]
    # a page has room for few columns and one reason; the CSV holds all
    shown = ("name", *(("mrr_at_stake",) if column == "what_to_do" else ()), "mrr", "churn_probability", column, "main_reason")
    return Table(name, frame.assign(withheld=withheld), title, currency=currency, labels=_LABELS, units=_UNITS, show=shown)


def _help(_, reasons):
    """What one could do about the strongest reason that can be helped."""
    for reason in reasons:
        for start, part, told in _HELP:
            if reason["input"].startswith(start) and reason["label"].endswith(part):
                return told
    return _NOTHING_TO_CHANGE


def _ask(customer, _):
    """What one could ask, by what is known of the customer."""
    for name, label, told in _ASK:
        if str(customer.get(name)) == label:
            return told
    return _WELL
