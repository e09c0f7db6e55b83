"""Cells of CSV files, which people open in a spreadsheet: none may begin a formula."""

import re
import unicodedata

#: Where a spreadsheet may begin another cell: where the comma is the decimal sign it splits at semicolons, and does not heed quotes within a line.
#: A text that is split there has its breaks at the odd places.
_BREAK = re.compile(r"([;\t\r\n])")


def begins_formula(text):
    """Would a spreadsheet run it, or what it makes of it? Full-width and small signs count, and so does what stands behind signs that nobody sees.

    >>> [begins_formula(text) for text in ("=1+1", "＠SUM(A1)", "\\u200b\\u00a0=1", "\\t1", "Acme;=1", "-5", "Acme;Co", "")]
    [True, True, True, True, True, False, False, False]
    """
    pieces = _BREAK.split(text)
    return any(_begins(pieces, place) for place in range(0, len(pieces), 2))


def harmless(value):
    """A value as text that no spreadsheet runs: with an apostrophe before it, or before what a spreadsheet may split off, if need be.

    >>> harmless("=cmd()"), harmless("Acme;=cmd()"), harmless("-5"), harmless(None)
    ("'=cmd()", "Acme;'=cmd()", '-5', '')
    """
    return _each("" if value is None else str(value), lambda piece: "'" + piece)


def as_it_was(text):
    """What `harmless` made it from. What begins with apostrophes and a formula has got one more, so none of its own is taken off.

    >>> as_it_was(harmless("=1")), as_it_was(harmless("'=1"))
    ('=1', "'=1")
    """
    return _each(text, lambda piece: piece.removeprefix("'"))


def csv_line(cells):
    """Not csv.writer, which leaves a carriage return unquoted, so that its cell becomes two rows.

    >>> csv_line(["a", "b,c"])
    'a,"b,c"\\n'
    """
    quoted = ['"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\r\n') else cell for cell in cells]
    return (",".join(quoted) or '""') + "\n"


def _each(text, change):
    """The text, whose pieces that begin a formula, behind apostrophes or not, are changed."""
    if text[:1].isalnum() and not _BREAK.search(text):  # nearly all
        return text
    pieces = _BREAK.split(text)
    bare = [piece.lstrip("'") for piece in pieces]
    return "".join(change(piece) if place % 2 == 0 and _begins(bare, place) else piece for place, piece in enumerate(pieces))


def _begins(pieces, place):
    piece = pieces[place]
    if not piece:
        return place == 0 and len(pieces) > 1 and pieces[1] in "\t\r"
    if piece[0].isalnum():
        return False
    seen = next((sign for sign in piece if sign != '"' and unicodedata.category(sign)[0] not in "ZC"), " ")
    return unicodedata.normalize("NFKC", seen)[0] in "=+-@" and not (len(pieces) == 1 and _reads_as_number(piece))


def _reads_as_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
