"""Reports of the sample company in Japanese and Polish: nothing that a reader sees is left in English."""

import json

import pytest
from bs4 import BeautifulSoup

from lifecycle_utils.language import spoken
from lifecycle_utils.report.run import Options, report
from tests.report.english import left_in_english


def _report(folder, language, *only):
    made = report(Options(out=folder, month="2026-10", only=only, language=language))
    return made, {path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in made.folder.glob("*.html")}


def _nothing_left(made, pages, language):
    left = {name: found for name in pages for found in [left_in_english(made.folder / name, language)] if found}
    assert left == {}
    assert {page.html["lang"] for page in pages.values()} == {language}
    record = json.loads((made.folder / "run.json").read_text(encoding="utf-8"))
    assert record["language"] == language and spoken() == "en"  # whoever asked for the report speaks as before
    assert {one.name: one.messages for one in made.outcomes if one.messages} == {}  # such as a letter that no font has


def test_a_polish_report(tmp_path):
    made, pages = _report(tmp_path, "pl", "data_quality")
    _nothing_left(made, pages, "pl")
    page = pages["data_quality.html"]
    assert page.h1.get_text() == "Z czego powstał ten raport i co pominięto?"
    assert "Żadnej tabeli nie brakuje miesiąca" in page.get_text() and "październik 2026" in page.title.get_text()
    assert "observe.data_quality" in page.select_one(".code").get_text() or page.select_one(".code code, .code pre") is not None  # code is code
    executed = (made.folder / "notebooks" / "10_data_quality.ipynb").read_text(encoding="utf-8")
    assert "## Wiersze wczytane i użyte" in executed and "sources.open_snapshot" in executed


def test_english_left_behind_is_found(tmp_path):
    """The test of the tests: a label, a sentence and an alt text in English are each seen, a name and a file are not."""
    page = tmp_path / "page.html"
    page.write_text(
        "<!DOCTYPE html><html lang=pl><body><p>Klienci nadal płacą.</p><th>Still paying</th><p>Zobacz tables/survival.csv, Sample Company (simulated).</p>"
        "<img alt='Share of customers still paying'><p>Od 3 do 5 months.</p></body></html>", encoding="utf-8",
    )  # fmt: skip
    assert {text for _words, text in left_in_english(page, "pl")} == {"Still paying", "Share of customers still paying", "Od 3 do 5 months."}
    assert {"Still paying", "Share of customers still paying"} <= {text for _words, text in left_in_english(page, "ja")}


@pytest.mark.slow
def test_every_notebook_in_japanese(tmp_path):
    """In the language that shows every Latin letter left: Polish is held to the same messages by tests/test_language.py."""
    made, pages = _report(tmp_path, "ja")
    assert {one.status for one in made.outcomes} == {"done"}
    _nothing_left(made, pages, "ja")
