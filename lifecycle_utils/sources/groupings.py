"""What can customers be grouped by? Known from the columns alone, so that a wrong wish is told before anything is counted."""

import difflib

#: The columns of subscriptions that group customers, besides its attributes.
_OWN = {"customers": (), "subscriptions": ("plan", "billing_interval", "currency")}


def groupings(snapshot):
    """What `by` may name: cohort_month, channel (of the customer's first lead), then the columns of customers and subscriptions that group."""
    names = ["cohort_month", *(["channel"] if snapshot.has("leads") else [])]
    for table, own in _OWN.items():
        if snapshot.has(table):
            names += [*own, *snapshot.attributes[table]]
    return tuple(dict.fromkeys(names))


def no_such_grouping(name, known, *, parameter="by"):
    """The sentence that tells of a grouping that is none.

    >>> no_such_grouping("plna", ("cohort_month", "plan"))
    "by = 'plna' is no attribute of customers or subscriptions; did you mean 'plan'?"
    """
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"it may be one of: {', '.join(known)}"
    return f"{parameter} = {name!r} is no attribute of customers or subscriptions; {hint}"
