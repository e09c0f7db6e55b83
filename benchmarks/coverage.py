"""How many of the intervals hold the truth? Simulated companies, for the table in docs/statistics.md.

    python benchmarks/coverage.py [--companies 1000] [--seed 20260801] [--out coverage.csv]

Every company is a group of one tenures frame, so the study runs through the same calls as a report.
"""

import argparse

import numpy as np
import pandas as pd

from lifecycle_utils.estimate import hazard, restricted_mean, survival, survival_quantiles

MONTHS = 36
READ_AT = (3, 6, 12, 24)


def simulate_tenures(hazards, *, customers, companies, rng, observed_for=None):
    """Tenures of many companies (the groups), each with `customers` won evenly over the last `len(hazards)` months.

    A customer won f months ago is followed for f months; with `observed_for` only the last so many months were observed, so that older
    customers enter late and those who left before are not in the data.
    """
    months = len(hazards)
    company = np.repeat(np.arange(companies), customers)
    age = rng.integers(1, months + 1, size=len(company))
    alive = np.cumprod(1 - np.asarray(hazards))
    # The month of leaving: the first k with S(k) < u, months + 1 if none.
    leaves = np.searchsorted(-alive, -rng.random(len(company)), side="right") + 1
    entry = np.maximum(age - observed_for, 0) if observed_for else np.zeros_like(age)
    frame = pd.DataFrame({"group": company, "entry": entry, "tenure": np.minimum(leaves, age), "churned": leaves <= age})
    frame = frame[(frame["tenure"] > frame["entry"])]
    counts = frame.value_counts().rename("customers").reset_index()
    return counts.assign(group=counts["group"].map("{:05d}".format))


def coverage_of(hazards, *, customers, companies, seed, observed_for=None, confidence=0.95):
    """Share of the intervals that hold the truth, one row per estimate: measure, at, coverage, intervals, withheld (share)."""
    hazards = np.asarray(hazards, dtype=float)
    tenures = simulate_tenures(hazards, customers=customers, companies=companies, rng=np.random.default_rng(seed), observed_for=observed_for)
    alive = np.append(1.0, np.cumprod(1 - hazards))
    curves = survival(tenures, confidence=confidence)
    rows = [("survival", month, *_covered(curves[curves["tenure_month"] == month], alive[month], companies)) for month in READ_AT]
    means = restricted_mean(tenures, horizon_months=READ_AT, confidence=confidence)
    rows += [("restricted mean", month, *_covered(means[means["horizon_months"] == month], alive[:month].sum(), companies)) for month in READ_AT]
    steps = hazard(tenures, confidence=confidence)
    rows.append(("hazard, all months", "", *_covered(steps, hazards[steps["tenure_month"] - 1], len(steps))))
    if alive[-1] < 0.5:
        median = int(np.argmax(alive <= 0.5))
        quantiles = survival_quantiles(tenures, shares_left=0.5, confidence=confidence)
        # An open upper end holds every later month.
        open_end = quantiles.assign(upper=quantiles["upper"].fillna(np.inf))
        rows.append(("median", median, *_covered(open_end[open_end["lower"].notna()], median, companies)))
    return pd.DataFrame(rows, columns=["measure", "at", "coverage", "intervals", "withheld"])


def _covered(frame, truth, possible):
    given = frame["lower"].notna() & frame["upper"].notna()
    held = (frame["lower"] <= truth + 1e-12) & (truth - 1e-12 <= frame["upper"])
    return held[given].mean(), int(given.sum()), 1 - given.sum() / possible


def settings():
    """Names and options of the study."""
    peaked = np.full(MONTHS, 0.03)
    peaked[2] = 0.09
    falling = 0.08 * np.arange(1, MONTHS + 1) ** -0.6
    for customers in (200, 500, 2000):
        shapes = {"flat 1 %": np.full(MONTHS, 0.01), "flat 3 %": np.full(MONTHS, 0.03), "3 %, month 3 9 %": peaked, "falling 8 % to 1 %": falling}
        for name, hazards in shapes.items():
            yield name, {"hazards": hazards, "customers": customers}
        yield "flat 3 %, 18 months observed", {"hazards": np.full(MONTHS, 0.03), "customers": customers, "observed_for": 18}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--companies", type=int, default=1000)
    options.add_argument("--seed", type=int, default=20260801)
    options.add_argument("--out", default="")
    options = options.parse_args()
    parts = [coverage_of(companies=options.companies, seed=options.seed, **setting).assign(setting=name, customers=setting["customers"])
             for name, setting in settings()]
    table = pd.concat(parts, ignore_index=True)[["setting", "customers", "measure", "at", "coverage", "intervals", "withheld"]]
    if options.out:
        table.to_csv(options.out, index=False)
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
