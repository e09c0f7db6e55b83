"""Payloads where nobody looks for them: values of parameters, the names of files, columns and folders, of a lead's channel and of a feature."""

import csv
import json
import sys

import pytest

from lifecycle_utils.report.catalogue import FOLDER
from lifecycle_utils.report.run import Options, report
from lifecycle_utils.sources.command import check
from lifecycle_utils.spreadsheet import begins_formula
from tests.report.test_hostile_company import CELLS, write_csv
from tests.report.toys import write_notebook

IMAGE = "<img src=x onerror=window.bad=1>"
#: papermill writes values as code: what would end a string, a line or a cell.
CODE = ['"\nimport os; os._exit(9)\n"', "'; 1 / 0 #", '"""\n1 / 0\n"""',
        "\\", "\\N{BULLET}\\x00\\", "{so} %s %(x)s {{x}}", "\r1 / 0", "\u2028 1 / 0", "%%bash\nfalse", "!false"]  # fmt: skip
VALUES = CELLS + CODE


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places") / f"={IMAGE} {{x}} %s".replace("/", "")
    folder.mkdir()
    table = f"=cmd {IMAGE}.csv"
    write_csv(folder / table, ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", f"=1+1{IMAGE}"], [
        [number, f"c{number}", "2026-01-10", "2026-01-10" if number == 7 else "", 10, CELLS[number % len(CELLS)]] for number in range(40)
    ])  # fmt: skip
    write_csv(folder / "leads.csv", ["lead_id", "created_on", "channel"], [[n, "2026-02-01", CELLS[n % len(CELLS)]] for n in range(20)])
    write_csv(folder / "usage.csv", ["customer_id", "used_on", "feature", "events"], [
        [f"c{n % 40}", "2026-02-01", CELLS[n % len(CELLS)], 1] for n in range(60)
    ])  # fmt: skip
    (folder / "lifecycle.toml").write_text(f"company = 'Odd'\n[tables]\nsubscriptions = {json.dumps(table)}\n", encoding="utf-8")
    notebooks = folder.parent / "notebooks"
    names = [f"value_{number}" for number in range(len(VALUES))]
    declared = "\n".join(['data = ""', 'month = ""', *(f'{name} = ""' for name in names)])
    told = f"import json\nassert [{', '.join(names)}] == json.loads({json.dumps(VALUES)!r})"
    write_notebook(notebooks, "01_toy.ipynb", told, parameters=declared)
    (notebooks / "10_data_quality.ipynb").write_bytes((FOLDER / "10_data_quality.ipynb").read_bytes())
    given = tuple(zip(names, VALUES, strict=True))
    return report(Options(data=str(folder), month="2026-06", out=folder / "out", notebooks=notebooks, parameters=given, jobs=2)), folder


@pytest.mark.parametrize("name", ["index.html", "toy.html", "data_quality.html", "report.html"])
def test_nothing_runs_or_calls_out(hostile, visit, name):
    page, heard = visit(hostile[0].folder / name)
    page.wait_for_timeout(100)
    assert heard == [] and page.evaluate("window.bad") is None and page.evaluate("document.scripts.length") == 0
    if name == "data_quality.html":
        assert IMAGE in page.evaluate("document.body.textContent")


def test_a_parameter_s_value_reaches_the_notebook_as_it_was_typed_and_no_more(hostile):
    """The notebook compares them itself; were one of them run as code, it would have failed."""
    run = json.loads((hostile[0].folder / "run.json").read_text(encoding="utf-8"))
    assert [value for name, value in run["notebooks"][0]["parameters"].items() if name.startswith("value_")] == VALUES


def test_no_file_name_or_column_becomes_a_formula(hostile, tmp_path, capsys):
    published, folder = hostile
    check(str(folder), rejects=tmp_path / "rejects.csv", as_json=False, out=sys.stdout, err=sys.stderr)
    tables = [*(published.folder / "tables").glob("*.csv"), tmp_path / "rejects.csv"]
    assert len(tables) > 2
    for path in tables:
        with open(path, encoding="utf-8", newline="") as file:
            assert not [cell for row in csv.reader(file) for cell in row if begins_formula(cell)], path.name
    assert "'=cmd" in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert "\x1b" not in capsys.readouterr().out
