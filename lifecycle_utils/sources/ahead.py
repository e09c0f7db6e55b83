"""Questions that are asked in a thread, on an engine of its own, while the run has to wait for something else."""

import threading
from contextlib import closing, contextmanager, nullcontext, suppress

import duckdb

from lifecycle_utils.errors import LifecycleError
from lifecycle_utils.sources.opened import one_core_is_enough, reopened


@contextmanager
def asked_ahead(opened, questions):
    """Ask `questions` of the company that a run has opened. Gives a function that ends this after the present one.

    Parameters
    ----------
    opened : where the run has left the company's tables; None if it has not, and no answer could be shared
    questions : function of the company that gives functions without arguments
    """
    kept = reopened(opened) if opened else None
    with closing(kept.connection) if kept else nullcontext():
        # To describe a question to Spark takes longer than to wait, and the questions of many rows want the cores and the memory of the notebooks.
        if kept is None or kept.settings.engine == "spark" or not one_core_is_enough(kept):
            yield lambda: None
            return
        ended = threading.Event()
        thread = threading.Thread(target=ask, args=(questions(kept), ended), name=__name__, daemon=True)
        thread.start()
        try:
            yield ended.set
        finally:
            ended.set()
            kept.connection.interrupt()
            thread.join()


def ask(questions, ended):
    """Ask until `ended` is set. What cannot be answered is told by the notebook that asks it, and so is an engine without room."""
    with suppress(duckdb.Error, OSError, MemoryError):
        for question in questions:
            if ended.is_set():
                return
            with suppress(LifecycleError):
                question()
