"""Hazard ratios of four attributes from one row a customer in Parquet: the kit on counts, lifelines, scikit-survival and R on rows.

    python benchmarks/cox.py [--customers 1000000] [--rounds 1] [--peers .venv-bench/bin/python]

The kit's time holds counting; the others' holds reading and coding the attributes as 0 and 1 (not R's, which reads its own binary format uncounted).
Needs lifelines (requirements-dev.txt); scikit-survival in the environment that --peers names, and R with its package survival, where they are.
"""

import tempfile
from pathlib import Path

from results import machine, table, write_section
from ways import asked_of, in_turns, largest_difference, peers, told

HERE = Path(__file__).parent
#: Attribute to its values; the first is what the others are compared with. Seats are a number.
VALUES = {"plan": ("Basic", "Pro", "Team"), "region": ("Africa", "America", "Asia", "Europe"), "billing": ("month", "year")}
COLUMNS = [f"{name} {value}" for name, values in VALUES.items() for value in values[1:]] + ["seats"]
_MAKE = """
COPY (
    SELECT plan, region, billing, seats, CAST(least(life, seen) AS SMALLINT) AS months, life <= seen AS gone
    FROM (
        SELECT ['Basic', 'Pro', 'Team'][CAST(1 + hash(i) % 3 AS INT)] AS plan,
            ['Africa', 'America', 'Asia', 'Europe'][CAST(1 + hash(i + 1) % 4 AS INT)] AS region,
            CASE WHEN hash(i + 2) % 5 = 0 THEN 'year' ELSE 'month' END AS billing, CAST(1 + hash(i + 3) % 6 AS SMALLINT) AS seats,
            CAST(1 + hash(i + 4) % 36 AS INTEGER) AS seen,
            CAST(ceil(-20 * ln((hash(i + 5) % 1000003 + 1) / 1000004.0)
                * exp(0.3 * (plan = 'Team')::INT - 0.2 * (region = 'Asia')::INT + 0.7 * (billing = 'year')::INT + 0.08 * seats)) AS INTEGER) AS life
        FROM range({customers}) AS numbers(i)
    )
) TO '{path}' (FORMAT parquet)
"""


def kit(folder):
    from lifecycle_utils import estimate, observe, sources

    counts = observe.patterns_of_rows(sources.open_rows(_path(folder)), by=[*VALUES, "seats"], tenure="months", churned="gone")
    fit = estimate.ProportionalHazards.fit(counts, [*VALUES, "seats"], references={name: values[0] for name, values in VALUES.items()})
    found = fit.ratios[~fit.ratios["is_reference"]]
    return _found(found["coefficient"], found["standard_error"]) | {"kinds": len(counts)}


def lifelines_on_rows(folder):
    from lifelines import CoxPHFitter

    rows = _coded(folder)
    fit = CoxPHFitter().fit(rows, "months", "gone")
    return _found(fit.params_, fit.standard_errors_)


def scikit_survival(folder):
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.util import Surv

    rows = _coded(folder)
    fit = CoxPHSurvivalAnalysis(ties="efron").fit(rows[COLUMNS].to_numpy(float), Surv.from_arrays(rows["gone"], rows["months"]))
    return _found(fit.coef_, [None] * len(COLUMNS))


WAYS = {"the kit": kit, "lifelines, on rows": lifelines_on_rows, "scikit-survival, on rows": scikit_survival}
SCIKIT, R = "scikit-survival, on rows", "R's coxph, on rows, reading not counted"


def _path(folder):
    return Path(folder) / "rows.parquet"


def _coded(folder):
    """The rows with a column of 0 and 1 for every value but the first of each attribute."""
    import pandas as pd

    rows = pd.read_parquet(_path(folder))
    coded = {f"{name} {value}": (rows[name] == value).astype(float) for name, values in VALUES.items() for value in values[1:]}
    return pd.DataFrame(coded | {"seats": rows["seats"].astype(float), "months": rows["months"], "gone": rows["gone"]})


def _found(coefficients, errors):
    return {"numbers": [None if value is None else float(value) for value in (*coefficients, *errors)]}


def _make(folder, customers):
    import duckdb
    import numpy as np

    duckdb.execute(_MAKE.format(customers=customers, path=_path(folder)))
    coded = _coded(folder)
    np.concatenate([coded[name].to_numpy("int32") for name in (*COLUMNS, "months", "gone")]).tofile(Path(folder) / "rows.bin")


def main():
    asked = asked_of(__doc__, WAYS, customers=1_000_000, rounds=1, peers=True)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as tiny:
        _make(folder, asked.customers)
        _make(tiny, 2000)
        places = [folder, tiny]
        scikit, r = (SCIKIT, [__file__, "--way", SCIKIT, *places]), (R, [str(HERE / "cox.R"), *places])
        others, absent = peers(python=asked.peers, scikit=scikit, r=r)
        took = in_turns(__file__, [name for name in WAYS if name != SCIKIT], [folder, tiny], rounds=asked.rounds, others=others)
    ours = took["the kit"]["found"]
    apart = {name: largest_difference(ours["numbers"], one["found"]["numbers"]) for name, one in took.items() if name != "the kit"}
    if max(apart.values(), default=0.0) > 1e-6:
        raise SystemExit(f"the coefficients differ: {apart}")
    exact = ", ".join(f"{name.split(',')[0]} {difference:.0e}" for name, difference in apart.items())
    text = (
        f"{asked.customers:,} customers, {len(COLUMNS)} coefficients of 4 attributes, {ours['kinds']:,} kinds of customers; {asked.rounds} rounds in turns,"
        f" without imports.{absent}\n\n{table(told(took))}\n\n"
        f"Largest difference of a coefficient or standard error from the kit's (scikit-survival tells no standard errors): {exact}."
    )
    write_section("Hazard ratios (Cox)", f"{text}\n\n{machine('duckdb', 'pandas', 'lifelines', 'numpy')}")


if __name__ == "__main__":
    main()
