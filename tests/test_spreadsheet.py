"""Cells that people open in a spreadsheet, of whatever locale."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lifecycle_utils.spreadsheet import as_it_was, begins_formula, harmless

TEXTS = st.text(alphabet="=+-@'\";\t\r\n a1＝\u200b", max_size=12) | st.text()


@pytest.mark.parametrize(("cell", "told"), [
    ("Acme;=HYPERLINK(1)", "Acme;'=HYPERLINK(1)"), ("a\t=1", "a\t'=1"), ("a\n+1", "a\n'+1"), ("a\r\n@b;-1", "a\r\n'@b;'-1"), ('a;"=1"', "a;'\"=1\""),
    ("a; =1", "a;' =1"), ("=1;2", "'=1;2"), ("Acme; Co", "Acme; Co"), ("a-b=c", "a-b=c"), ("-0.5", "-0.5"), ("-5;-6", "'-5;'-6"),
    ("\t=1", "'\t'=1"), ("\r=1", "'\r'=1"), ("\n=1", "\n'=1"),
])  # fmt: skip
def test_no_piece_that_a_spreadsheet_may_split_off_begins_a_formula(cell, told):
    assert harmless(cell) == told and begins_formula(cell) == (cell != told)


@given(TEXTS)
@example("'=1")
@example("''=1;'+2")
def test_the_way_back_is_exact(text):
    told = harmless(text)
    assert as_it_was(told) == text and not begins_formula(told)
    assert re.match(r"[+-]?[\d.,_eE+-]+\Z|[+-]?\w+\Z", told.strip()) or not re.search(r"(^|[;\t\r\n])[ \"\u200b]*[=+@＝-]", told)
