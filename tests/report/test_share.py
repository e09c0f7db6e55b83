"""A report for sharing: canaries in every text of every table, and none of them in any file of the output folder."""

import csv
import io
import json
import re

import nbformat
import pytest

from lifecycle_utils.errors import UsageError
from lifecycle_utils.report.catalogue import FOLDER
from lifecycle_utils.report.run import Options, report
from lifecycle_utils.sources.share import KEY_VARIABLE
from tests.canaries import CANARY, write_canaries
from tests.report.toys import write_notebook

KEY = "a key that nobody would ever guess"

#: A notebook that shows all it can find: every table, whatever it is.
NOSY = """
from lifecycle_utils import observe, present, sources
snapshot = sources.open_snapshot(data, month=month)
frames = {name: snapshot.table(name).to_native().df() for name in snapshot.tables}
print(frames, snapshot.settings, snapshot.company.folder, snapshot.problems)
display(frames["customers"], frames["feedback"])
display(*[present.Table(name, frame, name, rows=1000) for name, frame in frames.items()])
import os, sys, warnings
print(dict(os.environ), sys.path)
warnings.warn(str(snapshot.company.folder))
display({"text/html": os.getcwd(), "text/plain": os.environ["HOME"]}, raw=True)
display(present.Table("tenures", observe.tenures(snapshot, by="plan").rename(columns={"tenure": "tenure_month"}), "By plan"))
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return write_canaries(tmp_path_factory.mktemp("a company of my own"), customers=60)


@pytest.fixture
def share(company, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, KEY)

    def share(out, **options):
        return report(Options(**{"data": str(company), "month": "2025-10", "out": out, "jobs": 2, "share": True} | options))

    return share


@pytest.fixture(scope="module")
def published(company, tmp_path_factory):
    """The report of a notebook that shows everything, beside one of the kit that names customers."""
    folder, out = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("out")
    write_notebook(folder, "01_nosy.ipynb", *NOSY.strip().split("\n"), lists=["customers"])
    (folder / "03_highest_churn_month.ipynb").write_bytes((FOLDER / "03_highest_churn_month.ipynb").read_bytes())
    write_notebook(folder, "09_broken.ipynb", "from lifecycle_utils import sources", "raise ValueError(str(sources.open_snapshot(data).company.folder))")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, KEY)
        return report(Options(data=str(company), month="2025-10", out=out, jobs=2, share=True, keep_going=True, notebooks=folder))


def texts(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_no_canary_is_in_any_file_of_the_output_folder(published):
    assert {outcome.name: outcome.status for outcome in published.outcomes} == {"nosy": "done", "highest_churn_month": "done", "broken": "failed"}
    files = texts(published.folder.parent)
    assert "2025-10/tables/customers.csv" in files and "2025-10/tables/customers_to_call.csv" in files
    assert [name for name, content in files.items() if CANARY.encode() in content or CANARY.lower().encode() in content.lower()] == []


def test_no_path_and_no_key_is_in_any_file(published, company):
    places = [str(company), str(published.folder.parent), str(FOLDER.parent), "/tmp/lck", KEY]
    found = [(name, place) for name, content in texts(published.folder.parent).items() for place in places if place.encode() in content]
    assert found == []


def test_what_cells_print_is_left_out(published):
    notebook = nbformat.read(published.folder / "notebooks" / "01_nosy.ipynb", as_version=4)
    kinds = {kind for cell in notebook.cells for output in cell.get("outputs", []) for kind in output.get("data", {"stream": ""})}
    assert "stream" not in kinds and "application/vnd.lifecycle.table+json" in kinds
    assert set(notebook.metadata) <= {"kernelspec", "language_info", "lifecycle", "papermill"}


def test_customers_keep_their_pseudonym_across_tables(published):
    def column(table, name):
        rows = csv.DictReader(io.StringIO((published.folder / "tables" / f"{table}.csv").read_text(encoding="utf-8")))
        return {row[name] for row in rows}

    customers = column("customers", "customer_id")
    assert len(customers) == 60 - 1 and all(re.fullmatch("[A-Z2-7]{12}", one) for one in customers)
    assert column("subscriptions", "customer_id") == customers == column("usage", "customer_id")
    assert all(re.fullmatch("Customer [A-Z2-7]{8}", one) for one in column("customers", "name"))


def test_small_counts_are_blank_in_what_people_read(published):
    rows = list(csv.DictReader(io.StringIO((published.folder / "tables" / "tenures.csv").read_text(encoding="utf-8"))))
    assert any(row["customers"] == "" for row in rows)
    assert not [row for row in rows if row["customers"] and (0 < float(row["customers"]) < 5 or float(row["customers"]) % 5)]


def test_the_run_record_says_what_was_done(published):
    run = json.loads((published.folder / "run.json").read_text(encoding="utf-8"))
    assert run["shared"] == {"fewest_customers": 5} and run["company"] == "A company" and run["data"] == ""
    assert {one["file"] for one in run["inputs"]} == {f"input {number}" for number in range(1, 8)}
    assert run["notebooks"][2]["failure"] == "code cell 3 of 3: it did not run to its end"


def test_the_company_s_own_report_never_takes_a_shared_one_s_place(published, company, tmp_path):
    write_notebook(tmp_path / "notebooks", "01_toy.ipynb", "1")
    before = texts(published.folder)
    with pytest.raises(UsageError, match="is a shared report"):
        report(Options(data=str(company), month="2025-10", out=published.folder.parent, notebooks=tmp_path / "notebooks"))
    assert texts(published.folder) == before


def test_without_a_key_nothing_is_made(company, tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(UsageError, match=KEY_VARIABLE):
        report(Options(data=str(company), out=tmp_path, share=True))
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_allowed_cannot_be_grouped_by(share, tmp_path):
    with pytest.raises(UsageError, match="by = 'industry' is no attribute"):
        share(tmp_path, only=("cohort_survival",), parameters=(("by", "industry"),))


def test_a_real_name_in_a_parameter_becomes_what_stands_for_it(share, tmp_path):
    write_notebook(tmp_path / "notebooks", "01_toy.ipynb", "1", parameters='data = ""\nmonth = ""\nfeature = ""')
    published = share(tmp_path / "out", notebooks=tmp_path / "notebooks", parameters=(("feature", f"{CANARY} feature 1"),))
    parameters = json.loads((published.folder / "run.json").read_text(encoding="utf-8"))["notebooks"][0]["parameters"]
    assert re.fullmatch("Feature [A-Z2-7]{6}", parameters["feature"])
    assert not [name for name, content in texts(published.folder.parent).items() if CANARY.encode() in content]
