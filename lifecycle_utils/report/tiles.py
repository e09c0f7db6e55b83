"""The front page's numbers: which findings become headlines and tiles, and how a tile is written."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from lifecycle_utils.present import formats
from lifecycle_utils.report.sanitise import clean_text

#: More tiles than this are a table, not a glance.
MOST_TILES = 8

#: How large the company is and how that moved: said once and first, whichever notebook counts it.
SIZE = ("customers", "mrr", "mrr_change", "churn_rate_monthly")

#: What a reader looks for first, in this order; whatever else was found fills the places that are left.
FIRST_TILES = (
    "customers", "mrr", "churn_rate_monthly", "retention_month_12", "highest_churn_month", "customers_to_call", "net_revenue_retention", "ltv",
)

#: Numbers that are printed to be doubted, or that say little without their sentence: never large and alone on the front page.
NEVER_TILES = ("ltv_simple_formula", "ltv_fitted_model", "revenue_verdict", "changed_in_a_year", "churn_mix", "icp_traits")

#: What findings are called where there is no room for their sentence; `{n}` is the number that ends the key.
LABELS = {
    "customers": "Paying customers",
    "mrr": "MRR",
    "retention_month": "Still paying after {n} months",
    "retention_trend_month": "Change a year of retention after {n} months",
    "median_lifetime": "Median lifetime",
    "highest_churn_month": "Month of highest churn",
    "customers_to_call": "Customers to call now",
    "churn_rate_monthly": "Churn this month",
    "net_revenue_retention": "Net revenue retention, a year",
    "quick_ratio": "Quick ratio, a year",
    "expected_share_existing": "This quarter's revenue from existing customers",
    "revenue_from_earlier_customers": "Revenue from customers of earlier years",
    "ltv_to_cac": "LTV:CAC",
    "residual_value": "Still to come from today's customers",
    "score_lift": "Lift of the riskiest tenth",
    "trial_conversion": "Trials that pay",
    "forecast_check": "Forecasts that held",
    "worth_of_fixing": "Worth of fixing it, a year",
    "ltv": "Lifetime value",
    "icp_traits": "Lift of the strongest trait",
    "changed_in_a_year": "Key figures that changed in a year, beyond chance",
    "lead_conversion": "Leads that pay",
    "customers_that_return": "Of those who left, pay again a month later",
}


@dataclass(frozen=True)
class Tile:
    """A number with its interval and what it is counted on, as text."""

    label: str
    value: str
    interval: str
    basis: str
    withheld: bool


def size(outcomes):
    """The findings on how large the company is."""
    found = {finding["key"]: finding for one in reversed(outcomes) for finding in one.findings if finding["key"] in SIZE}
    return [found[key] for key in SIZE if key in found]


def answers(outcomes, titles):
    """The answer of every notebook: list of dict of name, title and finding."""
    return [{"name": one.name, "title": titles[one.name], "finding": answer(one)} for one in outcomes if one.findings]


def tiles(outcomes):
    """Numbers for a glance: `FIRST_TILES`, then every notebook's first answer, every second, until there are `MOST_TILES`."""
    found = {finding["key"]: finding for one in reversed(outcomes) for finding in one.findings}
    first = [found[key] for key in FIRST_TILES if key in found]
    shown = [[finding for finding in _answers(one) if finding["key"] not in (*NEVER_TILES, *FIRST_TILES)] for one in outcomes]
    ranked = [(rank, place, finding) for place, findings in enumerate(shown) for rank, finding in enumerate(findings)]
    ranked.sort(key=lambda entry: entry[:2])
    return [tile(finding) for finding in [*first, *(finding for _, _, finding in ranked)][:MOST_TILES]]


def answer(outcome):
    """The first finding that answers the notebook's question, or None."""
    return next(iter(_answers(outcome)), None)


def _answers(outcome):
    """Findings about everybody; those about one group have keys such as highest_churn_month:annual."""
    about_all = [finding for finding in outcome.findings if ":" not in finding["key"]]
    return [finding for finding in about_all if finding["key"] not in SIZE] or about_all


def tile(finding, *, locale="en"):
    """One finding as a tile.

    >>> tile({"key": "retention_month_2", "value": 0.71, "lower": 0.69, "upper": 0.73, "n": 2481, "unit": "share", "withheld": None})
    Tile(label='Still paying after 2 months', value='71%', interval='95% interval 69% to 73%', basis='n = 2,481', withheld=False)
    """
    basis = f"n = {formats.count(finding['n'], locale=locale)}" if finding["n"] is not None else ""
    if finding["value"] is None:
        return Tile(label(finding["key"]), "withheld", finding["withheld"] or "", basis, True)
    if finding["lower"] == finding["upper"]:  # an interval of one month is the month
        finding = finding | {"lower": None, "upper": None}
    text = formats.measure(finding["value"], finding["unit"], finding["lower"], finding["upper"], locale=locale)
    value, _, interval = text.partition(" (")
    if finding["unit"] == "subscription month":
        value = f"month {value}"
    return Tile(label(finding["key"]), value, interval.removesuffix(")") or finding["withheld"] or "", basis, False)


def sentence(finding):
    """A finding's sentence with its value in bold, where the sentence writes it as the tile does. Returns Markup.

    >>> print(sentence({"sentence": "71% stay.", "value": 0.71, "lower": None, "upper": None, "unit": "share", "n": 9, "withheld": None, "key": "k"}))
    <strong>71%</strong> stay.
    """
    text, value = str(finding["sentence"]), tile(finding).value
    before, found, after = text.partition(value)
    whole = found and not (before[-1:].isalnum() or after[:1].isalnum())
    if finding["value"] is None or not whole:
        return clean_text(text)
    return Markup("{}<strong>{}</strong>{}").format(clean_text(before), clean_text(found), clean_text(after))


def label(key):
    """A finding's key as words.

    >>> label("highest_churn_month:annual"), label("something_new")
    ('Month of highest churn: annual', 'Something new')
    """
    name, _, group = key.partition(":")
    stem, number = re.fullmatch(r"(.*?)(?:_(\d+))?", name).groups()
    words = LABELS.get(stem if number else name, "").format(n=number) or name.replace("_", " ").capitalize()
    return f"{words}: {group}" if group else words
