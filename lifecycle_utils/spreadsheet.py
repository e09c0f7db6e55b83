"""Cells of CSV files, which people open in a spreadsheet: none may begin a formula."""

import unicodedata


def begins_formula(text):
    """Would a spreadsheet run it? Full-width and small signs count, and so does what stands behind blanks and signs that nobody sees.

    >>> [begins_formula(text) for text in ("=1+1", "＠SUM(A1)", "\\u200b\\u00a0=1", "\\t1", "-5", "Acme", "")]
    [True, True, True, True, False, False, False]
    """
    if not text or text[0].isalnum():  # nearly all
        return False
    if text[0] in "\t\r":
        return True
    seen = next((sign for sign in text if unicodedata.category(sign)[0] not in "ZC"), " ")
    return unicodedata.normalize("NFKC", seen)[0] in "=+-@" and not _is_number(text)


def harmless(value):
    """A value as text that no spreadsheet runs: with an apostrophe before it if need be.

    >>> harmless("=cmd()"), harmless("＝cmd()"), harmless("-5"), harmless(None)
    ("'=cmd()", "'＝cmd()", '-5', '')
    """
    text = "" if value is None else str(value)
    return "'" + text if begins_formula(text) else text


def as_it_was(text):
    """What `harmless` made it from."""
    return text[1:] if text[:1] == "'" and begins_formula(text[1:]) else text


def _is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
