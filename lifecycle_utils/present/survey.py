"""What customers say in their own words, and whom nobody has asked yet."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding, Table

_DEFINITION = (
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
        told = "there are no answers in words that several customers share"
        return Finding(**common, **nothing, n=0, withheld=told, sentence=f"What the top customers say is withheld: {told}.")
    top, everybody = int(terms["top_answered"].max()), int(terms["answered"].max())
    found = terms[terms["significant"].astype(bool)].sort_values("p_value", kind="stable")
    ground = f"{formats.counted(top, 'top customer', 'top customers')} of {formats.count(everybody)} who answered"
    if found.empty:
        return Finding(**common, **nothing, n=everybody, withheld="no phrase is beyond chance",
                       sentence=f"No phrase is more frequent in the answers of the top customers than chance allows ({ground}).")
    named = [
        f"{row['question']} “{row['term']}”, {formats.percent(row['share_top'])} of the top customers, {formats.percent(row['share_others'])} of the others"
        for row in found.head(most).to_dict("records")
    ]
    first = found.iloc[0]
    return Finding(**common, value=float(first["share_top"]), lower=math.nan, upper=math.nan, n=top,
                   sentence=f"What the top customers say more often than the others: {'; '.join(named)} ({ground}).")


def survey_terms_table(terms):
    """Phrases by question, those that the top customers use more first. `terms`: as of `survey_finding`, with q_value and quote."""
    labels = {
        "question": "Question", "term": "Phrase", "answers": "Customers", "share_top": "Of the top", "share_others": "Of the others",
        "significant": "Beyond chance", "quote": "In their words",
    }
    units = {"question": "text", "term": "text", "share_top": "share", "share_others": "share", "significant": "flag", "quote": "text"}
    show = ("term", "question", "answers", "share_top", "share_others", "significant", "quote")
    return Table("survey_themes", terms, "What customers say, in their own words", rows=15, labels=labels, units=units, show=show, first="significant")


def unasked_table(customers, *, currency):
    """The top customers who have not been asked, the largest first. `customers`: customer_id, name, cohort_month, started_on, mrr."""
    units = {"mrr": "money", "started_on": "date", "cohort_month": "text"}
    title = "Top customers who have not answered the survey"
    return Table("top_customers_to_ask", customers, title, currency=currency, units=units, show=("name", "mrr", "started_on"))
