"""A Snapshot: every table as known at the end of a month. Last year's report is the same call with another month."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

import narwhals as nw

from lifecycle_utils.contract import EXCLUSIVE_ENDS, KNOWN_ON, LATER_DATES, TABLES
from lifecycle_utils.errors import InputError, MissingTable, UsageError
from lifecycle_utils.language import speak
from lifecycle_utils.months import check_month, month_end, month_of, shift_month
from lifecycle_utils.settings import Settings
from lifecycle_utils.sources.company import open_company
from lifecycle_utils.sources.engine import keep
from lifecycle_utils.sources.once_a_run import place_of, rows_once_a_run
from lifecycle_utils.sources.opened import reopen

#: Rows of a table that planning takes longer than reading.
_SMALL = 200_000


@dataclass(frozen=True)
class Snapshot:
    """The company as known at the end of `month`.

    Attributes
    ----------
    month : calendar month "YYYY-MM"
    cutoff : first day after it; everything known happened before, or ends on it
    tables : mapping of table name to lazy frame: later rows dropped, later dates empty
    attributes : dict of table name to the names of its attributes (columns beyond the contract's)
    numeric_attributes : dict of table name to the attributes that hold numbers only, shown in bands
    company : the opened company that it is a view of
    counted : folder of what the notebooks of this run have counted of this company; None where nobody else may read what is

    Notes
    -----
    A copy with other tables or settings (`dataclasses.replace`) keeps nothing of what was computed and has no `counted`: neither is an argument.
    """

    month: str
    cutoff: dt.date
    settings: Settings
    tables: dict
    attributes: dict
    numeric_attributes: dict
    problems: tuple
    company: object = field(default=None, repr=False, compare=False)
    counted: object = field(default=None, init=False, repr=False, compare=False)
    _kept: dict = field(default_factory=dict, init=False, repr=False, compare=False)

    def has(self, name):
        """Did the company bring this table?"""
        return name in self.tables

    def as_of(self, month):
        """The same company as known at the end of another month; nothing is read again."""
        return snapshot_of(self.company, month=month)

    def table(self, name):
        """The lazy frame of a table; MissingTable if the company did not bring it."""
        if name not in self.tables:
            raise MissingTable(name, found=self.tables)
        if self._is_small(name) and name in KNOWN_ON:  # the others are the engine's own tables as they are
            return self.once(("table", name), lambda: self.tables[name])
        return self.tables[name]

    def table_within(self, name):
        """`table`, where nothing that ends on the cutoff is known to end: nobody has to be looked for who goes on that day."""
        if self._is_small(name) or not isinstance(self.tables, _Tables):
            return self.table(name)
        return _as_known(name, self.company.frame(name), self.cutoff, self.month, within=True)

    def _is_small(self, name):
        """Is a copy of the table cheaper than to tell the engine again, with every question, how it comes about?"""
        read = self.company.tables.get(name) if self.company else None
        return read is not None and read.rows <= _SMALL

    def keep(self, lazy):
        """A lazy frame of this company, computed now by its engine, which keeps the rows."""
        return keep(lazy, self.company.connection if self.company else None)

    def noted(self, question, build, *, rows_of):
        """The lazy frame that `build()` describes, once: kept by the engine where the table `rows_of`, whose rows it has, is small (see `table`)."""
        if self._is_small(rows_of):
            return self.once(question, build)
        if question not in self._kept:
            self._kept[question] = build()
        return self._kept[question]

    def once(self, question, build, *, in_a_run=False):
        """The lazy frame that `build()` describes, computed by the engine the first time `question` is asked and kept there.

        `in_a_run` says that many notebooks ask it, so that a run's notebooks share the rows.
        """
        if question not in self._kept:
            shared = in_a_run and self.counted and self.settings.engine != "spark"
            place = place_of(self.counted, self.month, question) if shared else None
            self._kept[question] = rows_once_a_run(self.company.connection, place, build) if place else self.keep(build())
        return self._kept[question]


def open_snapshot(path="", *, month=""):
    """Open a company folder as known at the end of a month.

    Parameters
    ----------
    path : folder of the company; "" for the sample company
    month : calendar month "YYYY-MM"; "" for the newest finished month that the subscriptions reach

    Raises
    ------
    UsageError : for a month that is not one
    InputError : with every error of the tables, one a line, if there is any

    Examples
    --------
    >>> open_snapshot(month="2026-09").cutoff
    datetime.date(2026, 10, 1)
    """
    if month:
        check_month(month)
    return snapshot_of(reopen(path) or open_company(path), month=month)


def snapshot_of(company, *, month=""):
    """The Snapshot of a company that is already open; see `open_snapshot`."""
    speak(company.settings.language)
    errors = [problem for problem in company.problems if problem.severity == "error"]
    if errors:
        raise InputError("\n".join(map(str, errors)))
    month = month or _newest_month(company)
    cutoff = month_end(month)
    tables = _Tables({name: functools.partial(_known_table, company, name, cutoff, month) for name in company.tables})
    snapshot = Snapshot(
        month, cutoff, company.settings, tables,
        {name: table.attributes for name, table in company.tables.items()},
        {name: table.numeric_attributes for name, table in company.tables.items()},
        tuple(company.problems),
        company,
    )
    object.__setattr__(snapshot, "counted", company.counted)
    return snapshot


class _Tables(Mapping):
    """Lazy frames by name, each described to the engine when it is first asked for: to describe a company takes no Spark."""

    def __init__(self, builds):
        self._builds, self._built = builds, {}

    def __getitem__(self, name):
        if name not in self._built:
            self._built[name] = self._builds[name]()
        return self._built[name]

    def __contains__(self, name):  # the inherited one would describe the frame to find out
        return name in self._builds

    def __iter__(self):
        return iter(self._builds)

    def __len__(self):
        return len(self._builds)


def _known_table(company, name, cutoff, month):
    return _as_known(name, company.frame(name), cutoff, month)


def _newest_month(company):
    """The newest finished month that has a start in it: a month that runs still would look like one without customers."""
    newest = company.connection.execute("SELECT max(started_on) FROM subscriptions WHERE started_on < ?", [dt.date.today()]).fetchone()[0]
    if newest is None:
        raise UsageError("no subscription has started yet; name a month")
    return min(month_of(newest), shift_month(month_of(dt.date.today()), -1))


def _as_known(name, frame, cutoff, month, *, within=False):
    known_on = KNOWN_ON.get(name)
    if known_on and TABLES[name].column(known_on).type == "month":
        return frame.filter(nw.col(known_on) <= month)
    if name == "subscriptions" and not within:
        frame = _without_ends_that_go_on(frame, cutoff)
    if known_on:
        frame = frame.filter(nw.col(known_on) < cutoff)
    later = [_known_by(date, cutoff, within=within).alias(date) for date in LATER_DATES.get(name, ())]
    return frame.with_columns(*later) if later else frame


def _known_by(date, cutoff, *, within):
    known = nw.col(date) <= cutoff if date in EXCLUSIVE_ENDS and not within else nw.col(date) < cutoff
    return nw.when(known).then(nw.col(date))


def _without_ends_that_go_on(frame, cutoff):
    """An end on the cutoff is known, unless the customer goes on paying that day: a plan change on the first of the next month is no churn of this one."""
    going_on = frame.filter((nw.col("started_on") == cutoff) & (nw.col("mrr") > 0)).group_by("customer_id").agg(goes_on=nw.len())
    # joined by nothing but the rows in question: to look for the customers of all the others would cost as much as to read them
    asked = frame.with_columns(ending=nw.when(nw.col("ended_on") == cutoff).then(nw.col("customer_id")))
    joined = asked.join(going_on, left_on="ending", right_on="customer_id", how="left")
    return joined.with_columns(ended_on=nw.when(nw.col("goes_on").is_null()).then(nw.col("ended_on"))).drop("ending", "goes_on")
