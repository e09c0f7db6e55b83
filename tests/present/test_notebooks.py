"""Notebooks are stored as essays: no outputs, short cells, one parameters cell, stable ids."""

import ast
import importlib.util
import json
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
OURS = {"02_cohort_survival", "03_highest_churn_month", "05_lifetime_value", "06_ideal_customer_profile"}

spec = importlib.util.spec_from_file_location("tidy", FOLDER / "tidy.py")
tidy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tidy)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def test_the_four_notebooks_are_there():
    assert {path.stem for path in PATHS} >= OURS


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
class TestStored:
    def test_it_is_stored_tidy(self, path):
        text = path.read_text(encoding="utf-8")
        assert tidy.tidied(text) == text, "run python notebooks/tidy.py"

    def test_a_cell_has_at_most_eight_lines_of_code_and_defines_nothing(self, path):
        for cell in code_cells(path):
            assert sum(bool(line.strip()) for line in cell.source.splitlines()) <= 8, cell.id
            assert not any(isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For)) for node in ast.walk(ast.parse(cell.source))), cell.id

    def test_one_cell_holds_the_parameters_one_json_scalar_a_line_each_with_a_comment(self, path):
        (cell,) = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
        names = []
        for line in cell.source.splitlines():
            name, rest = line.split(" = ", 1)
            value, comment = rest.split("  # ", 1)
            assert isinstance(ast.literal_eval(value), (str, int, float, bool)) and comment
            names.append(name)
        assert names[:2] == ["data", "month"]

    def test_it_says_what_it_is_and_asks_in_its_first_cell(self, path):
        notebook = read(path)
        told = notebook.metadata["lifecycle"]
        assert path.stem == f"{path.stem[:2]}_{told['name']}" and told["question"].endswith("?") and "subscriptions" in told["needs"]
        first = notebook.cells[0].source
        assert first.startswith(f"# {told['title']}\n") and "**The question.**" in first and "**The decision.**" in first
        assert notebook.cells[-1].source.startswith("## The answer")

    def test_ids_are_readable_and_unique(self, path):
        ids = [cell.id for cell in read(path).cells]
        assert len(set(ids)) == len(ids) and all(part.isalpha() and part.islower() for one in ids for part in one.split("-"))

    def test_every_figure_and_finding_follows_prose(self, path):
        cells = read(path).cells
        for before, cell in zip(cells, cells[1:], strict=False):
            if cell.cell_type == "code" and "present.Figure(" in cell.source:
                assert before.cell_type == "markdown", cell.id


def test_tidy_drops_outputs_counters_and_editor_metadata_and_keeps_tags_and_ids():
    notebook = nbformat.v4.new_notebook(metadata={"lifecycle": {"name": "x"}, "widgets": 1})
    cell = nbformat.v4.new_code_cell("1 + 1", id="sum", execution_count=3, outputs=[nbformat.v4.new_output("stream", text="2")])
    cell.metadata = {"tags": ["parameters"], "collapsed": True}
    notebook.cells = [cell]
    kept = json.loads(tidy.tidied(nbformat.writes(notebook)))
    assert kept["metadata"].keys() == {"kernelspec", "language_info", "lifecycle"}
    assert kept["cells"] == [
        {"cell_type": "code", "execution_count": None, "id": "sum", "metadata": {"tags": ["parameters"]}, "outputs": [], "source": ["1 + 1"]}
    ]


TABLES = {
    "01_lifecycle_overview": {"lifecycle_funnel", "lead_conversion", "stage_transitions"},
    "02_cohort_survival": {"survival", "hazard", "retention_trend"},
    "03_highest_churn_month": {"highest_churn_month"},
    "05_lifetime_value": {"lifetime_value"},
    "06_ideal_customer_profile": {"ideal_customer_profile"},
}


@pytest.mark.parametrize(("stem", "tables"), TABLES.items())
def test_the_tables_that_scripts_rely_on_are_recorded_by_their_notebook(stem, tables):
    source = "\n".join(cell.source for cell in code_cells(FOLDER / f"{stem}.ipynb"))
    assert all(f'present.Table("{name}"' in source for name in tables)
