"""What they do: use of features, by account, day and user, in trials and while paying; it falls before an end."""

import numpy as np
import pandas as pd

from lifecycle_utils.simulate.chance import stream
from lifecycle_utils.simulate.days import DAY, plus_days
from lifecycle_utils.simulate.frames import stacked

_ADOPTED, _NOT_ADOPTED, _WEEKEND = 0.55, 0.04, 0.3


def usage(truth, window, accounts, history, free, paid, seed):
    """Columns of the contract's table `usage`, sorted by customer, day, feature and user."""
    generator = stream(seed, "usage")
    spans = stacked([_trial_spans(window, free), _paid_spans(window, history)])
    days = _account_days(truth, spans, generator)
    used = _features(truth, accounts, days, generator)
    limit = _users(truth, accounts, paid)[used["account"].to_numpy()]
    # The power makes the first users the busiest, as in most teams.
    user = 1 + np.floor(generator.random(len(used)) ** 1.3 * limit).astype(np.int64)
    ids = accounts["customer_id"].to_numpy()[used["account"].to_numpy()]
    table = pd.DataFrame(
        {
            "customer_id": ids,
            "used_on": used["day"].to_numpy(),
            "feature": used["feature"].to_numpy(),
            "events": 1 + np.floor(-np.log1p(-generator.random(len(used))) * 4).astype(np.int64),
            "user": user,
        }
    )
    table = table.sort_values(["customer_id", "used_on", "feature"], kind="stable", ignore_index=True)
    table["user_id"] = table["customer_id"] + "-" + table.pop("user").astype(str)
    return table


def _trial_spans(window, free):
    end = free["ended_on"].fillna(pd.Timestamp(window.cutoff))
    return pd.DataFrame({"account": free["account"], "begins": free["started_on"], "ends": end, "trial": True, "leaves": pd.NaT})


def _paid_spans(window, history):
    end = history["ended_on"].where(history["ended_on"] < window.cutoff, pd.Timestamp(window.cutoff))
    return pd.DataFrame(
        {"account": history["account"], "begins": history["started_on"], "ends": end, "trial": False, "leaves": history["ended_on"]}
    )


def _account_days(truth, spans, generator):
    """The days on which an account is active: one chance per day. Columns: account, day, trial."""
    begins, ends = (spans[name].to_numpy().astype(DAY) for name in ("begins", "ends"))
    length = np.maximum((ends - begins).astype(np.int64), 0)
    row = np.repeat(np.arange(len(spans)), length)
    number = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    day, trial = plus_days(begins[row], number), spans["trial"].to_numpy()[row]
    chance = np.where(trial, truth.active_day["trial"], truth.active_day["paid"])
    weekday = (day.astype(np.int64) + 3) % 7
    chance = chance * np.where(weekday >= 5, _WEEKEND, 1.0)
    leaves = spans["leaves"].to_numpy().astype(DAY)[row]
    left = np.where(np.isnat(leaves), 10_000, (leaves - day).astype(np.int64))
    earlier, later = truth.before_churn
    chance = chance * np.where(left <= 30, later, np.where(left <= 60, earlier, 1.0))
    active = generator.random(len(row)) < chance
    return pd.DataFrame({"account": spans["account"].to_numpy()[row], "day": day, "trial": trial})[active].reset_index(drop=True)


def _features(truth, accounts, days, generator):
    """Which features an active day uses; at least one. Columns: account, day, feature."""
    account, parts, none = days["account"].to_numpy(), [], np.ones(len(days), dtype=bool)
    for feature, chance in truth.features.items():
        used = generator.random(len(days)) < chance
        none &= ~used
        parts.append(days[used].assign(feature=feature))
    for feature in truth.adopted_features:
        adopted = accounts[feature].to_numpy()[account]
        used = generator.random(len(days)) < np.where(adopted, _ADOPTED, _NOT_ADOPTED)
        none &= ~used
        parts.append(days[used].assign(feature=feature))
    parts.append(days[none].assign(feature=next(iter(truth.features))))
    return stacked(parts)


def _users(truth, accounts, paid):
    """How many people use the account: the seats of its smallest plan where they fill it, else about 40 % of them; without any plan 2."""
    seats = {plan: limit for plan, (_, limit) in truth.plans.items()}
    limit = paid["plan"].map(seats).groupby(paid["account"]).min().reindex(accounts.index).fillna(2).to_numpy()
    return np.where(accounts["full"], limit, np.maximum(1, np.rint(0.4 * limit))).astype(np.int64)
