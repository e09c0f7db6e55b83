"""`lifecycle.toml`: what the kit cannot know from the tables. Every key is checked; a misspelt one is refused with a suggestion."""

import datetime as dt
import difflib
import tomllib
import zoneinfo
from dataclasses import dataclass, field, fields
from pathlib import Path

from lifecycle_utils.contract import TABLES
from lifecycle_utils.errors import InputError

FILE_NAME = "lifecycle.toml"
#: The kinds of companies that a benchmark is split by.
BENCHMARK_SEGMENTS = ("small_business", "enterprise")


@dataclass(frozen=True)
class Settings:
    """The settings of a company.

    Shares are fractions (0.8 is 80 %), rates are per year, dates are calendar dates in `time_zone`.
    """

    company: str = ""
    currency: str = "USD"
    gross_margin: float = 1.0
    discount_rate_annual: float = 0.0
    observed_from: dt.date | None = None
    time_zone: str = "UTC"
    grace_days: int = 0
    fiscal_year_start: int = 1
    on_end_before_start: str = "error"
    memory_limit: str = ""
    tables: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)
    bands: dict = field(default_factory=dict)
    scorecard: dict = field(default_factory=dict)
    benchmarks: dict = field(default_factory=dict)


def read_settings(folder):
    """The settings in `folder`, defaults where it has no lifecycle.toml.

    Raises
    ------
    InputError : with every problem of the file at once.
    """
    path = Path(folder) / FILE_NAME
    if not path.exists():
        return Settings(company=Path(folder).resolve().name)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{FILE_NAME} is not valid TOML in UTF-8: {error}") from None
    problems = list(_problems(raw))
    if problems:
        raise InputError("\n".join(f"{FILE_NAME}: {problem}" for problem in problems))
    raw.setdefault("company", Path(folder).resolve().name)
    if isinstance(raw.get("observed_from"), str):
        raw["observed_from"] = dt.date.fromisoformat(raw["observed_from"])
    return Settings(**raw)


def _problems(raw):
    known = [one.name for one in fields(Settings)]
    for key in raw:
        if key not in known:
            yield f"unknown key {key!r}{_did_you_mean(key, known)}"
    yield from _typed(raw)
    yield from _table_names(raw)
    yield from _benchmarks(raw.get("benchmarks", {}))


def _typed(raw):
    for key in ("company", "currency", "time_zone", "memory_limit"):
        if key in raw and not isinstance(raw[key], str):
            yield f"{key} must be text, not {raw[key]!r}"
    for key, low, high in (("gross_margin", 0, 1), ("discount_rate_annual", 0, 10)):
        if key in raw and not (_is_number(raw[key]) and low <= raw[key] <= high):
            yield f"{key} must be a number from {low} to {high}, not {raw[key]!r} (80 % is 0.8)"
    for key, low, high in (("grace_days", 0, 366), ("fiscal_year_start", 1, 12)):
        if key in raw and not (isinstance(raw[key], int) and not isinstance(raw[key], bool) and low <= raw[key] <= high):
            yield f"{key} must be a whole number from {low} to {high}, not {raw[key]!r}"
    if raw.get("on_end_before_start", "error") not in ("error", "drop"):
        yield f'on_end_before_start must be "error" or "drop", not {raw["on_end_before_start"]!r}'
    if isinstance(raw.get("time_zone"), str):
        try:
            zoneinfo.ZoneInfo(raw["time_zone"])
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            yield f"time_zone {raw['time_zone']!r} is not a name of the time zone database, for example Europe/Warsaw"
    if "observed_from" in raw and not _is_date(raw["observed_from"]):
        yield f"observed_from must be a date written YYYY-MM-DD, not {raw['observed_from']!r}"


def _table_names(raw):
    for section in ("tables", "columns"):
        value = raw.get(section, {})
        if not isinstance(value, dict):
            yield f"[{section}] must be a section"
            continue
        for table in value:
            if table not in TABLES:
                yield f"[{section}] names the unknown table {table!r}{_did_you_mean(table, TABLES)}"
    if not isinstance(raw.get("bands", {}), dict):
        yield "[bands] must be a section"
    for attribute, edges in raw.get("bands", {}).items() if isinstance(raw.get("bands", {}), dict) else ():
        if not (isinstance(edges, list) and edges and all(map(_is_number, edges)) and edges == sorted(set(edges))):
            yield f"[bands] {attribute} must be a rising list of numbers, for example [5, 15, 30, 60]"
    yield from _points(raw.get("scorecard", {}))


def _points(scorecard):
    """Whether inputs and values exist is known where they are read: `estimate.scorecard_points` checks that."""
    if not isinstance(scorecard, dict):
        yield "[scorecard] must be a section"
        return
    for name, values in scorecard.items():
        if not (isinstance(values, dict) and all(map(_is_number, values.values()))):
            yield f'[scorecard.{name}] must be a section of points by value, for example "9-10" = 10'


def _benchmarks(section):
    """What others report for a key figure: two dated ranges with their source, never a target."""
    if not isinstance(section, dict):
        yield "[benchmarks] must be a section"
        return
    for name, benchmark in section.items():
        if not isinstance(benchmark, dict):
            yield f"[benchmarks.{name}] must be a section"
            continue
        for key in benchmark:
            if key not in (*BENCHMARK_SEGMENTS, "as_of", "source"):
                yield f"[benchmarks.{name}] has the unknown key {key!r}{_did_you_mean(key, (*BENCHMARK_SEGMENTS, 'as_of', 'source'))}"
        if not all(isinstance(benchmark.get(key), str) and benchmark[key] for key in ("as_of", "source")):
            yield f'[benchmarks.{name}] must say as_of = "…" and source = "…": a benchmark without a date and a source is a rumour'
        ranges = [benchmark[segment] for segment in BENCHMARK_SEGMENTS if segment in benchmark]
        if not ranges or not all(isinstance(one, list) and len(one) == 2 and all(map(_is_number, one)) and one[0] <= one[1] for one in ranges):
            yield f"[benchmarks.{name}] must give small_business or enterprise as [low, high], for example [0.05, 0.07]"


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_date(value):
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return True
    try:
        return bool(dt.date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def _did_you_mean(name, known):
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f" (known: {', '.join(known)})"
