"""How often does the set of possible peaks miss the true one, when counts are large? The two rules of `may_be_peak_p_values` as normal tests.

    python benchmarks/peak_set_level.py [--draws 200000] [--seed 0]

The first rule alone (Bonferroni over the other months) holds by its construction, the second by Gutmann & Maymin and its successors; that both
together keep the level is what this shows: over numbers of months, ties, gaps and unequal risk sets.
"""

import argparse

import numpy as np
from scipy.stats import norm

LEVEL = 0.05


def missed(means, errors, *, draws, rng):
    """(share of draws in which month 0, the highest, is excluded; share in which one month is named though it is not the only highest)."""
    months = len(means)
    seen = means + rng.normal(size=(draws, months)) * errors
    above = (seen[:, 1:] - seen[:, [0]]) / np.hypot(errors[1:], errors[0])
    by_pairs = above.max(axis=1) > norm.isf(LEVEL / (months - 1))
    winner = seen.argmax(axis=1)
    lead = (seen[np.arange(draws), winner][:, None] - seen) / np.hypot(errors[winner][:, None], errors)
    lead[np.arange(draws), winner] = np.inf
    named = lead.min(axis=1) > norm.isf(LEVEL / 2)
    alone = (means[1:] < means[0]).all()
    return (by_pairs | (named & (winner != 0))).mean(), (named & ((winner != 0) | (not alone))).mean()


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--draws", type=int, default=200_000)
    options.add_argument("--seed", type=int, default=0)
    options = options.parse_args()
    rng = np.random.default_rng(options.seed)
    worst = np.zeros(2)
    print("months  errors          alike  gap   peak missed  wrongly named")
    for months in (2, 3, 4, 5, 6, 8, 12, 24, 48):
        shapes = {"equal": np.ones(months), "peak precise": np.r_[0.3, np.ones(months - 1)], "peak vague": np.r_[3.0, np.ones(months - 1)],
                  "ever vaguer": np.linspace(1, 3.2, months)}
        for name, errors in shapes.items():
            for alike in sorted({1, 2, 3, months} & set(range(1, months + 1))):
                for gap in (0.0, 1.5, 10.0) if alike < months else (0.0,):
                    means = np.where(np.arange(months) < alike, 0.0, -gap)
                    result = missed(means, errors, draws=options.draws, rng=rng)
                    worst = np.maximum(worst, result)
                    print(f"{months:6}  {name:14}  {alike:5}  {gap:4}  {result[0]:11.2%}  {result[1]:13.2%}")
    print(f"worst: peak missed {worst[0]:.2%}, wrongly named {worst[1]:.2%} (level {LEVEL:.0%})")


if __name__ == "__main__":
    main()
