"""Everything that the notebooks import, imported once: the process that has this module is what workers and kernels are forked from.

Nothing stays open here: an engine, a figure or a thread does not survive a fork.
"""

import gc
import importlib
import os
import pkgutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import lifecycle_utils
from lifecycle_utils.report.environment import plain_drawing

#: What costs time to import, lazily imported parts included. Never matplotlib_inline's backend: IPython hooks it up to show figures at
#: the moment a kernel imports it, and a kernel that has it already would show none.
_LIBRARIES = (
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "seaborn", "great_tables", "babel.numbers", "babel.dates",
    "pandas", "pyarrow", "scipy.stats", "scipy.optimize", "sklearn.ensemble", "sklearn.linear_model", "narwhals",
    "narwhals._pandas_like.dataframe", "ipykernel.kernelapp", "ipykernel.zmqshell", "IPython.core.completerlib",
    "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect", "IPython.core.pylabtools", "IPython.extensions.storemagic",
    "sqlite3", "tornado.platform.asyncio", "ipykernel_launcher",
)  # fmt: skip
_PACKAGE = Path(lifecycle_utils.__file__).parent
_FLOORS = ("sources", "observe", "estimate", "present")
#: Kernels of a report read no files of a spreadsheet: the run has opened the company.
_NEVER_ASKED = {f"{lifecycle_utils.__name__}.sources.excel"}
_DEBUGGER = "debugpy"
_TABLE = '<table><thead><tr class="gt_heading"><td>One &amp; two</td></tr></thead><tbody><tr><th>1</th><td class="gt_left">2</td></tr></tbody></table>'


def _import_everything():
    _import_without_debugger("ipykernel.debugger")
    for name in _LIBRARIES:
        _import(name)
    for floor in _FLOORS:
        for module in pkgutil.iter_modules([str(_PACKAGE / floor)], f"{lifecycle_utils.__name__}.{floor}."):
            if module.name not in _NEVER_ASKED:
                _import(module.name)
    for floor in ("sources", "present"):
        with suppress(Exception):  # as with what is imported
            importlib.import_module(f"{lifecycle_utils.__name__}.{floor}.rehearsal").rehearse()


def _import(name):
    # What is broken or not installed here is told by the notebook that needs it, and by no other.
    with suppress(Exception):
        importlib.import_module(name)


def _import_without_debugger(name):
    """Nobody debugs a notebook while a report is made; without the debugger kernels start faster. A cell that asks for it still gets it."""
    if _DEBUGGER in sys.modules:
        return
    sys.modules[_DEBUGGER] = None
    _import(name)
    del sys.modules[_DEBUGGER]


def _elsewhere(act):
    """`act()` in a folder where matplotlib finds nobody's settings."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        plain_drawing(Path(folder))
        os.chdir(folder)
        try:
            act()
        finally:
            os.chdir(before)


def _make_a_page():
    """Compiles templates and patterns and whatever else is made ready at its first use."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    from lifecycle_utils.report.fragment import fragment
    from lifecycle_utils.report.harvest import TABLE

    shown = new_output("display_data", {TABLE: {"name": "rehearsal"}, "text/html": _TABLE})
    fragment(new_notebook(cells=[new_markdown_cell("# A title"), new_code_cell("1 + 1", outputs=[shown])]))


gc.disable()  # nothing that is imported is garbage
_elsewhere(_import_everything)
_make_a_page()
# What is there now is never looked through for garbage, so that children go on sharing its memory with this process.
gc.freeze()
gc.enable()
