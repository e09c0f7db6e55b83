"""The front page's numbers: which findings become tiles, and what stands under each number."""

import math
import re
from dataclasses import dataclass

from markupsafe import Markup

from lifecycle_utils.language import _
from lifecycle_utils.present import formats
from lifecycle_utils.present.vocabulary import said
from lifecycle_utils.report import moved
from lifecycle_utils.report.left import number
from lifecycle_utils.report.sanitise import clean_text
from lifecycle_utils.report.words import LABELS

#: More tiles than this are a table, not a glance.
MOST_TILES = 6

#: What a reader looks for first, in this order; whatever else was found fills the places that are left.
FIRST_TILES = (
    "customers", "mrr", "churn_rate_monthly", "highest_churn_month", "ltv", "customers_to_call", "net_revenue_retention", "retention_month_12",
)  # fmt: skip

#: Said by a tile, or told of the month as a whole: never the answer of a notebook.
TOLD_FIRST = ("customers", "mrr", "mrr_change", "churn_rate_monthly", "since_last_month")

#: Numbers that are printed to be doubted, or that say little without their sentence: never large and alone on the front page.
NEVER_TILES = ("ltv_simple_formula", "ltv_fitted_model", "revenue_verdict", "changed_in_a_year", "churn_mix", "icp_traits")


@dataclass(frozen=True)
class Tile:
    """A number for a glance, as text.

    Attributes
    ----------
    facts : what is to be known of the number: its interval, its denominator
    change : how it moved since last month; `news` is True where that is more than chance, False where not, None where it is not said
    picture : a small line, Markup or ""
    page : the notebook that tells more
    """

    key: str
    label: str
    value: str
    facts: tuple = ()
    change: str = ""
    news: bool | None = None
    picture: str = ""
    page: str = ""
    definition: str = ""
    withheld: bool = False


def tiles(outcomes, left, currency):
    """Numbers for a glance: `FIRST_TILES`, then every notebook's first answer, every second, until there are `MOST_TILES`.

    Parameters
    ----------
    outcomes : list of Outcome
    left : Left, what they left
    currency : ISO code
    """
    first = [left.findings[key] for key in FIRST_TILES if key in left.findings]
    shown = [[finding for finding in _answers(one) if finding["key"] not in (*NEVER_TILES, *FIRST_TILES)] for one in outcomes]
    ranked = [(rank, place, finding) for place, findings in enumerate(shown) for rank, finding in enumerate(findings)]
    ranked.sort(key=lambda entry: entry[:2])
    return [tile(finding, left, currency) for finding in [*first, *(finding for _rank, _place, finding in ranked)][:MOST_TILES]]


def tile(finding, left, currency):
    """One finding as a Tile."""
    key = finding["key"]
    common = {"key": key, "label": label(key), "page": left.notebooks.get(key, ""), "definition": finding["definition"] or ""}
    if finding["value"] is None:
        return Tile(**common, value=_("withheld"), facts=(finding["withheld"] or "",), withheld=True)
    change, news = moved.since_last_month(key, left, currency)
    facts = tuple(filter(None, _FACTS.get(key, _interval)(finding, left, currency)))
    return Tile(**common, value=value_of(finding), facts=facts, change=change, news=news, picture=moved.picture(key, left, currency))


def value_of(finding):
    """A finding's value as it is written large.

    >>> value_of({"value": 0.71, "unit": "share", "lower": 0.69, "upper": 0.73}), value_of({"value": 3, "unit": "subscription month", "lower": 3, "upper": 3})
    ('71%', 'month 3')
    """
    text = formats.point(finding["value"], finding["unit"], *_ends(finding))
    return _("month {month}").format(month=text) if finding["unit"] == "subscription month" else text


def in_short(findings, *, most=6):
    """What a notebook found as it is told on top of its page: the first few findings about everybody, and the others for whoever asks.

    >>> first, more = in_short([{"key": "ltv"}, {"key": "ltv:annual"}, {"key": "residual_value"}])
    >>> [one["key"] for one in first], [one["key"] for one in more]
    (['ltv', 'residual_value'], ['ltv:annual'])
    """
    first = ([finding for finding in findings if ":" not in finding["key"]] or findings)[:most]
    return first, [finding for finding in findings if finding not in first]


