"""The check of a large table of subscriptions: the kit beside pandas doing the same rules on the same file, each in a process of its own.

    python -m benchmarks.check [--rows 10000000] [--formats csv parquet] [--rounds 1]

Writes seconds and peak memory of each into RESULTS.md, having seen that all told the same problems.
Promise: 10^7 rows within 2 GB, 5 times as fast as pandas.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.results import machine, table, write_section

#: Of a hundred rows: two end before they start, one is negative, one has blanks around its id, every fiftieth row stands twice.
_ROWS = """
SELECT CASE WHEN i % 100 = 7 THEN ' ' ELSE '' END || 'sub_' || lpad(CAST(i - (i % 50 = 49)::INT AS VARCHAR), 9, '0') AS subscription_id,
    'cus_' || lpad(CAST(i // 3 AS VARCHAR), 8, '0') AS customer_id, started_on,
    CASE WHEN i % 100 IN (3, 4) THEN started_on - 5 WHEN i % 3 < 2 THEN started_on + 300 END AS ended_on,
    CASE WHEN i % 100 = 5 THEN -1.5 ELSE (hash(i) % 50000 + 1) / 100.0 END::DECIMAL(12,2) AS mrr, 'USD' AS currency,
    ['Basic', 'Pro', 'Enterprise'][1 + CAST(hash(i) % 3 AS INTEGER)] AS plan
FROM (
    SELECT i, DATE '2015-01-01' + CAST(hash(i // 3) % 1500 AS INTEGER) + CAST(i % 3 AS INTEGER) * 310 - (i % 50 = 49)::INT * 310 AS started_on
    FROM range({rows}) t(i)
)
"""
_MEMORY = "1200MB"
_WAYS = {"kit": "`lifecycle check`", "object": "pandas", "pyarrow": "pandas, texts kept by pyarrow"}


def make(folder, rows, format):
    """Write the company."""
    folder.mkdir()
    (folder / "lifecycle.toml").write_text(f'memory_limit = "{_MEMORY}"\ntemp_folder = "{folder}"\n', encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = '{folder}'")
        connection.execute(f"COPY ({_ROWS.format(rows=rows)}) TO '{folder}/subscriptions.{format}'" + (" (HEADER)" if format == "csv" else ""))


def kit(folder):
    """The kit's problems: code, column, first row, rows, first value, MRR touched."""
    from lifecycle_utils import sources

    return lambda: sorted(
        [one.code, one.column, one.row, one.rows, one.value, round(sum(amount for _, amount in one.mrr), 2)] for one in sources.check(folder)
    )


def with_pandas(folder, strings):
    """The same of the rules in pandas."""
    from benchmarks.check_with_pandas import check

    return lambda: check(next(folder.glob("subscriptions.*")), strings=strings)


def measured(way, folder):
    """Run one of the ways in a process of its own."""
    child = subprocess.run([sys.executable, "-m", "benchmarks.check", "--child", way, str(folder)], check=True, capture_output=True, text=True)
    return json.loads(child.stdout.splitlines()[-1])


def _child(way, folder):
    ask = kit(Path(folder)) if way == "kit" else with_pandas(Path(folder), way)
    wall, cpu = time.perf_counter(), time.process_time()
    found = ask()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"seconds": wall, "cpu": cpu, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "found": found}))


def _compared(format, rows, rounds):
    """Rows of the results' table; the ways take turns, and a ratio is the median of those within a round."""
    with tempfile.TemporaryDirectory(prefix="lckbench") as scratch:
        folder = Path(scratch) / "company"
        make(folder, rows, format)
        runs = []
        for _ in range(rounds):
            runs.append({way: measured(way, folder) for way in _WAYS})
            print(format, {way: {name: value for name, value in one.items() if name != "found"} for way, one in runs[-1].items()}, flush=True)
    for way in _WAYS:
        if any(run[way]["found"] != runs[0]["kit"]["found"] for run in runs):
            raise SystemExit(f"{way} told other problems of {format}:\n{runs[0][way]['found']}\n{runs[0]['kit']['found']}")
    for way, name in _WAYS.items():
        ratio = {what: statistics.median(run[way][what] / run["kit"][what] for run in runs) for what in ("seconds", "cpu")}
        yield {
            "way": name, "seconds": f"{statistics.median(run[way]['seconds'] for run in runs):.1f}",
            "times the kit's": f"{ratio['seconds']:.1f}", "CPU seconds": f"{statistics.median(run[way]['cpu'] for run in runs):.1f}",
            "times the kit's CPU": f"{ratio['cpu']:.1f}", "peak MB": f"{max(run[way]['mb'] for run in runs):.0f}",
        }  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--formats", nargs="+", default=["csv", "parquet"], choices=["csv", "parquet"])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(*options.child)
        return
    turns = "one round" if options.rounds == 1 else f"medians of {options.rounds} rounds"
    for format in options.formats:
        rows = list(_compared(format, options.rows, options.rounds))
        text = (
            f"{options.rows:,} rows of subscriptions; all ways told the same problems, rows, values and MRR. In turns, {turns}; ratios within a round."
            f" The kit's engine was allowed {_MEMORY}.\n\n{table(rows)}\n\n{machine('duckdb', 'pandas', 'pyarrow')}"
        )
        write_section(f"The check of a large table, {format}", text)


if __name__ == "__main__":
    main()
