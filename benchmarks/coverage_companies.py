"""Thousands of simulated companies as counts: who came when, who left in which subscription month, by a known truth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Setting:
    """One kind of company.

    shape, censoring : what the hazards and the ages are called
    hazards : true hazard of subscription month 1, 2, …; the last one holds for ever
    customers : how many are in the data, to the last one
    ages : share of customers by age, the complete months from the start to the snapshot: 0, 1, …
    observed : months that the data reach back before the snapshot; None for all
    """

    shape: str
    censoring: str
    hazards: tuple
    customers: int
    ages: tuple
    observed: int | None = None

    def hazard(self, months):
        """True hazards of subscription months 1 .. months."""
        return np.asarray(self.hazards, dtype=float)[np.minimum(np.arange(months), len(self.hazards) - 1)]

    def survival(self, months):
        """True S(0) .. S(months)."""
        return np.concatenate([[1.0], np.cumprod(1 - self.hazard(months))])

    def entries(self):
        """Complete months before the data begin, by age."""
        ages = np.arange(len(self.ages))
        return np.zeros_like(ages) if self.observed is None else np.maximum(ages - self.observed, 0)

    def age_shares(self):
        """Share of the customers in the data by age: of those who came before the data begin only who was still there is in them."""
        seen = np.asarray(self.ages, dtype=float) * self.survival(len(self.ages))[self.entries()]
        return seen / seen.sum()


def simulate_counts(setting, *, companies, rng):
    """How many of each age there are, and left in each month: (here, left), shapes (companies, ages) and (companies, ages, months).

    Only counts are drawn: ages multinomial, departures binomial, month by month within each age. `here` are those still there at the snapshot.
    """
    ages, entry = np.arange(len(setting.ages)), setting.entries()
    here = rng.multinomial(setting.customers, setting.age_shares(), size=companies)
    left = np.zeros((companies, len(ages), len(ages) - 1), dtype="int64")
    for month, hazard in enumerate(setting.hazard(len(ages) - 1), start=1):
        under = (entry < month) & (ages >= month)
        left[:, under, month - 1] = rng.binomial(here[:, under], hazard)
        here[:, under] -= left[:, under, month - 1]
    return here, left


def life_tables(setting, here, left):
    """(at_risk, churned) of each company, shape (companies, months): a customer is at risk in month k if entry < k <= tenure."""
    ages, entry = np.arange(len(setting.ages)), setting.entries()
    months = np.arange(1, len(ages))
    # whoever left in a later month, or is there still, was at risk before, from its entry on
    later = here[:, :, None] + np.cumsum(left[:, :, ::-1], axis=2)[:, :, ::-1]
    inside = (entry[:, None] < months) & (months <= ages[:, None])
    return (later * inside).sum(axis=1), left.sum(axis=1)


def tenures_frame(setting, here, left):
    """The same companies as the frame that the kit's estimators take; company 7 is the group "00007"."""
    ages, entry = np.arange(len(setting.ages)), setting.entries()
    company, age, month = np.nonzero(left)
    gone = pd.DataFrame({"company": company, "entry": entry[age], "tenure": month + 1, "churned": True, "customers": left[company, age, month]})
    company, age = np.nonzero(here)
    there = pd.DataFrame({"company": company, "entry": entry[age], "tenure": ages[age], "churned": False, "customers": here[company, age]})
    frame = pd.concat([gone, there], ignore_index=True)
    frame["group"] = frame.pop("company").map("{:05d}".format)
    return frame.groupby(["group", "entry", "tenure", "churned"], as_index=False)["customers"].sum()


def level_ages(months):
    """Customers won at an even pace: ages 0 .. months - 1."""
    return tuple(np.full(months, 1 / months))


def mature_ages(months, spread=12):
    """All won within a year, long ago: little censoring."""
    return tuple(np.concatenate([np.zeros(months - spread), np.full(spread, 1 / spread)]))


def growing_ages(months, growth=0.06):
    """Each month wins more than the one before: most customers are young, much censoring."""
    share = (1 + growth) ** -np.arange(months)
    return tuple(share / share.sum())


def falling(alpha, beta, months=120):
    """Hazards of a shifted-beta-geometric."""
    return tuple(alpha / (alpha + beta + np.arange(months)))


def annual(*renewals, years=10):
    """Hazards of annual contracts: nothing but at renewals; the last one given repeats."""
    hazards = np.zeros(12 * years)
    for year in range(years):
        hazards[12 * year + 11] = renewals[min(year, len(renewals) - 1)]
    return tuple(hazards)


SHAPES = {
    "flat 1 %": (0.01,),
    "flat 3 %": (0.03,),
    "falling 7 % to 2 %": falling(0.7, 9.3),
    "2 %, month 3 8 %": (0.02, 0.02, 0.08, 0.02),
    "annual 25 %, 18 %": annual(0.25, 0.18),
}
CENSORING = {"light": (mature_ages(36), None), "heavy": (growing_ages(36), None), "left truncation": (level_ages(48), 24)}
SIZES = (200, 1000, 5000)


def settings(sizes=SIZES, shapes=SHAPES, censoring=CENSORING):
    """Every combination of the sizes, shapes and kinds of censoring; first the small companies, then the growing ones, which have most to lose."""
    every = [Setting(shape, kind, SHAPES[shape], size, *CENSORING[kind]) for size in sizes for shape in shapes for kind in censoring]
    return sorted(every, key=lambda one: (one.customers > min(SIZES), one.censoring != "heavy" and one.customers > min(SIZES)))
