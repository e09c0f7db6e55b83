"""Markdown cells and great_tables' tables as parts of a page."""

import functools
import re
import unicodedata

from bs4 import BeautifulSoup
from markupsafe import Markup, escape
from mistune import BlockParser, InlineParser
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from lifecycle_utils.language import _
from lifecycle_utils.report.sanitise import clean_html

#: How a column of text is set, by how wide its longest cell would be in one line: up to so many characters, that class of the style sheet.
WIDTHS = ((24, "short"), (64, "wrapped"), (float("inf"), "long"))
#: A longer number is several, such as an interval, and may be broken on paper.
LONGEST_NUMBER = 14


def markdown(source, *, link_to="{name}.html"):
    """A Markdown cell as safe HTML. Dollar signs are money: without JavaScript there is no TeX. Returns Markup."""
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    html = MarkdownWithMath(renderer, block=BlockParser(), inline=InlineParser(hard_wrap=False)).render(source)
    return Markup(_boxed(clean_html(html, link_to=link_to)))


def table(html):
    """great_tables' HTML as one of our tables. Returns Markup.

    Its style sheet and its ids are dropped: the page styles `.gt_table` once, and two tables cannot collide.
    Its title becomes the caption, which screen readers announce.
    """
    return _table(html, _("Table"))


@functools.cache  # a table stands on two pages
def _table(html, label):
    cleaned = clean_html(html)
    if "<table" not in cleaned:
        return cleaned
    soup = BeautifulSoup(cleaned, "html.parser")
    for found in soup.find_all("table"):
        titles = [row.extract().get_text(" ", strip=True) for row in found.select("tr.gt_heading")]
        if titles and not found.caption:
            caption = soup.new_tag("caption")
            for number, title in enumerate(titles):
                part = soup.new_tag("strong" if number == 0 else "span")
                part.string = title
                caption.append(part)
            found.insert(0, caption)
            label = titles[0]
        _set_widths(found)
    return Markup(_boxed(str(soup), label))


def _set_widths(found):
    """Words get the room that they need: a short text stays in one line, a sentence is not squeezed into a column of one word a line."""
    rows = [row.find_all(["th", "td"], recursive=False) for row in found.select("tbody tr")]
    for first, *others in filter(None, rows):
        if others and not any(cell.get_text().strip(" \n\u200b") for cell in others):  # the name of the rows below
            first.parent["class"] = [*first.parent.get("class", ()), "part"]
    for column in zip(*(row for row in rows if len(row) == max(map(len, rows))), strict=True):
        width = max(_width(cell.get_text().strip()) for cell in column)
        for cell in column:
            words = "gt_left" in cell.get("class", ())
            name = next(name for most, name in WIDTHS if width <= most) if words else "figures" if width > LONGEST_NUMBER else ""
            cell["class"] = [*cell.get("class", ()), *filter(None, [name])]


def _width(text):
    """Characters in a line; those of Chinese, Japanese and Korean are as wide as two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _boxed(html, label=""):
    """Wide tables scroll inside their box, by touch and by keyboard."""
    opening = f'<div class="table-box" role="region" tabindex="0" aria-label="{escape(label or _("Table"))}"><table'
    return re.sub(r"<table(?=[\s>])", lambda _: opening, html).replace("</table>", "</table></div>")
