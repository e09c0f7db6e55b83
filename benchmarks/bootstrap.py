"""Intervals from counts: 2,000 resamples against resampling rows and fitting each with lifelines; the sBG posterior against a sampler.

    python benchmarks/bootstrap.py [--customers 100000] [--rounds 3] [--peers .venv-bench/bin/python]

Of the resamples of rows only a hundredth is drawn, and the seconds are multiplied. Needs lifelines (requirements-dev.txt);
pymc-marketing in the environment that --peers names, where it is.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from results import machine, table, write_section
from ways import works

from lifecycle_utils.estimate import ShiftedBetaGeometricPosterior
from lifecycle_utils.estimate.bootstrap import resampled_life_tables
from lifecycle_utils.estimate.life_table import life_table

DRAWS, HORIZON, SHARE = 2000, 24, 100
SAMPLED, SEEN = 10_000, 24


def company(customers, seed=0, seen=None):
    """Tenures of a falling hazard, censored evenly within three years or all after `seen` months: the rows, and their counts."""
    rng = np.random.default_rng(seed)
    churn = rng.beta(1, 12, customers)
    left, last = rng.geometric(np.maximum(churn, 1e-9)), rng.integers(1, 37, customers) if seen is None else np.full(customers, seen)
    rows = pd.DataFrame({"group": "all", "entry": 0, "tenure": np.minimum(left, last), "churned": left <= last})
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


def resamples(customers, rounds):
    rows, counts = company(customers)
    ways = {"resampled from counts (the kit)": (from_counts, 1), "resampled rows, lifelines": (from_rows, SHARE)}
    took, found = {name: [] for name in ways}, {}
    for _ in range(rounds):
        for name, (way, times) in ways.items():
            began = time.process_time()
            found[name] = way(rows, counts)
            took[name].append(times * (time.process_time() - began))
    ours = statistics.median(next(iter(took.values())))
    told = [
        {
            "way": name, "CPU seconds": f"{statistics.median(times):.3f}", "times the first": f"{statistics.median(times) / ours:,.1f}",
            "interval of months paid": " to ".join(f"{end:.3f}" for end in found[name]),
        }
        for name, times in took.items()
    ]  # fmt: skip
    asks = f"{customers:,} customers, {len(counts)} kinds of them, {DRAWS:,} draws, {HORIZON} months; medians of {rounds} rounds in turns."
    asks += f" Of the rows' resamples {DRAWS // SHARE} were drawn and their time multiplied by {SHARE}, so their interval is rough."
    write_section("An interval from resamples", f"{asks}\n\n{table(told)}\n\n{machine('numpy', 'pandas', 'lifelines')}")


def posterior(rows, counts):
    """The kit's posterior with an interval of the months paid: seconds, CPU seconds, means and standard deviations."""
    before, began = time.process_time(), time.monotonic()
    grid = ShiftedBetaGeometricPosterior.from_table(life_table(counts))
    churn, spread = grid.sample(DRAWS)
    stay = 1 - churn[:, None] / (1 + spread[:, None] * np.arange(HORIZON - 1))
    months = np.quantile(1 + np.cumprod(stay, axis=1).sum(axis=1), [0.025, 0.975])
    took = {"seconds": time.monotonic() - began, "cpu": time.process_time() - before, "months": months}
    for name, values in (("first_churn", grid.first_churn), ("polarisation", grid.spread / (1 + grid.spread))):
        mean = grid.weight @ values
        took[name] = {"mean": mean, "sd": np.sqrt(grid.weight @ (values - mean) ** 2)}
    return took


def sampler(python, rows):
    """pymc-marketing's posterior of the same rows; None where it is not there."""
    if not works([python, "-P", "-c", "import pymc_marketing"]):
        return None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "rows.npz"
        # there a customer that is still there after 24 months was seen last in the 25th
        np.savez(place, recency=rows["tenure"] + ~rows["churned"], seen=SEEN + 1)
        # -P, for beside this file there is a coverage.py, which is no peer's
        command = [python, "-P", str(Path(__file__).with_name("sbg_sampler.py")), str(place)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(f"the sampler: {ended.stderr.strip().splitlines()[-1]}")
    return json.loads(ended.stdout.splitlines()[-1])


def model(python, rounds):
    rows, counts = company(SAMPLED, seen=SEEN)
    posterior(rows, counts)
    ours = min((posterior(rows, counts) for _ in range(max(rounds, 3))), key=lambda one: one["seconds"])
    theirs = sampler(python, rows)
    line = {
        "way": "on a grid, from counts (the kit)", "seconds": f"{ours['seconds']:.4f}", "CPU seconds": f"{ours['cpu']:.4f}", "times the first": "1",
        **{name: f"{ours[name]['mean']:.6f} ± {ours[name]['sd']:.6f}" for name in ("first_churn", "polarisation")},
    }  # fmt: skip
    lines, said = [line], "pymc-marketing not there: not compared."
    if theirs:
        found = theirs["found"]
        cells = {name: f"{one['mean']:.6f} ± {one['sd']:.6f}" for name, one in found.items()}
        lines.append({
            "way": "pymc-marketing's sampler, on rows", "seconds": f"{theirs['seconds']:.1f}", "CPU seconds": f"{theirs['cpu']:.1f}",
            "times the first": f"{theirs['seconds'] / ours['seconds']:,.0f}", **cells,
        })  # fmt: skip
        apart = max(abs(found[name][which] - ours[name][which]) / one[f"error_of_{which}"] for name, one in found.items() for which in ("mean", "sd"))
        said = f"The sampler drew {theirs['draws']:,} pairs (compiling its model is counted, importing it is not); its means and standard deviations differ"
        said += f" from the grid's by at most {apart:.1f} of their Monte Carlo errors."
        if apart > 5:
            raise SystemExit("the posteriors differ")
    text = f"{SAMPLED:,} customers followed for {SEEN} months; the same prior and data. The kit's time holds an interval of the months paid in {HORIZON} months"
    text += f" ({ours['months'][0]:.3f} to {ours['months'][1]:.3f}).\n\n{table(lines)}\n\n{said}"
    write_section("The shifted-beta-geometric posterior", f"{text}\n\n{machine('numpy', 'scipy')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default=sys.executable, help="Python that has pymc-marketing")
    asked = parser.parse_args()
    resamples(asked.customers, asked.rounds)
    model(asked.peers, asked.rounds)


if __name__ == "__main__":
    main()
