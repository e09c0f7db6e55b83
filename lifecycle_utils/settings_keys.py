"""The keys of lifecycle.toml, as data: each key's kind, bounds and meaning. docs/checks.md is printed from it."""

from dataclasses import dataclass
from types import MappingProxyType

from lifecycle_utils.language import LANGUAGES


@dataclass(frozen=True)
class Key:
    """A key of lifecycle.toml: `kind` is text, number, whole, date, choice or section; bounds and choices where they apply."""

    kind: str
    meaning: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()


def _policy(meaning, *choices):
    """A policy: where reasonable people differ. The first choice is the default."""
    return Key("choice", meaning, choices=choices)


KEYS = MappingProxyType(
    {
        "company": Key("text", "the name in the report; the folder's when it is not set"),
        "language": Key("choice", "of the report: English, Japanese or Polish", choices=tuple(LANGUAGES)),
        "currency": Key("text", "of money without a currency of its own, and of the report"),
        "gross_margin": Key("number", "share of revenue that is left after the cost of serving it", 0, 1),
        "discount_rate_annual": Key("number", "what a year's waiting costs, as a share", 0, 10),
        "observed_from": Key("date", "the data begins here although some customers are older"),
        "earliest_date": Key("date", "a start or an event before this day is an error: often an empty date that became 1900 or 1970"),
        "time_zone": Key("text", "of time stamps with an offset, which become calendar dates in it"),
        "grace_days": Key("whole", "a gap shorter than this is no churn", 0, 366),
        "fiscal_year_start": Key("whole", "first month of the fiscal year", 1, 12),
        "on_end_before_start": _policy("a period that ends before it starts: stop, or set the row aside", "error", "drop"),
        "on_same_day": _policy("a period that starts and ends on one day has no paid day (a same-day change of plan): set aside, or stop", "drop", "error"),
        "on_overlap": _policy(
            "periods of one customer that overlap: add up (concurrent subscriptions), replace (the later start ends the earlier period), or stop",
            "add", "replace", "error",
        ),
        "on_negative_mrr": _policy("MRR below 0 (a credit or discount on a row of its own): stop, set the row aside, or read it as 0", "error", "drop", "zero"),
        "on_free_plan": _policy("periods with MRR 0: keep (never counted as paying), or set aside and tell", "keep", "drop"),
        "on_unknown_customer": _policy("a subscription whose customer has no row in customers: keep and tell, set aside, or stop", "keep", "drop", "error"),
        "on_future_start": _policy("a period that starts after today: keep and tell (unknown before its month), set aside, or stop", "keep", "drop", "error"),
        "on_repeated_row": _policy("a row whose key stands twice: stop, or keep the first row and set the later ones aside", "error", "drop"),
        "engine": Key("choice", "what counts: DuckDB within this process, or Spark (docs/scaling.md)", choices=("duckdb", "spark")),
        "memory_limit": Key("text", "most memory of the engine, such as 2GB"),
        "temp_folder": Key("text", "where the engine may spill what does not fit into memory"),
        "tables": Key("section", "table = file name"),
        "columns": Key("section", "[columns.subscriptions] our column = their column"),
        "files": Key("section", "how files are written, for all or [files.subscriptions]: encoding, delimiter, decimal, thousands, dates, sheet"),
        "spark": Key("section", 'settings of the Spark session: "spark.master" = "local[4]"; [spark.tables] table = name in its catalog or address of Parquet'),
        "database": Key("section", "url, and [database.tables] table = name or SELECT; the password comes from the environment"),
        "test_accounts": Key("section", "customers to set aside: customer_id, name or another attribute = list of patterns with * and ?"),
        "bands": Key("section", "attribute = rising list of last values"),
        "attributes": Key("section", 'attribute of customers = "known at start", or "changes": then it is no trait and enters no score'),
        "scorecard": Key("section", "[scorecard.nps_category] value = points of the health scorecard"),
        "share": Key("section", "of `report --share`: k = fewest customers told of (5), attributes = columns whose values may be seen, company = the name"),
        "benchmarks": Key("section", "[benchmarks.annual_customer_churn] small_business, enterprise = [from, to]; as_of, source: context, no target"),
    }
)  # fmt: skip

#: The kinds of companies that a benchmark is split by.
BENCHMARK_SEGMENTS = ("small_business", "enterprise")

#: What may be said of an attribute of customers.
CHANGES, KNOWN_AT_START = "changes", "known at start"
