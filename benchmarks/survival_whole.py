"""From subscriptions to the survival curves of 36 cohorts, everything included: the kit, against pandas and lifelines, SQL by hand and numpy, and a scan.

    python benchmarks/survival_whole.py [--customers 1000000] [--rounds 2]

A fifth of the customers changes plan (two periods that touch), a twentieth leaves and returns. The kit types and checks every row and finds each
customer's first spell; the others take the rows as good and find the same. Needs lifelines (requirements-dev.txt).
"""

import tempfile
import time
from pathlib import Path

from results import machine, table, write_section
from ways import asked_of, in_turns, largest_difference, told

MONTH, MEMORY = "2026-10", "1200MB"
_MAKE = """
COPY (
    WITH customers AS (
        SELECT i, hash(i + 1) % 20 AS kind, DATE '2023-11-01' + CAST(hash(i) % 1096 AS INTEGER) AS began,
            CAST(2 - 900 * ln((hash(i + 7919) % 1000003 + 1) / 1000004.0) AS INTEGER) AS days
        FROM range({customers}) AS numbers(i)
    ), periods AS (
        SELECT i, began, began + days AS ended FROM customers WHERE kind > 3
        UNION ALL SELECT i, began, began + days // 2 FROM customers WHERE kind < 4
        UNION ALL SELECT i, began + days // 2, began + days FROM customers WHERE kind < 4
        UNION ALL SELECT i, began + days + 50, began + days + 90 FROM customers WHERE kind = 4
    )
    SELECT 's' || row_number() OVER (ORDER BY began, i) AS subscription_id, 'c' || i AS customer_id, began AS started_on,
        CASE WHEN ended <= DATE '2026-10-31' THEN ended END AS ended_on, CAST(20 + i % 80 AS DECIMAL(18, 4)) AS mrr
    FROM periods WHERE began <= DATE '2026-10-31' ORDER BY began
) TO '{path}' (FORMAT parquet)
"""
#: The first spell of each customer, by hand: the periods before the first gap.
_SPELLS = """
SELECT customer_id, min(started_on) AS began, nullif(max(coalesce(ended_on, DATE '9999-12-31')), DATE '9999-12-31') AS ended FROM (
    SELECT *, sum(CASE WHEN started_on > before THEN 1 ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY started_on) AS gaps FROM (
        SELECT customer_id, started_on, ended_on,
            max(coalesce(ended_on, DATE '9999-12-31')) OVER (PARTITION BY customer_id ORDER BY started_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                AS before
        FROM read_parquet('{path}') WHERE mrr > 0
    )
) WHERE gaps = 0 GROUP BY customer_id
"""
_MONTHS = """
SELECT strftime(began, '%Y-%m') AS cohort, date_sub('month', began, DATE '2026-11-01') AS complete,
    date_sub('month', began, ended) + CASE WHEN began + to_months(CAST(date_sub('month', began, ended) AS INTEGER)) = ended THEN 0 ELSE 1 END AS gone,
    coalesce(gone <= complete, false) AS churned, CASE WHEN churned THEN gone ELSE complete END AS tenure
FROM ({spells})
"""


def kit(folder):
    """`open_snapshot`, `observe.tenures` and `estimate.survival`."""
    from lifecycle_utils import estimate, observe, sources

    began = time.monotonic()
    snapshot = sources.open_snapshot(folder, month=MONTH)
    opened = time.monotonic() - began
    curves = estimate.survival(observe.tenures(snapshot, by="cohort_month"))
    return {"opening": opened, "curves": _found(curves[curves["group"] != "all"], "group", "tenure_month")}


def pandas_and_lifelines(folder):
    """pandas puts the periods in order, finds first spells and months, and lifelines fits each cohort's rows."""
    import pandas as pd
    from lifelines import KaplanMeierFitter

    never, cutoff = pd.Timestamp("2200-01-01"), pd.Timestamp("2026-11-01")
    rows = pd.read_parquet(_path(folder), columns=["customer_id", "started_on", "ended_on", "mrr"])
    rows = rows[rows["mrr"] > 0].astype({"started_on": "datetime64[s]", "ended_on": "datetime64[s]"})
    rows["ended_on"] = rows["ended_on"].fillna(never)
    rows["customer"] = pd.factorize(rows["customer_id"])[0]
    rows = rows.sort_values(["customer", "started_on"])
    reached = rows.groupby("customer")["ended_on"].cummax()
    gap = (rows["started_on"] > reached.shift()) & (rows["customer"] == rows["customer"].shift())
    first = rows[gap.groupby(rows["customer"]).cumsum() == 0]
    spells = first.groupby("customer").agg(began=("started_on", "min"), ended=("ended_on", "max"))
    complete, gone = _complete_months(spells["began"], cutoff), _complete_months(spells["began"], spells["ended"])
    exact = (spells["began"].dt.day == spells["ended"].dt.day) | (spells["ended"].dt.is_month_end & (spells["began"].dt.day >= spells["ended"].dt.day))
    gone = gone + (~exact).astype(int)
    churned = (spells["ended"] < never) & (gone <= complete)
    spells = spells.assign(cohort=spells["began"].dt.strftime("%Y-%m"), tenure=gone.where(churned, complete), churned=churned)
    parts = []
    for cohort, own in spells[spells["tenure"] > 0].groupby("cohort"):
        fitter = KaplanMeierFitter().fit(own["tenure"], own["churned"])
        months = range(1, int(own["tenure"].max()) + 1)
        curve = fitter.survival_function_.iloc[:, 0].reindex(months, method="ffill")
        parts.append(pd.DataFrame({"cohort": cohort, "month": months, "survival": curve.to_numpy()}))
    return {"curves": _found(pd.concat(parts), "cohort", "month")}


