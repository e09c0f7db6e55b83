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
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import machine, table, write_section

MONTH, LAST, BEYOND = "2026-10", 2026 * 12 + 9, "DATE '2026-11-01'"
MEMORY = "1GB"
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


def kit(folder):
    """`observe.mrr_movements` and `observe.cohort_revenue` of an opened snapshot."""
    from lifecycle_utils import observe, sources

    began = time.monotonic()
    snapshot = sources.open_snapshot(folder, month=MONTH)
    opening, opened_at = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with measuring() as took:
        movements, cohorts = observe.mrr_movements(snapshot), observe.cohort_revenue(snapshot)
    known = cohorts.dropna(subset="mrr").assign(units=lambda frame: (frame["mrr"] * 10_000).round().astype("int64"))
    found = {
        row.month: [round(value, 2) + 0.0 for value in (row.new, row.reactivation, row.expansion, row.contraction, row.churn)]
        + [row.new_customers, row.reactivated_customers, row.expanded_customers, row.contracted_customers, row.churned_customers]
        for row in movements.itertuples()
    }
    return took | {"opening": opening, "opened_at": opened_at, "found": found, "cohorts": known.groupby("cohort_month")["units"].sum().to_dict()}


_MONTH_OF = "year({0}) * 12 + month({0}) - 1"
#: For any data: what begins and ends in a month is added up, then each customer's months of change are run through. Spark takes it as it stands.
_EVENTS = f"""
WITH periods AS (
    SELECT customer_id, {_MONTH_OF.format("started_on")} AS begins,
        CASE WHEN ended_on IS NULL OR {_MONTH_OF.format("ended_on")} > {LAST} THEN 0 ELSE {_MONTH_OF.format("ended_on")} END AS ends,
        CAST(mrr * 10000 AS BIGINT) AS units
    FROM {{rows}} WHERE mrr > 0 AND started_on < {BEYOND}
), changes AS (
    SELECT customer_id, month, min(first) AS first, CAST(sum(change) AS BIGINT) AS change FROM (
        SELECT customer_id, begins AS month, units AS change, begins AS first FROM periods
        UNION ALL SELECT customer_id, ends, -units, begins FROM periods WHERE ends > 0
    ) AS both_ways GROUP BY customer_id, month
), running AS (
    SELECT month, change, sum(change) OVER in_order AS after, min(first) OVER in_order AS cohort,
        max(CASE WHEN change <> 0 THEN month END) OVER (PARTITION BY customer_id ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
    FROM changes WINDOW in_order AS (PARTITION BY customer_id ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT cohort, month, CASE WHEN after = change AND earlier IS NULL THEN 0 WHEN after = change THEN 1 WHEN after = 0 THEN 4 WHEN change > 0 THEN 2 ELSE 3 END AS kind,
    count(*) AS customers, CAST(sum(change) AS BIGINT) AS change
FROM running WHERE change <> 0 GROUP BY 1, 2, 3
"""
#: The neighbours of a period tell what changed, if a customer never has two at a time: else its numbers are wrong.
_NEIGHBOURS = f"""
WITH periods AS (
    SELECT customer_id, {_MONTH_OF.format("started_on")} AS begins,
        CASE WHEN ended_on IS NULL OR {_MONTH_OF.format("ended_on")} > {LAST} THEN 999999 ELSE {_MONTH_OF.format("ended_on")} END AS ends,
        CAST(mrr * 10000 AS BIGINT) AS units
    FROM {{rows}} WHERE mrr > 0 AND started_on < {BEYOND}
), ordered AS (
    SELECT *, lag(ends) OVER in_order AS before_ends, lag(units) OVER in_order AS before, lead(begins) OVER in_order AS next, first_value(begins) OVER in_order AS cohort
    FROM periods WINDOW in_order AS (PARTITION BY customer_id ORDER BY begins)
)
SELECT cohort, begins, CASE WHEN before_ends IS NULL THEN 0 WHEN before_ends <> begins THEN 1 WHEN units > before THEN 2 WHEN units < before THEN 3 ELSE 5 END AS kind,
    CASE WHEN ends <= {LAST} AND (next IS NULL OR next > ends) THEN ends END AS gone,
    count(*) AS customers, sum(units) AS units, sum(CASE WHEN before_ends = begins THEN units - before ELSE units END) AS change
FROM ordered GROUP BY ALL
"""


