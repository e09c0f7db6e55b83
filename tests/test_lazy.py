"""What costs time to import is imported by those who use it."""

import importlib
import pkgutil
import subprocess
import sys
import types

import pytest

from lifecycle_utils import estimate, present

HEAVY = ("pandas", "matplotlib", "seaborn", "lifelines", "duckdb", "scipy.stats", "great_tables", "papermill", "nbconvert")


def loaded_by(*imports):
    """Which heavy libraries a fresh interpreter has after importing modules, and the CPU seconds of it."""
    code = f"import sys, time\nt = time.process_time()\nimport {', '.join(imports)}\nprint(time.process_time() - t, *[n for n in {HEAVY} if n in sys.modules])"
    seconds, *names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    return set(names), float(seconds)


def test_the_package_and_its_command_load_nothing_heavy():
    names, seconds = loaded_by("lifecycle_utils.cli", "lifecycle_utils.estimate", "lifecycle_utils.present")
    assert names == set()
    assert seconds < 0.3


def test_the_process_that_starts_a_report_loads_no_charts():
    names, _ = loaded_by("lifecycle_utils.report.run")
    assert names & {"pandas", "matplotlib", "seaborn", "lifelines", "great_tables", "scipy.stats", "papermill", "nbconvert"} == set()


@pytest.mark.parametrize("floor", [estimate, present], ids=lambda floor: floor.__name__)
def test_every_export_is_what_its_module_defines(floor):
    for name in floor.__all__:
        found = getattr(floor, name)
        assert not isinstance(found, types.ModuleType), name
        assert found is getattr(importlib.import_module(f"{floor.__name__}.{floor._where[name]}"), name)
    assert set(floor.__all__) <= set(dir(floor))


@pytest.mark.parametrize("floor", [estimate, present], ids=lambda floor: floor.__name__)
def test_importing_a_module_does_not_take_the_place_of_what_it_exports(floor):
    """`estimate.hazard` is the function, also after `lifecycle_utils.estimate.hazard` was imported by somebody."""
    modules = {module.name for module in pkgutil.iter_modules(floor.__path__)}
    code = f"import importlib, {floor.__name__} as floor\n" + "".join(f"importlib.import_module('{floor.__name__}.{name}')\n" for name in sorted(modules))
    shared = sorted(modules & set(floor.__all__))
    code += f"print(all(type(getattr(floor, name)).__name__ != 'module' for name in {shared}))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout == "True\n"


def test_what_is_not_there_is_told_as_by_any_module():
    with pytest.raises(AttributeError, match="module 'lifecycle_utils.estimate' has no attribute 'hazzard'"):
        estimate.hazzard  # noqa: B018
