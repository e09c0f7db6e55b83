"""Faults of notebooks: cells that fail or stop, and files that are none."""

import pytest

from lifecycle_utils import errors
from tests.faults.register import MADE, fails, fault
from tests.report.toys import figure


@fault(short=True)
def a_cell_raises(scene):
    fails(scene, errors.NotebookFailed, "1 / 0", told="ZeroDivisionError")


@fault(short=True)
def a_cell_says_exit_zero(scene):
    fails(scene, errors.NotebookFailed, "import sys; sys.exit(0)", "print('never')", told="stopped before its end")


@fault()
def a_cell_raises_system_exit_in_silence(scene):
    fails(scene, errors.NotebookFailed, "raise SystemExit", told="stopped before its end")


@fault()
def a_figure_has_no_alt_text(scene):
    fails(scene, errors.Incomplete, figure(alt=""), told="no alt text")


@fault()
def a_cell_prints_without_end(scene):
    scene.cell("for _ in range(20): print('x' * 1_000_000)")
    scene.run()
    (scene.notebooks / "09_faulty.ipynb").unlink()
    return MADE


@fault()
def a_notebook_is_cut_short(scene):
    path = scene.cell("1")
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(errors.NotebookFailed, match="cannot be read"):
        scene.run()
    path.unlink()


@fault()
def a_notebook_is_no_utf8(scene):
    path = scene.cell("1")
    path.write_bytes(b"\xff\xfe" + path.read_bytes())
    with pytest.raises(errors.NotebookFailed, match="cannot be read"):
        scene.run()
    path.unlink()


@fault()
def the_parameters_cell_holds_code(scene):
    path = scene.notebooks / "09_faulty.ipynb"
    scene.cell("1")
    path.write_text(path.read_text(encoding="utf-8").replace("horizon_months = 24", "import os"), encoding="utf-8")
    with pytest.raises(errors.NotebookFailed, match="parameters cell"):
        scene.run()
    path.unlink()


@fault()
def a_cell_writes_where_it_should_not(scene):
    """Into the folder that it runs in and into the report that is being built: neither becomes a part of the report."""
    cell = "import pathlib\npathlib.Path('mine.txt').write_text('x')\n"
    cell += f"for one in pathlib.Path({str(scene.out)!r}).glob('.building-*'): (one / 'mine.txt').write_text('x')"
    path = scene.cell(cell)
    with pytest.raises(errors.Incomplete, match="mine.txt"):
        scene.run()
    path.unlink()
