"""What a worker process does with one notebook: run it, harvest it, render it. Imported once, in the process that workers fork from."""

import time
import traceback
from dataclasses import replace

import nbformat
from zmq.error import ZMQError

from lifecycle_utils.language import speak
from lifecycle_utils.report.environment import use_environment
from lifecycle_utils.report.execute import RunFailed, execute
from lifecycle_utils.report.forked import manager_class
from lifecycle_utils.report.fragment import fragment
from lifecycle_utils.report.harvest import count_figures, findings, messages, tables
from lifecycle_utils.report.job import DONE, FAILED, Failure, Outcome
from lifecycle_utils.report.scrub import shareable
from lifecycle_utils.report.translate import translate


def work(job, spare=None, cells_done=lambda: None):
    """Run one notebook, in the kernel that `spare` becomes (see forked). Returns its Outcome, also when it fails.

    `cells_done` is called when all cells have run and the kernel is gone.
    """
    began = time.monotonic()
    try:
        outcome = _work(job, spare, cells_done)
    except RunFailed as error:
        if error.notebook:
            nbformat.write(error.notebook, job.executed)
        outcome = Outcome(job.notebook.name, FAILED, failure=_with_last_words(error.failure, job))
    except (OSError, ZMQError) as error:  # what the machine could not give: files, sockets, memory
        outcome = Outcome(job.notebook.name, FAILED, failure=Failure("error", f"it could not be run: {error.strerror or error}"))
    except Exception:  # noqa: BLE001 the parent of a worker can only be told; the traceback is of the kit, not of a cell
        outcome = Outcome(job.notebook.name, FAILED, failure=Failure("error", "the report runner failed", traceback=traceback.format_exc()))
    finally:
        if spare:
            spare.end()
    return replace(outcome, seconds=time.monotonic() - began)


def _with_last_words(failure, job):
    return replace(failure, message=failure.message + job.last_words()) if failure.kind == "died" else failure


def _executed(job, spare, cells_done):
    working = use_environment(job.scratch, opened=job.opened, language=job.language, shared_k=job.shared_k)
    notebook = execute(job.notebook.path, job.parameters, working=working, timeout=job.timeout, manager_class=manager_class(spare))
    cells_done()
    translate(notebook)
    return shareable(notebook) if job.shared_k else notebook


def _work(job, spare, cells_done):
    name = job.notebook.name
    speak(job.language)
    notebook = nbformat.read(job.before, as_version=4) if job.before else _executed(job, spare, cells_done)
    try:
        outcome = Outcome(
            name, DONE, findings(notebook), tables(notebook, with_html=job.notebook.lists), count_figures(notebook), messages=messages(notebook),
            page=fragment(notebook, prefix=f"{name}--"),
            chapter=fragment(notebook, prefix=f"{name}--", shift=1, link_to="#{name}", table_links=False),
        )  # fmt: skip
    except RunFailed as error:
        raise RunFailed(error.failure, notebook) from None
    nbformat.write(notebook, job.executed)
    return outcome
