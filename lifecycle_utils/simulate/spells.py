"""When customers leave and when they come back: spells of paying, each from its first day to its true end.

The true end is kept even when it lies after the snapshot, because use falls before it; `known_ends` says what the data shows.
"""

import numpy as np
import pandas as pd

from lifecycle_utils.simulate.chance import stream
from lifecycle_utils.simulate.classes import multiplier, survival_table
from lifecycle_utils.simulate.days import DAY, add_months, plus_days
from lifecycle_utils.simulate.frames import stacked

HORIZON_MONTHS = 600


def spells(truth, window, accounts, seed):
    """One row per spell of the paying `accounts` that began before the cutoff.

    Columns: account (position in `accounts`), spell (1, 2), interval, started_on, churn_month (0 = beyond the horizon), ended_on.
    """
    generator, size = stream(seed, "spells"), len(accounts)
    interval = np.where(generator.random(size) < truth.annual_share, "annual", "monthly")
    factor = multiplier(truth, **{key: accounts[key].to_numpy() for key in ("traits", "card", "automation", "integrations")})
    draw = generator.random(size)
    months = np.zeros(size, dtype=np.int64)
    for kind in ("monthly", "annual"):
        which = interval == kind
        months[which] = _churn_months(truth, factor[which], draw[which], kind)
    first = _spells(truth, accounts["paid_on"].to_numpy().astype(DAY), months, interval, generator)
    first = first.assign(account=np.arange(size), spell=1)
    return stacked([first, _returns(truth, window, first, generator)])


def known_ends(truth, window, history, seed):
    """The ends that the data shows: those before the cutoff, and some of the month now running that were told ahead."""
    ends, starts = history["ended_on"].to_numpy().astype(DAY), history["started_on"].to_numpy().astype(DAY)
    month = history["churn_month"].to_numpy()
    running = (month > 0) & (add_months(starts, np.maximum(month - 1, 0)) < window.cutoff) & (ends == add_months(starts, month))
    told = running & (stream(seed, "told ahead").random(len(history)) < truth.told_ahead)
    return np.where((ends <= window.cutoff) | told, ends, np.datetime64("NaT", "D"))


def _churn_months(truth, factor, draw, interval):
    """Invert the survival function of each customer; few different multipliers exist, so one table row serves many."""
    values, kind = np.unique(factor, return_inverse=True)
    survival = survival_table(truth, values, interval=interval, months=HORIZON_MONTHS)
    months = np.zeros(len(factor), dtype=np.int64)
    for number, curve in enumerate(survival):
        which = kind == number
        months[which] = np.searchsorted(-curve, -draw[which], side="left")
    return np.where(months > HORIZON_MONTHS, 0, months)


def _spells(truth, starts, months, interval, generator):
    size = len(starts)
    ends = add_months(starts, months)
    before = add_months(starts, np.maximum(months - 1, 0))
    length = (ends - before).astype(np.int64)
    inside = (interval == "monthly") & (generator.random(size) < truth.mid_month)
    day = 1 + np.floor(generator.random(size) * (length - 1)).astype(np.int64)
    ends = np.where(inside, plus_days(before, day), ends)
    return pd.DataFrame(
        {
            "interval": interval,
            "started_on": starts,
            "churn_month": months,
            "ended_on": np.where(months > 0, ends, np.datetime64("NaT", "D")),
        }
    )


def _returns(truth, window, first, generator):
    size = len(first)
    low, high = truth.return_gap_months
    gap = low + np.floor(generator.random(size) * (high - low + 1)).astype(np.int64)
    back = plus_days(add_months(first["ended_on"].to_numpy().astype(DAY), gap), np.floor(generator.random(size) * 20))
    returns = (first["churn_month"].to_numpy() > 0) & (generator.random(size) < truth.return_share) & (back < window.cutoff)
    draw = generator.random(size)
    months = 1 + np.floor(np.log1p(-draw) / np.log1p(-truth.return_hazard)).astype(np.int64)
    months = np.where(months > HORIZON_MONTHS, 0, months)
    second = _spells(truth, back[returns], months[returns], np.repeat("monthly", int(returns.sum())), generator)
    return second.assign(account=np.flatnonzero(returns), spell=2)
