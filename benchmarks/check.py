"""The check of a large table of subscriptions: the kit beside pandas doing the same rules, each in a process of its own.

    python -m benchmarks.check [--rows 10000000] [--formats csv parquet] [--no-pandas]

Prints seconds and peak memory of both, and that both found the same offenders. Promise: 10^7 rows within 2 GB, 5 times as fast as pandas.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

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


def make(folder, rows, format):
    """Write the company."""
    folder.mkdir()
    (folder / "lifecycle.toml").write_text(f'memory_limit = "{_MEMORY}"\ntemp_folder = "{folder}"\n', encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = '{folder}'")
        connection.execute(f"COPY ({_ROWS.format(rows=rows)}) TO '{folder}/subscriptions.{format}'" + (" (HEADER)" if format == "csv" else ""))


def kit(folder):
    """The kit's check: offenders by code."""
    from lifecycle_utils import sources

    return {one.code: one.rows for one in sources.check(folder)}


def with_pandas(folder):
    """The same rules as a careful analyst writes them: whole columns at a time, no loop over rows."""
    import pandas as pd

    file = next(folder.glob("subscriptions.*"))
    frame = pd.read_csv(file, dtype=str, keep_default_na=False) if file.suffix == ".csv" else pd.read_parquet(file)
    found = {}
    for name in ("subscription_id", "customer_id", "currency", "plan"):
        composed = frame[name].str.normalize("NFC")
        stripped = composed.str.strip()
        found["composed"] = found.get("composed", 0) + int((composed != frame[name]).sum())
        found["trimmed"] = found.get("trimmed", 0) + int((stripped != composed).sum())
        frame[name] = stripped
    if file.suffix == ".csv":
        for name in ("started_on", "ended_on"):
            text = frame[name].where(frame[name] != "")
            frame[name] = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
            found["not_a_date"] = found.get("not_a_date", 0) + int((text.notna() & frame[name].isna()).sum())
        well = frame["mrr"].str.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?")
        found["not_a_money"] = int((~well).sum())
        frame["mrr"] = pd.to_numeric(frame["mrr"], errors="coerce")
    else:
        frame["started_on"], frame["ended_on"] = pd.to_datetime(frame["started_on"]), pd.to_datetime(frame["ended_on"])
        frame["mrr"] = frame["mrr"].astype(float)
    for name in ("subscription_id", "customer_id"):
        found["empty"] = found.get("empty", 0) + int((frame[name] == "").sum())
    found["not_a_currency"] = int((~frame["currency"].str.fullmatch("[A-Za-z]{3}")).sum())
    found["end_before_start"] = int((frame["ended_on"] < frame["started_on"]).sum())
    found["zero_length"] = int((frame["ended_on"] == frame["started_on"]).sum())
    found["negative_mrr"] = int((frame["mrr"] < 0).sum())
    found["date_implausible"] = int((frame["started_on"] < "1990-01-01").sum() + (frame["ended_on"] < "1990-01-01").sum())
    found["future_start"] = int((frame["started_on"] > pd.Timestamp.today()).sum())
    found["currency_without_rate"] = int((frame["currency"].str.upper() != "USD").sum())
    found["key_twice"] = int(frame.duplicated(["subscription_id", "started_on"]).sum())
    frame["end"] = frame["ended_on"].fillna(pd.Timestamp("2261-01-01"))
    line = frame.sort_values(["customer_id", "started_on", "end"], kind="stable")
    earlier = line.groupby("customer_id", sort=False)["end"].cummax().groupby(line["customer_id"], sort=False).shift()
    found["overlapping_subscriptions"] = int((line["started_on"] < earlier).sum())
    return {code: rows for code, rows in found.items() if rows}


def measured(who, folder):
    """Run one of the two in a process of its own."""
    child = subprocess.run([sys.executable, "-m", "benchmarks.check", "--child", who, str(folder)], check=True, capture_output=True, text=True)
    return json.loads(child.stdout.splitlines()[-1])


def _child(who, folder):
    began = time.perf_counter()
    found = {"kit": kit, "pandas": with_pandas}[who](Path(folder))
    seconds, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "cpu_seconds": time.process_time(), "peak_mb": peak / 1024, "found": found}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--formats", nargs="+", default=["csv", "parquet"], choices=["csv", "parquet"])
    parser.add_argument("--no-pandas", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(*options.child)
        return
    for format in options.formats:
        with tempfile.TemporaryDirectory(prefix="lckbench") as scratch:
            folder = Path(scratch) / "company"
            make(folder, options.rows, format)
            results = {who: measured(who, folder) for who in (["kit"] if options.no_pandas else ["kit", "pandas"])}
        for who, one in results.items():
            print(f"{format:8} {who:7} {one['seconds']:7.1f} s  {one['cpu_seconds']:7.1f} cpu s  {one['peak_mb']:7.0f} MB  {one['found']}", flush=True)
        if "pandas" in results:
            same = results["kit"]["found"] == results["pandas"]["found"]
            print(f"{format:8} pandas took {results['pandas']['seconds'] / results['kit']['seconds']:.1f} times as long; same offenders: {same}", flush=True)


if __name__ == "__main__":
    main()
