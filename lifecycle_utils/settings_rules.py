"""Every problem of a lifecycle.toml, one sentence each: unknown keys, and values that cannot be."""

import difflib
import re

from lifecycle_utils.contract import TABLES
from lifecycle_utils.settings_keys import BENCHMARK_SEGMENTS, CHANGES, KEYS, KNOWN_AT_START
from lifecycle_utils.settings_values import FILE_OPTIONS, SECRET, SPARK_ADDRESS, SPARK_TABLE, holds_secret, is_date, is_number, is_time_zone

#: Columns that identify, or that hold a person's own words.
_NEVER_SHARED = frozenset({"name", "answer", *(column.name for table in TABLES.values() for column in table.columns if column.type == "id")})


def problems_of(raw):
    """Yield every problem of the raw contents of lifecycle.toml, one sentence each."""
    for key, value in raw.items():
        if key not in KEYS:
            yield f"unknown key {key!r}{did_you_mean(key, KEYS)}"
        else:
            yield from _problems_of_value(key, value)
    for section in ("tables", "columns"):
        yield from _unknown_tables(section, raw.get(section))
    checks = {"columns": _columns, "files": _files, "database": _database, "test_accounts": _test_accounts, "bands": _bands, "scorecard": _points,
              "benchmarks": _benchmarks, "attributes": _attributes, "share": _share, "spark": _spark}  # fmt: skip
    for section, check in checks.items():
        if isinstance(raw.get(section), dict):
            yield from check(raw[section])
    if raw.get("engine") != "spark" and isinstance(raw.get("spark"), dict) and raw["spark"].get("tables"):
        yield '[spark.tables] are read by Spark: set engine = "spark"'


def _problems_of_value(name, value):
    key = KEYS[name]
    whole = isinstance(value, int) and not isinstance(value, bool)
    if key.kind == "text" and not isinstance(value, str):
        yield f"{name} must be text, not {value!r}"
    elif key.kind == "number" and not (is_number(value) and key.low <= value <= key.high):
        yield f"{name} must be a number from {key.low:g} to {key.high:g}, not {value!r} (80 % is 0.8)"
    elif key.kind == "whole" and not (whole and key.low <= value <= key.high):
        yield f"{name} must be a whole number from {key.low:g} to {key.high:g}, not {value!r}"
    elif key.kind == "choice" and value not in key.choices:
        choices = " or ".join(f'"{choice}"' for choice in key.choices)
        yield f"{name} must be {choices}, not {value!r}"
    elif key.kind == "date" and not is_date(value):
        yield f"{name} must be a date written YYYY-MM-DD, not {value!r}"
    elif key.kind == "section" and not isinstance(value, dict):
        yield f"[{name}] must be a section"
    elif name == "time_zone" and not is_time_zone(value):
        yield f"time_zone {value!r} is not a name of the time zone database, for example Europe/Warsaw"
    elif name == "currency" and not re.fullmatch("[A-Za-z]{3}", value):
        yield f"currency must be an ISO 4217 code such as EUR, not {value!r}"
    elif name == "memory_limit" and not re.fullmatch(r"(\s*[0-9]+(\.[0-9]+)?\s*[KMGT]i?B\s*)?", value):
        yield f"memory_limit must be a size such as 2GB, not {value!r}"


def _unknown_tables(section, value):
    for table in value if isinstance(value, dict) else ():
        if table not in TABLES:
            yield f"[{section}] names the unknown table {table!r}{did_you_mean(table, TABLES)}"
        elif section == "tables" and not (isinstance(value[table], str) and value[table]):
            yield f"[tables] {table} must be the name of a file, not {value[table]!r}"


def _columns(section):
    for table, renames in section.items():
        if not isinstance(renames, dict) or not all(isinstance(theirs, str) for theirs in renames.values()):
            yield f'[columns.{table}] must be a section of: our column = "their column"'


def _files(section):
    groups = [("files", {key: value for key, value in section.items() if not isinstance(value, dict)})]
    groups += [(f"files.{table}", options) for table, options in section.items() if isinstance(options, dict)]
    for table in (name for name, value in section.items() if isinstance(value, dict) and name not in TABLES):
        yield f"[files] names the unknown table {table!r}{did_you_mean(table, TABLES)}"
    for place, options in groups:
        for option, value in options.items():
            if option not in FILE_OPTIONS:
                yield f"[{place}] unknown option {option!r}{did_you_mean(option, FILE_OPTIONS)}"
            elif not FILE_OPTIONS[option][0](value):
                yield f"[{place}] {option} {FILE_OPTIONS[option][1]}, not {value!r}"
        if options.get("thousands") and options["thousands"] == options.get("decimal", "."):
            yield f"[{place}] decimal and thousands cannot both be {options['thousands']!r}"


_LEFT_TO_SPARK = "holds a secret; leave it to Spark's own configuration (spark-defaults.conf, or the cluster's)"


def _spark(section):
    for name, value in section.items():
        if name == "tables":
            yield from _spark_tables(value)
        elif not name.startswith("spark.") or isinstance(value, (dict, list)):
            yield f'[spark] {name} must be a setting of Spark such as "spark.master" = "local[4]", in quotes because of its points'
        elif isinstance(value, str) and value and (SECRET.search(name) or holds_secret(value)):
            # the value itself is not repeated, for messages end up in logs
            yield f"[spark] {name} {_LEFT_TO_SPARK}"


