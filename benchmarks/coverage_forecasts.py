"""Coverage of forecasts: companies customer by customer, counted into the frames that `observe.hindsight` hands over, and followed on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.forecast import forecast_mrr, forecast_retention, forecastable
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards

#: What customers do while they stay: with this chance a month their MRR is multiplied by exp(normal(mean, deviation)).
CHANGE, CHANGE_MEAN, CHANGE_DEVIATION = 0.02, 0.12, 0.25
#: Four in ten are large: they pay 1.8 times as much and leave 0.75 times as often.
LARGE, LARGE_MRR, LARGE_HAZARD = 0.4, 1.8, 0.75
SPREAD = 0.6  # of the logarithm of the first MRR
PAST = 12
EVERY = 4  # companies whose cohorts are judged as well: each has dozens
MEASURES = ("forecast: who stays", "forecast: who stays, by cohort", "forecast: MRR", "forecast: revenue per customer")


@dataclass(frozen=True)
class Simulated:
    """One company as known at the snapshot, and what became of it."""

    followed: pd.DataFrame
    followed_money: pd.DataFrame
    stayers: pd.DataFrame
    there: pd.DataFrame
    paid: np.ndarray  # (kinds there, horizon + 1)
    stayed: np.ndarray


def study_forecasts(setting, *, companies, seed, horizon_months=6, draws=400, between_months=0.0):
    """Coverage of the prediction intervals, `horizon_months` ahead.

    between_months : standard deviation of the factor by which calendar months multiply the hazards

    Returns
    -------
    DataFrame, one row per measure: measure, coverage, intervals, withheld (share of those possible)
    """
    rng = np.random.default_rng([seed, 13])
    counts = {measure: [0, 0, 0] for measure in MEASURES}
    for number in range(companies):
        one = simulate(setting, horizon_months, rng, between_months=between_months)
        for measure, told in _judge(one, horizon_months, draws, seed + number, cohorts=number % EVERY == 0):
            given = told["withheld"] == ""
            held = given & (told["lower"] <= told["actual"] + 1e-12) & (told["actual"] - 1e-12 <= told["upper"])
            counts[measure] = [old + int(new) for old, new in zip(counts[measure], (len(told), given.sum(), held.sum()), strict=True)]
    rows = [(measure, held / given if given else np.nan, given, 1 - given / possible if possible else 1.0)
            for measure, (possible, given, held) in counts.items()]
    return pd.DataFrame(rows, columns=["measure", "coverage", "intervals", "withheld"])


def _judge(one, horizon, draws, seed, *, cohorts):
    options = {"horizon_months": horizon, "draws": draws, "seed": seed}
    all_there = one.there.assign(group="all")
    by_cohort = one.there.assign(group=one.there["tenure"].map("{:03d}".format))
    hazards, money_hazards = ForecastHazards.fit(one.followed), ForecastHazards.fit(one.followed_money)
    known = forecastable(hazards, one.there, horizon_months=horizon)
    told = forecast_retention(hazards, pd.concat([all_there, by_cohort]) if cohorts else all_there, **options)
    outcome = pd.DataFrame({"group": by_cohort["group"], "customers": one.there["customers"], "stayed": one.stayed})[known]
    sums = pd.concat([outcome.assign(group="all"), outcome]).groupby("group")[["customers", "stayed"]].sum()
    told["actual"] = told["group"].map(sums["stayed"] / sums["customers"])
    yield MEASURES[0], told[told["group"] == "all"]
    # cohorts too small to be forecast are not part of the question
    yield MEASURES[1], told[(told["group"] != "all") & (told["customers"] >= 10)]
    money = forecast_mrr(money_hazards, all_there, one.stayers, **options)
    paid = one.paid[forecastable(money_hazards, one.there, horizon_months=horizon)].sum(axis=0)
    yield MEASURES[2], money[(money["measure"] == "mrr") & (money["months_ahead"] == horizon)].assign(actual=paid[-1])
    yield MEASURES[3], money[money["measure"] == "revenue"].assign(actual=paid[:-1].sum())


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
    known = leaves <= age
    tenure = np.where(known, leaves, age)
    share = np.round(mrr / mrr.max() * 2**20)
    frame = pd.DataFrame({"age": age, "entry": entry, "tenure": tenure, "churned": known, "customers": 1, "weight": share, "weight_squares": share**2})
    keys = ["age", "entry", "tenure", "churned"]
    sums = frame.groupby(keys, as_index=False).sum().assign(billing_interval="one")
    plain = sums.assign(weight=sums["customers"], weight_squares=sums["customers"])
    still = ~known
    now = path[:, PAST : PAST + horizon + 1] * still[:, None]
    ages = np.arange(len(setting.ages))
    customers = np.bincount(age[still], minlength=len(ages))
    paid = np.stack([np.bincount(age, weights=column, minlength=len(ages)) for column in now.T], axis=1)
    squares = np.bincount(age, weights=now[:, 0] ** 2, minlength=len(ages))
    stayed = np.bincount(age[still & (leaves > age + horizon)], minlength=len(ages))
    kept = customers > 0
    there = pd.DataFrame({"billing_interval": "one", "tenure": ages, "customers": customers, "mrr": paid[:, 0], "mrr_squares": squares})[kept]
    return Simulated(plain, sums, _stayers(path), there.reset_index(drop=True), paid[kept], stayed[kept])


def _stayers(path):
    before, after = path[:, :PAST], path[:, 1 : PAST + 1]
    both = (before > 0) & (after > 0)
    a, b = before * both, after * both
    sums = {"customers": both, "opening_mrr": a, "closing_mrr": b, "opening_squares": a * a, "products": a * b, "closing_squares": b * b}
    return pd.DataFrame({name: values.sum(axis=0) for name, values in sums.items()})
