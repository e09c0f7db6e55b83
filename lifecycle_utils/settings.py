"""`lifecycle.toml`: what the kit cannot know from the tables. Every key is checked; a misspelt one is refused with a suggestion."""

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from lifecycle_utils.errors import InputError
from lifecycle_utils.settings_keys import CHANGES, KNOWN_AT_START
from lifecycle_utils.settings_rules import problems_of

FILE_NAME = "lifecycle.toml"


@dataclass(frozen=True)
class Settings:
    """The settings of a company.

    Shares are fractions (0.8 is 80 %), rates are per year, dates are calendar dates in `time_zone`.
    What each key means, and what each policy may be, is written in `settings_keys.py` and printed into docs/settings.md.
    """

    company: str = ""
    language: str = "en"
    currency: str = "USD"
    gross_margin: float = 1.0
    discount_rate_annual: float = 0.0
    observed_from: dt.date | None = None
    earliest_date: dt.date = dt.date(1990, 1, 1)
    time_zone: str = "UTC"
    grace_days: int = 0
    fiscal_year_start: int = 1
    on_end_before_start: str = "error"
    on_same_day: str = "drop"
    on_overlap: str = "add"
    on_negative_mrr: str = "error"
    on_free_plan: str = "keep"
    on_unknown_customer: str = "keep"
    on_future_start: str = "keep"
    on_repeated_row: str = "error"
    engine: str = "duckdb"
    memory_limit: str = ""
    temp_folder: str = ""
    tables: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    spark: dict = field(default_factory=dict)
    database: dict = field(default_factory=dict)
    test_accounts: dict = field(default_factory=dict)
    bands: dict = field(default_factory=dict)
    attributes: dict = field(default_factory=dict)
    scorecard: dict = field(default_factory=dict)
    benchmarks: dict = field(default_factory=dict)
    share: dict = field(default_factory=dict)

    @property
    def spark_session(self):
        """The settings of the Spark session."""
        return {name: value for name, value in self.spark.items() if name != "tables"}

    @property
    def spark_tables(self):
        """Which tables Spark knows, and by which name or address."""
        return self.spark.get("tables", {})

    @property
    def no_files(self):
        """The tables that are no files of the company's folder."""
        return {**self.database.get("tables", {}), **self.spark_tables}

    @property
    def share_k(self):
        """A shared report says nothing of fewer customers than this."""
        return self.share.get("k", 5)

    @property
    def share_attributes(self):
        """Columns whose values a shared report may show as they are."""
        return tuple(self.share.get("attributes", ()))

    @property
    def share_name(self):
        """What the company is called in a shared report."""
        return self.share.get("company", "A company")

    @property
    def changing(self):
        """The attributes of customers that are told to change after the start: no traits."""
        return {name for name, told in self.attributes.items() if told == CHANGES}

    @property
    def known_at_start(self):
        """The attributes of customers that are told to be known at the start."""
        return {name for name, told in self.attributes.items() if told == KNOWN_AT_START}

    def file_options(self, table):
        """How the file of a table is written: `[files]`, and over it `[files.<table>]`."""
        common = {key: value for key, value in self.files.items() if not isinstance(value, dict)}
        return common | self.files.get(table, {})


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
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise InputError(f"{FILE_NAME} is not valid TOML in UTF-8: {error}") from None
    problems = list(problems_of(raw))
    if problems:
        raise InputError("\n".join(f"{FILE_NAME}: {problem}" for problem in problems))
    raw.setdefault("company", Path(folder).resolve().name)
    for key in ("observed_from", "earliest_date"):
        if isinstance(raw.get(key), str):
            raw[key] = dt.date.fromisoformat(raw[key])
    return Settings(**raw)
