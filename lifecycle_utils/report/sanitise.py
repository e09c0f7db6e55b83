"""From text that anybody may have written to HTML that cannot run, call out, or collide."""

import functools
import re

import nh3
from markupsafe import Markup, escape

_TEXT = {"p", "br", "hr", "em", "strong", "b", "i", "u", "s", "del", "sub", "sup", "small", "mark", "abbr", "kbd", "code", "pre", "blockquote", "span", "div"}
_LISTS = {"ul", "ol", "li", "dl", "dt", "dd"}
_TABLES = {"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_TAGS = _TEXT | _LISTS | _TABLES | _HEADINGS | {"a", "img", "details", "summary"}

_ATTRIBUTES = {
    "*": {"class", "dir", "lang", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
    "col": {"span"},
    "span": {"style"},
    "abbr": {"title"},
}
# Enough for great_tables' own styling of cells. Nothing that positions, overlays, or loads.
_STYLES = {"color", "background-color", "font-weight", "font-style", "text-align", "text-decoration", "white-space", "font-variant-numeric"}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+")
_NOTEBOOK_LINK = re.compile(r"(?:\./)?(?:\d+_)?([a-z0-9_]+)\.ipynb")
_IMAGE = re.compile(r'<img(?: [a-z]+="[^"]*")*>')
_IMAGE_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_KNOWN_CLASS = re.compile(r"gt_[a-z0-9_]+|highlight|withheld|[a-z][a-z0-9]?[a-z0-9]?")  # great_tables' and the short ones of Pygments
# Invisible characters that turn the reading direction of what follows, or that no page may hold.
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")


def clean_html(html, *, link_to="{name}.html"):
    """Third-party HTML, reduced to text, tables, links and embedded pictures. Returns Markup.

    Parameters
    ----------
    link_to : what a link to a notebook of the kit becomes, with `{name}`
    """
    cleaned = nh3.clean(
        _UNREADABLE.sub("\ufffd", html),
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "math", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=functools.partial(_attribute, link_to),
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
    )
    return Markup(_IMAGE.sub(_image, cleaned))


def clean_text(text):
    """Plain text for a page: readable and escaped. Returns Markup."""
    return escape(_UNREADABLE.sub("\ufffd", str(text)))


def _image(match):
    """A picture that may not be loaded is told by its alt text."""
    attributes = dict(_IMAGE_ATTRIBUTE.findall(match[0]))
    return match[0] if attributes.get("src") else str(escape(Markup(attributes.get("alt", "")).unescape()))


def _attribute(link_to, tag, attribute, value):
    if (tag, attribute) == ("img", "src"):
        return value if _PICTURE.fullmatch(value) else None
    if (tag, attribute) == ("a", "href"):
        # Neither data nor another machine's file: a browser reads // and \\ as the beginning of a host's name.
        if value.lower().startswith("data:") or value.strip().replace("\\", "/").startswith("//"):
            return None
        notebook = _NOTEBOOK_LINK.fullmatch(value)
        return link_to.format(name=notebook[1]) if notebook else value
    if attribute == "class":
        return " ".join(name for name in value.split() if _KNOWN_CLASS.fullmatch(name)) or None
    return value
