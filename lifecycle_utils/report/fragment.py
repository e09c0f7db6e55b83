"""One executed notebook as the inside of a page, through an nbconvert template of our own."""

import base64
import functools
import re
import unicodedata

import nh3
from jinja2 import BytecodeCache
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets.config import Config

from lifecycle_utils.language import _
from lifecycle_utils.report import TEMPLATES, prose
from lifecycle_utils.report.harvest import FINDING, IMAGES, TABLE
from lifecycle_utils.report.job import Fragment, Heading
from lifecycle_utils.report.sanitise import clean_html, clean_text

_HEADING = re.compile(r"<h([1-6])(?: [^>]*)?>(.*?)</h\1>", re.DOTALL)
_HIDDEN = {"parameters", "injected-parameters", "hide-cell"}


def fragment(notebook, *, prefix="", shift=0, link_to="{name}.html", table_links=True):
    """An executed notebook as safe HTML.

    Parameters
    ----------
    prefix : put before every id, so that several notebooks can share a page
    shift : how many levels the headings go down
    link_to : what a link to another notebook becomes, with `{name}`
    table_links : whether tables link to their CSV file beside the page
    """
    exporter = _Exporter(prefix=prefix, shift=shift, link_to=link_to)
    words = {"code": _("Code"), "all_rows": _("All rows as CSV"), "counted": _("How this is counted")}
    resources = {"lifecycle": {"finding_type": FINDING, "table_type": TABLE, "table_links": table_links, "words": words}}
    html, _resources = exporter.from_notebook_node(notebook, resources)
    return Fragment(Markup(html), tuple(exporter.headings))


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process and those that are forked from it."""

    def __init__(self):
        self._code = {}

    def load_bytecode(self, bucket):
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket):
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Exporter(TemplateExporter):
    """nbconvert with our template, autoescaping, and filters that make everything safe."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self, *, prefix, shift, link_to):
        self.prefix, self.shift, self.link_to = prefix, shift, link_to
        self.headings, self._ids, self._title_dropped, self._definitions = [], set(), False, set()
        config = Config()
        config.NbConvertBase.display_data_priority = [FINDING, TABLE, *IMAGES, "text/html", "text/markdown", "text/plain"]
        # The only one that does anything here: the notebook is validated after each.
        config.Exporter.default_preprocessors = ["nbconvert.preprocessors.TagRemovePreprocessor"]
        config.TagRemovePreprocessor.enabled = True
        config.TagRemovePreprocessor.remove_cell_tags = _HIDDEN
        config.TagRemovePreprocessor.remove_input_tags = {"hide-input"}
        super().__init__(config=config, template_name="lifecycle", extra_template_basedirs=[str(TEMPLATES)])

    def _create_environment(self):
        environment = super()._create_environment()
        environment.autoescape = True
        environment.bytecode_cache = _COMPILED
        return environment

    def default_filters(self):
        yield from super().default_filters()
        yield "prose", self._prose
        yield "html", lambda html: clean_html(html, link_to=self.link_to)
        yield "plain", clean_text
        yield "table", prose.table
        yield "picture", picture
        yield "code", _code
        yield "is_new", self._is_new

    def _prose(self, source):
        return Markup(_HEADING.sub(self._heading, prose.markdown(source, link_to=self.link_to)))

    def _heading(self, match):
        """Headings get ids and go into the contents; the notebook's own title is the page's already."""
        level, text = int(match[1]), match[2]
        if level == 1 and not self._title_dropped:
            self._title_dropped = True
            return ""
        level = min(max(level, 2) + self.shift, 6)
        plain = Markup(nh3.clean(text, tags=set())).unescape().strip()
        identity = self._new_id(plain)
        self.headings.append(Heading(level, identity, plain))
        return f'<h{level} id="{identity}">{text}</h{level}>'

    def _is_new(self, definition):
        """A definition is told once, however many groups have the finding."""
        new = bool(definition) and definition not in self._definitions
        self._definitions.add(definition)
        return new

    def _new_id(self, text):
        folded = unicodedata.normalize("NFKC", text).lower()
        stem = self.prefix + ("-".join(re.findall(r"\w+", folded)) or "section")
        identity, number = stem, 2
        while identity in self._ids:
            identity, number = f"{stem}-{number}", number + 1
        self._ids.add(identity)
        return identity


def picture(output, kind):
    """An image output as a figure with its alt text and caption. Returns Markup."""
    told = output.get("metadata", {}).get(kind, {})
    data = output.data[kind]
    encoded = base64.b64encode(data.encode()).decode() if kind == "image/svg+xml" else re.sub(r"\s", "", data)
    size = "".join(f' {side}="{int(told[side])}"' for side in ("width", "height") if str(told.get(side, "")).isdecimal())
    caption = told.get("caption", "")
    figure = Markup('\n<figure>\n<div class="plate" role="group" tabindex="0" aria-label="{}">{}</div>\n{}</figure>\n')
    image = Markup('<img src="data:{};base64,{}" alt="{}"{}>').format(kind, encoded, clean_text(told.get("alt", "")), Markup(size))
    told_below = Markup("<figcaption>{}</figcaption>\n").format(clean_text(caption)) if caption else ""
    # A wide picture scrolls in its box on a phone, so the box can be focused.
    return figure.format(clean_text(caption or _("Figure")), image, told_below)


@functools.cache  # it stands on two pages
def _code(source):
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(cssclass="highlight")))
