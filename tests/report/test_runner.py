"""Real kernels on toy notebooks: what a run leaves, and what it refuses to leave."""

import hashlib
import json
import re
import sys
import time
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from lifecycle_utils.errors import Incomplete, InputError, KernelDied, Locked, NotebookFailed, NotebookTimeout, UsageError
from lifecycle_utils.report.publish import locked
from tests.report.toys import figure, finding, table, write_notebook


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def page(published, name):
    return BeautifulSoup((published.folder / name).read_text(encoding="utf-8"), "html.parser")


def test_a_run_leaves_what_the_design_says(published):
    assert list(files_of(published.folder)) == [
        "cohort_survival.html", "findings.json", "index.html", "lifetime_value.html", "notebooks/02_cohort_survival.ipynb",
        "notebooks/05_lifetime_value.ipynb", "report.html", "run.json", "tables/survival.csv",
    ]  # fmt: skip


def test_tables_are_written_as_they_are_but_for_formulas(published):
    assert (published.folder / "tables" / "survival.csv").read_text() == "group,survival\nall,0.5\n'=1+1,-0.25\n"


def test_findings_name_their_notebook(published):
    findings = json.loads((published.folder / "findings.json").read_text())
    assert [(one["notebook"], one["key"], one["value"]) for one in findings] == [
        ("cohort_survival", "customers", 2), ("cohort_survival", "retention_month_12", 0.71), ("lifetime_value", "ltv", None),
    ]  # fmt: skip
    assert set(findings[0]) == {"notebook", "key", "value", "lower", "upper", "n", "unit", "definition", "sentence", "withheld"}


def test_the_run_record_holds_for_every_file(published, company):
    run = json.loads((published.folder / "run.json").read_text())
    outputs = {one["file"]: one["sha256"] for one in run["outputs"]}
    files = files_of(published.folder)
    assert outputs == {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "run.json"}
    assert [one["file"] for one in run["inputs"]] == ["lifecycle.toml", "subscriptions.csv"]
    assert run["inputs"][1]["sha256"] == hashlib.sha256((company / "subscriptions.csv").read_bytes()).hexdigest()
    assert [(one["name"], one["status"]) for one in run["notebooks"]] == [
        ("cohort_survival", "done"), ("lifetime_value", "done"), ("growth", "skipped"),
    ]  # fmt: skip
    assert run["notebooks"][2]["missing_tables"] == ["usage", "leads"]
    assert run["notebooks"][0]["parameters"] == {"data": str(company), "month": "2026-06", "horizon_months": 36, "by": "plan"}
    assert set(run["run"]) == {"started", "seconds", "notebooks", "taken_over"}


def test_what_is_odd_about_the_tables_is_told(published):
    assert [one["code"] for one in json.loads((published.folder / "run.json").read_text())["problems"]] == ["zero_length"]
    (told,) = page(published, "index.html").select(".remarks li")
    assert "subscriptions.csv row 4" in told.text and "no paid day" in told.text


