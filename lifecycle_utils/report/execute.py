"""Run one notebook to its end with papermill, and leave it without a trace of when and where it ran."""

import logging
import re

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines

from lifecycle_utils import errors
from lifecycle_utils.report.job import Failure
from lifecycle_utils.report.kernel import ThisInterpreter

# Colours of IPython's tracebacks, and whatever else would reach the operator's terminal as a command.
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TEMPORARY_SOURCE = re.compile(r"(?:/[^\s/]+)*/ipykernel_\d+/\d+\.py")
_INJECTED = "injected-parameters"
#: What a cell says of the parameters or of the tables is no fault of the notebook.
_KINDS = {errors.UsageError.exit_code: "usage", errors.InputError.exit_code: "input"}


class RunFailed(Exception):
    """A notebook did not run to its end."""

    def __init__(self, failure, notebook=None):
        super().__init__(str(failure))
        self.failure, self.notebook = failure, notebook


class _Watched(NBClientEngine):
    """papermill's own engine, which shows what it works on, so that the notebook need not be written twice a cell to be at hand when it fails."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, *, watch, **options):
        watch(nb_man)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register("lifecycle", _Watched)


def execute(path, parameters, *, working, timeout, manager_class=ThisInterpreter):
    """Run the notebook at `path` and return it executed.

    Parameters
    ----------
    parameters : names that its parameters cell declares, typed (see parameters.assign)
    working : folder the kernel starts in
    timeout : seconds for one cell
    manager_class : what starts the kernel

    Raises
    ------
    RunFailed : a cell failed or stopped, time ran out, or the kernel died; carries the notebook as far as it came
    """
    for noisy in ("papermill", "traitlets"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    begun = []
    try:
        executed = papermill.execute_notebook(
            # The node, not the path: papermill formats paths, and a folder may be named {so}.
            _read(path), None, parameters=parameters, cwd=str(working), kernel_name="python3", language="python", kernel_manager_class=manager_class,
            engine_name="lifecycle", watch=begun.append, request_save_on_cell_execute=False,
            execution_timeout=timeout, progress_bar=False, record_timing=False,
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        raise _failed_at(_KINDS.get(_exit_code(error.ename), "error"), _told(error.ename, error.evalue), begun[-1].nb, traceback=_short(error)) from None
    except CellTimeoutError:
        raise _failed_at("timeout", f"the cell ran longer than {timeout:g} s", begun[-1].nb) from None
    except DeadKernelError:
        raise _failed_at("died", "the kernel died (killed, out of memory, or a crash in a library)", begun[-1].nb) from None
    except RuntimeError as error:  # it ended, or said nothing, before its first cell
        if any(cell.metadata.get("papermill", {}).get("start_time") for manager in begun for cell in manager.nb.cells):
            raise
        raise RunFailed(Failure("died", f"its kernel could not be started: {error}")) from None
    _refuse_unfinished(executed)
    return _without_traces(executed)


def _read(path):
    notebook = nbformat.read(path, as_version=4)
    for number, cell in enumerate(notebook.cells, start=1):
        if notebook.nbformat_minor < 5:
            cell["id"] = f"cell-{number}"
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    return notebook


def _exit_code(name):
    return getattr(getattr(errors, name, None), "exit_code", None)


def _told(name, value):
    """An error of the kit is a sentence already."""
    value = _CONTROL.sub("", value).strip()
    return value if hasattr(errors, name) else f"{name}: {value}".removesuffix(": ")


def _short(error):
    lines = _CONTROL.sub("", "\n".join(error.traceback)).strip().splitlines()
    return "" if hasattr(errors, error.ename) else "\n".join(lines[-12:])


def _refuse_unfinished(notebook):
    """papermill takes sys.exit(0) for success; here every code cell has to have run to its end."""
    for cell in _code_cells(notebook):
        stopped = next((output for output in cell.outputs if output.output_type == "error"), None)
        if stopped:
            raise _failed_at("error", f"the notebook stopped before its end ({_told(stopped.ename, stopped.evalue)})", notebook)
        if cell.execution_count is None or cell.metadata.papermill.get("status") != "completed":
            raise _failed_at("error", "a later cell was not run", notebook)


def _failed_at(kind, message, notebook, traceback=""):
    """The failure at the last cell that was begun, numbered as a person counts: without papermill's own cells."""
    notebook.cells = [cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])]
    own = [cell for cell in _code_cells(notebook) if _INJECTED not in cell.metadata.get("tags", [])]
    begun = [number for number, cell in enumerate(own, start=1) if cell.metadata.get("papermill", {}).get("end_time")]
    number = begun[-1] if begun else 1
    return RunFailed(Failure(kind, message, number, len(own), _head(own[number - 1].source), traceback), _without_traces(notebook))


def _code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _head(source):
    lines = _CONTROL.sub("", source).strip().splitlines()
    return "\n".join(lines[:4] + (["…"] if len(lines) > 4 else []))


def _without_traces(notebook):
    """Same input, same bytes: without times, random ids and the names of temporary files."""
    given = notebook.metadata.pop("papermill", {}).get("parameters", {})
    if given:
        notebook.metadata["papermill"] = {"parameters": dict(given)}
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", True):
            cell.metadata.pop("tags")
        if _INJECTED in cell.metadata.get("tags", []):
            cell["id"] = _INJECTED
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = _TEMPORARY_SOURCE.sub("<cell>", output.text)
    return notebook
