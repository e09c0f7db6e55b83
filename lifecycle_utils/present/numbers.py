"""How one number is written, with no more digits than it deserves; in the report's language unless a locale is given."""

import functools
import math

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from lifecycle_utils.language import decimal, spoken

#: What stands where a number is withheld.
BLANK = "–"


def count(value, *, locale=None):
    """A whole number.

    >>> count(2481)
    '2,481'
    """
    return BLANK if missing(value) else _signed(format_decimal(int(value), locale=locale_of(locale)))


def number(value, *, decimals=1, locale=None):
    """A number with a fixed number of decimals; negative `decimals` round to tens, hundreds, …

    >>> number(14.26), number(-3.0), number(-0.02)
    ('14.3', '−3.0', '0.0')
    """
    # adding 0 takes the sign of a nothing away
    return BLANK if missing(value) else _signed(format_decimal(round(value, decimals) + 0.0, format=_pattern(decimals), locale=locale_of(locale)))


def percent(share, *, decimals=None, locale=None):
    """A share as a percentage: whole percents, and one decimal below 10 %.

    >>> percent(0.713), percent(0.0456), percent(0.0456, decimals=2), percent(-0.0003, decimals=1)
    ('71%', '4.6%', '4.56%', '0.0%')
    """
    if missing(share):
        return BLANK
    if decimals is None:
        decimals = percent_decimals(share, math.nan, math.nan)
    locale = locale_of(locale)
    pattern = _swap_digits(locale.percent_formats[None].pattern, decimals)
    return _signed(format_percent(share if round(share, decimals + 2) else abs(share), format=pattern, locale=locale))


def whole_percent(share, *, locale=None):
    """A share in whole percents without the sign, for a narrow cell; 100 and 0 are kept for all and nobody.

    >>> whole_percent(0.713), whole_percent(0.997), whole_percent(1.0)
    ('71', '99', '100')
    """
    if missing(share):
        return BLANK
    return count(share * 100 if share in (0, 1) else min(max(round(share * 100), 1), 99), locale=locale)


def points(change, *, locale=None):
    """A difference of shares in percentage points, signed.

    >>> points(-0.031), points(0.004), points(-0.0001)
    ('−3.1', '+0.4', '0.0')
    """
    if missing(change):
        return BLANK
    sign = "" if abs(change) < 0.0005 else "−" if change < 0 else "+"
    return f"{sign}{number(abs(change) * 100, decimals=1, locale=locale)}"


def p_value(p, *, locale=None):
    """A p value with its relation sign.

    >>> p_value(0.03), p_value(1e-9)
    ('= 0.030', '< 0.001')
    """
    return f"< {number(0.001, decimals=3, locale=locale)}" if p < 0.001 else f"= {number(p, decimals=3, locale=locale)}"


def money(value, currency, *, decimals=None, locale=None):
    """An amount; without `decimals` the currency's own below 100 and none above.

    >>> money(12345.6, "USD"), money(9.5, "EUR"), money(9.5, "JPY"), money(184321, "USD", decimals=-3), money(-857.0, "USD")
    ('$12,346', '€9.50', '¥10', '$184,000', '−$857')
    """
    if missing(value):
        return BLANK
    own, locale = get_currency_precision(currency), locale_of(locale)
    if decimals is None:
        decimals = own if abs(value) < 100 else 0
    decimals = min(decimals, own)
    pattern = _swap_digits(locale.currency_formats["standard"].pattern, decimals)
    # Half away from zero, as a person rounds; Decimal's half-even would print 9.5 yen and 10.5 yen alike.
    rounded = math.copysign(math.floor(abs(value) * 10.0**decimals + 0.5) / 10.0**decimals, value)
    return _signed(format_currency(rounded, currency, format=pattern, currency_digits=False, locale=locale).replace("\N{FULLWIDTH YEN SIGN}", "¥"))


def signed_money(value, currency, *, decimals=None, locale=None):
    """An amount that is added or taken away.

    >>> signed_money(-4577.9, "USD"), signed_money(12.0, "EUR")
    ('−$4,578', '+€12.00')
    """
    return BLANK if missing(value) else f"{'−' if value < 0 else '+'}{money(abs(value), currency, decimals=decimals, locale=locale)}"


def general(value, *, digits=3):
    """A number with so many significant digits and no more than it needs, for an axis.

    >>> general(2.5), general(30.0)
    ('2.5', '30')
    """
    return decimal(f"{value:.{digits}g}")


def locale_of(name=None):
    """The Locale of a name, or of the report's language: babel would parse the name again for every number."""
    return _parsed(name or spoken())


def missing(value):
    """Is there no number?"""
    return value is None or math.isnan(value)


def digits(lower, upper, extra):
    """Decimals at which half the interval's width shows one digit, and `extra` more."""
    half = (upper - lower) / 2
    return 1 if missing(half) or half <= 0 else extra - math.floor(math.log10(half))


def percent_decimals(share, lower, upper):
    """Decimals of a percentage: those that its interval leaves it."""
    # 99.6% is not everybody, and in 0.4% the digit is all there is.
    decimals = 1 if 0 < abs(share) < 0.0995 or 0.995 <= abs(share) < 1 else 0
    if not (missing(lower) or missing(upper)):
        decimals = max(decimals, min(digits(lower * 100, upper * 100, 0), 2))
    return decimals


@functools.cache
def _parsed(name):
    return Locale.parse(name)


def _signed(text):
    """With the sign that is as wide as a plus, not a hyphen."""
    return text.replace("-", "−")


def _pattern(decimals):
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def _swap_digits(pattern, decimals):
    return pattern.replace("#,##0.00", "#,##0").replace("#,##0", _pattern(decimals))
