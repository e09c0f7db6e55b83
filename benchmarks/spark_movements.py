"""MRR movements and survival counts by Spark of very many subscription rows: how long, and how much memory?

    python benchmarks/spark_movements.py [--rows 100000000] [--folder DIR] [--engine spark|duckdb]

The rows (customers with two periods each, a change of price between them) are written as Parquet once, typed as the kit types them, so that what is
measured is the counting alone: to open a company of so many rows, and to hand them over, is DuckDB's part (docs/scaling.md). Counts of both engines
are printed as one hash.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from pathlib import Path

from lifecycle_utils import observe, sources
from lifecycle_utils.settings import Settings
from lifecycle_utils.sources.company import Company, _connect
from lifecycle_utils.sources.read import ReadTable
from lifecycle_utils.sources.spark import view_handed

MONTH = "2026-10"
_SPARK = {"spark.master": "local[2]", "spark.driver.memory": "8g", "spark.sql.shuffle.partitions": 64, "spark.driver.host": "127.0.0.1"}
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
    settings = Settings(company="many", engine=engine, spark=_SPARK if engine == "spark" else {}, memory_limit="2GB", temp_folder=str(folder))
    connection = _connect(settings)
    view_handed(connection, ["subscriptions"], folder)
    columns = tuple(name for name in connection.table("subscriptions").columns if name != "_row")
    rows = connection.execute("SELECT count(*) FROM subscriptions").fetchone()[0]
    tables = {"subscriptions": ReadTable("subscriptions", "subscriptions.parquet", columns, (), (), rows)}
    return Company(folder, connection, settings, tables, [], handed={"place": folder})


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--engine", choices=("spark", "duckdb"), default="spark")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (asked.folder or Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "subscriptions.parquet").exists():
            _connect(Settings(memory_limit="2GB", temp_folder=str(folder))).execute(_MAKE.format(rows=asked.rows, path=folder / "subscriptions.parquet"))
            step("made", time.monotonic())
        began = time.monotonic()
        snapshot = sources.snapshot_of(company(folder, asked.engine), month=MONTH)
        snapshot.table("subscriptions")
        print(f"{snapshot.company.tables['subscriptions'].rows:,} rows, {(folder / 'subscriptions.parquet').stat().st_size / 2**30:.2f} GB of Parquet")
        step(f"{asked.engine} is up", began)
        for name, question in {"movements": observe.mrr_movements, "tenures": observe.tenures}.items():
            began = time.monotonic()
            counts = question(snapshot)
            step(f"{name}: {len(counts)} rows, {hashlib.sha256(counts.to_csv(index=False).encode()).hexdigest()[:12]}", began)


def step(what, began):
    """Say how long it took; the memory is of this process, or of all that it started where they ended."""
    print(f"{time.monotonic() - began:8.1f} s  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:5.2f} GB here  {what}", flush=True)


if __name__ == "__main__":
    main()
