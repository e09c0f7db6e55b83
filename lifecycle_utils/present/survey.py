"""What customers say in their own words, and whom nobody has asked yet."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.notes import Notes
from lifecycle_utils.present.record import Finding, Table
from lifecycle_utils.present.theme import one_line

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
    who = _("Of {everybody} who answered, {top} are among the top.").format(
        top=formats.count(top), everybody=formats.counted(everybody, "customer", "customers"),
    )
    if found.empty:
        return Finding(**common, **nothing, n=everybody, withheld=_("no phrase is beyond chance"),
                       sentence=_("{who} No phrase is more frequent in their answers than chance allows.").format(who=who))
    named = [
        _("“{term}” ({share_top} of them, {share_others} of the others; {question})").format(
            question=row["question"], term=row["term"], share_top=formats.percent(row["share_top"]),
            share_others=formats.percent(row["share_others"]),
        )
        for row in found.head(most).to_dict("records")
    ]
    first = found.iloc[0]
    return Finding(**common, value=float(first["share_top"]), lower=math.nan, upper=math.nan, n=top,
                   sentence=_("{who} In their own words these say more often than the others: {named}.").format(who=who, named="; ".join(named)))


def survey_terms_table(terms, *, most=3):
    """Phrases by question, those that the top customers use more first; of the others `most` a question. `terms`: as of `survey_finding`, with quote."""
    frame = terms.assign(said=[_said(row) for row in terms.to_dict("records")])
    told = frame["significant"].astype(bool) | (frame.groupby("question").cumcount() < most) if len(frame) else frame["significant"].astype(bool)
    frame = frame.assign(printed=told)
    labels = {"question": _("Question"), "term": _("Phrase"), "said": _("Said by"), "quote": _("In their words")}
    return Table("survey_themes", frame.sort_values("significant", ascending=False, kind="stable"), _("What customers say, in their own words"),
                 rows=max(int(told.sum()), 1), labels=labels, units=dict.fromkeys(labels, "text"), show=("term", "said", "quote", "question"), first="printed")


def survey_choices_notes(choices):
    """Do the top customers answer the closed questions otherwise? `choices`: DataFrame of survey_choices: question, answer, share_top, share_others, …"""
    if not len(choices):
        return Notes((_("No question of the survey has a fixed list of answers; what is said to the open ones follows."),))
    found = choices[choices["significant"].astype(bool)]
    if not len(found):
        return Notes((_("To no closed question do the top customers give an answer more often than the others, beyond chance."),))
    return Notes(tuple(
        _("{question} “{answer}” is the answer of {share_top} of the top customers and {share_others} of the others.").format(
            question=one_line(row["question"]), answer=one_line(row["answer"]), share_top=formats.percent(row["share_top"]),
            share_others=formats.percent(row["share_others"]),
        )
        for row in found.to_dict("records")
    ))


def survey_choices_told(choices):
    """The notes on the closed questions, and their table where there is one: a list. `choices`: DataFrame of survey_choices."""
    return [survey_choices_notes(choices), *([survey_choices_table(choices)] if len(choices) else [])]


def survey_choices_table(choices):
    """Every answer to the closed questions. `choices`: as of `survey_choices_notes`, with answers and the interval of share_top."""
    labels = {
        "question": _("Question"), "answer": _("Answer"), "answers": _("Customers"), "share_top": _("Of the top"), "share_others": _("Of the others"),
        "significant": _("Beyond chance"),
    }
    units = {"question": "text", "answer": "text", "answers": "count", "share_top": "share", "share_others": "share", "significant": "flag"}
    show = ("question", "answer", "answers", "share_top", "lower", "upper", "share_others", "significant")
    return Table("survey_choices", choices, _("Answers to the closed questions"), rows=30, labels=labels, units=units, show=show)


def unasked_table(customers, *, currency):
    """The top customers who have not been asked, the largest first. `customers`: customer_id, name, cohort_month, started_on, mrr."""
    units = {"mrr": "money", "started_on": "date", "cohort_month": "text"}
    title = _("Top customers who have not answered the survey")
    return Table("top_customers_to_ask", customers, title, currency=currency, units=units, show=("name", "mrr", "started_on"))


def _said(row):
    told = _("{share_top} of the top, {share_others} of the others").format(
        share_top=formats.percent(row["share_top"]), share_others=formats.percent(row["share_others"]),
    )
    return _("{told}: beyond chance").format(told=told) if row["significant"] else told
