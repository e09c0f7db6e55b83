"""Coverage of lifetime values: the kit's own function, company by company as its groups."""

import numpy as np
import pandas as pd

from benchmarks.coverage_companies import simulate_counts, tenures_frame
from lifecycle_utils import estimate
from lifecycle_utils.estimate.lifetime_value import monthly_discount

HORIZONS = (12, 36)
METHODS = {"restricted_mean": "LTV, observed", "shifted_beta_geometric": "LTV, fitted model"}
#: What customers pay: lognormal, the standard deviation 0.8 of the mean, whoever they are.
AVERAGE_MRR, VARIATION = 100.0, 0.8
MARGIN, DISCOUNT_RATE = 0.8, 0.1


def study_values(setting, *, companies, seed, draws=1000, chunk=250):
    """Coverage of the intervals of lifetime value.

    The fitted model's interval counts as withheld where the kit prints none.

    Returns
    -------
    DataFrame, one row per method and horizon: measure, coverage, intervals, withheld (share of the companies)
    """
    rng = np.random.default_rng([seed, 12])
    discount = monthly_discount(DISCOUNT_RATE)
    parts = []
    for start in range(0, companies, chunk):
        here, left = simulate_counts(setting, companies=min(chunk, companies - start), rng=rng)
        tenures = tenures_frame(setting, here, left)
        revenue = _revenue(sorted(tenures["group"].unique()), setting.customers, rng)
        parts.append(estimate.lifetime_value(tenures, revenue, horizons_months=HORIZONS, gross_margin=MARGIN, discount_rate_annual=DISCOUNT_RATE, draws=draws,
                                             seed=seed + start))
    values = pd.concat(parts, ignore_index=True)
    rows = []
    for method, name in METHODS.items():
        for horizon in HORIZONS:
            told = values[(values["method"] == method) & (values["horizon_months"] == horizon)]
            truth = AVERAGE_MRR * MARGIN * (setting.survival(horizon - 1) * discount ** np.arange(horizon)).sum()
            given = told["lower"].notna() & told["upper"].notna()
            held = given & (told["lower"] <= truth) & (truth <= told["upper"])
            rows.append((f"{name}, {horizon} months", held.sum() / given.sum() if given.any() else np.nan, int(given.sum()), 1 - given.mean()))
    return pd.DataFrame(rows, columns=["measure", "coverage", "intervals", "withheld"])


def _revenue(groups, customers, rng):
    log_variance = np.log1p(VARIATION**2)
    mean, variance = np.empty(len(groups)), np.empty(len(groups))
    for number in range(len(groups)):
        paid = rng.lognormal(np.log(AVERAGE_MRR) - log_variance / 2, np.sqrt(log_variance), customers)
        mean[number], variance[number] = paid.mean(), paid.var(ddof=1)
    return pd.DataFrame({"group": groups, "customers": customers, "average_mrr": mean, "variance_mrr": variance})
