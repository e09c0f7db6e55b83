"""False peaks and power of the highest churn month, for the table in docs/statistics.md.

    python benchmarks/false_peaks.py [--companies 2000] [--seed 20260801] [--out false_peaks.csv]
"""

import argparse

import numpy as np

from lifecycle_utils.estimate.peak_study import study_table


def flat():
    """One hazard in all months: whatever is named is false."""
    return [{"name": f"flat {hazard:.1%}", "hazards": np.full(months, hazard), "new_customers": new}
            for months in (6, 12, 24, 36) for hazard in (0.01, 0.03, 0.05) for new in (20, 100, 500)]


def two_alike():
    """Two equally high months: naming one of them is false, and both belong into the set."""
    return [{"name": "3 and 6 alike, x3 of 2.0%", "hazards": peaked(0.02, {3: 3, 6: 3}), "new_customers": new} for new in (20, 100, 500)]


def one_peak():
    """Month 3 is higher than the others."""
    return [{"name": f"month 3 x{times:g} of {hazard:.1%}", "hazards": peaked(hazard, {3: times}), "new_customers": new}
            for hazard in (0.01, 0.03, 0.05) for times in (1.5, 2, 3) for new in (20, 50, 200, 1000)]


def peaked(hazard, times, months=24):
    """A flat hazard with some months multiplied."""
    return np.array([hazard * times.get(month, 1) for month in range(1, months + 1)])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--companies", type=int, default=2000)
    options.add_argument("--seed", type=int, default=20260801)
    options.add_argument("--out", default="")
    options = options.parse_args()
    table = study_table(flat() + two_alike() + one_peak(), companies=options.companies, seed=options.seed)
    if options.out:
        table.to_csv(options.out, index=False)
    print(table.round(3).to_string(index=False))
    worst = table[table["setting"].str.startswith("flat")]
    print(f"\nflat hazard, {options.companies} companies per setting: a month is called above average in at most {worst['raised'].max():.1%}, "
          f"a peak or window is named in at most {worst['named'].max():.1%}, by the naive test in "
          f"{worst['naive_peak'].min():.0%} to {worst['naive_peak'].max():.0%}")


if __name__ == "__main__":
    main()
