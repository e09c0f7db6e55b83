"""Coverage of forecasts: companies customer by customer, counted as `observe.hindsight` counts them, and followed on."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.forecast import RANK, forecast_mrr, forecast_retention, share_left_out, why_no_forecast
from lifecycle_utils.estimate.forecast_draws import heads_kept, money_paid
from lifecycle_utils.estimate.forecast_growth import fit_growth
from lifecycle_utils.estimate.forecast_hazards import COLUMNS, ForecastHazards

#: What customers do while they stay: with this chance a month their MRR is multiplied by exp(normal(mean, deviation)).
CHANGE, CHANGE_MEAN, CHANGE_DEVIATION = 0.02, 0.12, 0.25
#: Four in ten are large: they pay 1.8 times as much and leave 0.75 times as often.
LARGE, LARGE_MRR, LARGE_HAZARD = 0.4, 1.8, 0.75
SPREAD = 0.6  # of the logarithm of the first MRR
PAST = 12
EVERY = 4  # companies whose cohorts are judged as well: each has dozens
MIN_CUSTOMERS = 10  # as the kit has it
MEASURES = ("forecast: who stays", "forecast: who stays, by cohort", "forecast: MRR", "forecast: revenue per customer")
TAILS = [0.025, 0.975]


@dataclass(frozen=True)
class Simulated:
    """One company as known at the snapshot, and what became of it.

    followed, followed_money : dict of arrays, by the names in `ForecastHazards.fit`
    stayers : dict of arrays, as `fit_growth` has them
    tenures, customers, mrr, squares : arrays, those still there by age
    paid : array (ages, horizon + 1); stayed : array (ages,), what they did afterwards
    """

    followed: dict
    followed_money: dict
    stayers: dict
    tenures: np.ndarray
    customers: np.ndarray
    mrr: np.ndarray
    squares: np.ndarray
    paid: np.ndarray
    stayed: np.ndarray


def study_forecasts(setting, *, companies, seed, horizon_months=6, draws=199, between_months=0.0, compared=2):
    """Coverage of the prediction intervals, `horizon_months` ahead. The first companies go through the kit's own forecasts as well.

    between_months : standard deviation of the factor by which calendar months multiply the hazards

    Returns
    -------
    DataFrame, one row per measure: measure, coverage, intervals, withheld (share of those possible)
    """
    rng = np.random.default_rng([seed, 13])
    counts = {measure: [0, 0, 0] for measure in MEASURES}
    for number in range(companies):
        one = simulate(setting, horizon_months, rng, between_months=between_months)
        cohorts = number % EVERY == 0
        told = [*_retention(one, horizon_months, draws, seed + number, cohorts=cohorts), *_money(one, horizon_months, draws, seed + number)]
        if number < compared:
            _compare(one, told, horizon_months, draws, seed + number, cohorts=cohorts)
        for measure, _, lower, upper, actual in told:
            given = not math.isnan(lower)
            held = lower <= actual + 1e-12 and actual - 1e-12 <= upper
            counts[measure] = [old + int(new) for old, new in zip(counts[measure], (True, given, held), strict=True)]
    rows = [(measure, held / given if given else np.nan, given, 1 - given / possible if possible else 1.0)
            for measure, (possible, given, held) in counts.items()]
    return pd.DataFrame(rows, columns=["measure", "coverage", "intervals", "withheld"])


def _retention(one, horizon, draws, seed, *, cohorts):
    """(measure, group, lower, upper, actual) of everybody, and of each cohort, by the steps of `forecast_retention`."""
    hazards = ForecastHazards.fit(one.followed)
    cells = ["one"] * len(one.tenures), one.tenures
    stay = hazards.survival(*cells, horizon)[:, -1]
    drawn = hazards.survival_draws(*cells, horizon, draws=draws, seed=seed)[:, :, -1]
    rows = np.tile(np.arange(len(stay)), 2 if cohorts else 1)  # first each cohort by itself, then everybody
    known = np.isfinite(stay)[rows]
    kept, jitter = heads_kept(np.where(known, one.customers[rows], 0), np.where(known, drawn[:, rows], 0.0), seed=seed)
    single = [(MEASURES[1], f"{tenure:03d}", np.array([place])) for place, tenure in enumerate(one.tenures) if one.customers[place] >= MIN_CUSTOMERS]
    for measure, group, where in [*(single if cohorts else []), (MEASURES[0], "all", np.arange(len(rows) - len(stay), len(rows)))]:
        inside = where[known[where]]
        n = int(one.customers[rows[inside]].sum())
        if why_no_forecast(hazards, n, share_left_out(n, one.customers[rows[where]].sum()), "", MIN_CUSTOMERS):
            yield measure, group, math.nan, math.nan, math.nan
            continue
        lower, upper = np.quantile(kept[:, inside].sum(axis=1) + jitter, TAILS, method=RANK) / n
        forecast = (one.customers[rows[inside]] * stay[rows[inside]]).sum() / n
        yield measure, group, min(max(lower, 0.0), forecast), max(min(upper, 1.0), forecast), one.stayed[rows[inside]].sum() / n


def _money(one, horizon, draws, seed):
    """As `_retention`, by the steps of `forecast_mrr`: MRR at the horizon, and the revenue until then."""
    hazards, growth = ForecastHazards.fit(one.followed_money), fit_growth(one.stayers)
    cells = ["one"] * len(one.tenures), one.tenures
    stay = hazards.survival(*cells, horizon)
    known = np.isfinite(stay[:, -1])
    left_out = share_left_out(one.mrr[known].sum(), one.mrr.sum())
    if growth.withheld or why_no_forecast(hazards, int(one.customers[known].sum()), left_out, "", MIN_CUSTOMERS):
        yield from ((measure, "all", math.nan, math.nan, math.nan) for measure in MEASURES[2:])
        return
    drawn = hazards.survival_draws(*cells, horizon, draws=draws, seed=seed)[:, known]
    factor, factor_draws = growth.factors(horizon, draws=draws, seed=seed)
    paid, together = money_paid(one.mrr[known], one.squares[known], stay[known], drawn, factor, factor_draws, growth.relative_variance, seed=seed)
    expected, actual = (one.mrr[known] @ stay[known]) * factor, one.paid[known].sum(axis=0)
    mrr, revenue = (paid[:, -1], expected[-1], actual[-1]), (together, expected[:-1].sum(), actual[:-1].sum())
    for measure, (many, value, outcome) in zip(MEASURES[2:], (mrr, revenue), strict=True):
        lower, upper = np.quantile(many, TAILS, method=RANK)
        yield measure, "all", min(max(lower, 0.0), value), max(upper, value), outcome


def _compare(one, told, horizon, draws, seed, *, cohorts):
    """Refuse to judge steps that are not the kit's."""
    options = {"horizon_months": horizon, "draws": draws, "seed": seed}
    columns = {"billing_interval": "one", "tenure": one.tenures, "customers": one.customers, "mrr": one.mrr, "mrr_squares": one.squares}
    there = pd.DataFrame(columns)
    groups = [there.assign(group="all")] + ([there.assign(group=there["tenure"].map("{:03d}".format))] if cohorts else [])
    kit = forecast_retention(pd.DataFrame(one.followed), pd.concat(groups), **options).set_index("group")
    money = forecast_mrr(pd.DataFrame(one.followed_money), groups[0], pd.DataFrame(one.stayers), **options)
    last = money[money["months_ahead"] == horizon].set_index("measure")
    for measure, group, lower, upper, _ in told:
        row = kit.loc[group] if measure in MEASURES[:2] else last.loc["mrr" if measure == MEASURES[2] else "revenue"]
        np.testing.assert_allclose([lower, upper], row[["lower", "upper"]].astype(float), rtol=1e-9, err_msg=f"{measure} {group}")


