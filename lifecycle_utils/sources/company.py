"""A company: its folder opened in the engine, its settings, its problems."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lifecycle_utils.errors import InputError
from lifecycle_utils.settings import Settings, read_settings
from lifecycle_utils.sources.checks import problems_of_rules, set_aside
from lifecycle_utils.sources.locate import locate
from lifecycle_utils.sources.problems import in_order
from lifecycle_utils.sources.read import read

#: The committed sample company, used where no data is named.
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@dataclass(frozen=True)
class Company:
    """An opened company folder.

    Attributes
    ----------
    connection : the engine; every table of `tables` is a view there under its own name
    tables : dict of table name to ReadTable
    problems : list of Problem, errors first
    """

    folder: Path
    connection: object
    settings: Settings
    tables: dict
    problems: list


def open_company(path):
    """Open a company folder: find its tables, type every cell, apply every rule.

    Parameters
    ----------
    path : folder of the company; empty for the committed sample

    Raises
    ------
    InputError : if the folder or its lifecycle.toml cannot be used; problems of the tables are returned, not raised.
    """
    folder = Path(path).expanduser() if path else SAMPLE
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; name the folder that holds subscriptions.csv")
    settings = read_settings(folder)
    connection = _connect(settings)
    located, problems = locate(folder, settings)
    tables = {}
    for place in located:
        table, found = read(connection, place, settings)
        problems += found
        if table:
            tables[table.name] = table
    problems += problems_of_rules(connection, tables, settings)
    set_aside(connection, tables, settings)
    return Company(folder, connection, settings, tables, in_order(problems))


def check(path):
    """Every problem of a company folder at once, errors first: a list of Problem."""
    return open_company(path).problems


def _connect(settings):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    with contextlib.suppress(duckdb.Error):  # a build without the setting draws no bar either
        connection.execute("SET enable_progress_bar = false")
    if settings.memory_limit:
        connection.execute("SET memory_limit = ?", [settings.memory_limit])
    return connection

