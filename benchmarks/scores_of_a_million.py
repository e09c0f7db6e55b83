"""How long does it take, and how much memory, to score a million customers? `python benchmarks/scores_of_a_million.py [customers] [folder]`

Customers and subscriptions are simulated; usage (20 rows per customer and half-year, Parquet) is made up by the engine, for only its size matters here.
The engine's memory is limited to 1 GB; what it cannot hold goes to disk. Prints seconds and the process's peak memory after each step.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from lifecycle_utils import estimate, observe, simulate, sources

HORIZON = 3


def main(customers, folder):
    if not (folder / "usage.parquet").exists():
        make(customers, folder)
        print("made; run it again to measure it without the memory that making took")
        return
    begin = time.perf_counter()
    snapshot = step("open the company", begin, lambda: sources.open_snapshot(folder))
    months = observe.scored_months(snapshot, horizon_months=HORIZON)
    then, names = snapshot.as_of(months.tested_from), "industry, employees"
    inputs = step("choose inputs", begin, lambda: observe.score_inputs(then, horizon_months=HORIZON, attributes=names))
    history = step("learn", begin, lambda: observe.customer_months(snapshot, inputs, months=months.all, horizon_months=HORIZON))
    print(f"    {len(history):,} customer-months, every {history.attrs['every']}. customer")
    points = estimate.scorecard_points(observe.input_labels(inputs))
    score = step("fit", begin, lambda: estimate.fit_score(history, points))
    scorecard, bands = estimate.fit_scorecard(history, points), estimate.health_bands(score, history)
    customers = step("score everybody", begin, lambda: observe.customer_scores(snapshot, inputs, score=score, scorecard=scorecard, bands=bands))
    counts = step("count bands and values", begin, lambda: (observe.band_counts(customers, bands), observe.input_counts(customers, inputs))[0])
    step("list fifty", begin, lambda: observe.scored_customers(snapshot, customers, inputs, band="at risk", limit=50))
    print(counts.to_string(index=False))


def make(customers, folder):
    """Write the company."""
    folder.mkdir(parents=True, exist_ok=True)
    frames = simulate.company(customers=customers, tables=("subscriptions", "customers"))
    engine = duckdb.connect()
    for name, frame in frames.items():
        engine.from_df(frame).write_parquet(str(folder / f"{name}.parquet"))
    engine.execute(f"""
        COPY (SELECT customer_id, CAST(DATE '2026-10-31' - CAST(random() * 1400 AS INTEGER) AS DATE) AS used_on,
                     'feature ' || CAST(floor(random() * 6) AS INTEGER) AS feature, 1 AS events
              FROM '{folder}/customers.parquet', range(150)) TO '{folder}/usage.parquet'""")
    (folder / "lifecycle.toml").write_text(f'memory_limit = "1GB"\ntemp_folder = "{folder}/spilled"\n', encoding="utf-8")


def step(what, begin, do):
    result = do()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{time.perf_counter() - begin:7.1f} s  {peak:5.2f} GB  {what}", flush=True)
    return result


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    main(number, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.gettempdir()) / f"lifecycle_{number}")