def _engine(folder):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}/spill'; SET preserve_insertion_order = false")
    return connection


def sql_by_hand(folder):
    """One query for any data."""
    with measuring() as took:
        rows = _engine(folder).execute(_EVENTS.format(rows=f"read_parquet('{folder}/subscriptions/*.parquet')")).df()
        told = _told(rows)
    return took | told


def sql_of_regular_data(folder):
    """One query that takes it for granted that no customer has two periods at a time: not the same numbers, a floor of the time."""
    with measuring() as took:
        _engine(folder).execute(_NEIGHBOURS.format(rows=f"read_parquet('{folder}/subscriptions/*.parquet')")).df()
    return took


def spark(folder):
    """The query for any data, asked of a local Spark of two threads and 1 GB."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]").config("spark.driver.memory", "1g").config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").config("spark.local.dir", f"{folder}/spill")
        .config("spark.sql.shuffle.partitions", "16").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    )  # fmt: skip
    session.sparkContext.setLogLevel("ERROR")
    session.range(10).count()  # what starting costs is not asked
    with measuring() as took:
        session.read.parquet(f"{folder}/subscriptions").createOrReplaceTempView("subscriptions")
        told = _told(session.sql(_EVENTS.format(rows="subscriptions")).toPandas())
    process = session.sparkContext._gateway.proc.pid
    took["megabytes"] = int(Path(f"/proc/{process}/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    session.stop()
    return took | told


def with_pandas(folder):
    """The same in pandas, customers as numbers as early as can be."""
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq

    with measuring() as took:
        read = pq.read_table(f"{folder}/subscriptions", columns=["customer_id", "started_on", "ended_on", "mrr"])
        started, ended = (read[name].to_pandas(date_as_object=False) for name in ("started_on", "ended_on"))
        keep = (started < pd.Timestamp(MONTH) + pd.offsets.MonthBegin(1)).to_numpy()
        units = (read["mrr"].cast("float64").to_numpy() * 10_000).round().astype("int64")
        keep &= units > 0
        customer = read["customer_id"].combine_chunks().dictionary_encode().indices.to_numpy()
        del read
        begins = (started.dt.year * 12 + started.dt.month - 1).to_numpy("int32")
        ends = (ended.dt.year * 12 + ended.dt.month - 1).fillna(LAST + 1).to_numpy("int32")
        del started, ended
        customer, begins, ends, units = customer[keep], begins[keep], ends[keep], units[keep]
        gone = ends <= LAST
        events = pd.DataFrame({
            "customer": np.concatenate([customer, customer[gone]]), "month": np.concatenate([begins, ends[gone]]),
            "change": np.concatenate([units, -units[gone]]), "first": np.concatenate([begins, begins[gone]]),
        })  # fmt: skip
        del customer, begins, ends, units, gone, keep
        changes = events.groupby(["customer", "month"], as_index=False, sort=True).agg(change=("change", "sum"), first=("first", "min"))
        del events
        changes["cohort"] = changes.groupby("customer")["first"].transform("min")
        changes = changes[changes["change"] != 0].drop(columns="first")
        after = changes.groupby("customer")["change"].cumsum()
        is_first = ~changes["customer"].duplicated()
        by_sign = np.where(changes["change"] > 0, 2, 3)
        changes["kind"] = np.select([(after == changes["change"]) & is_first, after == changes["change"], after == 0], [0, 1, 4], by_sign)
        del after, is_first, by_sign
        rows = changes.groupby(["cohort", "month", "kind"], as_index=False).agg(customers=("change", "size"), change=("change", "sum"))
        told = _told(rows)
    return took | told


WAYS = {
    "the kit": kit, "SQL by hand, DuckDB": sql_by_hand, "SQL by hand, DuckDB, wrong where periods overlap": sql_of_regular_data,
    "pandas": with_pandas, "the SQL by hand, local Spark": spark,
}  # fmt: skip


def _told(rows):
    """Movements and cohort revenue from changes per cohort, month and kind, as `kit` tells them."""
    rows = rows.astype({"cohort": "int64", "month": "int64", "kind": "int64", "customers": "int64", "change": "int64"})
    by_kind = rows.groupby(["month", "kind"])[["change", "customers"]].sum().unstack(fill_value=0)
    found = {}
    for month in range(int(rows["month"].min()), LAST + 1):
        values = [[int(by_kind.get((what, kind), {}).get(month, 0)) for kind in range(5)] for what in ("change", "customers")]
        found[f"{month // 12}-{month % 12 + 1:02d}"] = [round(value / 10_000, 2) for value in values[0]] + values[1]
    balances = rows.pivot_table(index="cohort", columns="month", values="change", aggfunc="sum", fill_value=0).cumsum(axis=1)
    sums = balances.sum(axis=1)
    return {"found": found, "cohorts": {f"{int(one) // 12}-{int(one) % 12 + 1:02d}": int(value) for one, value in sums.items()}}


class measuring:
    """Seconds, CPU seconds and peak memory of what is done within; of Java's own processes nothing is known here."""

    def __enter__(self):
        self.took, self.began, self.before = {}, time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
        return self.took

    def __exit__(self, *_):
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - self.before.ru_utime - self.before.ru_stime
        self.took |= {"seconds": time.monotonic() - self.began, "cpu": cpu, "megabytes": after.ru_maxrss / 1024}


