"""How a number is written: with its unit, its interval, and no more digits than it deserves; in the report's language unless a locale is given."""

import datetime as dt
import functools
import math

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from lifecycle_utils.language import _, decimal, npgettext, pgettext, spoken
from lifecycle_utils.present.vocabulary import said

#: What stands where a number is withheld.
BLANK = "–"

#: Units of a Finding; any other unit is taken for a currency code.
UNITS = ("share", "customers", "months", "subscription month", "ratio", "pairs", "p value", "count", "days", "points")


def _locale(name=None):
    """The Locale of a name, or of the report's language: babel would parse the name again for every number."""
    return _parsed(name or spoken())


@functools.cache
def _parsed(name):
    return Locale.parse(name)


def count(value, *, locale=None):
    """A whole number.

    >>> count(2481)
    '2,481'
    """
    return BLANK if _missing(value) else _signed(format_decimal(int(value), locale=_locale(locale)))


def month_name(month, *, locale=None):
    """The name of a month without its year.

    >>> month_name("2026-10")
    'October'
    """
    return format_date(dt.date.fromisoformat(f"{month}-01"), "LLLL", locale=_locale(locale))


def counted(value, one, many, *, locale=None):
    """A whole number with its noun.

    >>> counted(1, "customer", "customers"), counted(2481, "customer", "customers")
    ('1 customer', '2,481 customers')
    """
    noun = many if _missing(value) else npgettext("counted", one, many, value)
    # where the number does not stand first, the noun's translation says where it stands
    return noun.format(count=count(value, locale=locale)) if "{count}" in noun else f"{count(value, locale=locale)} {noun}"


def number(value, *, decimals=1, locale=None):
    """A number with a fixed number of decimals; negative `decimals` round to tens, hundreds, …

    >>> number(14.26), number(-3.0), number(-0.02)
    ('14.3', '−3.0', '0.0')
    """
    # adding 0 takes the sign of a nothing away
    return BLANK if _missing(value) else _signed(format_decimal(round(value, decimals) + 0.0, format=_pattern(decimals), locale=_locale(locale)))


def percent(share, *, decimals=None, locale=None):
    """A share as a percentage: whole percents, and one decimal below 10 %.

    >>> percent(0.713), percent(0.0456), percent(0.0456, decimals=2), percent(-0.0003, decimals=1)
    ('71%', '4.6%', '4.56%', '0.0%')
    """
    if _missing(share):
        return BLANK
    if decimals is None:
        decimals = _percent_decimals(share, math.nan, math.nan)
    locale = _locale(locale)
    pattern = _swap_digits(locale.percent_formats[None].pattern, decimals)
    return _signed(format_percent(share if round(share, decimals + 2) else abs(share), format=pattern, locale=locale))


def whole_percent(share, *, locale=None):
    """A share in whole percents without the sign, for a narrow cell; 100 and 0 are kept for all and nobody.

    >>> whole_percent(0.713), whole_percent(0.997), whole_percent(1.0)
    ('71', '99', '100')
    """
    if _missing(share):
        return BLANK
    return count(share * 100 if share in (0, 1) else min(max(round(share * 100), 1), 99), locale=locale)


def points(change, *, locale=None):
    """A difference of shares in percentage points, signed.

    >>> points(-0.031), points(0.004), points(-0.0001)
    ('−3.1', '+0.4', '0.0')
    """
    if _missing(change):
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
    if _missing(value):
        return BLANK
    own, locale = get_currency_precision(currency), _locale(locale)
    if decimals is None:
        decimals = own if abs(value) < 100 else 0
    decimals = min(decimals, own)
    pattern = _swap_digits(locale.currency_formats["standard"].pattern, decimals)
    # Half away from zero, as a person rounds; Decimal's half-even would print 9.5 yen and 10.5 yen alike.
    rounded = math.copysign(math.floor(abs(value) * 10.0**decimals + 0.5) / 10.0**decimals, value)
    return _signed(format_currency(rounded, currency, format=pattern, currency_digits=False, locale=locale).replace("\N{FULLWIDTH YEN SIGN}", "¥"))


def point(value, unit, lower=math.nan, upper=math.nan, *, locale=None):
    """A number in its unit, with the digits that its interval leaves it.

    >>> point(184321.0, "USD", 171044.0, 198310.0)
    '$184,000'
    """
    return BLANK if _missing(value) else _with_unit(_writer(unit, value, lower, upper, locale)(value), unit)


def interval(value, unit, lower=math.nan, upper=math.nan, *, locale=None):
    """The interval of a number in its unit, "" where it has none.

    >>> interval(0.7134, "share", 0.692, 0.734), interval(14.26, "months")
    ('69% to 73%', '')
    """
    if _missing(value) or (_missing(lower) and _missing(upper)):
        return ""
    write = _writer(unit, value, lower, upper, locale)
    if _missing(upper):
        return _("from {lower} up").format(lower=write(lower))
    return _("{lower} to {upper}").format(lower=write(lower), upper=write(upper))


