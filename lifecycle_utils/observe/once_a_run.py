"""What several notebooks of a report ask is counted once: the first to ask leaves the counts in the run's temporary folder.

The folder belongs to one run, which reads the same tables with the same settings, code and language from beginning to end, and goes with
it; so nothing there is ever out of date. Outside of a run there is no such folder, and everything is counted when it is asked.
"""

import functools
import hashlib
import inspect
import pickle
import tempfile
from contextlib import suppress
from pathlib import Path

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
            _leave(counts, place)
        return counts

    return shared


def _place(snapshot, count, how):
    """The file of the answer to this question; None if it cannot be told from others by its text."""
    if not all(isinstance(value, _PLAIN) for value in how):
        return None
    question = repr((count.__module__, count.__qualname__, snapshot.month, how))
    return snapshot.counted / hashlib.sha256(question.encode()).hexdigest()


def _leave(counts, place):
    """Whole or not at all: another notebook may be looking for it."""
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        try:
            pickle.dump(counts, file)
            file.flush()  # of a full disk the last bytes may be the first to tell
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(place)