def test_the_kernel_is_this_interpreter_wherever_it_runs(published, company):
    """The notebook names a kernel that nobody has, and stays the same on disk."""
    notebook = nbformat.read(published.folder / "notebooks" / "05_lifetime_value.ipynb", as_version=4)
    printed = next(output.text for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream")
    executable, seed, backend, folder, _, parameters = json.loads(printed)
    assert executable == sys.executable
    assert (seed, backend) == ("0", "module://matplotlib_inline.backend_inline")
    assert Path(folder) != Path.cwd()
    assert parameters == [str(company), "2026-06", "plan", 36, False]


def test_an_executed_notebook_tells_nothing_of_when_it_ran(published):
    for path in (published.folder / "notebooks").iterdir():
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert set(notebook.metadata["papermill"]) == {"parameters"}
        assert not any({"papermill", "execution"} & set(cell.metadata) for cell in notebook.cells)


def test_the_index_answers_first(published):
    index = page(published, "index.html")
    assert index.h1.text == "Tiny & <b>Co</b>"
    assert "June 2026 · as of 30 June 2026" in index.header.text
    assert [one.text for one in index.select(".card .says")] == ["71% stay; see <b>below</b>.", "What a customer is worth is withheld: too few left."]
    tiles = [[part.text for part in tile.find_all(["dt", "dd"])] for tile in index.select(".tile")]
    assert tiles == [
        ["Paying customers", "2", "of 2,481 who ever paid"],
        ["What a customer is worth", "withheld", "too few left"],
        ["Still paying after 12 months", "71%", "95% interval 69% to 73%"],
    ]
    assert [one.text for one in index.select(".card h3")] == ["Cohort survival", "What is a customer worth?"]
    assert "Product-led growth was skipped: it needs the tables usage and leads," in index.select_one(".notice").text
    assert index.select_one("[aria-labelledby=act] caption").text == "Survival"
    assert index.select_one("[aria-labelledby=act] summary").text.strip() == "Survival 2 on the list"
    assert [one.text for one in index.select("[aria-labelledby=counted] summary")] == [tile[0] for tile in tiles]
    assert {one["href"] for one in index.select("a") if not one["href"].startswith("#")} == {
        "cohort_survival.html", "lifetime_value.html", "report.html", "findings.json", "run.json", "tables/survival.csv",
    }  # fmt: skip


def test_a_page_holds_its_notebook_without_parameters_and_with_code_folded_away(published):
    survival = page(published, "cohort_survival.html")
    assert survival.h1.text == "Cohort survival"
    assert len(survival.find_all("h1")) == 1
    assert survival.figure.img["alt"] == "A curve that falls to 50%."
    assert survival.figure.figcaption.text == "Half stay."
    assert survival.figure.img["width"] == "400"
    assert "the company's folder" not in survival.text
    codes = survival.select("details.code")
    assert codes and not any("open" in code.attrs for code in codes)
    headings = [(one.text, one["href"]) for one in survival.select(".contents a")]
    assert headings == [("Evidence & more", "#cohort_survival--evidence-more"), ("Evidence & more", "#cohort_survival--evidence-more-2")]


def test_links_lead_to_notebooks_of_this_report_only(published):
    survival, together = page(published, "cohort_survival.html"), page(published, "report.html")
    assert survival.find("a", string="Value")["href"] == "lifetime_value.html"
    assert "href" not in survival.find("a", string="score").attrs
    assert together.find("a", string="Value")["href"] == "#lifetime_value"


def test_the_one_file_report_holds_every_notebook(published):
    together = page(published, "report.html")
    assert [one.text for one in together.select(".chapter > h2")] == ["Cohort survival", "What is a customer worth?"]
    assert [one.text for one in together.select(".chapter h3") if "Evidence" in one.text] == ["Evidence & more"] * 2
    ids = [one["id"] for one in together.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_same_input_same_bytes_in_parallel_or_one_by_one(published, run, tmp_path):
    again = run(published.folder.parents[1] / "notebooks {of} mine", out=tmp_path, jobs=1, parameters=(("horizon_months", "36"), ("by", "plan")))
    first, second = files_of(published.folder), files_of(again.folder)
    for files in (first, second):
        record = json.loads(files.pop("run.json"))
        record.pop("run")
        files["run.json"] = record
    # The folder that the kernel starts in has a new name every time; this toy notebook prints it.
    for files in (first, second):
        files["run.json"]["outputs"] = None
        for name, content in files.items():
            if isinstance(content, bytes):
                files[name] = re.sub(rb"lck[a-z0-9_]+/\d+/work", b"", content)
    assert first == second


@pytest.fixture
def earlier(tmp_path, run):
    """A good report that is there already, and the notebooks it came from."""
    folder = tmp_path / "notebooks"
    write_notebook(folder, "02_cohort_survival.ipynb", finding(), table("to_call", csv="customer_id\n"), lists=["to_call"])
    published = run(folder)
    return folder, published.folder, files_of(published.folder)


def test_cells_that_fail_are_all_told_and_the_earlier_report_stays(earlier, run):
    folder, place, before = earlier
    write_notebook(folder, "03_broken.ipynb", "1", "def deep():\n    raise ValueError('no \\x1b[31mluck')\n\ndeep()\n# a\n# b", "2")
    write_notebook(folder, "04_leaves.ipynb", "import sys; sys.exit(0)", "print('never')")
    write_notebook(folder, "05_refuses.ipynb", "from lifecycle_utils.errors import UsageError\nraise UsageError('there is no attribute cuontry')")
    write_notebook(folder, "06_no_alt.ipynb", figure(alt=""))
    with pytest.raises(NotebookFailed) as failure:
        run(folder)
    told = str(failure.value)
    assert "03_broken.ipynb code cell 3 of 4: ValueError: no" in told
    assert "  | def deep():" in told and "  | …" in told
    assert "in deep" in told and "\x1b" not in told
    assert "04_leaves.ipynb code cell 2 of 3: the notebook stopped before its end (SystemExit: 0)" in told
    assert "05_refuses.ipynb code cell 2 of 2: there is no attribute cuontry\n  | from" in told
    assert "06_no_alt.ipynb code cell 3: a figure has no alt text" in told
    assert f"as far as it ran: {place.parent / '.failed' / '2026-06' / '03_broken.ipynb'}" in told
    assert files_of(place) == before
    assert sorted(one.name for one in place.parent.iterdir()) == [".failed", ".lock", ".unfinished", "2026-06", "latest"]
    kept = nbformat.read(place.parent / ".failed" / "2026-06" / "03_broken.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in kept.cells for output in cell.get("outputs", []))


def test_keep_going_publishes_the_rest_and_says_what_is_missing(earlier, run):
    folder, place, _ = earlier
    write_notebook(folder, "03_broken.ipynb", "1 / 0", title="Broken <one>")
    published = run(folder, keep_going=True)
    assert [one.status for one in published.outcomes] == ["done", "failed"]
    assert "ZeroDivisionError" in page(published, "index.html").select_one(".notice.failed").text
    assert "Nobody is on this list" in page(published, "index.html").text
    assert not (place / "broken.html").exists() and not (place / "notebooks" / "03_broken.ipynb").exists()


@pytest.mark.parametrize(
    ("cell", "error", "exit_code"),
    [
        ("import time; time.sleep(60)", NotebookTimeout, 5),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KernelDied, 6),
        ("from lifecycle_utils import errors; raise errors.UsageError('top = 0 is too few')", UsageError, 2),
        ("from lifecycle_utils import errors; raise errors.MissingTable('usage')", InputError, 3),
    ],
)
def test_a_cell_that_hangs_and_a_kernel_that_dies_are_told_apart(tmp_path, run, cell, error, exit_code):
    folder = tmp_path / "notebooks"
    write_notebook(folder, "02_cohort_survival.ipynb", "1", cell)
    began = time.monotonic()
    with pytest.raises(error, match="02_cohort_survival.ipynb code cell 3 of 3") as failure:
        run(folder, timeout=3)
    assert failure.value.exit_code == exit_code
    assert time.monotonic() - began < 30


def test_tables_of_one_name_must_agree_across_notebooks(tmp_path, run):
    folder = tmp_path / "notebooks"
    write_notebook(folder, "02_one.ipynb", table(csv="group\na\n"))
    write_notebook(folder, "03_two.ipynb", table(csv="group\nb\n"))
    with pytest.raises(Incomplete, match="one and two both leave a table 'survival'"):
        run(folder)


def test_nothing_to_run_is_an_input_error(tmp_path, run):
    write_notebook(tmp_path / "notebooks", "08_growth.ipynb", "1", needs=["usage"])
    with pytest.raises(InputError, match="they need usage"):
        run(tmp_path / "notebooks")
    assert not (tmp_path / "reports" / "2026-06").exists()


def test_a_run_waits_for_nobody(earlier, run):
    folder, place, before = earlier
    with locked(place.parent), pytest.raises(Locked):
        run(folder)
    assert files_of(place) == before
