"""How a number is told: in its unit, with its interval, and the digits that the interval leaves it. One place for all ways to write numbers and lists."""

import math

from babel.numbers import get_currency_precision

from lifecycle_utils.language import _
from lifecycle_utils.present.numbers import (
    BLANK,
    count,
    digits,
    general,
    missing,
    money,
    number,
    p_value,
    percent,
    percent_decimals,
    points,
    signed_money,
    whole_percent,
)
from lifecycle_utils.present.phrases import calendar_month, clauses, counted, full_stop, listing, month_name, runs, words

__all__ = (
    "BLANK", "UNITS", "calendar_month", "clauses", "count", "counted", "full_stop", "general", "interval", "listing", "measure", "money", "month_name",
    "number", "p_value", "percent", "point", "points", "runs", "signed_money", "times", "whole_percent", "with_interval", "words",
)  # fmt: skip

#: Units of a Finding; any other unit is taken for a currency code.
UNITS = ("share", "customers", "months", "subscription month", "ratio", "pairs", "p value", "count", "days", "points")


def point(value, unit, lower=math.nan, upper=math.nan, *, locale=None):
    """A number in its unit, with the digits that its interval leaves it.

    >>> point(184321.0, "USD", 171044.0, 198310.0)
    '$184,000'
    """
    return BLANK if missing(value) else _with_unit(_writer(unit, value, lower, upper, locale)(value), unit)


def interval(value, unit, lower=math.nan, upper=math.nan, *, locale=None):
    """The interval of a number in its unit, "" where it has none.

    >>> interval(0.7134, "share", 0.692, 0.734), interval(14.26, "months")
    ('69% to 73%', '')
    """
    if missing(value) or (missing(lower) and missing(upper)):
        return ""
    write = _writer(unit, value, lower, upper, locale)
    if missing(upper):
        return _("from {lower} up").format(lower=write(lower))
    return _("{lower} to {upper}").format(lower=write(lower), upper=write(upper))


def measure(value, unit, lower=math.nan, upper=math.nan, *, locale=None):
    """A number in its unit, and its interval in brackets when it has one; the interval's width decides the digits.

    >>> measure(0.7134, "share", 0.692, 0.734)
    '71% (95% interval 69% to 73%)'
    >>> measure(184321.0, "USD", 171044.0, 198310.0)
    '$184,000 (95% interval $171,000 to $198,000)'
    >>> measure(14.26, "months")
    '14.3 months'
    """
    return with_interval(point(value, unit, lower, upper, locale=locale), value, unit, lower, upper, locale=locale)


def with_interval(text, value, unit, lower=math.nan, upper=math.nan, *, locale=None):
    """What is said of a number, and its interval in brackets when it has one.

    >>> with_interval("5.50 times", 5.5, "ratio", 4.9, 6.1)
    '5.50 times (95% interval 4.90 to 6.10)'
    """
    ends = interval(value, unit, lower, upper, locale=locale)
    return _("{value} (95% interval {interval})").format(value=text, interval=ends) if ends else text


def times(value, lower=math.nan, upper=math.nan):
    """A ratio with its interval.

    >>> times(5.5, 4.9, 6.1)
    '5.50 times (95% interval 4.90 to 6.10)'
    """
    return with_interval(_("{number} times").format(number=point(value, "ratio", lower, upper)), value, "ratio", lower, upper)


def _with_unit(text, unit):
    return _("{number} months").format(number=text) if unit == "months" else text


def _writer(unit, value, lower, upper, locale):
    if unit == "share":
        decimals = percent_decimals(value, lower, upper)
        return lambda x: percent(x, decimals=decimals, locale=locale)
    if unit == "p value":
        return lambda x: number(x, decimals=3, locale=locale)
    if unit in ("customers", "subscription month", "pairs", "count", "days"):
        return lambda x: count(x, locale=locale)
    if unit == "points":  # a score from -100 to 100
        return lambda x: number(x, decimals=0, locale=locale)
    if unit in ("months", "ratio"):
        decimals = min(max(digits(lower, upper, 1), 0), 2) if not missing(upper) else 1
        return lambda x: number(x, decimals=decimals, locale=locale)
    decimals = None if missing(upper) else digits(lower, upper, 1)
    if decimals is not None and decimals > 0:  # whole units, or the currency's cents: nobody writes a tenth of a dollar
        decimals = get_currency_precision(unit) if upper - lower < 2 else 0
    return lambda x: money(x, unit, decimals=decimals, locale=locale)
