"""What was seen of the company, and what did it cost, month by month?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.months import month_column
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import ALL, grouped_spells
from lifecycle_utils.observe.money import UNIT, exact

#: What `marketing` may count; each column is optional.
SEEN = ("visits", "social_engagements", "brand_mentions")


def awareness_months(snapshot):
    """How often was the company seen in each month, all channels together?

    Returns
    -------
    DataFrame, one row per month of the table marketing: month, visits, social_engagements, brand_mentions; NaN where nothing is recorded

    Raises
    ------
    MissingTable : without marketing
    """
    known = {f"{name}_known": nw.when(~nw.col(name).is_null()).then(1).otherwise(0) for name in SEEN}
    sums = snapshot.table("marketing").with_columns(**known).group_by("month").agg(*(nw.col(name).sum() for name in (*SEEN, *known)))
    frame = fetch(sums, sort=["month"])
    return pd.DataFrame({"month": frame["month"], **{name: frame[name].astype(float).where(frame[f"{name}_known"] > 0) for name in SEEN}})


def acquisition_months(snapshot):
    """What was spent on each channel in each month, and how many customers first paid in it? `observe.acquisition`, month by month.

    Returns
    -------
    DataFrame, one row per channel and month, "all" first: group, month, spend (currency), new_customers (count)

    Raises
    ------
    MissingTable : without marketing; without leads everybody is in the group "all" only
    """
    marketing = snapshot.table("marketing").with_columns(group=nw.col("channel"), spend=exact("spend"))
    keys = ["group", "month"]
    spend = fetch(marketing.group_by(*keys).agg(nw.col("spend").sum()), sort=keys)
    newcomers = grouped_spells(snapshot, "channel" if snapshot.has("leads") else "cohort_month")
    won = fetch(newcomers.with_columns(month=month_column(nw.col("started_on"))).group_by(*keys).agg(new_customers=nw.len()), sort=keys)
    frame = spend.merge(won, on=keys, how="outer", sort=True).fillna({"spend": 0, "new_customers": 0}).astype({"spend": "int64", "new_customers": "int64"})
    everybody = frame.groupby("month", as_index=False)[["spend", "new_customers"]].sum().assign(group=ALL)
    parts = [everybody, frame] if snapshot.has("leads") else [everybody]
    whole = pd.concat(parts, ignore_index=True)[[*keys, "spend", "new_customers"]]
    return whole.assign(spend=whole["spend"] / UNIT)
