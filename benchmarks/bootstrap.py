"""An interval of the months a customer pays: 2,000 resamples from counts, against resampling rows and fitting each with lifelines.

    python benchmarks/bootstrap.py [--customers 100000] [--rounds 3]

Of the resamples of rows only a hundredth is drawn, and the seconds are multiplied. Needs lifelines (requirements-dev.txt).
"""

import argparse
import statistics
import time

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from results import machine, table, write_section

from lifecycle_utils.estimate import ShiftedBetaGeometricPosterior
from lifecycle_utils.estimate.bootstrap import resampled_life_tables
from lifecycle_utils.estimate.life_table import life_table

DRAWS, HORIZON, SHARE = 2000, 24, 100


def company(customers, seed=0):
    """Tenures of a falling hazard, censored evenly within three years: the rows, and their counts."""
    rng = np.random.default_rng(seed)
    churn = rng.beta(1, 12, customers)
    left, seen = rng.geometric(np.maximum(churn, 1e-9)), rng.integers(1, 37, customers)
    rows = pd.DataFrame({"group": "all", "entry": 0, "tenure": np.minimum(left, seen), "churned": left <= seen})
    return rows, rows.groupby(list(rows.columns)).size().rename("customers").reset_index()


def from_counts(rows, counts):
    at_risk, churned = resampled_life_tables(counts, draws=DRAWS)
    survival = np.cumprod(1 - churned / at_risk, axis=1)[:, : HORIZON - 1]
    return np.quantile(1 + survival.sum(axis=1), [0.025, 0.975])


def from_rows(rows, counts):
    rng, drawn = np.random.default_rng(1), []
    tenure, churned = rows["tenure"].to_numpy(), rows["churned"].to_numpy()
    for _ in range(DRAWS // SHARE):
        which = rng.integers(0, len(rows), len(rows))
        fitter = KaplanMeierFitter().fit(tenure[which], churned[which])
        drawn.append(fitter.survival_function_at_times(range(HORIZON)).sum())
    return np.quantile(drawn, [0.025, 0.975])


def model(rows, counts):
    posterior = ShiftedBetaGeometricPosterior.from_table(life_table(counts))
    return [posterior is not None]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rows, counts = company(asked.customers)
    ways = {
        "resampled from counts (the kit)": (from_counts, 1),
        "resampled rows, lifelines": (from_rows, SHARE),
        "shifted-beta-geometric posterior on its grid (the kit)": (model, 1),
    }
    took, found = {name: [] for name in ways}, {}
    for _ in range(asked.rounds):
        for name, (way, times) in ways.items():
            began = time.process_time()
            found[name] = way(rows, counts)
            took[name].append(times * (time.process_time() - began))
    ours = statistics.median(next(iter(took.values())))
    told = [
        {
            "way": name, "CPU seconds": f"{statistics.median(times):.3f}", "times the first": f"{statistics.median(times) / ours:,.1f}",
            "interval of months paid": " to ".join(f"{end:.3f}" for end in found[name]) if len(found[name]) == 2 else "",
        }
        for name, times in took.items()
    ]  # fmt: skip
    asks = f"{asked.customers:,} customers, {len(counts)} kinds of them, {DRAWS:,} draws, {HORIZON} months; medians of {asked.rounds} rounds in turns."
    asks += f" Of the rows' resamples {DRAWS // SHARE} were drawn and their time multiplied by {SHARE}, so their interval is rough."
    write_section("An interval from resamples", f"{asks}\n\n{table(told)}\n\n{machine('numpy', 'pandas', 'lifelines')}")


if __name__ == "__main__":
    main()
