"""What most notebooks of a report ask, asked before them: a core has nothing to do as long as the other imports what notebooks need."""

from functools import partial

from lifecycle_utils.observe.moments import earlier
from lifecycle_utils.observe.money import customer_money
from lifecycle_utils.observe.movements import mrr_movements
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.spells import first_spells
from lifecycle_utils.observe.tenures import tenures
from lifecycle_utils.sources.ahead import asked_ahead
from lifecycle_utils.sources.snapshot import snapshot_of

#: Months before the report's whose customers it is compared with.
_EARLIER = (12, 1)


def counted_ahead(opened, *, month):
    """While a run waits for its first notebook, count what most of them will ask: as a context, see sources.ahead.

    The answers are nobody's here: they are left in the run's folder, where each notebook looks for them (see sources.once_a_run).

    Parameters
    ----------
    opened : where the run has left the company's tables; None if it has not
    month : of the report
    """
    return asked_ahead(opened, lambda company: asked_by_many(snapshot_of(company, month=month)))


def asked_by_many(snapshot):
    """Functions without arguments, those first that most notebooks ask."""
    moments = [snapshot, *(earlier(snapshot, months=months) for months in _EARLIER)]
    for moment in moments:
        yield partial(first_spells, moment)
        yield partial(customer_money, moment)
    yield partial(mrr_movements, snapshot)
    for by in ("cohort_month", "billing_interval"):
        for moment in moments:
            yield from _groups(moment, by)
    for by in (*snapshot.attributes.get("customers", ()), "channel"):  # only one notebook asks them, but there is time
        yield from _groups(snapshot, by)


def _groups(snapshot, by):
    yield partial(tenures, snapshot, by=by)
    yield partial(revenue, snapshot, by=by)
