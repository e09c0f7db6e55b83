"""Coverage of lifetime values: the kit's own estimators, company by company, from counts."""

import math

import numpy as np
import pandas as pd

from benchmarks.coverage_companies import life_tables, simulate_counts, tenures_frame
from lifecycle_utils import estimate
from lifecycle_utils.estimate.bootstrap import average_mrr_draws, life_table_draws, percentile_interval
from lifecycle_utils.estimate.lifetime_value import monthly_discount, months_by_method

HORIZONS = (12, 36)
METHODS = {"restricted_mean": "observed", "shifted_beta_geometric": "fitted model"}
#: What customers pay: lognormal, the standard deviation 0.8 of the mean, whoever they are.
AVERAGE_MRR, VARIATION = 100.0, 0.8
MARGIN, DISCOUNT_RATE = 0.8, 0.1
MIN_CHURNED = 10  # as `estimate.lifetime_value` has it


def study_values(setting, *, companies, seed, draws=999, chunk=250, compared=2):
    """Coverage of the intervals of lifetime value, and of the months behind it, which what customers pay would hide.

    The fitted model's interval counts as withheld where the kit prints none. The first companies go through `estimate.lifetime_value` as well.

    Returns
    -------
    DataFrame, two rows per method and horizon: measure ("LTV, …", "months, …"), coverage, intervals, withheld (share of the companies)
    """
    rng = np.random.default_rng([seed, 12])
    discount = monthly_discount(DISCOUNT_RATE)
    months = {horizon: (setting.survival(horizon - 1) * discount ** np.arange(horizon)).sum() for horizon in HORIZONS}
    worth = {"LTV": AVERAGE_MRR * MARGIN, "months": 1.0}
    counts = {f"{what}, {name}, {horizon} months": [0, 0] for what in worth for name in METHODS.values() for horizon in HORIZONS}
    for start in range(0, companies, chunk):
        here, left = simulate_counts(setting, companies=min(chunk, companies - start), rng=rng)
        at_risk, churned = life_tables(setting, here, left)
        for place in range(len(here)):
            paid = amounts(setting.customers, VARIATION, rng)
            one = start + place
            told = _intervals(setting, here[place], left[place], at_risk[place], churned[place], paid, discount, draws, seed + one)
            if one < compared:
                _compare(tenures_frame(setting, here[[place]], left[[place]]), paid, told, draws, seed + one)
            for (what, method, horizon), (lower, upper) in told.items():
                count = counts[f"{what}, {METHODS[method]}, {horizon} months"]
                count[0] += not math.isnan(lower)
                count[1] += lower - 1e-9 <= worth[what] * months[horizon] <= upper + 1e-9
    rows = [(measure, held / given if given else np.nan, given, 1 - given / companies) for measure, (given, held) in counts.items()]
    return pd.DataFrame(rows, columns=["measure", "coverage", "intervals", "withheld"])


def amounts(customers, variation, rng):
    """What each customer pays: lognormal around `AVERAGE_MRR`, `variation` its standard deviation over its mean."""
    log_variance = np.log1p(variation**2)
    return rng.lognormal(np.log(AVERAGE_MRR) - log_variance / 2, np.sqrt(log_variance), customers)


def kinds(setting, here, left):
    """Arrays entry, tenure, churned, customers of one company: what the kit counts as alike."""
    ages, entry = np.arange(len(setting.ages)), setting.entries()
    counts = np.zeros((entry.max() + 1, len(ages), 2), dtype="int64")
    np.add.at(counts, (entry, ages, 0), here)
    np.add.at(counts, (entry[:, None], ages[None, 1:], 1), left)
    of_entry, of_tenure, of_churned = np.nonzero(counts)
    seen = of_tenure > of_entry
    found = of_entry[seen], of_tenure[seen], of_churned[seen]
    return *found[:2], found[2].astype(bool), counts[found]


def _intervals(setting, here, left, at_risk, churned, paid, discount, draws, seed):
    """(lower, upper) by what, method and horizon, by the steps of `estimate.lifetime_value`."""
    drawn = life_table_draws(*kinds(setting, here, left), draws=draws, seed=seed) if churned.sum() >= MIN_CHURNED else None
    mrr = average_mrr_draws(paid.mean(), paid.var(ddof=1), len(paid), draws=draws, seed=seed)
    months = np.flatnonzero(at_risk)[-1] + 1  # the kit has no rows of months that nobody was observed in or after
    table = pd.DataFrame({"tenure_month": np.arange(1, months + 1), "at_risk": at_risk[:months], "churned": churned[:months]})
    told = {}
    for answer in months_by_method(table, drawn, HORIZONS, discount, draws=draws, seed=seed):
        if answer.method in METHODS:
            for what, worth in (("LTV", MARGIN * mrr), ("months", 1.0)):
                ends = (math.nan, math.nan) if answer.sampled is None else percentile_interval(worth * answer.sampled)
                # nobody could leave so early: the months are known, and no interval is judged
                told[what, answer.method, answer.horizon] = ends if what == "LTV" or ends[0] < ends[1] else (math.nan, math.nan)
    return told


def _compare(tenures, paid, told, draws, seed):
    """Refuse to judge steps that are not the kit's."""
    (group,) = tenures["group"].unique()
    revenue = pd.DataFrame({"group": [group], "customers": len(paid), "average_mrr": paid.mean(), "variance_mrr": paid.var(ddof=1)})
    options = {"gross_margin": MARGIN, "discount_rate_annual": DISCOUNT_RATE, "draws": draws, "seed": seed}
    kit = estimate.lifetime_value(tenures, revenue, horizons_months=HORIZONS, **options).set_index(["method", "horizon_months"])
    for (what, *key), ends in told.items():
        if what == "LTV":
            np.testing.assert_allclose(ends, kit.loc[tuple(key), ["lower", "upper"]].to_numpy(dtype=float), rtol=1e-9, err_msg=str(key))
