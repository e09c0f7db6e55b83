"""MRR movements and cohort revenue of 10^6 to 10^8 subscription rows in Parquet: the kit, SQL by hand, pandas, Spark.

    python benchmarks/movements.py [--sizes 1000000 10000000] [--rounds 3] [--spark PYTHON] [--folder DIR]

The kit's time is from an opened snapshot to both tables; opening, which checks every row, is told beside it. All engines may take 1 GB of
memory, pandas what it needs. Peers are given clean rows and read them from the same files. All must find the same movements, to the cent, and
the same MRR of every cohort in every month. `--spark` names a Python that has PySpark, if this one has not.
"""

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from movements_ways import BEYOND, MEMORY, WAYS
from results import machine, table, write_section

#: What pandas held at most at 10^8 rows, a row, and some; it is not let run into the end of memory.
_PANDAS_BYTES = 120
#: Seconds after which a way is given up.
_PATIENCE = 2400
#: Rows that a customer has on average by the last month.
_ROWS_EACH = 2.9142
#: One to seven periods each, of 30 to 365 days and of changing price; one customer in twenty pauses, one in 25 has two periods at a time.
_ROWS = """
SELECT 's' || lpad(CAST(i AS VARCHAR), 8, '0') || '-' || k AS subscription_id, 'cus_' || lpad(CAST(i AS VARCHAR), 8, '0') AS customer_id,
    began + CAST(k * (days + pause) AS INTEGER) AS started_on,
    CASE WHEN k < periods - 1 OR chance % 5 < 3 THEN began + CAST(k * (days + pause) + days AS INTEGER) END AS ended_on,
    CAST((20 + chance % 80) * (1 + hash(i * 16 + k) % 6 / 10.0) AS DECIMAL(18, 4)) AS mrr,
    ['basic', 'pro', 'large'][1 + CAST(hash(i * 16 + k) % 3 AS INTEGER)] AS plan, CASE days WHEN 365 THEN 'year' ELSE 'month' END AS billing_interval
FROM (
    SELECT *, unnest(range(periods)) AS k FROM (
        SELECT i, hash(i) AS chance, CAST(1 + hash(i + 1) % 7 AS BIGINT) AS periods, DATE '2021-11-01' + CAST(hash(i + 2) % 1826 AS INTEGER) AS began,
            CASE hash(i + 3) % 4 WHEN 0 THEN 365 ELSE CAST(30 * (1 + hash(i + 3) % 12) AS BIGINT) END AS days,
            CASE WHEN hash(i) % 20 = 3 THEN 45 WHEN hash(i) % 25 = 4 THEN -20 ELSE 0 END AS pause
        FROM range({customers}) AS numbers(i)
    )
) WHERE started_on < {beyond}
"""


def make(folder, rows):
    """Write a company: a file of Parquet for each month of start, as a company writes them that adds one every month. Returns its rows."""
    import duckdb

    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '3GB'; SET temp_directory = '{folder}/spill'; SET preserve_insertion_order = false")
        connection.execute("SET partitioned_write_flush_threshold = 200000")
        query = f"SELECT *, strftime(started_on, '%Y-%m') AS month FROM ({_ROWS.format(customers=round(rows / _ROWS_EACH), beyond=BEYOND)})"
        connection.execute(f"COPY ({query}) TO '{folder}/parts' (FORMAT parquet, PARTITION_BY (month))")
    (folder / "subscriptions").mkdir()
    for file in (folder / "parts").rglob("*.parquet"):
        file.rename(folder / "subscriptions" / f"{file.parent.name.removeprefix('month=')}-{file.name}")
    shutil.rmtree(folder / "parts")
    (folder / "lifecycle.toml").write_text(f'memory_limit = "{MEMORY}"\ntemp_folder = "{folder}/spill"\n', encoding="utf-8")
    return duckdb.sql(f"SELECT count(*) FROM '{folder}/subscriptions/*.parquet'").fetchone()[0]


def _run(way, folder, tiny, python):
    """One way in a process of its own, which has answered for a tiny company before, so that imports are not asked."""
    try:
        ended = subprocess.run([python, __file__, "--way", way, str(folder), str(tiny)], capture_output=True, text=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        print(f"{way}: given up after {_PATIENCE} s", flush=True)
        return None
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [f"ended with {ended.returncode}"])[-1]
        print(f"{way}: {last}", flush=True)
        return None
    return json.loads(ended.stdout.splitlines()[-1])


def _left_out(way, rows, python):
    """Why a way is not run at this size, or ""."""
    if way == "pandas":
        needed, free = rows * _PANDAS_BYTES / 2**30, _available() / 2**30
        return f"needs some {needed:.0f} GB of memory, and {free:.0f} were free" if needed > free else ""
    if way.endswith("Spark"):
        found = subprocess.run([python, "-c", "import pyspark"], capture_output=True, check=False).returncode == 0
        return "" if found and shutil.which("java") else "no PySpark or Java here"
    return ""