def sql_by_hand(folder):
    """One query for the counts, and the life tables in numpy."""
    import duckdb
    import numpy as np
    import pandas as pd

    duckdb.execute(f"SET memory_limit = '{MEMORY}'")
    months = _MONTHS.format(spells=_SPELLS.format(path=_path(folder)))
    counts = duckdb.sql(f"SELECT cohort, tenure, churned, count(*) AS n FROM ({months}) WHERE tenure > 0 GROUP BY ALL").df()
    parts = []
    for cohort, rows in counts.groupby("cohort"):
        last = int(rows["tenure"].max())
        ended = np.bincount(rows["tenure"], rows["n"], last + 1)
        left = np.bincount(rows["tenure"], rows["n"] * rows["churned"], last + 1)[1:]
        at_risk = ended.sum() - np.cumsum(ended)[:-1]
        parts.append(pd.DataFrame({"cohort": cohort, "month": np.arange(1, last + 1), "survival": np.cumprod(1 - left / at_risk)}))
    return {"curves": _found(pd.concat(parts), "cohort", "month")}


def reading_the_columns(folder):
    """The floor: the four columns that the question needs are read once."""
    import duckdb

    # not max(), which Parquet answers from its statistics
    query = f"SELECT sum(strlen(customer_id)), sum(day(started_on)), sum(day(ended_on)), sum(mrr) FROM read_parquet('{_path(folder)}')"
    return {"sums": str(duckdb.sql(query).fetchone())}


WAYS = {
    "the kit, every row typed and checked": kit,
    "pandas and lifelines, unchecked": pandas_and_lifelines,
    "SQL by hand and numpy, unchecked": sql_by_hand,
    "only reading the columns": reading_the_columns,
}


def _complete_months(start, end):
    """As `lifecycle_utils.months.complete_months`, of columns of pandas; `end` may be a date."""
    own = getattr(end, "dt", end)
    apart = (own.year - start.dt.year) * 12 + own.month - start.dt.month
    return apart - 1 + ((start.dt.day <= own.day) | own.is_month_end).astype(int)


def _path(folder):
    return Path(folder) / "subscriptions.parquet"


def _found(curves, *keys):
    return [float(value) for value in curves.sort_values(list(keys))["survival"]]


def main():
    asked = asked_of(__doc__, WAYS, customers=1_000_000, rounds=2)
    import duckdb

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tiny:
        for place, customers in ((folder, asked.customers), (tiny, 1000)):
            duckdb.execute(_MAKE.format(customers=customers, path=_path(place)))
            (Path(place) / "lifecycle.toml").write_text(f'memory_limit = "{MEMORY}"\n', encoding="utf-8")
        rows = duckdb.sql(f"SELECT count(*) FROM '{_path(folder)}'").fetchone()[0]
        took = in_turns(__file__, list(WAYS), [folder, tiny], rounds=asked.rounds)
    ours, *others = (one["found"].get("curves") for one in took.values())
    apart = max(largest_difference(ours, other) for other in others if other)
    if apart > 1e-12:
        raise SystemExit(f"the curves differ by {apart}")
    opened = next(iter(took.values()))["found"]["opening"]
    text = (
        f"{asked.customers:,} customers with {rows:,} periods in one Parquet file, to the curves of 36 cohorts; {asked.rounds} rounds in turns, without"
        f" imports; DuckDB was allowed {MEMORY}. The kit's time holds what the others leave out, that every cell is of its type, no key stands twice and no"
        f" period overlaps ({opened:.2f} s of the last round), and intervals.\n\n{table(told(took))}\n\nLargest difference of any survival: {apart:.0e}."
    )
    write_section("Survival of 36 cohorts from subscriptions", f"{text}\n\n{machine('duckdb', 'pandas', 'lifelines', 'numpy')}")


if __name__ == "__main__":
    main()
