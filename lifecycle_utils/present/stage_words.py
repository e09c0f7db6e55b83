"""How the key figures of the stages are named, defined and said."""

import re

from lifecycle_utils.present import formats

#: Key figure to its name in a table, its sentence (`{value}` with its interval, `{n}` the denominator, `{month}`) and its definition.
WORDS = {
    "visits": ("Website visits", "In {month} the website had {value} visits", "Visits of the month, all channels, as recorded in marketing."),
    "social_engagements": ("Social engagements", "{value} likes, shares and comments were counted", "Engagements of the month, as in marketing."),
    "brand_mentions": ("Brand mentions", "The brand was mentioned {value} times", "Mentions of the month, as recorded in marketing."),
    "leads": ("Leads", "{value} leads came", "Leads created in the month."),
    "lead_generation_rate": ("Lead generation rate", "In {month} {value} of the {n} visits left a lead", "Leads of the month / visits of the month."),
    "trial_sign_ups": ("Trial sign-ups", "{value} trials were started", "First trials that began in the month."),
    "demo_requests": ("Demo requests", "{value} demos were requested", "First demo requests of the month."),
    "new_customers": ("New customers", "{value} customers paid for the first time", "Customers who pay at the month's end and at no earlier one."),
    "conversion_within_90_days": (
        "Leads that pay within 90 days", "By the {n} leads of the last twelve months, {value} of leads pay within 90 days",
        "One less the Kaplan-Meier curve of leads that have not paid, by their age in days: a lead counts for as long as it has been watched.",
    ),
    "cac": ("Acquisition cost (CAC)", "A new customer cost {value} of the month's marketing", "Marketing spend of the month / customers who first paid in it."),
    "cac_12_months": (
        "CAC, 12 months", "Over the last twelve months a new customer cost {value} in marketing",
        "Marketing spend of twelve months / customers who first paid in them: spend and customers of one month rarely belong together.",
    ),
    "first_value_within_7_days": (
        "First value within 7 days", "By the {n} accounts of the last three months, {value} of new accounts get their first value within 7 days",
        "One less the Kaplan-Meier curve of accounts that have not used it yet, by days; those that left without use never got there.",
    ),
    "first_value_within_30_days": (
        "First value within 30 days", "{value} of the same accounts get it within 30 days", "As within 7 days.",
    ),
    "time_to_first_value": (
        "Median days to first value", "Half of them have got it by the end of day {value}",
        "The first day by whose end half of the accounts of the last three months have used the product, their first day counted as 1.",
    ),
    "feature_use": (
        "Use of the product", "{value} of the {n} customers who paid in the month used the product",
        "Customers with any use while they paid / customers who paid on any day of the month.",
    ),
    "stickiness": (
        "Stickiness (DAU/MAU)", "In {month} whoever was active at all was active on {value} of the days",
        "Average daily active / monthly active, of users of paying customers (of customers where users are not known).",
    ),
    "csat": (
        "Satisfied (CSAT)", "{value} of the {n} answers about satisfaction were 4 or 5 of 5",
        "Answers of 4 and 5 / all answers of the month to the survey csat.",
    ),
    "customer_churn": (
        "Customer churn", "In {month} {value} of the {n} customers at its beginning left",
        "Customers who paid at the end of the month before and do not at this one's / customers who paid at the end of the month before.",
    ),
    "annual_customer_churn": (
        "Customer churn, annual", "A year of months like the last twelve loses {value} of the customers",
        "One less the product over twelve months of (1 - monthly customer churn); its denominator is customer months.",
    ),
    "ltv": (
        "Lifetime value (LTV)", "A new customer brings {value} in its first {horizon} months",
        "Average MRR times the months that a customer pays within the horizon (restricted mean), gross margin and discount as in the settings.",
    ),
    "nps": (
        "Net Promoter Score", "The Net Promoter Score of {n} answers is {value}",
        "Share of answers of 9 or 10 less share of answers of 0 to 6, in points; its interval inverts the score test (Tango 1998; Rocks 2016).",
    ),
    "upgrade_rate": (
        "Upgrade rate", "In {month} {value} of the {n} customers at its beginning went up to a higher MRR",
        "Customers whose month-end MRR rose / customers who paid at the end of the month before.",
    ),
    "arpu": ("Average MRR (ARPU)", "{n} paying customers pay {value} a month on average", "MRR at the month's end / customers who pay then."),
}  # fmt: skip

#: The figure that stands for its stage.
MAIN = {
    "awareness": "visits", "consideration": "lead_generation_rate", "purchase": "conversion_within_90_days", "activation": "first_value_within_7_days",
    "adoption": "stickiness", "retention": "customer_churn", "expansion": "upgrade_rate",
}  # fmt: skip

#: What follows a number, and what it is after 1; whatever has a verb first.
_OF_ONE = (
    ("trials were", "trial was"), ("demos were", "demo was"), ("paying customers pay", "paying customer pays"), ("answers about satisfaction were",
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
        return f"{_sign(change, 5 * 10.0 ** -(decimals + 3))}{formats.number(abs(change) * 100, decimals=decimals)} pp"
    if unit in ("count", "days", "points"):
        return f"{_sign(change, 0.5)}{formats.number(abs(change), decimals=0)}"
    # cents of a change of hundreds say nothing
    return f"{_sign(change, 0.005)}{formats.money(abs(change), unit, decimals=0 if abs(value) >= 100 else None)}"


def _sign(change, smallest):
    return "±" if abs(change) < smallest else "−" if change < 0 else "+"
