"""What most notebooks of a report ask, asked before them: a core has nothing to do as long as the other imports what notebooks need."""

import threading
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import partial

import duckdb

from lifecycle_utils.errors import LifecycleError
from lifecycle_utils.observe.moments import earlier
from lifecycle_utils.observe.money import customer_money
from lifecycle_utils.observe.movements import mrr_movements
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.spells import first_spells
from lifecycle_utils.observe.tenures import tenures
from lifecycle_utils.sources.opened import one_core_is_enough, reopened
from lifecycle_utils.sources.snapshot import snapshot_of

#: Months before the report's whose customers it is compared with.
_EARLIER = (12, 1)


@contextmanager
def counted_ahead(opened, *, month):
    """While a run waits for its first notebook, count what most of them will ask. Gives a function that ends this after the present question.

    The answers are nobody's here: they are left in the run's folder, where each notebook looks for them (see sources.once_a_run).

    Parameters
    ----------
    opened : where the run has left the company's tables; None if it has not, and nothing can be shared
    month : of the report
    """
    kept = reopened(opened) if opened else None
    with closing(kept.connection) if kept else nullcontext():
        # To describe a question to Spark takes longer than to wait, and the questions of many rows want the cores and the memory of the notebooks.
        if kept is None or kept.settings.engine == "spark" or not one_core_is_enough(kept):
            yield lambda: None
            return
        ended = threading.Event()
        thread = threading.Thread(target=_ask, args=(snapshot_of(kept, month=month), ended), name=__name__, daemon=True)
        thread.start()
        try:
            yield ended.set
        finally:
            ended.set()
            kept.connection.interrupt()
            thread.join()


def _ask(snapshot, ended):
    # A question that cannot be answered is told by the notebook that asks it, and so is an engine without room.
    with suppress(duckdb.Error, OSError, MemoryError):
        for question in _asked_by_many(snapshot):
            if ended.is_set():
                return
            with suppress(LifecycleError):
                question()


def _asked_by_many(snapshot):
    """Functions without arguments, those first that most notebooks ask."""
    moments = [snapshot, *(earlier(snapshot, months=months) for months in _EARLIER)]
    for moment in moments:
        yield partial(first_spells, moment)
        yield partial(customer_money, moment)
    yield partial(mrr_movements, snapshot)
    for by in ("cohort_month", "billing_interval"):
        for moment in moments:
            yield partial(tenures, moment, by=by)
            yield partial(revenue, moment, by=by)