def _spark_tables(tables):
    if not isinstance(tables, dict):
        yield "[spark.tables] must be a section"
        return
    for table, place in tables.items():
        if table not in TABLES:
            yield f"[spark.tables] names the unknown table {table!r}{did_you_mean(table, TABLES)}"
        elif isinstance(place, str) and holds_secret(place):
            yield f"[spark.tables] {table} {_LEFT_TO_SPARK}"
        elif not (isinstance(place, str) and (SPARK_TABLE.fullmatch(place) or SPARK_ADDRESS.fullmatch(place))):
            yield f'[spark.tables] {table} must be a name such as "catalog.schema.table", or an address of Parquet such as "s3a://bucket/folder", not {place!r}'


def _database(section):
    url = section.get("url")
    for key in section:
        if key not in ("url", "tables"):
            yield f"[database] unknown key {key!r}{did_you_mean(key, ('url', 'tables'))}"
    if not isinstance(url, str) or not url:
        yield '[database] needs a url, for example "postgresql://analyst@localhost/billing" or "sqlite:///billing.sqlite"'
    elif holds_secret(url):
        # the value itself is not repeated, for messages end up in logs
        yield "[database] url holds a password; put it into an environment variable and write ${NAME} in its place"
    tables = section.get("tables", {})
    if not isinstance(tables, dict):
        yield "[database.tables] must be a section"
        return
    for table, query in tables.items():
        if table not in TABLES:
            yield f"[database.tables] names the unknown table {table!r}{did_you_mean(table, TABLES)}"
        elif not isinstance(query, str) or not query.strip():
            yield f"[database.tables] {table} must be the name of a table or a SELECT"


def _test_accounts(section):
    for attribute, patterns in section.items():
        if not (isinstance(patterns, list) and patterns and all(isinstance(one, str) and one.strip("*? ") for one in patterns)):
            yield f'[test_accounts] {attribute} must be a list of patterns that are not only * or ?, for example ["test-*", "*@example.com"]'


def _bands(section):
    for attribute, edges in section.items():
        if not (isinstance(edges, list) and edges and all(map(is_number, edges)) and edges == sorted(set(edges))):
            yield f"[bands] {attribute} must be a rising list of numbers, for example [5, 15, 30, 60]"


def _attributes(section):
    for attribute, told in section.items():
        if told not in (CHANGES, KNOWN_AT_START):
            yield f'[attributes] {attribute} must be "{CHANGES}" or "{KNOWN_AT_START}", not {told!r}'


def _points(section):
    """Whether inputs and values exist is known where they are read: `estimate.scorecard_points` checks that."""
    for name, values in section.items():
        if not (isinstance(values, dict) and all(map(is_number, values.values()))):
            yield f'[scorecard.{name}] must be a section of points by value, for example "9-10" = 10'


def _benchmarks(section):
    """What others report for a key figure: dated ranges with their source."""
    for name, benchmark in section.items():
        if not isinstance(benchmark, dict):
            yield f"[benchmarks.{name}] must be a section"
            continue
        for key in benchmark:
            if key not in (*BENCHMARK_SEGMENTS, "as_of", "source"):
                yield f"[benchmarks.{name}] has the unknown key {key!r}{did_you_mean(key, (*BENCHMARK_SEGMENTS, 'as_of', 'source'))}"
        if not all(isinstance(benchmark.get(key), str) and benchmark[key] for key in ("as_of", "source")):
            yield f'[benchmarks.{name}] must say as_of = "…" and source = "…": a benchmark without a date and a source is a rumour'
        ranges = [benchmark[segment] for segment in BENCHMARK_SEGMENTS if segment in benchmark]
        if not ranges or not all(isinstance(one, list) and len(one) == 2 and all(map(is_number, one)) and one[0] <= one[1] for one in ranges):
            yield f"[benchmarks.{name}] must give small_business or enterprise as [low, high], for example [0.05, 0.07]"


def _share(section):
    for key in section:
        if key not in ("k", "attributes", "company"):
            yield f"[share] unknown key {key!r}{did_you_mean(key, ('k', 'attributes', 'company'))}"
    k, names = section.get("k", 5), section.get("attributes", [])
    if not (isinstance(k, int) and not isinstance(k, bool) and 3 <= k <= 1000):
        yield f"[share] k must be a whole number from 3 to 1000, not {k!r}"
    if not (isinstance(names, list) and all(isinstance(one, str) for one in names)):
        yield f'[share] attributes must be a list of names of columns, for example ["industry", "plan"], not {names!r}'
    else:
        for name in names:
            if name in _NEVER_SHARED:
                yield f"[share] attributes cannot name {name!r}: a shared report shows pseudonyms in its place, or nothing"
    if not isinstance(section.get("company", ""), str):
        yield f"[share] company must be text, not {section['company']!r}"


def did_you_mean(name, known):
    """The end of a sentence that names what may have been meant."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else f" (known: {', '.join(known)})"
