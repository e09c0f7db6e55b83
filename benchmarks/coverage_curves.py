"""Coverage of survival, hazard, restricted mean and median: the kit's formulas on arrays, held against the kit itself on the first companies."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from benchmarks.coverage_companies import life_tables, simulate_counts, tenures_frame
from lifecycle_utils import estimate
from lifecycle_utils.estimate.intervals import wilson_interval

Z = norm.isf(0.025)
HORIZONS = (12, 24)
#: With fewer customers at risk reports withhold the intervals of survival and hazard.
MIN_AT_RISK = 30


def study_curves(setting, *, companies, seed, chunk=500, compared=5):
    """Coverage of every interval that a life table gives.

    Returns
    -------
    DataFrame, one row per measure: measure, coverage (share of the intervals given that hold the truth, over companies and months), lowest and
        highest (coverage of a single month given in half of the companies or more), intervals, withheld (share of those possible)
    """
    rng = np.random.default_rng([seed, 11])
    months = len(setting.ages) - 1
    tally = _Tally(months)
    for start in range(0, companies, chunk):
        here, left = simulate_counts(setting, companies=min(chunk, companies - start), rng=rng)
        at_risk, churned = life_tables(setting, here, left)
        curves = curves_of(at_risk, churned)
        if start == 0:
            _compare(setting, here[:compared], left[:compared], {name: value[:compared] for name, value in curves.items()})
        enough = np.minimum.accumulate(at_risk, axis=1) >= MIN_AT_RISK
        alive, hazard = setting.survival(months), np.broadcast_to(setting.hazard(months), at_risk.shape)
        # until anybody can leave there is nothing to estimate, and the kit prints no interval
        tally.add("survival", enough & (alive[1:] < 1), curves["survival_lower"], curves["survival_upper"], alive[1:])
        tally.add("hazard", (at_risk >= MIN_AT_RISK) & (hazard > 0), curves["hazard_lower"], curves["hazard_upper"], hazard)
        for horizon in HORIZONS:
            everybody = np.full(len(at_risk), True)
            tally.add(f"restricted mean, {horizon} months", everybody, curves[f"mean_{horizon}_lower"], curves[f"mean_{horizon}_upper"], alive[:horizon].sum())
        if alive[-1] < 0.5:
            tally.add("median", np.full(len(at_risk), True), curves["median_lower"], curves["median_upper"], np.argmax(alive <= 0.5))
    return tally.frame()


def curves_of(at_risk, churned):
    """Lower and upper ends of the kit's intervals, from life tables of many companies: dict of arrays, companies first."""
    n, d = at_risk.astype(float), churned.astype(float)
    known = _known(at_risk, churned)
    with np.errstate(invalid="ignore", divide="ignore"):
        survival = np.where(known, np.cumprod(np.where(n > 0, 1 - d / n, 1.0), axis=1), np.nan)
        greenwood = np.cumsum(np.where(n > d, d / (n * (n - d)), 0.0), axis=1)
        log = np.log(survival)
        reach = Z * np.sqrt(greenwood) / log
        given = (np.cumsum(d, axis=1) > 0) & (survival > 0)
        ends = [np.where(given, np.exp(-np.exp(np.log(-log) + sign * reach)), np.nan) for sign in (-1, 1)]
    hazard = wilson_interval(churned, at_risk)
    told = {"survival_lower": ends[0], "survival_upper": ends[1], "hazard_lower": hazard[0], "hazard_upper": hazard[1]}
    for horizon in HORIZONS:
        told[f"mean_{horizon}_lower"], told[f"mean_{horizon}_upper"] = _restricted(survival, n, d, horizon)
    # an upper end that is not reached is open: it holds every later month; without a lower end there is no interval
    told["median_lower"], told["median_upper"] = _first_at_or_below(ends[0], np.nan), _first_at_or_below(ends[1], np.inf)
    return told


def _known(at_risk, churned):
    """Months before the first gap: see `lifecycle_utils.estimate.survival.first_gaps`."""
    refilled = np.concatenate([at_risk[:, 1:] > 0, np.zeros((len(at_risk), 1), bool)], axis=1)
    gone = np.cumsum(at_risk[:, ::-1], axis=1)[:, ::-1] == 0  # nobody was observed in or after this month: the kit has no such rows
    return (np.cumsum(((at_risk == 0) & ~gone) | ((churned == at_risk) & refilled), axis=1) == 0) & ~gone


def _restricted(survival, n, d, horizon):
    after = survival[:, : horizon - 1]
    ahead = np.cumsum(after[:, ::-1], axis=1)[:, ::-1]
    n, d = n[:, : horizon - 1], d[:, : horizon - 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt((ahead**2 * np.where(n > d, d / (n * (n - d)), 0.0)).sum(axis=1))
        lost = horizon - 1 - after.sum(axis=1)
        factor = np.where(error > 0, np.exp(Z * error / lost), np.nan)
    return np.maximum(horizon - lost * factor, 1.0), horizon - lost / factor


def _first_at_or_below(end, never):
    reached = end <= 0.5 + 1e-9
    return np.where(reached.any(axis=1), np.argmax(reached, axis=1) + 1.0, never)


def _compare(setting, here, left, ours):
    """Refuse to judge formulas that are not the kit's."""
    tenures = tenures_frame(setting, here, left)
    kit = {"survival": estimate.survival(tenures), "hazard": estimate.hazard(tenures, min_at_risk=0)}
    for name, frame in kit.items():
        company, month = frame["group"].astype(int).to_numpy(), frame["tenure_month"].to_numpy() - 1
        for end in ("lower", "upper"):
            np.testing.assert_allclose(ours[f"{name}_{end}"][company, month], frame[end], rtol=1e-9, atol=1e-12, err_msg=f"{setting}: {name}")
    means = estimate.restricted_mean(tenures, horizon_months=HORIZONS)
    medians = estimate.survival_quantiles(tenures, shares_left=0.5)
    for end in ("lower", "upper"):
        for horizon in HORIZONS:
            frame = means[means["horizon_months"] == horizon]
            np.testing.assert_allclose(ours[f"mean_{horizon}_{end}"], frame[end], rtol=1e-9, err_msg=f"{setting}: mean")
        mine = np.where(np.isinf(ours[f"median_{end}"]), np.nan, ours[f"median_{end}"])
        np.testing.assert_array_equal(mine, medians[end], err_msg=f"{setting}: median {end}")


class _Tally:
    """Intervals given and intervals that hold the truth, per measure and month."""

    def __init__(self, months):
        self.months, self.counts = months, {}

    def add(self, measure, possible, lower, upper, truth):
        given = possible & ~np.isnan(lower) & ~np.isnan(upper)
        held = given & (lower <= truth + 1e-12) & (truth - 1e-12 <= upper)
        sums = [np.atleast_1d(part.sum(axis=0)) for part in (possible, given, held)]
        before = self.counts.get(measure, [0, 0, 0])
        self.counts[measure] = [old + new for old, new in zip(before, sums, strict=True)]

    def frame(self):
        rows = []
        for measure, (possible, given, held) in self.counts.items():
            often = given >= max(0.5 * given.max(), 1)
            single = held[often] / given[often]
            total = given.sum()
            rows.append((measure, held.sum() / total if total else np.nan, single.min(initial=1.0), single.max(initial=0.0), int(total),
                         1 - total / possible.sum() if possible.sum() else 1.0))
        return pd.DataFrame(rows, columns=["measure", "coverage", "lowest", "highest", "intervals", "withheld"])
