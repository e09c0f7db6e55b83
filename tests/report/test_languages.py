"""Reports of the sample company in Japanese and Polish: nothing that a reader sees is left in English, on no page and in no picture."""

import json

import pytest
from bs4 import BeautifulSoup

from lifecycle_utils.language import spoken
from lifecycle_utils.report.catalogue import discover
from tests.report.contrast import LOW_CONTRAST
from tests.report.english import left_in_english, left_in_pictures
from tests.report.paper import CUT, PAPER

LANGUAGES = ("ja", "pl")


def test_english_left_behind_is_found(tmp_path):
    """The test of the tests: a label, a sentence and an alt text in English are each seen, a name and a file are not."""
    page = tmp_path / "page.html"
    page.write_text(
        "<!DOCTYPE html><html lang=pl><body><p>Klienci nadal płacą.</p><th>Still paying</th><p>Zobacz tables/survival.csv, Sample Company (simulated).</p>"
        "<img alt='Share of customers still paying'><p>Od 3 do 5 months.</p></body></html>", encoding="utf-8",
    )  # fmt: skip
    assert {text for _words, text in left_in_english(page, "pl")} == {"Still paying", "Share of customers still paying", "Od 3 do 5 months."}
    assert {"Still paying", "Share of customers still paying"} <= {text for _words, text in left_in_english(page, "ja")}
    picture = {"metadata": {"image/png": {"words": ["Klienci", "customers at risk", "Zephyr Distribution"]}}}
    (tmp_path / "drawn.ipynb").write_text(json.dumps({"cells": [{"outputs": [picture]}, {}]}), encoding="utf-8")
    assert [text for _words, text in left_in_pictures(tmp_path / "drawn.ipynb", "pl")] == ["customers at risk"]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_english(sample_report, language):
    """Every page with its alt texts, titles and labels, and every text that is drawn."""
    made = sample_report(language)
    assert [(one.name, one.status) for one in made.outcomes] == [(notebook.name, "done") for notebook in discover()]
    pages = sorted(made.folder.glob("*.html"))
    assert len(pages) == len(made.outcomes) + 2
    assert {page.name: found for page in pages for found in [left_in_english(page, language)] if found} == {}
    executed = sorted((made.folder / "notebooks").glob("*.ipynb"))
    assert len(executed) == len(made.outcomes)
    assert {path.name: found for path in executed for found in [left_in_pictures(path, language)] if found} == {}
    record = json.loads((made.folder / "run.json").read_text(encoding="utf-8"))
    assert record["language"] == language and spoken() == "en"  # whoever asked for the report speaks as before
    assert {one.name: one.messages for one in made.outcomes if one.messages} == {}  # such as a letter that no font has


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_whole_pages_open_as_the_english_ones_do(sample_report, visit, violations, language):
    """index.html and report.html, which holds what the other pages do: light, dark, on a phone and on paper."""
    made = sample_report(language)
    for name in ("index.html", "report.html"):
        page, heard = visit(made.folder / name, viewport={"width": 1280, "height": 800})
        assert heard == [] and page.evaluate("document.documentElement.lang") == language, name
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0 && image.alt.length > 20)"), name
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(LOW_CONTRAST) == [], (name, scheme)
        page.set_viewport_size({"width": 375, "height": 812})
        assert page.evaluate("document.documentElement.scrollWidth") == 375, name
        if name == "index.html":
            assert violations(page) == []
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
        assert page.evaluate(CUT, list(PAPER)) == [], name
        assert heard == [], name


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_holds_the_numbers_what_changed_and_whom_to_call(sample_report, visit, language):
    page, _ = visit(sample_report(language).folder / "index.html", viewport={"width": 1280, "height": 720})
    bottoms = page.evaluate("[...document.querySelectorAll('.tile, .changes, .calls')].map(box => box.getBoundingClientRect().bottom)")
    assert len(bottoms) == 8 and max(bottoms) <= 720


@pytest.mark.slow
def test_a_polish_page(sample_report):
    folder = sample_report("pl").folder
    page = BeautifulSoup((folder / "data_quality.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.get_text() == "Z czego powstał ten raport i co pominięto?"
    assert "Żadnej tabeli nie brakuje miesiąca" in page.get_text() and "październik 2026" in page.title.get_text()
    assert "observe.data_quality" in page.select_one(".code").get_text() or page.select_one(".code code, .code pre") is not None  # code is code
    executed = (folder / "notebooks" / "10_data_quality.ipynb").read_text(encoding="utf-8")
    assert "## Wiersze wczytane i użyte" in executed and "sources.open_snapshot" in executed
