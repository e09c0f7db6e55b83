"""What did each channel cost, and whom did it bring?"""

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import shift_month
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import grouped_spells, with_all
from lifecycle_utils.observe.money import UNIT, exact


def acquisition(snapshot, *, last_months=12):
    """What was spent on each channel in the last months, and how many customers first paid in them?

    Parameters
    ----------
    last_months : calendar months up to the snapshot's, both sides of the ratio alike

    Returns
    -------
    DataFrame, one row per channel, "all" first
        group : channel, as in `by="channel"`
        spend : currency
        new_customers : count; 0 for a channel that brought nobody

    Raises
    ------
    MissingTable : without marketing or leads
    """
    if last_months < 1:
        raise UsageError(f"last_months = {last_months!r} is not a number of months from 1")
    first_month = shift_month(snapshot.month, 1 - last_months)
    marketing = snapshot.table("marketing").filter(nw.col("month") >= first_month)
    spend = fetch(marketing.with_columns(group=nw.col("channel"), spend=exact("spend")).group_by("group").agg(nw.col("spend").sum()), sort=["group"])
    snapshot.table("leads")  # who came from which channel
    newcomers = grouped_spells(snapshot, "channel").filter(nw.col("cohort_month") >= first_month)
    won = fetch(newcomers.group_by("group").agg(nw.len().alias("new_customers")), sort=["group"])
    frame = spend.merge(won, on="group", how="outer", sort=True).fillna({"spend": 0, "new_customers": 0})
    frame = with_all(frame, [], ["spend", "new_customers"])
    return frame.assign(spend=frame["spend"].astype(float) / UNIT, new_customers=frame["new_customers"].astype("int64"))
