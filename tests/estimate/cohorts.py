"""Counts of one cohort written as the customers still there after 0, 1, 2, ... months."""

import numpy as np
import pandas as pd


def cohort(survivors, *, entry=0, group=None):
    """tenures of customers who entered at `entry`; survivors[0] started to be watched, survivors[-1] are still there."""
    survivors = np.round(np.asarray(survivors, float)).astype(int)
    months = entry + np.arange(1, len(survivors))
    left = pd.DataFrame({"entry": entry, "tenure": months, "churned": True, "customers": -np.diff(survivors)})
    stayed = pd.DataFrame({"entry": entry, "tenure": [months[-1]], "churned": False, "customers": survivors[-1]})
    tenures = pd.concat([left, stayed], ignore_index=True)
    return tenures if group is None else tenures.assign(group=group)
