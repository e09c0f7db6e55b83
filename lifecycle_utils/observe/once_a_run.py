"""The counts that several notebooks of a report ask for: see sources.once_a_run."""

import functools
import inspect
import pickle
from contextlib import suppress

from lifecycle_utils.sources.once_a_run import leave, place_of

_PLAIN = (str, int, float, bool, type(None))


def once_a_run(count):
    """Let a run's notebooks share what `count(snapshot, **plain_values)` returns, which is a small frame."""
    signature = inspect.signature(count)

    @functools.wraps(count)
    def shared(*args, **kwargs):
        asked = signature.bind(*args, **kwargs)
        asked.apply_defaults()
        snapshot, *how = asked.arguments.values()
        place = snapshot.counted and _place(snapshot, count, how)
        if place is None:
            return count(*args, **kwargs)
        if place.exists():
            return pickle.loads(place.read_bytes())  # of our own run, in a folder that nobody else can write to
        counts = count(*args, **kwargs)
        with suppress(OSError):  # without room for it, each notebook counts for itself
            leave(lambda file: pickle.dump(counts, file), place)
        return counts

    return shared


def _place(snapshot, count, how):
    """The file of the answer to this question; None if it cannot be told from others by its text."""
    if not all(isinstance(value, _PLAIN) for value in how):
        return None
    return place_of(snapshot.counted, count.__module__, count.__qualname__, snapshot.month, how)
