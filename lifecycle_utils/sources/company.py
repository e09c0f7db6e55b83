"""A company: its folder opened in the engine, its settings, its problems."""

import contextlib
import csv
import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import narwhals as nw

from lifecycle_utils.contract import TABLES
from lifecycle_utils.errors import InputError
from lifecycle_utils.language import speak
from lifecycle_utils.settings import Settings, read_settings
from lifecycle_utils.sources import spark
from lifecycle_utils.sources.checks import findings_of_rules, make_test_customers, set_aside
from lifecycle_utils.sources.database import open_tables
from lifecycle_utils.sources.locate import locate, missing_tables
from lifecycle_utils.sources.open import Raw, open_raw
from lifecycle_utils.sources.problems import in_order, look_at
from lifecycle_utils.sources.read import read, unreadable

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
    findings : tuple of (Problem, Finding): where the rows behind a problem are found again
    aside : dict of table name to {code: rows} of the rows set aside, each under the first rule that it breaks
    counted : folder in which the notebooks of a run leave for each other what they have counted; None outside of a run
    """

    folder: Path
    connection: object
    settings: Settings
    tables: dict
    problems: list
    findings: tuple = ()
    places: dict = field(default_factory=dict, repr=False)
    aside: dict = field(default_factory=dict)
    handed: dict = field(default_factory=dict, repr=False)  # where another engine finds the tables (see spark)
    counted: Path | None = None

    def frame(self, name):
        """The lazy frame of a table, in the engine that counts."""
        return spark.frame(self, name) if self.settings.engine == "spark" else nw.from_native(self.connection.table(name))

    def hand_over(self, rows):
        """A small pandas frame, such as what a model says of each group, as a lazy frame in the engine that counts."""
        if self.settings.engine == "spark":
            return nw.from_native(spark.session(self.settings).createDataFrame(rows))
        return nw.from_native(self.connection.from_df(rows))

    def place(self, table):
        """A function that gives the file and the row as in the file of a table's `_row`."""
        return self.places[table]


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
    speak(settings.language)  # before anything is told of the tables
    connection = _connect(settings)
    located, problems = locate(folder, settings)
    raws = [_opened(connection, place, settings) for place in located]
    raws += spark.open_tables(connection, settings)
    raws += open_tables(connection, settings, folder, {raw.table for raw in raws})
    problems += missing_tables({raw.table for raw in raws}, problems)
    tables, findings = {}, []
    for raw in raws:
        table, told, found = _read(connection, raw, settings)
        problems += told
        findings += found
        if table:
            tables[table.name] = table
    tables = {name: tables[name] for name in TABLES if name in tables}
    problems += make_test_customers(connection, tables, settings)
    findings += findings_of_rules(connection, tables, settings, _today(settings))
    told = [(look_at(connection, finding, _table_of(finding, tables, raws), settings), finding) for finding in findings]
    told = [(problem, finding) for problem, finding in told if problem]
    aside = set_aside(connection, tables, settings, [finding for _, finding in told])
    places = {raw.table: raw.place for raw in raws}
    return Company(folder, connection, settings, tables, in_order([*problems, *(problem for problem, _ in told)]), tuple(told), places, aside)


def check(path):
    """Every problem of a company folder at once, errors first: a list of Problem."""
    return open_company(path).problems


def _opened(connection, place, settings):
    try:
        return open_raw(connection, place, settings)
    except (duckdb.Error, UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        raw = Raw(place.table, place.file)
        raw.problems.append(unreadable(raw, error))
        return raw


def _read(connection, raw, settings):
    try:
        return read(connection, raw, settings)
    except (duckdb.Error, UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
        return None, [*raw.problems, unreadable(raw, error)], []


def _table_of(finding, tables, raws):
    """Where a finding's rows are: the table, or what was opened of one that cannot be typed."""
    return tables.get(finding.table) or next(raw for raw in raws if raw.table == finding.table)


def _today(settings):
    return dt.datetime.now(zoneinfo.ZoneInfo(settings.time_zone)).date()


def _connect(settings):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    with contextlib.suppress(duckdb.Error):  # a build without the setting draws no bar either
        connection.execute("SET enable_progress_bar = false")
    if settings.memory_limit:
        connection.execute("SET memory_limit = ?", [settings.memory_limit])
    if settings.temp_folder:
        connection.execute("SET temp_directory = ?", [settings.temp_folder])
    return connection
