"""Who comes: leads, what they are like, when they start a trial and when they pay for the first time.

Time runs forward: a lead is created, then waits. Those whose first payment would come after the snapshot are in the data as
leads that have not bought yet, as in life.
"""

import numpy as np

from lifecycle_utils import months as calendar_months
from lifecycle_utils.simulate.chance import choose, normal, stream, whole_days
from lifecycle_utils.simulate.classes import TRIALS, lead_classes
from lifecycle_utils.simulate.days import DAY, plus_days
from lifecycle_utils.simulate.frames import stacked

NEVER = np.datetime64("NaT", "D")


def buyers(truth, window, customers, seed):
    """Leads that buy sooner or later, until `customers` of them have paid before the snapshot.

    Columns as of `_leads`; `paid_on` is on or after `window.cutoff` for those who are still about to buy.
    """
    classes = lead_classes(truth)
    weights = classes["share"] * classes["conversion"]
    generator, found = stream(seed, "buyers"), []
    while (enough := sum(int((part["paid_on"] < window.cutoff).sum()) for part in found)) < customers:
        wanted = int((customers - enough) * 1.15) + 50
        found.append(_leads(truth, window, classes, weights, wanted, generator))
    leads = stacked(found)
    paid = np.flatnonzero((leads["paid_on"] < window.cutoff).to_numpy())
    return leads.iloc[: paid[customers - 1] + 1].reset_index(drop=True)


def others(truth, window, buying, seed):
    """Leads that never buy, as many as the conversion rates say beside `buying` leads that do."""
    classes = lead_classes(truth)
    weights = classes["share"] * (1 - classes["conversion"])
    rate = float((classes["share"] * classes["conversion"]).sum() / classes["share"].sum())
    leads = _leads(truth, window, classes, weights, round(buying * (1 - rate) / rate), stream(seed, "others"))
    return leads.assign(paid_on=NEVER)


def _leads(truth, window, classes, weights, size, generator):
    """Columns: channel, offer, trial, demo, automation, created_on, demo_on, trial_on, trial_end, paid_on, and the attributes."""
    edges = np.cumsum(weights.to_numpy())
    kind = np.searchsorted(edges / edges[-1], generator.random(size), side="right").clip(max=len(edges) - 1)
    leads = classes.drop(columns=["share", "conversion"]).iloc[kind].reset_index(drop=True)
    leads["created_on"] = _created(truth, window, generator, size)
    return _attributes(truth, _dates(truth, leads, generator), generator)


def _created(truth, window, generator, size):
    months = np.array(window.months, dtype="datetime64[M]")
    edges = np.cumsum((1 + truth.growth) ** np.arange(len(months)))
    month = months[np.searchsorted(edges / edges[-1], generator.random(size), side="right").clip(max=len(months) - 1)]
    length = ((month + np.timedelta64(1, "M")).astype(DAY) - month.astype(DAY)).astype(np.int64)
    return plus_days(month.astype(DAY), np.floor(generator.random(size) * length))


def _dates(truth, leads, generator):
    size, wait = len(leads), truth.mean_wait_days
    created = leads["created_on"].to_numpy().astype(DAY)
    trial, demo = leads["trial"].to_numpy(), leads["demo"].to_numpy()
    trial_on = plus_days(created, whole_days(generator, wait["to trial"], size))
    demo_on = plus_days(created, whole_days(generator, wait["to demo"], size))
    timing, early = generator.random(size), 3 + np.floor(generator.random(size) * (truth.trial_days - 4))
    on_time, sooner, _ = truth.pay_timing
    later = truth.trial_days + 1 + whole_days(generator, wait["after trial"], size)
    after_trial = np.where(timing < on_time, truth.trial_days, np.where(timing < on_time + sooner, early, later))
    after_demo = 10 + whole_days(generator, wait["after demo"] - 10, size)
    after_neither = 1 + whole_days(generator, wait["neither"], size)
    paid = np.where(
        trial, plus_days(trial_on, after_trial), np.where(demo, plus_days(demo_on, after_demo), plus_days(created, after_neither))
    )
    trial_end = np.minimum(plus_days(trial_on, truth.trial_days), paid)
    return leads.assign(
        demo_on=np.where(demo, demo_on, NEVER), trial_on=np.where(trial, trial_on, NEVER),
        trial_end=np.where(trial, trial_end, NEVER), paid_on=paid,
    )


def _attributes(truth, leads, generator):
    size = len(leads)
    median, sigma = truth.employees
    employees = np.maximum(1, np.rint(median * np.exp(sigma * normal(generator, size)))).astype(np.int64)
    revenue = np.maximum(10_000, np.rint(employees * 12.0 * np.exp(0.4 * normal(generator, size))) * 10_000).astype(np.int64)
    leads = leads.assign(
        industry=choose(generator, truth.industries, size),
        country=choose(generator, truth.countries, size),
        employees=employees,
        annual_revenue=revenue,
        founded_year=2024 - np.floor(60 * generator.random(size) ** 2).astype(np.int64),
        brand_colour=choose(generator, truth.colours, size),
        newsletter=np.where(generator.random(size) < truth.newsletter, "yes", "no"),
        integrations=generator.random(size) < truth.adopted_features["integrations"],
        full=generator.random(size) < truth.full_share,
    )
    low, high = truth.ideal_employees
    traits = (leads["industry"] == truth.ideal_industry).astype(int) + leads["employees"].between(low, high)
    return leads.assign(
        traits=traits + (leads["channel"] == truth.ideal_channel),
        card=leads["trial"] & (leads["offer"] == TRIALS[1]),
        currency=np.where(leads["country"].isin(truth.euro_countries), "EUR", "USD"),
    )


class Window:
    """The calendar months of a simulation; `cutoff` is the first day after them."""

    def __init__(self, months, last_month):
        self.last_month = calendar_months.check_month(last_month)
        self.months = calendar_months.month_range(calendar_months.shift_month(last_month, 1 - months), last_month)
        self.cutoff = np.datetime64(calendar_months.month_end(last_month), "D")