def simulate(setting, horizon, rng, *, between_months=0.0):
    """Customers one by one: their first MRR, when they leave, what they pay in the year before the snapshot and after it."""
    n, entry_of = setting.customers, setting.entries()
    age, large = _ages(setting, n, rng)
    mrr = 100 * np.exp(SPREAD * rng.standard_normal(n)) * np.where(large, LARGE_MRR, 1.0)
    leaves = _leaves(setting, age, large, horizon, rng, between_months)
    months = np.arange(-PAST, horizon + 1)
    before = np.maximum(age - PAST, 0)
    changes = rng.binomial(before, CHANGE)
    start = mrr * np.exp(CHANGE_MEAN * changes + CHANGE_DEVIATION * np.sqrt(changes) * rng.standard_normal(n))
    steps = np.where(rng.random((n, len(months) - 1)) < CHANGE, rng.normal(CHANGE_MEAN, CHANGE_DEVIATION, (n, len(months) - 1)), 0.0)
    steps *= age[:, None] + months[1:] > 0
    path = start[:, None] * np.exp(np.concatenate([np.zeros((n, 1)), np.cumsum(steps, axis=1)], axis=1))
    tenure_then = age[:, None] + months
    path *= (tenure_then >= 0) & (tenure_then < leaves[:, None]) & (tenure_then >= entry_of[age][:, None])
    return _counted(setting, age, entry_of[age], leaves, mrr, path, horizon)


