"""How the key figures of the stages are named, defined and said."""

import re

from lifecycle_utils.language import N_, _, spoken
from lifecycle_utils.present import formats

#: Key figure to its name in a table, its sentence (`{value}` with its interval, `{n}` the denominator, `{month}`) and its definition.
WORDS = {
    "visits": (N_("Website visits"), N_("In {month} the website had {value} visits"), N_("Visits of the month, all channels, as recorded in marketing.")),
    "social_engagements": (N_("Social engagements"), N_("{value} likes, shares and comments were counted"), N_("Engagements of the month, as in marketing.")),
    "brand_mentions": (N_("Brand mentions"), N_("The brand was mentioned {value} times"), N_("Mentions of the month, as recorded in marketing.")),
    "leads": (N_("Leads"), N_("{value} leads came"), N_("Leads created in the month.")),
    "lead_generation_rate": (N_("Lead generation rate"), N_("In {month} {value} of the {n} visits left a lead"),
        N_("Leads of the month / visits of the month.")),
    "trial_sign_ups": (N_("Trial sign-ups"), N_("{value} trials were started"), N_("First trials that began in the month.")),
    "demo_requests": (N_("Demo requests"), N_("{value} demos were requested"), N_("First demo requests of the month.")),
    "new_customers": (N_("New customers"), N_("{value} customers paid for the first time"), N_("Customers who pay at the month's end and at no earlier one.")),
    "conversion_within_90_days": (
        N_("Leads that pay within 90 days"), N_("By the {n} leads of the last twelve months, {value} of leads pay within 90 days"),
        N_("One less the Kaplan-Meier curve of leads that have not paid, by their age in days: a lead counts for as long as it has been watched."),
    ),
    "cac": (N_("Acquisition cost (CAC)"), N_("A new customer cost {value} of the month's marketing"),
        N_("Marketing spend of the month / customers who first paid in it.")),
    "cac_12_months": (
        N_("CAC, 12 months"), N_("Over the last twelve months a new customer cost {value} in marketing"),
        N_("Marketing spend of twelve months / customers who first paid in them: spend and customers of one month rarely belong together."),
    ),
    "first_value_within_7_days": (
        N_("First value within 7 days"), N_("By the {n} accounts of the last three months, {value} of new accounts get their first value within 7 days"),
        N_("One less the Kaplan-Meier curve of accounts that have not used it yet, by days; those that left without use never got there."),
    ),
    "first_value_within_30_days": (
        N_("First value within 30 days"), N_("{value} of the same accounts get it within 30 days"), N_("As within 7 days."),
    ),
    "time_to_first_value": (
        N_("Median days to first value"), N_("Half of them have got it by the end of day {value}"),
        N_("The first day by whose end half of the accounts of the last three months have used the product, their first day counted as 1."),
    ),
    "feature_use": (
        N_("Use of the product"), N_("{value} of the {n} customers who paid in the month used the product"),
        N_("Customers with any use while they paid / customers who paid on any day of the month."),
    ),
    "stickiness": (
        N_("Stickiness (DAU/MAU)"), N_("In {month} whoever was active at all was active on {value} of the days"),
        N_("Average daily active / monthly active, of users of paying customers (of customers where users are not known)."),
    ),
    "csat": (
        N_("Satisfied (CSAT)"), N_("{value} of the {n} answers about satisfaction were 4 or 5 of 5"),
        N_("Answers of 4 and 5 / all answers of the month to the survey csat."),
    ),
    "customer_churn": (
        N_("Customer churn"), N_("In {month} {value} of the {n} customers at its beginning left"),
        N_("Customers who paid at the end of the month before and do not at this one's / customers who paid at the end of the month before."),
    ),
    "annual_customer_churn": (
        N_("Customer churn, annual"), N_("A year of months like the last twelve loses {value} of the customers"),
        N_("One less the product over twelve months of (1 - monthly customer churn); its denominator is customer months."),
    ),
    "ltv": (
        N_("Lifetime value (LTV)"), N_("A new customer brings {value} in its first {horizon} months"),
        N_("Average MRR times the months that a customer pays within the horizon (restricted mean), gross margin and discount as in the settings."),
    ),
    "nps": (
        N_("Net Promoter Score"), N_("The Net Promoter Score of {n} answers is {value}"),
        N_("Share of answers of 9 or 10 less share of answers of 0 to 6, in points; its interval inverts the score test (Tango 1998; Rocks 2016)."),
    ),
    "upgrade_rate": (
        N_("Upgrade rate"), N_("In {month} {value} of the {n} customers at its beginning went up to a higher MRR"),
        N_("Customers whose month-end MRR rose / customers who paid at the end of the month before."),
    ),
    "arpu": (N_("Average MRR (ARPU)"), N_("{n} paying customers pay {value} a month on average"), N_("MRR at the month's end / customers who pay then.")),
}  # fmt: skip

#: The figure that stands for its stage.
MAIN = {
    "awareness": "visits", "consideration": "lead_generation_rate", "purchase": "conversion_within_90_days", "activation": "first_value_within_7_days",
    "adoption": "stickiness", "retention": "customer_churn", "expansion": "upgrade_rate",
}  # fmt: skip

#: What follows a number, and what it is after 1; whatever has a verb first.
_OF_ONE = (
    ("trials were", "trial was"), ("demos were", "demo was"), ("paying customers pay", "paying customer pays"),
    ("answers about satisfaction were",
     "answer about satisfaction was"), ("likes", "like"),
    *((f"{noun}s", noun) for noun in ("visit", "lead", "trial", "demo", "customer", "account", "answer", "time")),
)  # fmt: skip


def name_of(kpi):
    """What a key figure is called: that of one channel or feature has its name added.

    >>> name_of("cac_12_months:partner"), name_of("nps")
    ('CAC, 12 months: partner', 'Net Promoter Score')
    """
    stem, _, part = kpi.partition(":")
    return f"{WORDS[stem][0]}: {part}" if part else WORDS[stem][0]


def of_one(sentence):
    """A sentence whose counts of 1 have their nouns and verbs in the singular.

    >>> of_one("1 customers paid for the first time"), of_one("1 trials were started"), of_one("21 leads came, 0.1 leads a day")
    ('1 customer paid for the first time', '1 trial was started', '21 leads came, 0.1 leads a day')
    """
    if spoken() != "en":  # other languages are worded so that a number changes nothing
        return sentence
    for many, one in _OF_ONE:
        sentence = re.sub(rf"(?<![\d.,])1 {many}\b", f"1 {one}", sentence)
    return sentence


def change_in_words(change, unit, value):
    """A change in its unit, signed; shares change by percentage points, written pp.

    >>> change_in_words(-0.0042, "share", 0.1), change_in_words(1855.0, "count", 9.0), change_in_words(-7.2, "points", 14.0)
    ('−0.4 pp', '+1,855', '−7')
    """
    if change != change:
        return ""
    if unit == "share":
        # a change of a small share is small
        decimals = 2 if abs(value) < 0.1 else 1
        return _("{change}{change_2} pp").format(
            change=_sign(change, 5 * 10.0 ** (-(decimals + 3))), change_2=formats.number(abs(change) * 100, decimals=decimals),
        )
    if unit in ("count", "days", "points"):
        return f"{_sign(change, 0.5)}{formats.number(abs(change), decimals=0)}"
    # cents of a change of hundreds say nothing
    return f"{_sign(change, 0.005)}{formats.money(abs(change), unit, decimals=0 if abs(value) >= 100 else None)}"


def _sign(change, smallest):
    return "±" if abs(change) < smallest else "−" if change < 0 else "+"
