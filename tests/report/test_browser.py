"""Reports opened in Chromium, offline: no request, no message, nothing that runs, nothing wider than a phone."""

import pytest
from bs4 import BeautifulSoup

from tests.report.contrast import LOW_CONTRAST
from tests.report.test_sanitise import PAYLOADS
from tests.report.toys import PNG, figure, finding, table, write_notebook

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="parent.bad=1"><script>parent.bad=1</script></svg>'
PAGES = ("index.html", "cohort_survival.html", "report.html")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(published, visit, name, scheme):
    page, heard = visit(published.folder / name, color_scheme=scheme)
    assert heard == []
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0 && image.alt)")


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(published, visit, name):
    page, _ = visit(published.folder / name, viewport={"width": 375, "height": 812}, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(published, visit, name, scheme):
    """WCAG 2.2, 1.4.3: a contrast of 4.5, for every text that is seen."""
    page, _ = visit(published.folder / name, color_scheme=scheme)
    assert page.evaluate(LOW_CONTRAST) == []


def test_a_keyboard_reaches_the_content_first(published, visit):
    page, _ = visit(published.folder / "cohort_survival.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_code_is_folded_away_until_it_is_asked_for(published, visit):
    page, _ = visit(published.folder / "cohort_survival.html")
    assert not page.locator("details.code pre").first.is_visible()
    page.locator("details.code summary").first.click()
    assert page.locator("details.code pre").first.is_visible()


def test_one_switch_opens_the_code_of_every_cell_and_the_keyboard_reaches_it(published, visit):
    page, _ = visit(published.folder / "cohort_survival.html")
    assert page.locator("details.code pre:visible").count() == 0
    page.locator("#all-code").focus()
    page.keyboard.press("Space")
    assert page.locator("details.code pre:visible").count() == page.locator("details.code").count() > 1
    page.keyboard.press("Space")
    assert page.locator("details.code pre:visible").count() == 0


def test_on_paper_there_is_no_code_and_nothing_is_cut(published, visit):
    page, _ = visit(published.folder / "report.html", viewport={"width": 673, "height": 900})
    page.emulate_media(media="print")
    assert not page.locator("details.code summary").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 673


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, run):
    """A report whose every sink holds every payload."""
    folder = tmp_path_factory.mktemp("hostile") / "notebooks"
    everything = "\n\n".join(PAYLOADS)
    cells = [finding(f"key{number}", 1, payload, definition=payload, unit="share", withheld=payload) for number, payload in enumerate(PAYLOADS)]
    write_notebook(
        folder,
        "02_cohort_survival.ipynb",
        "\n".join(cells),
        *(f"text:## {payload}" for payload in PAYLOADS if "\n" not in payload),
        f"text:{everything}",
        figure(alt=everything, caption=everything),
        *(table(f"t{number}", title=payload, cell=payload) for number, payload in enumerate(PAYLOADS)),
        f"import IPython.display as show\nshow.display({{'text/html': {everything!r}}}, raw=True)",
        f"show.display({{'text/markdown': {everything!r}}}, raw=True)",
        f"show.display({{'image/svg+xml': {SVG!r}}}, metadata={{'image/svg+xml': {{'alt': 'x', 'width': '1 onerror=x'}}}}, raw=True)",
        f"print({everything!r})",
        "show.display({'application/javascript': 'window.bad=1', 'text/plain': 'x'}, raw=True)",
        title=everything,
        question=everything,
        lists=[f"t{number}" for number in range(len(PAYLOADS))],
        parameters=f"data = ''\nmonth = ''\nby = 'plan'\nlabel = {everything!r}",
    )
    write_notebook(folder, "03_skipped.ipynb", "1", title=everything, needs=[everything])
    write_notebook(folder, "04_broken.ipynb", f"raise ValueError({everything!r})", title=everything)
    return run(folder, keep_going=True, parameters=(("label", everything),))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_a_file_contains_runs_or_calls_out(hostile, visit, name):
    page, heard = visit(hostile.folder / name)
    page.wait_for_timeout(200)
    assert heard == []
    assert page.evaluate("window.bad") is None
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.querySelectorAll('iframe, object, embed, form, video, base, [http-equiv=refresh]').length") == 0
    links = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
    assert not [link for link in links if not link.startswith(("#", "https://")) and not link.endswith((".html", ".csv", ".json"))]


def test_what_is_escaped_is_still_read(hostile):
    index = BeautifulSoup((hostile.folder / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert PAYLOADS[0] in index.select_one(".card .says").text
    assert PNG in (hostile.folder / "cohort_survival.html").read_text(encoding="utf-8")
