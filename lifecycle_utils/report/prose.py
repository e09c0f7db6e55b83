"""Markdown cells and great_tables' tables as parts of a page."""

import re

from bs4 import BeautifulSoup
from markupsafe import Markup, escape
from mistune import BlockParser, InlineParser
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from lifecycle_utils.language import _
from lifecycle_utils.report.sanitise import clean_html


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
    cleaned = clean_html(html)
    if "<table" not in cleaned:
        return cleaned
    soup = BeautifulSoup(cleaned, "html.parser")
    label = _("Table")
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
    return Markup(_boxed(str(soup), label))


def _boxed(html, label=""):
    """Wide tables scroll inside their box, by touch and by keyboard."""
    opening = f'<div class="table-box" role="region" tabindex="0" aria-label="{escape(label or _("Table"))}"><table'
    return re.sub(r"<table(?=[\s>])", lambda _: opening, html).replace("</table>", "</table></div>")
