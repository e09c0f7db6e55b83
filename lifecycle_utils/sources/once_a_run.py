"""What several notebooks of a report ask is counted once: the first to ask leaves it in the run's temporary folder.

The folder belongs to one run, which reads the same tables with the same settings, code and language from beginning to end, and goes with
it; so nothing there is ever out of date. Outside of a run there is no such folder, and everything is counted when it is asked.
"""

import hashlib
import tempfile
from contextlib import suppress
from pathlib import Path

import duckdb
import narwhals as nw

from lifecycle_utils.sources.engine import keep

#: Whole numbers that Parquet would hold as fractions.
_WIDE = {"HUGEINT", "UHUGEINT"}


def place_of(counted, *question):
    """The file in the folder `counted` of the answer to a question, whose parts are told apart by their text."""
    return counted / hashlib.sha256(repr(question).encode()).hexdigest()


def leave(write, place):
    """Have `write(file)` write the open `file`, which is put at `place` whole or not at all: another notebook may be looking for it."""
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        try:
            write(file)
            file.flush()  # of a full disk the last bytes may be the first to tell
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(place)


def rows_once_a_run(connection, place, build):
    """The lazy frame that `build()` describes, computed and kept by the embedded engine: read from `place` if it has been left there, or left there."""
    if place.exists():
        return keep(nw.from_native(connection.read_parquet(str(place))), connection)
    rows = keep(build(), connection)
    native = nw.to_native(rows)
    if not _WIDE & set(map(str, native.types)):
        with suppress(OSError, duckdb.Error):  # without room for it, each notebook counts for itself
            leave(lambda file: native.write_parquet(file.name), place)
    return rows
