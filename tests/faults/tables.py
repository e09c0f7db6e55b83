"""Faults of the input: it changes, vanishes, or is no table."""

import random

import pytest

from lifecycle_utils import errors
from tests.faults.register import fault


def _changes(scene, action):
    path = scene.cell(f"import pathlib\ntable = pathlib.Path({str(scene.table)!r})\n{action}")
    rows = scene.table.read_bytes()
    with pytest.raises(errors.InputError):
        scene.run()
    path.unlink()
    scene.table.write_bytes(rows)


@fault(short=True)
def the_input_changes_during_the_run(scene):
    _changes(scene, "table.write_text(table.read_text() + '3,c,2026-03-10,,30.00\\n')")


@fault()
def the_input_vanishes_during_the_run(scene):
    _changes(scene, "table.unlink()")


@fault()
def a_table_is_empty(scene):
    rows = scene.table.read_bytes()
    scene.table.write_bytes(b"")
    with pytest.raises(errors.InputError):
        scene.run()
    scene.table.write_bytes(rows)


@fault()
def a_table_is_a_folder(scene):
    rows = scene.table.read_bytes()
    scene.table.unlink()
    scene.table.mkdir()
    with pytest.raises(errors.InputError):
        scene.run()
    scene.table.rmdir()
    scene.table.write_bytes(rows)


@fault()
def a_table_is_binary(scene):
    rows = scene.table.read_bytes()
    scene.table.write_bytes(random.Random(1).randbytes(5000))
    with pytest.raises(errors.InputError):
        scene.run()
    scene.table.write_bytes(rows)

@fault()
def its_settings_are_cut_short(scene):
    (scene.company / "lifecycle.toml").write_text('company = "Ti', encoding="utf-8")
    with pytest.raises(errors.InputError, match="not valid TOML"):
        scene.run()
    (scene.company / "lifecycle.toml").write_text('company = "Tiny"\n', encoding="utf-8")
