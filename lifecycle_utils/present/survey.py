"""What customers say in their own words, and whom nobody has asked yet."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding, Table

_DEFINITION = N_(
    "Phrases in the open answers, each customer counted once. A phrase is told as the top customers' own when more of them use it than chance allows "
    "(one-sided Fisher test, false discovery rate controlled over all phrases of all questions)."
)


def survey_finding(terms, *, most=4):
    """What do the top customers say more often than the others?

    Parameters
    ----------
    terms : DataFrame of survey_terms: question, term, answers, top_answers, answered, top_answered, share_top, share_others, significant
    most : phrases named in the sentence
    """
    common = {"key": "survey_themes", "unit": "share", "definition": _DEFINITION}
    nothing = {"value": math.nan, "lower": math.nan, "upper": math.nan}
    if terms.empty:
        told = _("there are no answers in words that several customers share")
        return Finding(**common, **nothing, n=0, withheld=told, sentence=_("What the top customers say is withheld: {told}.").format(told=told))
    top, everybody = int(terms["top_answered"].max()), int(terms["answered"].max())
    found = terms[terms["significant"].astype(bool)].sort_values("p_value", kind="stable")
    ground = _("{top} of {everybody} who answered").format(top=formats.counted(top, "top customer", "top customers"), everybody=formats.count(everybody))
    if found.empty:
        return Finding(**common, **nothing, n=everybody, withheld=_("no phrase is beyond chance"),
                       sentence=_("No phrase is more frequent in the answers of the top customers than chance allows ({ground}).").format(ground=ground))
    named = [
        _("{question} “{term}”, {share_top} of the top customers, {share_others} of the others").format(
            question=row["question"], term=row["term"], share_top=formats.percent(row["share_top"]),
            share_others=formats.percent(row["share_others"]),
        )
        for row in found.head(most).to_dict("records")
    ]
    first = found.iloc[0]
    return Finding(**common, value=float(first["share_top"]), lower=math.nan, upper=math.nan, n=top,
                   sentence=_("What the top customers say more often than the others: {named} ({ground}).").format(named="; ".join(named), ground=ground))


def survey_terms_table(terms):
    """Phrases by question, those that the top customers use more first. `terms`: as of `survey_finding`, with q_value and quote."""
    labels = {
        "question": "Question", "term": "Phrase", "answers": "Customers", "share_top": _("Of the top"), "share_others": _("Of the others"),
        "significant": _("Beyond chance"), "quote": _("In their words"),
    }
    units = {"question": "text", "term": "text", "share_top": "share", "share_others": "share", "significant": "flag", "quote": "text"}
    show = ("term", "question", "answers", "share_top", "share_others", "significant", "quote")
    return Table("survey_themes", terms, _("What customers say, in their own words"), rows=15, labels=labels, units=units, show=show, first="significant")


def unasked_table(customers, *, currency):
    """The top customers who have not been asked, the largest first. `customers`: customer_id, name, cohort_month, started_on, mrr."""
    units = {"mrr": "money", "started_on": "date", "cohort_month": "text"}
    title = _("Top customers who have not answered the survey")
    return Table("top_customers_to_ask", customers, title, currency=currency, units=units, show=("name", "mrr", "started_on"))
