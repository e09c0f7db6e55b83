"""A company that a run has opened already: its typed and checked tables, shared by the notebooks of that run.

Opening a company reads, types and checks every cell, which costs a notebook more than all it then asks. The run does it once and
leaves the tables in its temporary folder; the notebooks that it starts find them by an environment variable. Without the variable,
or for another folder, a company is opened as ever. That the files stay as they were is for the run to see to: it hashes them.
"""

import dataclasses
import os
import pickle
import shutil
from pathlib import Path

import duckdb

from lifecycle_utils import __version__
from lifecycle_utils.sources import spark
from lifecycle_utils.sources.company import SAMPLE, _connect
from lifecycle_utils.sources.parse import literal, quoted

#: Names the folder that `keep` has written.
VARIABLE = "LIFECYCLE_OPENED"

#: Rows of all tables up to which an engine of one thread is the quicker one: other notebooks run beside this one.
_ONE_THREAD = 1_000_000

_TABLES, _REST, _COUNTED = "tables.duckdb", "company.pickle", "counted"


def keep(company, folder, queries=None):
    """Leave an opened company in the new `folder`, for `reopen`. Returns the folder, or None if there is no room for it.

    Parameters
    ----------
    queries : dict of table to the SELECT that gives its rows, where not all of the table may be seen (see share)
    """
    folder.mkdir(mode=0o700)
    try:
        handed = str(spark.hand_over(company, queries)) if company.settings.engine == "spark" else ""
        if not handed:
            _copy(company, queries, folder / _TABLES)
        (folder / _COUNTED).mkdir()
        rest = {"version": __version__, "company": _without_engine(company), "alone": queries is not None, "handed": handed}
        (folder / _REST).write_bytes(pickle.dumps(rest))  # last: with it the folder is complete
    except (duckdb.Error, OSError):
        shutil.rmtree(folder)
        return None
    return folder


def reopen(path):
    """The company at `path` as the run has kept it; None if no run has."""
    place = os.environ.get(VARIABLE)
    if not place or not (Path(place) / _REST).exists():
        return None
    rest, folder = _rest(place), Path(path).expanduser() if path else SAMPLE
    if rest["alone"]:  # what may be shared is all that there is, whatever a notebook asks for
        return reopened(place)
    if rest["version"] != __version__ or not folder.is_dir() or not folder.samefile(rest["company"].folder):
        return None
    return dataclasses.replace(reopened(place), folder=folder)


def reopened(place):
    """The company that the run has kept in the folder `place`, on an engine of this process."""
    rest = _rest(place)
    company, handed = rest["company"], {"place": Path(rest["handed"])} if rest["handed"] else {}
    connection = _connect(company.settings)
    if one_core_is_enough(company):
        connection.execute("SET threads = 1")
    if handed:
        spark.view_handed(connection, company.tables, rest["handed"])
    else:
        connection.execute(f"ATTACH {literal(Path(place) / _TABLES)} AS kept (READ_ONLY)")
        for name in company.tables:
            connection.execute(f"CREATE TEMP VIEW {quoted(name)} AS SELECT * FROM kept.{quoted(name)}")
    return dataclasses.replace(company, connection=connection, handed=handed, counted=Path(place) / _COUNTED)


def one_core_is_enough(company):
    """Has it so few rows that a second thread of the engine costs more than it brings?"""
    return sum(table.rows for table in company.tables.values()) <= _ONE_THREAD


def _rest(place):
    return pickle.loads((Path(place) / _REST).read_bytes())  # of our own run, in a folder that nobody else can write to


def _copy(company, queries, file):
    company.connection.execute(f"ATTACH {literal(file)} AS kept")
    for name in company.tables:
        rows = queries[name] if queries else f"SELECT * FROM {quoted(name)}"
        company.connection.execute(f"CREATE TABLE kept.{quoted(name)} AS {rows}")
    company.connection.execute("DETACH kept")


def _without_engine(company):
    """What can be pickled; where the rows behind a problem are found again belongs to the engine and the files they were found in."""
    return dataclasses.replace(company, connection=None, findings=(), places={}, handed={})
