"""Every notebook of the kit on the sample company, from the command's own code to pages opened offline."""

import csv
import json

import nbformat
import pytest
from bs4 import BeautifulSoup

from lifecycle_utils.report.catalogue import discover
from lifecycle_utils.report.run import Options, report
from tests.report.contrast import LOW_CONTRAST
from tests.report.paper import CUT, PAPER

pytestmark = pytest.mark.slow

#: The first columns of the tables that other people's scripts read (DESIGN, "What a report run leaves").
FIXED_COLUMNS = {
    "survival": "group,tenure_month,at_risk,churned,survival,lower,upper",
    "hazard": "group,tenure_month,at_risk,churned,hazard,lower,upper",
    "retention_trend": "cohort_month,tenure_month,customers,retention,lower,upper,mature",
    "highest_churn_month": "group,tenure_month,hazard,lower,upper,in_confidence_set,p_value",
    "lifetime_value": "group,method,value,lower,upper,horizon_months,customers",
    "ideal_customer_profile": "attribute,value,customers,top_customers,share,top_share,lift,lower,upper,p_value,q_value,significant",
}
OF_GROUPS = ("survival", "hazard", "highest_churn_month", "lifetime_value")


@pytest.fixture(scope="module")
def sample(sample_report):
    return sample_report("en")


@pytest.fixture(scope="module")
def pages(sample):
    return {path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in sample.folder.glob("*.html")}


def test_every_notebook_runs_on_the_sample(sample, pages):
    assert [(one.name, one.status) for one in sample.outcomes] == [(notebook.name, "done") for notebook in discover()]
    assert set(pages) == {"index.html", "report.html"} | {f"{notebook.name}.html" for notebook in discover()}


@pytest.mark.parametrize("name", FIXED_COLUMNS)
def test_tables_keep_their_names_and_first_columns(sample, name):
    with open(sample.folder / "tables" / f"{name}.csv", encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    assert ",".join(header).startswith(FIXED_COLUMNS[name])
    assert rows
    if name in OF_GROUPS:
        assert rows[0][0] == "all"


def test_every_finding_carries_what_makes_it_believable(sample):
    findings = json.loads((sample.folder / "findings.json").read_text(encoding="utf-8"))
    assert {one["notebook"] for one in findings} == {notebook.name for notebook in discover()}
    for finding in findings:
        assert finding["sentence"] and finding["definition"] and finding["unit"], finding["key"]
        # money over money has no count of customers behind it; what a score is made of is told in words
        money_alone, words_alone = ("quick_ratio", "revenue_from_earlier_customers"), ("score_missing_inputs",)
        assert finding["n"] is not None or finding["withheld"] or finding["key"] in money_alone, finding["key"]
        assert finding["value"] is not None or finding["withheld"] or finding["key"] in words_alone, finding["key"]


def test_every_figure_is_described_by_its_numbers(pages):
    for name, page in pages.items():
        for image in page.find_all("img"):
            assert len(image["alt"]) > 40 and any(letter.isdigit() for letter in image["alt"]), (name, image["alt"])
    assert sum(len(page.find_all("figure")) for name, page in pages.items() if name != "report.html") >= 8


def test_pages_are_small_enough_to_send(sample, pages):
    for name in pages:
        assert (sample.folder / name).stat().st_size < (8e6 if name == "report.html" else 1e6), name


def test_no_cell_warns(sample):
    assert {one.name: one.messages for one in sample.outcomes if one.messages} == {}


def test_a_second_run_leaves_the_same_bytes(sample, tmp_path):
    again = report(Options(out=tmp_path, month="2026-10", only=("ideal_customer_profile",)))
    for path in [*again.folder.glob("notebooks/*"), *again.folder.glob("tables/*")]:
        assert path.read_bytes() == (sample.folder / path.relative_to(again.folder)).read_bytes(), path.name
        if path.suffix == ".ipynb":
            nbformat.validate(nbformat.read(path, as_version=4))


#: Read by axe-core in full. The contrast of the other pages, made of the same parts, is measured by LOW_CONTRAST, which takes a tenth of the time.
IN_FULL = ("index.html", "highest_churn_month.html")
WITHOUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
#: Of report.html, which holds what the other pages do, axe-core reads what many chapters on one page can break.
OF_THE_WHOLE = ("duplicate-id-aria", "heading-order", "landmark-unique", "aria-valid-attr-value", "label", "page-has-heading-one")


def test_pages_open_offline_in_the_light_in_the_dark_on_a_phone_and_on_paper(sample, pages, visit):
    """One visit a page: nothing is asked for, nothing is complained of, everything can be read, and nothing is wider than what it is on."""
    for name in pages:
        page, heard = visit(sample.folder / name, viewport={"width": 1280, "height": 800})
        assert heard == [], name
        assert page.evaluate("document.scripts.length") == 0, name
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)"), name
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(LOW_CONTRAST) == [], (name, scheme)
        page.set_viewport_size({"width": 375, "height": 812})
        assert page.evaluate("document.documentElement.scrollWidth") == 375, name
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
        assert page.evaluate(CUT, list(PAPER)) == [], name
        assert heard == [], name


def test_nothing_keeps_people_from_reading_a_page(sample, pages, visit, violations):
    for name in pages:
        page, _ = visit(sample.folder / name, viewport={"width": 1280, "height": 800})
        whole = {"runOnly": {"type": "rule", "values": list(OF_THE_WHOLE)}}
        assert violations(page, **(whole if name == "report.html" else {} if name in IN_FULL else WITHOUT_CONTRAST)) == [], name


@pytest.mark.parametrize("reader", [{"color_scheme": "dark"}, {"viewport": {"width": 375, "height": 812}, "is_mobile": True}], ids=["dark", "phone"])
def test_nor_in_the_dark_nor_on_a_phone(sample, visit, violations, reader):
    for name in IN_FULL:
        page, _ = visit(sample.folder / name, **reader)
        assert violations(page) == [], name
        assert reader.get("is_mobile") is None or page.evaluate("document.documentElement.scrollWidth") == 375


def test_the_front_page_says_the_essential_without_scrolling(sample, visit):
    page, _ = visit(sample.folder / "index.html", viewport={"width": 1280, "height": 720})
    seen = page.evaluate("""[...document.querySelectorAll('.tile, .changes, .calls')]
        .filter(box => box.getBoundingClientRect().bottom <= 720).map(box => box.innerText.split('\\n').filter(Boolean))""")
    labels = [box[0] for box in seen]
    assert labels == [
        "Paying customers", "Monthly recurring revenue (MRR)", "Customers who left this month", "Month of highest churn", "What a customer is worth",
        "Customers to call now", "What changed since last month", "Whom to call first",
    ]  # fmt: skip
    churn, worth, called = seen[2], seen[4], seen[7]
    assert any("since last month" in line and ("within chance" in line or "more than chance" in line) for line in churn)
    assert any(line.startswith("95% interval $") for line in worth)
    assert sum("$" in line for line in called) == 5