def calendar_month(month, *, locale=None):
    """A month as it is said.

    >>> calendar_month("2026-10")
    'October 2026'
    """
    return format_skeleton("yMMMM", dt.date.fromisoformat(f"{month}-01"), locale=_locale(locale))


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


def words(name):
    """The name of a column as it is said.

    >>> words("acquisition_channel"), words("Contract")
    ('acquisition channel', 'Contract')
    """
    return said(" ".join(str(name).replace("_", " ").split()))


def signed_money(value, currency, *, decimals=None, locale=None):
    """An amount that is added or taken away.

    >>> signed_money(-4577.9, "USD"), signed_money(12.0, "EUR")
    ('−$4,578', '+€12.00')
    """
    return BLANK if _missing(value) else f"{'−' if value < 0 else '+'}{money(abs(value), currency, decimals=decimals, locale=locale)}"


def listing(words):
    """Words as a person lists them.

    >>> listing(["month 2"]), listing(["2", "3", "5"])
    ('month 2', '2, 3 and 5')
    """
    words = [str(word) for word in words]
    if len(words) < 2:
        return "".join(words)
    return _("{words} and {last}").format(words=pgettext("between the words of a list", ", ").join(words[:-1]), last=words[-1])


def clauses(texts):
    """Clauses one after the other.

    >>> clauses(["customers leave most in month 2", "nothing is known of others"])
    'customers leave most in month 2; nothing is known of others'
    """
    return pgettext("between clauses", "; ").join(str(text) for text in texts)


def full_stop(sentence):
    """A sentence with its full stop.

    >>> full_stop("Nobody left")
    'Nobody left.'
    """
    return _("{sentence}.").format(sentence=sentence)


def runs(months):
    """Months as ranges: consecutive ones are joined.

    >>> runs([2, 3, 4, 7])
    '2 to 4 and 7'
    """
    months, parts = sorted(int(month) for month in months), []
    for month in months:
        if parts and month == parts[-1][1] + 1:
            parts[-1][1] = month
        else:
            parts.append([month, month])
    texts = []
    for first, last in parts:
        texts += [f"{first}"] if first == last else [f"{first}", f"{last}"] if last == first + 1 else [_("{lower} to {upper}").format(lower=first, upper=last)]
    return listing(texts)


def general(value, *, digits=3):
    """A number with so many significant digits and no more than it needs, for an axis.

    >>> general(2.5), general(30.0)
    ('2.5', '30')
    """
    return decimal(f"{value:.{digits}g}")


def _with_unit(text, unit):
    return _("{number} months").format(number=text) if unit == "months" else text


def _writer(unit, value, lower, upper, locale):
    if unit == "share":
        decimals = _percent_decimals(value, lower, upper)
        return lambda x: percent(x, decimals=decimals, locale=locale)
    if unit == "p value":
        return lambda x: number(x, decimals=3, locale=locale)
    if unit in ("customers", "subscription month", "pairs", "count", "days"):
        return lambda x: count(x, locale=locale)
    if unit == "points":  # a score from -100 to 100
        return lambda x: number(x, decimals=0, locale=locale)
    if unit in ("months", "ratio"):
        decimals = min(max(_digits(lower, upper, 1), 0), 2) if not _missing(upper) else 1
        return lambda x: number(x, decimals=decimals, locale=locale)
    decimals = None if _missing(upper) else _digits(lower, upper, 1)
    if decimals is not None and decimals > 0:  # whole units, or the currency's cents: nobody writes a tenth of a dollar
        decimals = get_currency_precision(unit) if upper - lower < 2 else 0
    return lambda x: money(x, unit, decimals=decimals, locale=locale)


def _percent_decimals(share, lower, upper):
    # 99.6% is not everybody, and in 0.4% the digit is all there is.
    decimals = 1 if 0 < abs(share) < 0.0995 or 0.995 <= abs(share) < 1 else 0
    if not (_missing(lower) or _missing(upper)):
        decimals = max(decimals, min(_digits(lower * 100, upper * 100, 0), 2))
    return decimals


def _digits(lower, upper, extra):
    """Decimals at which half the interval's width shows one digit, and `extra` more."""
    half = (upper - lower) / 2
    return 1 if _missing(half) or half <= 0 else extra - math.floor(math.log10(half))


def _signed(text):
    """With the sign that is as wide as a plus, not a hyphen."""
    return text.replace("-", "−")


def _pattern(decimals):
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def _swap_digits(pattern, decimals):
    return pattern.replace("#,##0.00", "#,##0").replace("#,##0", _pattern(decimals))


def _missing(value):
    return value is None or math.isnan(value)
