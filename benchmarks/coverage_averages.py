"""Coverage of the interval of an average of skewed amounts: the kit's limits beside average +- 1.96 standard errors."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.estimate.bootstrap import skewed_limits

Z = norm.isf(0.025)
SIZES = (200, 1000, 5000)


def lognormal(variation):
    """Amounts of mean 1 and this standard deviation."""
    log_variance = np.log1p(variation**2)
    return lambda rng, shape: rng.lognormal(-log_variance / 2, np.sqrt(log_variance), shape)


def two_prices(share, times):
    """A `share` of customers pays `times` what the others pay; on average 1."""
    mean = 1 + share * (times - 1)
    return lambda rng, shape: np.where(rng.random(shape) < share, times, 1.0) / mean


AMOUNTS = {
    **{f"lognormal, standard deviation {variation} of the mean": lognormal(variation) for variation in (0.3, 0.8, 1.5, 2, 3)},
    "half pay 3 times what the others do": two_prices(0.5, 3),
    "one in ten pays 10 times": two_prices(0.1, 10),
    "one in fifty pays 20 times": two_prices(0.02, 20),
}


def study_averages(*, companies=4000, seed=20260801, chunk=500):
    """Share of the companies whose interval holds the mean.

    Returns
    -------
    DataFrame, one row per amounts and size: amounts, customers, plain, corrected
    """
    rows = []
    for number, (name, draw) in enumerate(AMOUNTS.items()):
        for customers in SIZES:
            rng = np.random.default_rng([seed, 14, number, customers])
            held = np.zeros(2)
            for start in range(0, companies, chunk):
                paid = draw(rng, (min(chunk, companies - start), customers))
                average, error = paid.mean(axis=1), paid.std(axis=1, ddof=1) / np.sqrt(customers)
                plain = average - Z * error, average + Z * error
                corrected = (skewed_limits(average, error, side) for side in (-Z, Z))
                held += [((lower <= 1) & (upper >= 1)).sum() for lower, upper in (plain, corrected)]
            rows.append((name, customers, *held / companies))
    return pd.DataFrame(rows, columns=["amounts", "customers", "plain", "corrected"])


def as_markdown(results):
    """The table of the page: plain and corrected, in per cent, by size."""
    lines = ["| what customers pay | " + " | ".join(f"{size:,} customers" for size in SIZES) + " |", "|---" * (1 + len(SIZES)) + "|"]
    for name in AMOUNTS:
        rows = results[results["amounts"] == name].set_index("customers")
        cells = [f"{100 * rows.loc[size, 'plain']:.1f} → {100 * rows.loc[size, 'corrected']:.1f}" for size in SIZES]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)
