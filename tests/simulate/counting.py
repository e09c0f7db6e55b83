"""Counting by hand, in plain numpy and without the kit's own observers: the other route to the same numbers."""

import numpy as np

from lifecycle_utils.simulate.days import DAY, add_months, complete_months

CUTOFF = np.datetime64("2026-11-01", "D")


def first_spells(subscriptions):
    """One row per paying customer, from its first subscription (serial 1): customer_id (index), started_on, interval, mrr (the first), ended_on."""
    paid = subscriptions[(subscriptions["mrr"] > 0) & subscriptions["subscription_id"].str.endswith("-1")]
    first = paid.drop_duplicates("customer_id").set_index("customer_id")
    last = paid.drop_duplicates("customer_id", keep="last").set_index("customer_id")
    table = first[["started_on", "billing_interval", "mrr"]].rename(columns={"billing_interval": "interval"})
    return table.assign(ended_on=last["ended_on"])


def tenures(spells, cutoff=CUTOFF):
    """Subscription months observed and whether the customer left in the last of them; months in progress count for nothing."""
    starts, ends = (spells[name].to_numpy().astype(DAY) for name in ("started_on", "ended_on"))
    over = complete_months(starts, np.full(len(starts), cutoff))
    ended = np.where(np.isnat(ends), cutoff, ends)
    whole = complete_months(starts, ended)
    month = whole + (add_months(starts, whole) < ended)
    churned = ~np.isnat(ends) & (month <= over)
    return np.where(churned, month, over), churned


def hazards(tenure, churned, months):
    """At risk and churned in subscription months 1 .. months."""
    at_risk = np.array([(tenure >= month).sum() for month in range(1, months + 1)])
    left = np.array([(churned & (tenure == month)).sum() for month in range(1, months + 1)])
    return at_risk, left


def deviations(at_risk, left, hazard):
    """How many binomial standard errors lie between the counted and the true hazards; 0 where nobody can leave."""
    error = np.sqrt(at_risk * hazard * (1 - hazard))
    return np.divide(left - at_risk * hazard, error, out=np.zeros(len(error)), where=error > 0)
