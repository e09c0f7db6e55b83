"""Words around numbers: nouns, lists, ranges, months; in the report's language unless a locale is given."""

import datetime as dt

from babel.dates import format_date, format_skeleton

from lifecycle_utils.language import _, npgettext, pgettext
from lifecycle_utils.present.numbers import count, locale_of, missing
from lifecycle_utils.present.vocabulary import said


def counted(value, one, many, *, locale=None):
    """A whole number with its noun.

    >>> counted(1, "customer", "customers"), counted(2481, "customer", "customers")
    ('1 customer', '2,481 customers')
    """
    noun = many if missing(value) else npgettext("counted", one, many, value)
    # where the number does not stand first, the noun's translation says where it stands
    return noun.format(count=count(value, locale=locale)) if "{count}" in noun else f"{count(value, locale=locale)} {noun}"


def words(name):
    """The name of a column as it is said.

    >>> words("acquisition_channel"), words("Contract")
    ('acquisition channel', 'Contract')
    """
    return said(" ".join(str(name).replace("_", " ").split()))


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


def calendar_month(month, *, locale=None):
    """A month as it is said.

    >>> calendar_month("2026-10")
    'October 2026'
    """
    return format_skeleton("yMMMM", dt.date.fromisoformat(f"{month}-01"), locale=locale_of(locale))


def month_name(month, *, locale=None):
    """The name of a month without its year.

    >>> month_name("2026-10")
    'October'
    """
    return format_date(dt.date.fromisoformat(f"{month}-01"), "LLLL", locale=locale_of(locale))
