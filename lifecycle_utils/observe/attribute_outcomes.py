"""How did customers with each value of each attribute end, and how long have they been there? So that an attribute that was written afterwards shows."""

import narwhals as nw
import pandas as pd

from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import label_column
from lifecycle_utils.observe.known_at_start import describing_attributes
from lifecycle_utils.observe.spells import first_spells

#: What the contract calls a subscription's: an attribute of customers of the same name may be what they bought.
_BOUGHT = ("plan", "billing_interval", "mrr", "currency")


def attribute_outcomes(snapshot):
    """Customers ever by the value of each attribute that may be a trait: who has left, and for how many months they were seen.

    Returns
    -------
    DataFrame, one row per (attribute, value): attribute, value, customers, left (in their first spell), months (complete subscription months, summed),
        months_squared (sum of their squares), bought (bool: subscriptions have a column of that name), told (what `[attributes]` in lifecycle.toml
        says of it, or "")
    """
    columns = ["attribute", "value", "customers", "left", "months", "months_squared", "bought", "told"]
    if not snapshot.has("customers"):
        return pd.DataFrame(columns=columns)
    described = first_spells(snapshot).join(snapshot.table("customers"), on="customer_id", how="left")
    sums = {"left": nw.when(nw.col("churned")).then(1).otherwise(0), "months": nw.col("tenure"), "months_squared": nw.col("tenure") * nw.col("tenure")}
    also_bought = {*_BOUGHT, *snapshot.attributes["subscriptions"]}
    frames = []
    for name in describing_attributes(snapshot):
        labelled = described.with_columns(value=label_column(snapshot, "customers", name, name), **sums)
        counts = fetch(labelled.group_by("value").agg(nw.len().alias("customers"), *(nw.col(one).sum() for one in sums)), sort=["value"])
        told = snapshot.settings.attributes.get(name, "")
        frames.append(counts.astype(dict.fromkeys(("customers", *sums), "int64")).assign(attribute=name, bought=name in also_bought, told=told))
    return pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
