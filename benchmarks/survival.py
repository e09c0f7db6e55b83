"""Survival curves with intervals of 36 monthly cohorts, from one row a customer in Parquet: the kit, lifelines, scikit-survival, R, a bare scan.

    python benchmarks/survival.py [--customers 10000 100000 1000000 10000000] [--rounds 2] [--peers .venv-bench/bin/python]

Everybody is given the same prepared rows: cohort, months, and whether the customer left. `survival_whole.py` asks for the way there too.
Needs lifelines (requirements-dev.txt); scikit-survival in the environment that --peers names, and R with its package survival, where they are.
"""

import json
import tempfile
from pathlib import Path

from results import machine, table, write_between, write_section
from ways import asked_of, in_turns, largest_difference, peers, told

HERE = Path(__file__).parent
_MAKE = """
COPY (
    SELECT strftime(DATE '2023-11-01' + to_months(cohort), '%Y-%m') AS cohort, CAST(least(life, 36 - cohort) AS SMALLINT) AS months, life <= 36 - cohort AS gone
    FROM (
        SELECT CAST(hash(i) % 36 AS INTEGER) AS cohort, CAST(1 - 30 * ln((hash(i + 7919) % 1000003 + 1) / 1000004.0) AS INTEGER) AS life
        FROM range({customers}) AS numbers(i)
    )
) TO '{path}' (FORMAT parquet)
"""


def kit(folder):
    from lifecycle_utils import estimate, observe, sources

    counts = observe.tenures_of_rows(sources.open_rows(_path(folder)), by="cohort", tenure="months", churned="gone")
    curves = estimate.survival(counts)
    return _found([("cohorts in order", *(curves.loc[curves["group"] != "all", name].to_numpy() for name in ("survival", "lower", "upper")))])


def lifelines_on_rows(folder):
    import pandas as pd
    from lifelines import KaplanMeierFitter

    rows = pd.read_parquet(_path(folder)).astype({"cohort": "category"})
    parts = []
    for cohort, own in rows.groupby("cohort", observed=True):
        fitter = KaplanMeierFitter().fit(own["months"], own["gone"])
        months = range(1, int(own["months"].max()) + 1)
        curve = fitter.survival_function_.iloc[:, 0].reindex(months, method="ffill")
        interval = fitter.confidence_interval_.reindex(months, method="ffill").to_numpy().T
        parts.append((cohort, curve.to_numpy(), *interval))
    return _found(parts)


def scikit_survival(folder):
    import numpy as np
    import pandas as pd
    from sksurv.nonparametric import kaplan_meier_estimator

    rows = pd.read_parquet(_path(folder)).astype({"cohort": "category"})
    parts = []
    for cohort, own in rows.groupby("cohort", observed=True):
        months, curve, interval = kaplan_meier_estimator(own["gone"].to_numpy(), own["months"].to_numpy(), conf_type="log-log")
        at = np.searchsorted(months, np.arange(1, months.max() + 1), side="right") - 1
        parts.append((cohort, curve[at], *interval[:, at]))
    return _found(parts)


def reading_the_columns(folder):
    """The floor: every column is read once."""
    import duckdb

    # not max(), which Parquet answers from its statistics
    return {"sums": str(duckdb.sql(f"SELECT sum(strlen(cohort)), sum(months), count_if(gone) FROM read_parquet('{_path(folder)}')").fetchone())}


WAYS = {
    "the kit": kit,
    "pandas groupby and lifelines, on rows": lifelines_on_rows,
    "pandas groupby and scikit-survival, on rows": scikit_survival,
    "only reading the columns": reading_the_columns,
}
SCIKIT, R = "pandas groupby and scikit-survival, on rows", "R's survfit, reading not counted"


def _path(folder):
    return Path(folder) / "rows.parquet"


def _found(parts):
    """Survival of every cohort and month, then lower, then upper; `parts` are (cohort, survival, lower, upper)."""
    import numpy as np

    _, *columns = zip(*sorted(parts, key=lambda part: part[0]), strict=True)
    return {"curves": [None if value != value else value for value in np.concatenate([one for column in columns for one in column]).tolist()]}


def _make(folder, customers):
    import duckdb

    duckdb.execute(_MAKE.format(customers=customers, path=_path(folder)))


def _write_for_r(folder):
    """Whole numbers, one column after the other, which R reads fastest."""
    import duckdb
    import numpy as np

    path = _path(folder)
    rows = duckdb.sql(f"SELECT CAST(left(cohort, 4) AS INT) * 12 + CAST(right(cohort, 2) AS INT) AS cohort, months, gone FROM '{path}'").fetchnumpy()
    np.concatenate([np.asarray(column, dtype="int32") for column in rows.values()]).tofile(Path(folder) / "rows.bin")


def measure(customers, rounds, others):
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tiny:
        for place, many in ((folder, customers), (tiny, 2000)):
            _make(place, many)
            _write_for_r(place)
        own = [name for name in WAYS if name != SCIKIT]
        commands = {name: [*command, folder, tiny] for name, command in others.items()}
        took = in_turns(__file__, own, [folder, tiny], rounds=rounds, others=commands)
    curves = {name: one["found"]["curves"] for name, one in took.items() if "curves" in one["found"]}
    ours = curves.pop("the kit")
    return took, {name: largest_difference(ours, found) for name, found in curves.items()}


def main():
    asked = asked_of(__doc__, WAYS, customers=[10_000, 100_000, 1_000_000, 10_000_000], rounds=2, peers=True)
    scikit, r = (SCIKIT, [__file__, "--way", SCIKIT]), (R, [str(HERE / "survival.R")])
    others, absent = peers(python=asked.peers, scikit=scikit, r=r)
    sizes = {}
    for customers in sorted(asked.customers):
        print(f"{customers:,} customers", flush=True)
        sizes[customers] = measure(customers, asked.rounds, others)
        print(json.dumps(sizes[customers][1]))
    took, apart = sizes[max(sizes)]
    if max(apart.values(), default=0.0) > 1e-12:
        raise SystemExit(f"the curves differ: {apart}")
    growth = [{"way": name, **{f"{size:,}": f"{one[name]['cpu']:.3f}" for size, (one, _) in sizes.items()}} for name in took]
    exact = ", ".join(f"{name.split(',')[0]} {difference:.0e}" for name, difference in apart.items())
    text = (
        f"{max(sizes):,} customers, one row each in Parquet: cohort, months, whether it left; curves with log-log intervals of 36 cohorts;"
        f" {asked.rounds} rounds in turns, without imports; R reads its own binary format, and that is not counted.{absent}\n\n{table(told(took))}\n\n"
        f"Largest difference of any survival or interval from the kit's: {exact}.\n\nHow CPU seconds grow with customers:\n\n{table(growth)}"
    )
    write_between("scaling.md", "survival.py", table(growth))
    write_section("Survival of 36 cohorts from prepared rows", f"{text}\n\n{machine('duckdb', 'pandas', 'lifelines', 'numpy')}")


if __name__ == "__main__":
    main()
