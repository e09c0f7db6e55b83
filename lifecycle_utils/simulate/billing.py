"""What they pay: spells of paying become subscriptions, periods of constant MRR. All amounts start in USD."""

import numpy as np
import pandas as pd

from lifecycle_utils.simulate.chance import normal, stream
from lifecycle_utils.simulate.days import DAY, add_months, plus_days
from lifecycle_utils.simulate.frames import stacked

PERIOD = ["account", "serial", "started_on", "ended_on", "usd", "plan", "interval"]
NEVER = np.datetime64("NaT", "D")


def periods(truth, window, accounts, history, ends, seed):
    """Paid periods of every spell, in USD, then those of the add-ons.

    `serial` numbers a customer's subscriptions: 1 the first, 2 the one after a return, 3 an add-on; `ends` are the known ends.
    """
    generator = stream(seed, "billing")
    account = history["account"].to_numpy()
    start_mrr = _first_mrr(truth, accounts, history, generator)
    rate = truth.change * truth.trait_upgrade ** accounts["traits"].to_numpy()[account]
    rate = np.minimum(rate * np.where(accounts["full"].to_numpy()[account], truth.full_change, 1.0), 0.5)
    boundaries, factors = _changes(truth, rate, history, generator)
    starts = history["started_on"].to_numpy().astype(DAY)
    last = np.minimum(np.where(np.isnat(ends), window.cutoff, ends), window.cutoff)
    pieces, level = [], start_mrr
    opened = starts
    for boundary, factor in zip(boundaries, factors, strict=True):
        day = add_months(starts, boundary)
        changed = (day < last) & (factor != 1.0)
        raised = np.where(changed, np.maximum(np.rint(level * factor), 10), level)
        changed &= raised != level
        pieces.append(_pieces(history, opened, day, level, changed))
        opened, level = np.where(changed, day, opened), np.where(changed, raised, level)
    pieces.append(_pieces(history, opened, ends, level, np.ones(len(history), dtype=bool)))
    paid = stacked(pieces)
    paid["plan"] = plan_of(truth, paid["usd"].to_numpy())
    paid = stacked([paid, _addons(truth, window, history, ends, start_mrr, generator)])
    return paid[PERIOD]


def plan_of(truth, usd):
    """The plan that an MRR in USD belongs to."""
    names = np.array(list(truth.plans), dtype=object)
    floors = np.array([floor for floor, _ in truth.plans.values()])
    return names[np.searchsorted(floors, usd, side="right") - 1]


def trials(truth, window, accounts, history, seed):
    """Periods with MRR 0: the trial before the first payment, trials that led to nothing (yet), second trials, trials of returners.

    A trial belongs to the subscription that it became. Its end is empty while it runs.
    """
    generator = stream(seed, "trials")
    back = history[history["spell"] == 2]
    back = back[generator.random(len(back)) < truth.return_trial]
    has = (accounts["trial_on"] < window.cutoff).to_numpy()
    first = _trial(accounts.index[has], 1, accounts["trial_on"].to_numpy().astype(DAY)[has], accounts["trial_end"].to_numpy().astype(DAY)[has])
    unpaid = has & ~(accounts["paid_on"] < window.cutoff).to_numpy()
    again = unpaid & (generator.random(len(accounts)) < truth.second_trial)
    begins = plus_days(accounts["trial_end"].to_numpy().astype(DAY), 30 + np.floor(generator.random(len(accounts)) * 150))
    again &= (begins < window.cutoff) & accounts["paid_on"].isna().to_numpy()
    second = _trial(accounts.index[again], 4, begins[again], plus_days(begins[again], truth.trial_days))
    paid_again = back["started_on"].to_numpy().astype(DAY)
    third = _trial(back["account"].to_numpy(), 2, plus_days(paid_again, -truth.trial_days), paid_again)
    table = stacked([first, second, third])
    table["ended_on"] = table["ended_on"].where(table["ended_on"] <= window.cutoff)
    return table[PERIOD]


def _trial(account, serial, start, end):
    columns = {"account": np.asarray(account), "serial": serial, "started_on": start, "ended_on": end}
    return pd.DataFrame(columns | {"usd": 0.0, "plan": "Trial", "interval": None})


def _first_mrr(truth, accounts, history, generator):
    median, sigma = truth.mrr
    traits = accounts.loc[accounts["pays"], "traits"].to_numpy()
    usual = median * np.exp(sigma * normal(generator, len(traits))) * truth.trait_mrr**traits
    mrr = usual[history["account"].to_numpy()]
    mrr = mrr * np.where(history["interval"] == "annual", 1 - truth.annual_discount, 1.0)
    again = np.where(history["spell"] == 2, 0.8 + 0.3 * generator.random(len(history)), 1.0)
    return np.maximum(np.rint(mrr * again), 10)


def _changes(truth, rate, history, generator):
    """Up to three changes: after how many months, by which factor. Waiting times are geometric, as a constant chance makes them."""
    size, annual = len(history), (history["interval"] == "annual").to_numpy()
    boundary, boundaries, factors = np.zeros(size, dtype=np.int64), [], []
    for _ in range(3):
        wait = 1 + np.floor(np.log1p(-generator.random(size)) / np.log1p(-rate))
        boundary = boundary + np.minimum(wait, 10_000).astype(np.int64)
        up, where = generator.random(size) < truth.up_share, generator.random(size)
        low, high = (np.where(up, *pair) for pair in zip(truth.up_factor, truth.down_factor, strict=True))
        kept = up | ~annual | (boundary % 12 == 0)
        boundaries.append(boundary)
        factors.append(np.where(kept, low + where * (high - low), 1.0))
    return boundaries, factors


def _pieces(history, starts, ends, usd, which):
    frame = pd.DataFrame({"started_on": starts, "ended_on": ends, "usd": usd})[which]
    return frame.assign(
        account=history["account"].to_numpy()[which], serial=history["spell"].to_numpy()[which], interval=history["interval"].to_numpy()[which]
    )


def _addons(truth, window, history, ends, start_mrr, generator):
    """An add-on starts at a monthly anniversary of the first spell and ends with it, or at an earlier anniversary when billed monthly."""
    size, starts = len(history), history["started_on"].to_numpy().astype(DAY)
    bought = (history["spell"] == 1).to_numpy() & (generator.random(size) < truth.addon_share)
    after = 1 + np.floor(generator.random(size) * 8).astype(np.int64)
    begins = add_months(starts, after)
    stays = 2 + np.floor(generator.random(size) * 18).astype(np.int64)
    dropped = add_months(starts, after + stays)
    early = (history["interval"] == "monthly").to_numpy() & (generator.random(size) < 0.25)
    early &= (dropped <= window.cutoff) & (np.isnat(ends) | (dropped < ends))
    share = 0.15 + 0.2 * generator.random(size)
    bought &= (begins < window.cutoff) & (np.isnat(ends) | (begins < ends))
    usd = np.maximum(np.rint(start_mrr * share), 5)
    addons = _pieces(history, begins, np.where(early, dropped, ends), usd, bought)
    return addons.assign(serial=3, plan="Analytics add-on")