def _ages(setting, n, rng):
    """Ages and sizes of those in the data: the large ones are more likely to be there still when the data begin."""
    entry = setting.entries()
    kinds = [(LARGE, LARGE_HAZARD, True), (1 - LARGE, 1.0, False)]
    share = np.concatenate([part * np.asarray(setting.ages) * _survival(setting, factor, len(entry))[entry] for part, factor, _ in kinds])
    pick = rng.choice(len(share), size=n, p=share / share.sum())
    return pick % len(entry), pick < len(entry)


def _survival(setting, factor, months):
    return np.concatenate([[1.0], np.cumprod(1 - factor * setting.hazard(months))])


def _leaves(setting, age, large, horizon, rng, between_months):
    """The subscription month in which each leaves, later than everything if it does not."""
    months, entry = len(setting.ages) + horizon, setting.entries()[age]
    hazard = np.where(large, LARGE_HAZARD, 1.0)[:, None] * setting.hazard(months)
    month = np.arange(1, months + 1)
    if between_months:
        factor = rng.gamma(between_months**-2, between_months**2, len(setting.ages) + horizon)
        hazard = hazard * factor[np.clip(len(setting.ages) - 1 - age[:, None] + month, 0, len(factor) - 1)]
    gone = (rng.random(hazard.shape) < np.minimum(hazard, 1.0)) & (month > entry[:, None])
    return np.where(gone.any(axis=1), gone.argmax(axis=1) + 1, months + 1)


def _counted(setting, age, entry, leaves, mrr, path, horizon):
    known, ages = leaves <= age, np.arange(len(setting.ages))
    share = np.round(mrr / mrr.max() * 2**20)
    plain, money = (_followed(age, entry, np.where(known, leaves, age), known, weight) for weight in (np.ones(len(age)), share))
    now = path[:, PAST : PAST + horizon + 1] * ~known[:, None]
    customers = np.bincount(age[~known], minlength=len(ages))
    paid = np.stack([np.bincount(age, weights=column, minlength=len(ages)) for column in now.T], axis=1)
    squares = np.bincount(age, weights=now[:, 0] ** 2, minlength=len(ages))
    stayed = np.bincount(age[~known & (leaves > age + horizon)], minlength=len(ages))
    kept = customers > 0
    return Simulated(plain, money, _stayers(path), ages[kept], customers[kept], paid[kept, 0], squares[kept], paid[kept], stayed[kept])


def _followed(age, entry, tenure, churned, weight):
    """Customers who are alike, counted and their weights summed."""
    last = int(tenure.max()) + 1
    kind, place = np.unique((age * last + tenure) * 2 + churned, return_inverse=True)
    entries = np.zeros(len(kind), dtype=int)
    entries[place] = entry  # who is of one age entered alike
    sums = (np.bincount(place), np.bincount(place, weights=weight), np.bincount(place, weights=weight**2))
    return dict(zip(COLUMNS, (np.full(len(kind), "one"), kind // 2 // last, entries, kind // 2 % last, kind % 2 == 1, *sums), strict=True))


def _stayers(path):
    before, after = path[:, :PAST], path[:, 1 : PAST + 1]
    both = (before > 0) & (after > 0)
    a, b = before * both, after * both
    sums = {"customers": both, "opening_mrr": a, "closing_mrr": b, "opening_squares": a * a, "products": a * b, "closing_squares": b * b}
    return {name: values.sum(axis=0) for name, values in sums.items()}
