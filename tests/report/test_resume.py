"""`--resume`: what has not changed is not run again, and nobody can tell from the report."""

import json

import nbformat
import pytest

from lifecycle_utils.errors import NotebookFailed
from lifecycle_utils.report.run import Options, report
from tests.report.toys import finding, table, write_notebook


def files_of(folder):
    """Every file; of the run record what is not the stamp of the run."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    record = json.loads(files["run.json"])
    stamp = record.pop("run")
    return files | {"run.json": record}, stamp["taken_over"]


class Scene:
    def __init__(self, folder):
        self.notebooks, self.out, self.company = folder / "notebooks", folder / "out", folder / "company"
        self.company.mkdir()
        self.table = self.company / "subscriptions.csv"
        self.table.write_text("subscription_id,customer_id,started_on,ended_on,mrr\n1,a,2026-01-10,,10.00\n", encoding="utf-8")
        # A cell that counts how often it was run, outside of the report.
        self.marks = folder / "marks"
        self.marks.mkdir()
        self.write("02_cohort_survival.ipynb", finding(), table())
        self.write("03_churn.ipynb", finding("churn", 0.1, "10% leave."))

    def write(self, name, *cells):
        mark = f"import pathlib, uuid\n_ = (pathlib.Path({str(self.marks)!r}) / f'{name[3:-6]}-{{uuid.uuid4()}}').touch()"
        write_notebook(self.notebooks, name, mark, *cells, title=name)

    def run(self, **options):
        return report(Options(**{"data": str(self.company), "month": "2026-06", "out": self.out, "notebooks": self.notebooks, "jobs": 2} | options))

    def ran(self):
        found = sorted(path.name.rpartition("-")[0].split("-")[0] for path in self.marks.iterdir())
        for path in self.marks.iterdir():
            path.unlink()
        return found


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path)
    scene.run()
    assert scene.ran() == ["churn", "cohort_survival"]
    return scene


def test_after_one_changed_notebook_that_one_is_run_and_the_report_is_as_if_all_were(scene, tmp_path):
    scene.write("03_churn.ipynb", finding("churn", 0.2, "20% leave."))
    resumed, taken_over = files_of(scene.run(resume=True).folder)
    assert scene.ran() == ["churn"] and taken_over == ["cohort_survival"]
    whole, nothing = files_of(scene.run(out=tmp_path / "other").folder)
    assert resumed == whole and nothing == []


def test_after_nothing_changed_nothing_is_run(scene):
    before, _ = files_of(scene.out / "2026-06")
    after, taken_over = files_of(scene.run(resume=True).folder)
    assert scene.ran() == [] and taken_over == ["cohort_survival", "churn"]
    assert after == before


def test_changed_tables_settings_or_parameters_run_everything_that_reads_them(scene):
    scene.table.write_text(scene.table.read_text(encoding="utf-8") + "2,b,2026-02-10,,20.00\n", encoding="utf-8")
    scene.run(resume=True)
    assert scene.ran() == ["churn", "cohort_survival"]
    (scene.company / "lifecycle.toml").write_text("gross_margin = 0.7\n", encoding="utf-8")
    scene.run(resume=True)
    assert scene.ran() == ["churn", "cohort_survival"]
    scene.run(resume=True, parameters=(("horizon_months", "36"),))
    assert scene.ran() == ["churn", "cohort_survival"]
    scene.run(resume=True, parameters=(("horizon_months", "36"),))
    assert scene.ran() == []


def test_what_a_failed_run_finished_is_not_run_again(scene, tmp_path):
    scene.out = tmp_path / "fresh"
    scene.write("09_later.ipynb", "1 / 0")
    with pytest.raises(NotebookFailed):
        scene.run()
    assert scene.ran() == ["churn", "cohort_survival", "later"] and not (scene.out / "2026-06").exists()
    scene.write("09_later.ipynb", "1")
    published = scene.run(resume=True)
    assert scene.ran() == ["later"]
    assert not (scene.out / ".unfinished" / "2026-06").exists()
    assert nbformat.read(published.folder / "notebooks" / "02_cohort_survival.ipynb", as_version=4).cells


def test_latest_leads_to_the_newest_month(scene):
    scene.run(month="2026-05")
    assert (scene.out / "latest").resolve() == (scene.out / "2026-06").resolve()
    scene.run(month="2026-07")
    assert (scene.out / "latest" / "index.html").read_bytes() == (scene.out / "2026-07" / "index.html").read_bytes()