def _available():
    """Bytes of memory that may be had without swapping; where the system does not tell, those that nobody uses."""
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii").partition("MemAvailable:")[2]
    except OSError:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return int(told.split()[0]) * 1024


def compare(rows, options, scratch):
    """Medians of all ways at one size: (rows made, {way: what it took})."""
    folder, tiny = scratch / "company", scratch / "tiny"
    made = make(folder, rows)
    make(tiny, 3000)
    runs, skipped = {way: [] for way in WAYS}, {}
    for number in range(options.rounds):
        for way in [way for way in WAYS if way not in skipped]:
            python = options.spark if way.endswith("Spark") else sys.executable
            why = _left_out(way, made, python)
            one = None if why else _run(way, folder, tiny, python)
            if one is None:
                skipped[way] = why or "did not get through"
                continue
            print(f"{made:,} rows, round {number + 1}, {way}: {one['seconds']:.2f} s, {one['cpu']:.2f} of the CPU, {one['megabytes']:.0f} MB", flush=True)
            runs[way].append(one)
    ours = runs["the kit"][0]
    for way, ended in runs.items():
        for one in ended:
            if "found" in one and (one["found"] != ours["found"] or one["cohorts"] != ours["cohorts"]):
                raise SystemExit(f"{way} found other movements than the kit")
    shutil.rmtree(folder)
    numbers = ("seconds", "cpu", "megabytes", "opening", "opening_cpu", "opened_at", "newest", "newest_cpu", "own_rows", "own_cpu", "own")
    took = {way: {name: statistics.median(one[name] for one in ended) for name in numbers if name in ended[0]} for way, ended in runs.items() if ended}
    return made, took, skipped


def _section(sizes, rounds):
    parts = []
    for made, took, skipped in sizes:
        ours = took["the kit"]
        shown = [
            {
                "way": way, "seconds": f"{one['seconds']:.2f}", "times the kit's": f"{one['seconds'] / ours['seconds']:.1f}",
                "CPU seconds": f"{one['cpu']:.2f}" if not way.endswith("Spark") else "", "peak MB": f"{one['megabytes']:.0f}",
            }
            for way, one in took.items()
        ]  # fmt: skip
        left = "".join(f" {way} was left out: {why}." for way, why in skipped.items())
        opening = (
            f"Opening it took the kit {ours['opening']:.1f} s, {ours['opening_cpu']:.1f} of the CPU, and {ours['opened_at']:.0f} MB before (every row is"
            f" typed and checked). The newest month alone (`from_month`) took {ours['newest']:.2f} s and {ours['newest_cpu']:.2f} of the CPU. Of that SQL by"
            f" hand needs {ours['own_rows']:.2f} s and {ours['own_cpu']:.2f} to add up the month's own {ours['own']:,.0f} rows (in force at one of its ends) by"
            " customer; the rest is to tell who returns from who is new."
        )
        parts.append(f"{made:,} rows:\n\n{table(shown)}\n\n{opening}{left}")
    growth = []
    for (fewer, before, _), (more, after, _) in zip(sizes, sizes[1:], strict=False):
        steps = math.log(more / fewer)
        grown = {way: f"{math.log(after[way]['seconds'] / before[way]['seconds']) / steps:.2f}" if way in after and way in before else "" for way in WAYS}
        ours = {name: f"{math.log(after['the kit'][name] / before['the kit'][name]) / steps:.2f}" for name in ("opening", "newest")}
        growth.append({"from": f"{fewer:,}", "to": f"{more:,}", **grown, "the kit's opening": ours["opening"], "its newest month": ours["newest"]})
    times = "one round" if rounds == 1 else f"medians of {rounds} rounds"
    head = (
        f"Both tables from Parquet, a file for each month, 60 months, 2.9 periods a customer; {times} in turns, each in a process of its own,"
        f" without imports and without starting Java. DuckDB and Spark were allowed {MEMORY}. All found the same movements to the cent"
        " and the same revenue of cohorts, but the query that is wrong where periods overlap: it is there as a floor."
    )
    grown = f"\n\nGrowth, the exponent of time over rows (1 is in proportion):\n\n{table(growth)}" if growth else ""
    return f"{head}\n\n" + "\n\n".join(parts) + f"{grown}\n\n{machine('duckdb', 'pandas', 'pyarrow', 'narwhals')}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spark", default=sys.executable, help="a Python that has PySpark")
    parser.add_argument("--folder", help="where to make the data (about 15 bytes a row) and spill (40 a row)")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("folders", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        folder, tiny = options.folders
        WAYS[options.way](tiny)
        print(json.dumps(WAYS[options.way](folder)))
        return
    with tempfile.TemporaryDirectory(prefix="lckbench", dir=options.folder) as scratch:
        sizes = []
        for rows in sorted(options.sizes):
            sizes.append(compare(rows, options, Path(scratch)))
            # what was measured so far is told even if the next size does not get through
            write_section("MRR movements and cohort revenue", _section(sizes, options.rounds))


if __name__ == "__main__":
    main()
