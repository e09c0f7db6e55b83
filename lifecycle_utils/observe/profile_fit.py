"""Who has the traits of the profile, and how do those who have them fare against those who have not?"""

from dataclasses import replace

import narwhals as nw
import pandas as pd

from lifecycle_utils.months import shift_month
from lifecycle_utils.observe.acquisition import acquisition
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import UNKNOWN, first_channels, label_column
from lifecycle_utils.observe.spells import first_spells
from lifecycle_utils.observe.traits import top_customers

INSIDE, OUTSIDE = "inside", "outside"
#: More traits than this are not looked at together: the combinations would be as many as the customers.
_MOST_TRAITS = 8
#: Answers older than this say how a customer was, not how it is.
_SURVEYS = {"nps": (9, 6), "csat": (4, 2)}


def trait_combinations(snapshot, found, *, top_share=0.1, value="total_revenue", months_left=None):
    """How many customers, and how many of the top ones, have each combination of the traits that were found?

    Parameters
    ----------
    found : DataFrame attribute, value, the clearest trait first; at most eight are looked at
    top_share, value, months_left : as of `traits`

    Returns
    -------
    DataFrame, one row per combination that occurs: trait_0, trait_1, … (bool: the customer has that row of `found`), customers, top_customers
    """
    named = found.head(_MOST_TRAITS)
    if not len(named):
        return pd.DataFrame(columns=["customers", "top_customers"])
    flags = [f"trait_{number}" for number in range(len(named))]
    ranked = top_customers(snapshot, top_share=top_share, value=value, months_left=months_left)
    described = ranked.join(snapshot.table("customers"), on="customer_id", how="left").with_columns(**_flags(snapshot, named))
    counts = described.group_by(*flags).agg(nw.len().alias("customers"), top_customers=nw.col("top").sum())
    return fetch(counts, sort=flags).astype(dict.fromkeys(flags, bool) | {"customers": "int64", "top_customers": "int64"})


def with_profile(snapshot, must_have, *, at_least=None):
    """The same Snapshot, its customers with two attributes more: `profile` (inside or outside) and `ideal_traits` (how many of them it has).

    Parameters
    ----------
    must_have : DataFrame attribute, value
    at_least : so many of the attributes' traits make a customer one of the profile; by default two, or one where there is only one attribute

    Any question may then be asked `by="profile"`.
    """
    needed = at_least or min(must_have["attribute"].nunique(), 2)
    table = snapshot.table("customers")
    if not len(must_have):
        described = table.with_columns(profile=nw.lit(OUTSIDE), ideal_traits=nw.lit("0"))
    else:
        flags = _flags(snapshot, must_have)
        number = sum((nw.col(name) for name in flags), nw.lit(0))
        described = table.with_columns(**flags).with_columns(number=number)
        described = described.with_columns(
            profile=nw.when(nw.col("number") >= needed).then(nw.lit(INSIDE)).otherwise(nw.lit(OUTSIDE)), ideal_traits=nw.col("number").cast(nw.String)
        ).drop("number", *flags)
    attributes = snapshot.attributes | {"customers": (*snapshot.attributes["customers"], "profile", "ideal_traits")}
    return replace(snapshot, tables={**snapshot.tables, "customers": described}, attributes=attributes)


def profile_answers(snapshot, *, by="profile"):
    """What customers inside and outside the profile last answered: one row per group and survey.

    Returns
    -------
    DataFrame group, survey ("nps", "csat"), answers (customers whose newest score counts), high (NPS 9-10, CSAT 4-5), low (NPS 0-6, CSAT 1-2)
    """
    columns = ["group", "survey", "answers", "high", "low"]
    if not snapshot.has("feedback"):
        return pd.DataFrame(columns=columns)
    answers = snapshot.table("feedback").with_columns(survey=nw.col("survey").str.to_lowercase())
    answers = answers.filter(nw.col("survey").is_in(list(_SURVEYS)) & ~nw.col("score").is_null())
    last = answers.with_columns(newest=nw.col("answered_on").max().over("customer_id", "survey")).filter(nw.col("answered_on") == nw.col("newest"))
    last = last.group_by("customer_id", "survey").agg(nw.col("score").min())
    high, low = (
        nw.when(nw.col("survey") == "nps").then(_flag(compare("nps"))).otherwise(_flag(compare("csat")))
        for compare in (lambda survey: nw.col("score") >= _SURVEYS[survey][0], lambda survey: nw.col("score") <= _SURVEYS[survey][1])
    )
    paying = first_spells(snapshot).select("customer_id")
    groups = snapshot.table("customers").select("customer_id", group=nw.col(by))
    named = last.join(paying, on="customer_id", how="inner").join(groups, on="customer_id", how="left")
    named = named.with_columns(group=nw.col("group").fill_null(UNKNOWN), high=high, low=low)
    counts = fetch(named.group_by("group", "survey").agg(nw.len().alias("answers"), nw.col("high").sum(), nw.col("low").sum()), sort=["survey", "group"])
    return counts.astype(dict.fromkeys(("answers", "high", "low"), "int64"))[columns]


def profile_channels(snapshot, *, by="profile", last_months=12):
    """Where did the customers of each group come from in the last months, and what did winning one through that channel cost?

    Returns
    -------
    DataFrame, one row per group and channel: group, channel, new_customers, cost_per_customer (spend of the channel over all customers it won;
    missing where no spend is known). No rows without leads.
    """
    columns = ["group", "channel", "new_customers", "cost_per_customer"]
    if not snapshot.has("leads"):
        return pd.DataFrame(columns=columns)
    first_month = shift_month(snapshot.month, 1 - last_months)
    newcomers = first_spells(snapshot).filter(nw.col("cohort_month") >= first_month).select("customer_id")
    placed = newcomers.join(first_channels(snapshot), on="customer_id", how="left").join(
        snapshot.table("customers").select("customer_id", group=nw.col(by)), on="customer_id", how="left"
    )
    placed = placed.with_columns(group=nw.col("group").fill_null(UNKNOWN), channel=nw.col("channel").fill_null(UNKNOWN))
    counts = fetch(placed.group_by("group", "channel").agg(nw.len().alias("new_customers")), sort=["group", "channel"]).astype({"new_customers": "int64"})
    if not snapshot.has("marketing"):
        return counts.assign(cost_per_customer=float("nan"))[columns]
    costs = acquisition(snapshot, last_months=last_months).set_index("group")
    per_customer = (costs["spend"] / costs["new_customers"].where(costs["new_customers"] > 0)).to_dict()
    return counts.assign(cost_per_customer=counts["channel"].map(per_customer))[columns]


def _flags(snapshot, traits):
    """1 where a customer has the trait of that row, else 0: dict of column name to engine column."""
    return {
        f"trait_{number}": _flag(label_column(snapshot, "customers", attribute, attribute) == value)
        for number, (attribute, value) in enumerate(zip(traits["attribute"], traits["value"], strict=True))
    }


def _flag(condition):
    return nw.when(condition.fill_null(False)).then(1).otherwise(0)