def answer(outcome):
    """The first finding that answers the notebook's question, or None."""
    return next(iter(_answers(outcome)), None)


def _answers(outcome):
    """Findings about everybody; those about one group have keys such as highest_churn_month:annual."""
    about_all = [finding for finding in outcome.findings if ":" not in finding["key"]]
    return [finding for finding in about_all if finding["key"] not in TOLD_FIRST] or about_all


def sentence(finding):
    """A finding's sentence with its value in bold, where the sentence writes it as the tile does. Returns Markup.

    >>> print(sentence({"sentence": "71% stay.", "value": 0.71, "lower": None, "upper": None, "unit": "share", "n": 9, "withheld": None, "key": "k"}))
    <strong>71%</strong> stay.
    """
    text = str(finding["sentence"])
    if finding["value"] is None:
        return clean_text(text)
    before, found, after = text.partition(value_of(finding))
    if not found or before[-1:].isalnum() or after[:1].isalnum():
        return clean_text(text)
    return Markup("{}<strong>{}</strong>{}").format(clean_text(before), clean_text(found), clean_text(after))


def label(key):
    """A finding's key as words.

    >>> label("highest_churn_month:annual"), label("something_new")
    ('Month of highest churn: annual', 'Something new')
    """
    name, _colon, group = key.partition(":")
    stem, digits = re.fullmatch(r"(.*?)(?:_(\d+))?", name).groups()
    words = str(LABELS.get(stem if digits else name, "")).format(n=digits) or name.replace("_", " ").capitalize()
    return f"{words}: {said(group)}" if group else words


def _ends(finding):
    return tuple(math.nan if finding[end] is None or finding["lower"] == finding["upper"] else finding[end] for end in ("lower", "upper"))


def _interval(finding, left=None, currency=""):
    ends = formats.interval(finding["value"], finding["unit"], *_ends(finding))
    return (_("95% interval {interval}").format(interval=ends) if ends else finding["withheld"] or "",)


def _customers(finding, left, currency):
    return (_("of {n} who ever paid").format(n=formats.count(finding["n"])),) if finding["n"] else ()


def _mrr(finding, left, currency):
    payers = finding["n"]
    return (_("{money} a customer, on average").format(money=formats.money(finding["value"] / payers, finding["unit"])),) if payers else ()


def _churn(finding, left, currency):
    rows = left.rows("churn_rate")
    newest = max(rows, key=lambda row: row["month"], default={})
    known = newest.get("churned_customers", "").isdigit()
    told = _("{left} of {n} customers").format(left=formats.count(int(newest["churned_customers"])), n=formats.count(finding["n"])) if known else ""
    return told, *_interval(finding)


def _peak(finding, left, currency):
    """How many leave in it: of each billing interval that has such a month, that of the tile first."""
    told = []
    rows = [row for row in left.rows("highest_churn_month_summary") if row.get("verdict") not in ("", "none", None) and row.get("group") != "all"]
    for row in sorted(rows, key=lambda row: number(row["tenure_month"]) != finding["value"]):
        words = {"group": said(row["group"]), "month": row["tenure_month"], "share": formats.percent(number(row["hazard"]))}
        told.append(_("{group}: {share} in month {month}").format(**words))
    return (_("so far, by billing interval:"), *told[:2]) if told else _interval(finding)


def _ltv(finding, left, currency):
    rows = left.rows("lifetime_value", group="all", method="restricted_mean")
    horizon = next((row["horizon_months"] for row in rows if math.isclose(number(row["value"]), finding["value"], rel_tol=1e-9)), "")
    told = _("gross profit in its first {months} months").format(months=formats.count(number(horizon))) if horizon else ""
    return told, *_interval(finding)


def _to_call(finding, left, currency):
    money = sum(number(row.get("mrr")) for row in left.rows("customers_to_call"))
    return (_("in a month of highest churn now"), _("they pay {money} a month").format(money=formats.money(money, currency)) if money > 0 else "")


_FACTS = {"customers": _customers, "mrr": _mrr, "churn_rate_monthly": _churn, "highest_churn_month": _peak, "ltv": _ltv, "customers_to_call": _to_call}

