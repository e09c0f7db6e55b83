"""Tenures and revenue by each of several attributes."""

import pandas as pd

from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.tenures import tenures


def tenures_and_revenue(snapshot, attributes):
    """`tenures` and `revenue` by each attribute of customers, under one another.

    Returns
    -------
    (DataFrame, DataFrame) : as of `tenures` and `revenue`, and `attribute` before their columns
    """
    names = list(dict.fromkeys(attributes))
    return tuple(
        pd.concat([count(snapshot, by=name).assign(attribute=name) for name in names], ignore_index=True) if names else pd.DataFrame(columns=["attribute"])
        for count in (tenures, revenue)
    )