def _run(way, folder, tiny, python):
    """One way in a process of its own, which has answered for a tiny company before, so that imports are not asked."""
    ended = subprocess.run([python, __file__, "--way", way, str(folder), str(tiny)], capture_output=True, text=True, check=False)
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [f"ended with {ended.returncode}"])[-1]
        print(f"{way}: {last}", flush=True)
        return None
    return json.loads(ended.stdout.splitlines()[-1])


def _left_out(way, rows, python):
    """Why a way is not run at this size, or ""."""
    if way == "pandas":
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        return f"needs some {rows * 180 / 2**30:.0f} GB of memory" if rows * 180 / 2**30 > free else ""
    if way.endswith("Spark"):
        found = subprocess.run([python, "-c", "import pyspark"], capture_output=True, check=False).returncode == 0
        return "" if found and shutil.which("java") else "no PySpark or Java here"
    return ""


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
    numbers = ("seconds", "cpu", "megabytes", "opening", "opened_at")
    return made, {way: {name: statistics.median(one[name] for one in ended) for name in numbers if name in ended[0]} for way, ended in runs.items() if ended}, skipped


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
        opening = f"Opening it took the kit {ours['opening']:.1f} s and {ours['opened_at']:.0f} MB before (every row is typed and checked).{left}"
        parts.append(f"{made:,} rows:\n\n{table(shown)}\n\n{opening}")
    growth = []
    for (fewer, before, _), (more, after, _) in zip(sizes, sizes[1:], strict=False):
        steps = math.log(more / fewer)
        growth.append({
            "from": f"{fewer:,}", "to": f"{more:,}",
            **{way: f"{math.log(after[way]['seconds'] / before[way]['seconds']) / steps:.2f}" if way in after and way in before else "" for way in WAYS},
            "the kit's opening": f"{math.log(after['the kit']['opening'] / before['the kit']['opening']) / steps:.2f}",
        })  # fmt: skip
    times = "one round" if rounds == 1 else f"medians of {rounds} rounds"
    head = (
        f"Both tables from Parquet, a file for each month, 60 months, 2.9 periods a customer; {times} in turns, each in a process of its own, without imports"
        f" and without starting Java. DuckDB and Spark were allowed {MEMORY}. All found the same movements to the cent, and the same revenue of cohorts, but the query"
        " that is wrong where periods overlap: it is there as a floor."
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
        sizes = [compare(rows, options, Path(scratch)) for rows in sorted(options.sizes)]
    write_section("MRR movements and cohort revenue", _section(sizes, options.rounds))


if __name__ == "__main__":
    main()
