"""What a page may hold: text, tables and pictures. Everything here is also opened in a browser by test_browser.py."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from great_tables import GT
from hypothesis import given
from hypothesis import strategies as st

from lifecycle_utils.report import prose
from lifecycle_utils.report.sanitise import clean_html, clean_text

PAYLOADS = [
    "<script>window.bad=1</script>",
    "<img src=x onerror=window.bad=1>",
    "<img src=https://example.org/x.png>",
    "<svg onload=window.bad=1><script>window.bad=1</script></svg>",
    "<svg><style><img src=x onerror=window.bad=1></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.bad=1>",
    "<iframe src='javascript:window.bad=1'></iframe>",
    "<iframe srcdoc='<script>parent.bad=1</script>'></iframe>",
    "<a href='javascript:window.bad=1'>x</a>",
    "<a href=' jAvAsCrIpT:window.bad=1'>x</a>",
    "<a href='java&#10;script:window.bad=1'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "[x](javascript:window.bad=1)",
    "[x](<java\nscript:window.bad=1>)",
    "![x](https://example.org/x.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "<style>@import url(https://example.org/x.css); * { display: none }</style>",
    "<p style='background:url(https://example.org/x.png)'>x</p>",
    "<td style='background-color:url(https://example.org/x)'>x</td>",
    "<span style='position:fixed;inset:0'>x</span>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>",
    "<base href='https://example.org/'>",
    "<link rel=stylesheet href='https://example.org/x.css'>",
    "<form action='https://example.org'><input name=x><button>go</button></form>",
    "<object data='https://example.org'></object><embed src='https://example.org'>",
    "<video src='https://example.org' poster='https://example.org'></video>",
    "<table background='https://example.org'><tr><td>x</td></tr></table>",
    "<details open ontoggle=window.bad=1><summary>x</summary></details>",
    "<div id='content' name='content' class='skip notice'>x</div>",
    "<noscript><p title='</noscript><img src=x onerror=window.bad=1>'></noscript>",
    "<template><script>window.bad=1</script></template>",
    "<!--><img src=x onerror=window.bad=1>-->",
    "<textarea></textarea><img src=x onerror=window.bad=1>",
    "</main></body><script>window.bad=1</script>",
    "<p/onclick=window.bad=1>x</p>",
    "\x00<scr\x00ipt>window.bad=1</scr\x00ipt>",
    "<a href='//example.org/x'>x</a><a href='\\\\example.org\\x'>x</a>",
    "[x](//example.org/x)",
    "&lt;script&gt;window.bad=1&lt;/script&gt; &#60;img src=x onerror=window.bad=1&#62;",
    "$\\href{javascript:window.bad=1}{x}$ $$\\unicode{<img src=x onerror=window.bad=1>}$$",
    "invoice\u202egpj.exe\u202c \u2066x\u2069",
    "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7} #{7*7} <%= 7*7 %>",
    "=HYPERLINK(\"https://example.org/\"&A1,\"x\")",
    "＝WEBSERVICE(\"https://example.org\")",
    "../../../../etc/passwd%00.html",
    "javascript:window.bad=1",
    "<ScRiPt/x>window.bad=1</sCrIpT\n>",
    "<img src='x' srcset='https://example.org/x.png 2x' loading=eager onload=window.bad=1>",
    "<svg><use href='https://example.org/x.svg#a'/><animate onbegin=window.bad=1 attributeName=x /></svg>",
    "<a href=https://example.org ping=https://example.org/ping onfocus=window.bad=1 autofocus>x</a>",
    "<input autofocus onfocus=window.bad=1><select autofocus onfocus=window.bad=1></select>",
    "<p style='animation:x' onanimationstart=window.bad=1>x</p><marquee onstart=window.bad=1>x</marquee>",
    "\ufffe \uffff \x1b[31mred\x1b[0m \x08",
]

HARMLESS_TAGS = """
    p br hr em strong b i u s del sub sup small mark abbr kbd code pre blockquote span div ul ol li dl dt dd table caption colgroup col
    thead tbody tfoot tr th td h1 h2 h3 h4 h5 h6 a img details summary
"""
HARMLESS_ATTRIBUTES = "class dir lang title href rel src alt width height start colspan rowspan scope style span role tabindex aria-label"


class Inspector(HTMLParser):
    def handle_starttag(self, tag, attributes):
        assert tag in HARMLESS_TAGS.split()
        for name, value in attributes:
            assert name in HARMLESS_ATTRIBUTES.split()
            if name == "href":
                assert not re.match(r"\s*(javascript|data|vbscript)", value, re.I)
            if name == "src":
                assert value.startswith("data:image/") and "svg" not in value
            if name == "style":
                assert "position" not in value and "inset" not in value
            if name == "class":
                assert value != "skip notice"


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("sink", [clean_html, prose.markdown, prose.table, clean_text], ids=["html", "markdown", "table", "text"])
def test_nothing_that_runs_or_loads_survives(payload, sink):
    Inspector().feed(str(sink(payload)))


@given(st.text(alphabet="<>/=\"'&;:!-[]()` \nabceiloprstuvwxyzON#\x00", max_size=80))
def test_no_text_makes_anything_else(text):
    for sink in (clean_html, prose.markdown, prose.table, clean_text):
        Inspector().feed(str(sink(text)))


def test_markdown_keeps_what_an_essay_needs():
    html = prose.markdown("## Title\n\nIt cost **$5** and *not* $10.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n[on](https://example.org)")
    soup = BeautifulSoup(html, "html.parser")
    assert soup.h2.text == "Title"
    assert soup.p.text == "It cost $5 and not $10."
    assert [cell.text for cell in soup.select("tbody td")] == ["1", "2"]
    assert soup.find("div", role="region")["tabindex"] == "0"
    assert "x = 1" in soup.pre.text
    assert soup.a["href"] == "https://example.org"


def test_links_between_notebooks_lead_to_their_pages():
    assert 'href="lifetime_value.html"' in prose.markdown("[x](05_lifetime_value.ipynb)")
    assert 'href="#lifetime_value"' in prose.markdown("[x](05_lifetime_value.ipynb)", link_to="#{name}")


def test_great_tables_survive_without_their_style_sheet_and_ids():
    frame = pd.DataFrame({"group": ["<b>Łódź</b>", "ü"], "share": [0.5, 0.25]})
    shown = GT(frame, rowname_col="group").tab_header("Who <stays>").fmt_percent("share").data_color("share").tab_source_note("2 of 9 rows")
    soup = BeautifulSoup(prose.table(shown.as_raw_html()), "html.parser")
    assert soup.caption.text == "Who <stays>"
    assert soup.find("div", role="region")["aria-label"] == "Who <stays>"
    assert [head.text for head in soup.select("thead th")][-1] == "share"
    assert [cell.text for cell in soup.select("tbody th")] == ["<b>Łódź</b>", "ü"]
    assert [cell.text for cell in soup.select("tbody td")] == ["50.00%", "25.00%"]
    assert all("background-color" in cell["style"] for cell in soup.select("tbody td"))
    assert soup.tfoot.text.strip() == "2 of 9 rows"
    assert not soup.find("style") and not soup.find(id=True)


def test_half_a_character_is_no_character():
    """JSON can write one, and no page can."""
    for sink in (clean_html, prose.markdown, prose.table, clean_text):
        assert "\ud83d" not in str(sink("x \ud83d y"))


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 50


def test_text_cannot_turn_the_direction_of_what_follows():
    assert clean_text("invoice\u202egpj.exe") == "invoice\ufffdgpj.exe"
    assert clean_text("שלום & 你好") == "שלום &amp; 你好"
