"""Survival curves of 36 monthly cohorts from Parquet: the kit, against lifelines on rows, SQL by hand, and only reading the columns.

    python benchmarks/survival.py [--customers 1000000] [--rounds 3]

The kit's time is from an opened snapshot to the curves with intervals; opening, which checks every row, is told beside it. Peers get clean
rows with their cohort and read them from the same file. Needs lifelines (requirements-dev.txt).
"""

import argparse
import tempfile
import time
from pathlib import Path

from results import machine, table, write_section
from ways import answer, in_turns, told

MONTH = "2026-10"
_MAKE = """
COPY (
    SELECT 's' || i AS subscription_id, 'c' || i AS customer_id, began AS started_on,
        CASE WHEN ended <= DATE '2026-10-31' THEN ended END AS ended_on, CAST(20 + i % 80 AS DECIMAL(18, 4)) AS mrr
    FROM (
        SELECT i, DATE '2023-11-01' + CAST(hash(i) % 1096 AS INTEGER) AS began,
            DATE '2023-11-01' + CAST(hash(i) % 1096 AS INTEGER) + CAST(1 - 900 * ln((hash(i + 7919) % 1000003 + 1) / 1000004.0) AS INTEGER) AS ended
        FROM range({customers}) AS numbers(i)
    ) ORDER BY began
) TO '{path}' (FORMAT parquet)
"""
#: Complete subscription months of each row, by hand, and whether it left in the last of them.
_ROWS = """
SELECT strftime(started_on, '%Y-%m') AS cohort, tenure, churned FROM (
    SELECT started_on, date_sub('month', started_on, DATE '2026-11-01') AS complete,
        date_sub('month', started_on, ended_on) + CASE WHEN started_on + to_months(CAST(date_sub('month', started_on, ended_on) AS INTEGER)) = ended_on
            THEN 0 ELSE 1 END AS gone,
        COALESCE(gone <= complete, false) AS churned, CASE WHEN churned THEN gone ELSE complete END AS tenure
    FROM read_parquet('{path}')
)
"""


def kit(folder):
    """`observe.tenures` and `estimate.survival` of an opened snapshot."""
    from lifecycle_utils import estimate, observe, sources

    began = time.monotonic()
    snapshot = sources.open_snapshot(folder, month=MONTH)
    opened = time.monotonic() - began
    began = time.monotonic()
    curves = estimate.survival(observe.tenures(snapshot, by="cohort_month"))
    seconds = time.monotonic() - began
    return {"opening": opened, "seconds": seconds, "curves": _found(curves[curves["group"] != "all"], "group", "tenure_month")}


def sql_by_hand(folder):
    """One query for the counts, and the life tables in numpy."""
    import duckdb
    import numpy as np
    import pandas as pd

    query = f"SELECT cohort, tenure, churned, count(*) AS n FROM ({_ROWS.format(path=_path(folder))}) WHERE tenure > 0 GROUP BY ALL"
    counts = duckdb.sql(query).df()
    parts = []
    for cohort, rows in counts.groupby("cohort"):
        last = int(rows["tenure"].max())
        ended = np.bincount(rows["tenure"], rows["n"], last + 1)
        left = np.bincount(rows["tenure"], rows["n"] * rows["churned"], last + 1)[1:]
        at_risk = ended.sum() - np.cumsum(ended)[:-1]
        parts.append(pd.DataFrame({"cohort": cohort, "month": np.arange(1, last + 1), "survival": np.cumprod(1 - left / at_risk)}))
    return {"curves": _found(pd.concat(parts), "cohort", "month")}


def lifelines_on_rows(folder):
    """pandas reads the rows, groups them by cohort, and lifelines fits each group's rows."""
    import duckdb
    import pandas as pd
    from lifelines import KaplanMeierFitter

    rows = duckdb.sql(_ROWS.format(path=_path(folder))).df()
    parts = []
    for cohort, own in rows[rows["tenure"] > 0].groupby("cohort"):
        fitter = KaplanMeierFitter().fit(own["tenure"], own["churned"])
        curve = fitter.survival_function_.iloc[:, 0].reindex(range(1, int(own["tenure"].max()) + 1), method="ffill")
        parts.append(pd.DataFrame({"cohort": cohort, "month": curve.index, "survival": curve.to_numpy()}))
    return {"curves": _found(pd.concat(parts), "cohort", "month")}


def reading_the_columns(folder):
    """The floor: both dates of every row are read once."""
    import duckdb

    # not max(), which Parquet answers from its statistics
    query = f"SELECT sum(day(started_on)), sum(day(ended_on)) FROM read_parquet('{_path(folder)}')"
    return {"days": str(duckdb.sql(query).fetchone())}


WAYS = {
    "the kit, opening included": kit,
    "groupby and lifelines, on rows": lifelines_on_rows,
    "SQL by hand and numpy": sql_by_hand,
    "reading the two columns": reading_the_columns,
}


def _path(folder):
    return Path(folder) / "subscriptions.parquet"


def _found(curves, *keys):
    ordered = curves.sort_values(list(keys))
    return [round(float(value), 10) for value in ordered["survival"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("folders", nargs="*")
    asked = parser.parse_args()
    if asked.way:
        answer(WAYS[asked.way], *asked.folders)
        return
    import duckdb

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tiny:
        for place, customers in ((folder, asked.customers), (tiny, 1000)):
            duckdb.execute(_MAKE.format(customers=customers, path=_path(place)))
        took = in_turns(__file__, list(WAYS), [folder, tiny], rounds=asked.rounds)
    ours, *others = (one["found"].get("curves") for one in took.values())
    if not all(other == ours for other in others if other):
        raise SystemExit("the curves differ")
    found = next(iter(took.values()))["found"]
    asks = (
        f"Of the kit's time {found['opening']:.2f} s are opening (every row is checked) and {found['seconds']:.2f} s the curves with their intervals"
        " (of the last round). All curves are equal to 10 digits."
    )
    times = "one round" if asked.rounds == 1 else f"medians of {asked.rounds} rounds"
    text = f"{asked.customers:,} customers in one Parquet file, 36 cohorts; {times} in turns, without imports."
    text += (
        " The peers are given what the kit has to find out: that rows are in order, and that no customer has two. They are faster until that is asked;"
        " of the curves themselves the kit's cost milliseconds."
    )
    write_section("Survival of 36 cohorts", f"{text}\n\n{table(told(took))}\n\n{asks}\n\n{machine('duckdb', 'pandas', 'lifelines', 'numpy')}")


if __name__ == "__main__":
    main()
