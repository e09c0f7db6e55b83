"""A company whose names, plans, attributes, survey answers and own name are payloads, through the kit's own notebooks into a browser."""

import csv
import datetime as dt
import json

import pytest

from lifecycle_utils.months import add_months
from lifecycle_utils.report.run import Options, report
from tests.report.test_sanitise import PAYLOADS

#: What a table can hold: a cell with the byte 0 is refused as it is read.
CELLS = [payload for payload in PAYLOADS if "\x00" not in payload]


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile company")
    customers = [(f"<b>{number}", CELLS[number % len(CELLS)]) for number in range(3 * len(CELLS))]
    starts = [add_months(dt.date(2024, 1, 5), number % 12) for number in range(len(customers))]
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "plan", "billing_interval"], [
        [number, one, starts[number], add_months(starts[number], 3) if number % 4 == 0 else "", 10 + number, text, text if number % 2 else "monthly"]
        for number, (one, text) in enumerate(customers)
    ])  # fmt: skip
    odd = "<img src=x onerror=window.bad=1>"
    write_csv(folder / "customers.csv", ["customer_id", "name", "industry", odd], [[one, text, text, text] for one, text in customers])
    write_csv(folder / "feedback.csv", ["customer_id", "answered_on", "survey", "question", "score", "answer"], [
        [one, starts[number] + dt.timedelta(20), "icp", CELLS[0], "", text] for number, (one, text) in enumerate(customers)
    ])  # fmt: skip
    (folder / "lifecycle.toml").write_text(f"company = {json.dumps(CELLS[0] + CELLS[4] + ' =1+1')}\n", encoding="utf-8")
    only = ("highest_churn_month", "ideal_customer_profile")
    return report(Options(data=str(folder), month="2025-06", out=folder / "out", only=only, parameters=(("interval", "plan"),), jobs=2))


@pytest.mark.parametrize("name", ["index.html", "highest_churn_month.html", "ideal_customer_profile.html", "report.html"])
def test_nothing_that_a_company_is_called_runs_or_calls_out(hostile, visit, name):
    page, heard = visit(hostile.folder / name)
    page.wait_for_timeout(100)
    assert heard == []
    assert page.evaluate("window.bad") is None and page.evaluate("document.scripts.length") == 0
    assert page.evaluate("[...document.images].every(image => image.src.startsWith('data:') && image.naturalWidth > 0 && image.alt)")
    assert CELLS[0] in page.evaluate("document.body.textContent")


def test_no_cell_of_a_table_begins_a_formula(hostile):
    for path in (hostile.folder / "tables").glob("*.csv"):
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.lstrip(" \ufeff")[:1] in tuple("=+-@＝＋－＠") and cell and not _is_number(cell)], path.name


def _is_number(text):
    try:
        return float(text) is not None
    except ValueError:
        return False
