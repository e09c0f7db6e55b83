"""In which language the report speaks: English unless told otherwise. Messages are English sentences; catalogues hold them in other languages.

The language is one for the whole process, because it is one for the whole report; it is set when the company is opened.
"""

import gettext as _gettext
import io
import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from lifecycle_utils.errors import UsageError

#: Languages there is a report in, each with what people call it.
LANGUAGES = {"en": "English", "ja": "日本語", "pl": "polski"}

#: The environment variable that is stronger than `language` in lifecycle.toml: how the report runner tells its kernels.
VARIABLE = "LIFECYCLE_LANGUAGE"

#: Where the catalogues are: LANGUAGE/LC_MESSAGES/lifecycle.po.
FOLDER = Path(__file__).parent / "locale"

_spoken = "en"


def speak(language=""):
    """Speak a language from now on; what the environment says is stronger, and "" is English. Returns the language.

    Raises
    ------
    UsageError : there is no such language
    """
    global _spoken
    wanted = os.environ.get(VARIABLE) or language or "en"
    if wanted not in LANGUAGES:
        raise UsageError(f"there is no report in the language {wanted!r}; there are: {', '.join(LANGUAGES)}")
    _spoken = wanted
    return wanted


def spoken():
    """The language of the report; also the locale in which numbers and dates are written.

    >>> spoken()
    'en'
    """
    return _spoken


@contextmanager
def forced(language):
    """Meanwhile whoever speaks, here or in a process started from here, speaks `language`; with "" the choice is theirs."""
    global _spoken
    before, variable = _spoken, os.environ.get(VARIABLE)
    try:
        if language:
            os.environ[VARIABLE] = language
            speak()
        yield
    finally:
        _spoken = before
        if variable is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = variable


@contextmanager
def speaking(language):
    """Another language for a while, whatever the environment says."""
    global _spoken
    before, _spoken = _spoken, language
    try:
        yield
    finally:
        _spoken = before


def _(message):
    """The message in the language of the report. Placeholders in braces are for `str.format`.

    >>> with speaking("pl"):
    ...     print(_("Customers"))
    Klienci
    """
    return str.__str__(message) if _spoken == "en" or not message else _catalogue(_spoken).gettext(str.__str__(message))


def count(number):
    """A whole number as the language of the report writes it.

    >>> count(2481)
    '2,481'
    """
    from babel.numbers import format_decimal

    return format_decimal(int(number), locale=_spoken)


def decimal(text):
    """A number that is written with a point, with the mark of the language.

    >>> with speaking("pl"):
    ...     print(decimal("0.25"))
    0,25
    """
    from babel.numbers import get_decimal_symbol

    return text.replace(".", get_decimal_symbol(_spoken))


def ngettext(one, many, number):
    """The message for that number: English knows one and many, Polish 1, 2 to 4 and 5, Japanese makes no difference."""
    return _catalogue(_spoken).ngettext(one, many, int(number))


def npgettext(context, one, many, number):
    """`ngettext` where one English word stands for several in other languages."""
    return _catalogue(_spoken).npgettext(context, one, many, int(number))


def pgettext(context, message):
    """The message where one English word stands for several in other languages."""
    return message if _spoken == "en" else _catalogue(_spoken).pgettext(context, message)


class N_(str):
    """A message that is translated when it is written, not where it is defined: constants are made before the language is known.

    It compares, and is a key of a dict, as the English text.

    >>> label = N_("Customers")
    >>> with speaking("pl"):
    ...     print(label, f"{label}", label.format(), label == "Customers")
    Klienci Klienci Klienci True
    """

    __slots__ = ()

    def __str__(self):
        return _(self)

    def __format__(self, spec):
        return format(_(self), spec)

    def format(self, *args, **kwargs):
        return _(self).format(*args, **kwargs)

    def __add__(self, other):
        return f"{self}{other}"


@cache
def _catalogue(language):
    """The catalogue as gettext uses it, compiled in memory: the text file is all that is kept, so it cannot be older than itself."""
    if language == "en":
        return _gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = FOLDER / language / "LC_MESSAGES" / "lifecycle.po"
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)
