"""What a worker process does with one notebook: run it, harvest it, render it. Imported once, in the process that workers fork from."""

import time
import traceback
from dataclasses import replace

import nbformat

from lifecycle_utils.report.execute import RunFailed, execute
from lifecycle_utils.report.fragment import fragment
from lifecycle_utils.report.harvest import count_figures, findings, messages, tables
from lifecycle_utils.report.job import DONE, FAILED, Failure, Outcome
from lifecycle_utils.report.kernel import use_environment


def work(job):
    """Run one notebook. Returns its Outcome, also when it fails."""
    began = time.monotonic()
    try:
        outcome = _work(job)
    except RunFailed as error:
        if error.notebook:
            nbformat.write(error.notebook, job.executed)
        outcome = Outcome(job.notebook.name, FAILED, failure=error.failure)
    except Exception:  # noqa: BLE001 the parent of a worker can only be told; the traceback is of the kit, not of a cell
        outcome = Outcome(job.notebook.name, FAILED, failure=Failure("error", "the report runner failed", traceback=traceback.format_exc()))
    return replace(outcome, seconds=time.monotonic() - began)


def _work(job):
    name = job.notebook.name
    working = use_environment(job.scratch)
    notebook = execute(job.notebook.path, job.parameters, working=working, timeout=job.timeout)
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
