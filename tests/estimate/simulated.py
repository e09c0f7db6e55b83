"""Simulated companies of known truth, customer by customer, counted into the frames that `observe` hands over."""

import numpy as np
import pandas as pd


def simulated_company(rng, churn, *, months, average_mrr=100.0, variation=0.8, mrr=None):
    """Customers with these monthly churn probabilities, who started evenly over `months` months: (tenures, revenue).

    mrr : what each customer pays; by default lognormal around `average_mrr`, unrelated to how long it stays
    """
    n = len(churn)
    lifetime, age = rng.geometric(churn), rng.integers(1, months + 1, n)
    if mrr is None:
        log_variance = np.log1p(variation**2)
        mrr = rng.lognormal(np.log(average_mrr) - log_variance / 2, np.sqrt(log_variance), n)
    customers = pd.DataFrame({"group": "all", "entry": 0, "tenure": np.minimum(lifetime, age), "churned": lifetime <= age,
                              "mrr": mrr, "mrr_squared": mrr**2})
    grouped = customers.groupby(["group", "entry", "tenure", "churned"])
    tenures = grouped.agg(customers=("mrr", "size"), mrr=("mrr", "sum"), mrr_squared=("mrr_squared", "sum")).reset_index()
    revenue = pd.DataFrame({"group": ["all"], "customers": [n], "average_mrr": [mrr.mean()], "variance_mrr": [mrr.var(ddof=1)]})
    return tenures, revenue
