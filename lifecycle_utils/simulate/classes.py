"""Which kinds of leads and customers are there, how many of each, and what does the truth say of each kind?

The simulation draws from these tables, and tests compare with what follows from them, so that there is one truth.
"""

import math
from itertools import product
from statistics import NormalDist

import numpy as np
import pandas as pd

TRIALS = ("trial without card", "trial with card")


def lead_classes(truth):
    """Every kind of lead: `share` of all leads and `conversion`, its chance to ever pay.

    Columns: channel, offer, trial (bool), demo (bool), automation (bool), share, conversion.
    """
    rows = []
    for channel, offer, trial, demo, automation in product(truth.channels, truth.offers, *[(False, True)] * 3):
        started = truth.trial_start.get(offer, 0.0)
        if trial and not started:
            continue
        share = truth.channels[channel] * truth.offers[offer] * (started if trial else 1 - started)
        share *= truth.demo[offer] if demo else 1 - truth.demo[offer]
        adopted = truth.adopted_features["automation"]
        share *= adopted if automation else 1 - adopted
        chance = truth.conversion[offer if trial else "demo" if demo else "neither"] * truth.channel_conversion[channel]
        if trial:
            chance *= truth.automation_conversion[automation]
        rows.append((channel, offer, trial, demo, automation, share, min(chance, 0.95)))
    return pd.DataFrame(rows, columns=["channel", "offer", "trial", "demo", "automation", "share", "conversion"])


def multiplier(truth, *, traits, card, automation, integrations):
    """By how much does a customer multiply the base hazard? Arrays or scalars."""
    return (
        truth.trait_hazard ** np.asarray(traits)
        * np.where(card, truth.card_hazard, 1.0)
        * np.where(automation, truth.feature_hazard["automation"], 1.0)
        * np.where(integrations, truth.feature_hazard["integrations"], 1.0)
    )


def customer_classes(truth):
    """Every kind of paying customer: `share` of all customers and `multiplier` of its hazard.

    Columns: traits (0-3), card, automation, integrations, share, multiplier.
    """
    leads = lead_classes(truth)
    weight = leads["share"] * leads["conversion"]
    leads = leads.assign(share=weight / weight.sum(), card=leads["trial"] & (leads["offer"] == TRIALS[1]))
    leads["partner"] = leads["channel"] == truth.ideal_channel
    kinds = leads.groupby(["partner", "card", "automation"], as_index=False)["share"].sum()
    industry = truth.industries[truth.ideal_industry] / sum(truth.industries.values())
    sizes, connected = share_of_ideal_size(truth), truth.adopted_features["integrations"]
    rows = []
    for (_, kind), a, b, c in product(kinds.iterrows(), *[(False, True)] * 3):
        share = kind["share"]
        for yes, chance in ((a, industry), (b, sizes), (c, connected)):
            share *= chance if yes else 1 - chance
        rows.append((int(kind["partner"]) + a + b, bool(kind["card"]), bool(kind["automation"]), c, share))
    keys = ["traits", "card", "automation", "integrations"]
    table = pd.DataFrame(rows, columns=[*keys, "share"]).groupby(keys, as_index=False)["share"].sum()
    return table.assign(multiplier=multiplier(truth, **{key: table[key] for key in keys}))


def share_of_ideal_size(truth):
    """The share of accounts with the ideal number of employees."""
    median, sigma = truth.employees
    low, high = (math.log(edge / median) / sigma for edge in (truth.ideal_employees[0] - 0.5, truth.ideal_employees[1] + 0.5))
    return NormalDist().cdf(high) - NormalDist().cdf(low)


def survival_table(truth, multipliers, *, interval="monthly", months=600):
    """S(k) for k = 0 .. months, one row per multiplier: shape (multipliers, months + 1)."""
    base = np.array([truth.hazard_in(k, interval=interval) for k in range(1, months + 1)])
    hazards = np.minimum(np.outer(np.asarray(multipliers, dtype=float), base), 0.95)
    return np.hstack([np.ones((len(hazards), 1)), np.cumprod(1 - hazards, axis=1)])


def expected_hazard(truth, *, interval="monthly", months=48):
    """The hazard that a count over all customers of a billing interval must find, per subscription month.

    Customers differ, and those who stay are the better ones: the mixture's hazard falls faster than the base hazard.
    Columns: tenure_month, hazard, survival.
    """
    kinds = customer_classes(truth)
    survival = kinds["share"].to_numpy() @ survival_table(truth, kinds["multiplier"], interval=interval, months=months)
    return pd.DataFrame(
        {"tenure_month": np.arange(1, months + 1), "hazard": 1 - survival[1:] / survival[:-1], "survival": survival[1:]}
    )
