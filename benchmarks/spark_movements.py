"""MRR movements and survival counts by Spark and by DuckDB of very many subscription rows: how long, how much memory, and are they the same?

    python benchmarks/spark_movements.py [--rows 100000000] [--folder DIR] [--engines duckdb spark] [--write]

The rows (customers with two periods each, a change of price between them) are written as Parquet once, typed as the kit types them, so that what is
measured is the counting alone: to open a company of so many rows, and to hand them over, is DuckDB's part (docs/scaling.md). Each engine counts in
processes of its own, whose CPU and memory are told together; `--write` puts what came out into RESULTS.md. Linux only (it reads /proc).
"""

import argparse
import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path

from engines import measured
from results import machine, table, write_section

from lifecycle_utils import observe, sources
from lifecycle_utils.settings import Settings
from lifecycle_utils.sources.company import Company, _connect
from lifecycle_utils.sources.read import ReadTable
from lifecycle_utils.sources.spark import view_handed

MONTH, MEMORY = "2026-10", "2GB"
_SPARK = {"spark.master": "local[2]", "spark.driver.memory": "6g", "spark.sql.shuffle.partitions": 64, "spark.driver.host": "127.0.0.1"}
_MAKE = """
COPY (
    SELECT i + 2 AS _row, 's' || i AS subscription_id, 'c' || (i // 2) AS customer_id,
        CASE WHEN i % 2 = 0 THEN began ELSE changed END AS started_on,
        CASE WHEN i % 2 = 0 THEN changed WHEN ended <= DATE '2026-10-31' THEN ended END AS ended_on,
        CAST(20 + (i * 7) % 90 AS DECIMAL(18, 4)) AS mrr, CAST(NULL AS VARCHAR) AS currency, 'plan ' || (i % 3) AS plan, 'monthly' AS billing_interval
    FROM (
        SELECT i, DATE '2022-11-01' + CAST(hash(i // 2) % 1300 AS INTEGER) AS began,
            began + CAST(1 + hash(i // 2 + 7) % 200 AS INTEGER) AS changed,
            changed + CAST(1 - 700 * ln((hash(i // 2 + 7919) % 1000003 + 1) / 1000004.0) AS INTEGER) AS ended
        FROM range({rows}) AS numbers(i)
    ) WHERE i % 2 = 0 OR changed <= DATE '2026-10-31'
) TO '{path}' (FORMAT parquet)
"""


def company(folder, engine):
    """The company whose rows are already in `folder` as they are handed over."""
    settings = Settings(company="many", engine=engine, spark=_SPARK if engine == "spark" else {}, memory_limit=MEMORY, temp_folder=str(folder))
    connection = _connect(settings)
    view_handed(connection, ["subscriptions"], folder)
    columns = tuple(name for name in connection.table("subscriptions").columns if name != "_row")
    rows = connection.execute("SELECT count(*) FROM subscriptions").fetchone()[0]
    tables = {"subscriptions": ReadTable("subscriptions", "subscriptions.parquet", columns, (), (), rows)}
    return Company(folder, connection, settings, tables, [], handed={"place": folder})


def count(folder, engine):
    """Ask one engine: dict of step to seconds, and of question to the hash of its counts."""
    began = time.monotonic()
    snapshot = sources.snapshot_of(company(folder, engine), month=MONTH)
    snapshot.table("subscriptions")
    seconds, hashes = {"start": time.monotonic() - began}, {}
    for name, question in {"movements": observe.mrr_movements, "tenures": observe.tenures}.items():
        began = time.monotonic()
        counts = question(snapshot)
        seconds[name] = time.monotonic() - began
        hashes[name] = f"{len(counts)} rows, {hashlib.sha256(counts.to_csv(index=False).encode()).hexdigest()[:12]}"
    return {"seconds": seconds, "hashes": hashes, "rows": snapshot.company.tables["subscriptions"].rows}


def compared(engines, folder):
    """Ask each engine in processes of its own; SystemExit where the counts are not the same. Returns the table's rows and one of the answers."""
    found, rows = {}, []
    for engine in engines:
        answer = folder / f"{engine}.json"
        _, cpu, megabytes = measured([sys.executable, __file__, "--folder", str(folder), "--count", engine])
        found[engine] = json.loads(answer.read_text(encoding="utf-8"))
        seconds = {f"{step}, seconds": f"{took:.0f}" for step, took in found[engine]["seconds"].items()}
        rows.append({"engine": engine, **seconds, "CPU seconds": f"{cpu:.0f}", "peak MB": f"{megabytes:.0f}"})
        print(rows[-1], found[engine]["hashes"], flush=True)
    if any(one["hashes"] != found[engines[0]]["hashes"] for one in found.values()):
        raise SystemExit("the engines do not count the same")
    return rows, found[engines[0]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--engines", nargs="+", choices=("duckdb", "spark"), default=["duckdb", "spark"])
    parser.add_argument("--write", action="store_true", help="into RESULTS.md")
    parser.add_argument("--count", metavar="ENGINE", help=argparse.SUPPRESS)  # of the processes that count: the engine
    asked = parser.parse_args()
    if asked.count:
        (asked.folder / f"{asked.count}.json").write_text(json.dumps(count(asked.folder, asked.count)), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = (asked.folder or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "subscriptions.parquet"
        if not file.exists():
            with _connect(Settings(memory_limit=MEMORY, temp_folder=str(folder))) as connection:
                connection.execute(_MAKE.format(rows=asked.rows, path=file))
        rows, answer = compared(asked.engines, folder)
        gigabytes = file.stat().st_size / 2**30
    told = "; ".join(f"{name} {hashed}" for name, hashed in answer["hashes"].items())
    spark = ", ".join(f"`{name}` {value}" for name, value in _SPARK.items() if name != "spark.driver.host")
    said = f"{answer['rows']:,} typed rows of subscriptions, {gigabytes:.1f} GB of Parquet, two a customer; all engines count the same: {told}."
    said += f" DuckDB was allowed {MEMORY}, Spark told {spark}. CPU and memory are of all processes, start and imports among them."
    print(f"{said}\n{table(rows)}")
    if asked.write:
        write_section("Very many rows, counted by DuckDB and by Spark", f"{said}\n\n{table(rows)}\n\n{machine('duckdb', 'pyspark', 'narwhals')}")


if __name__ == "__main__":
    main()
