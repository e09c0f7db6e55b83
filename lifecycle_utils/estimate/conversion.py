"""What share gets there within so many days, when the newest have not had the time?"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.language import _

COLUMNS = ["group", "days", "at_risk", "reached", "conversion", "lower", "upper", "customers", "watched", "withheld"]
_NEEDED = ("created_on", "days", "outcome", "leads")


def conversion(ages, *, cutoff, groups="all", confidence=0.95):
    """What share of those who came has paid (tried, used the product) within each number of days?

    A lead of last week has had a week: it counts in the first seven days and in none after, neither as bought nor as lost. Won divided by
    all counts it as lost, so that the newest leads look worst, and better again a month later. The share is one less the
    Kaplan-Meier curve of those who have not got there.

    Parameters
    ----------
    ages : DataFrame, one row per (created_on, days, outcome) as `observe.lead_ages` returns it: days from 1, outcome "reached" or "open",
        leads (count)
    cutoff : the first day after what is known
    groups : "all", or an array of group names beside the rows of `ages`

    Returns
    -------
    DataFrame, one row per group and day 1..last observed day
        group, days
        at_risk : watched through that day and not there before; count
        reached : on that day; count
        conversion : share by the end of that day
        lower, upper : log-log interval
        customers : all of the group; count
        watched : those who came at least so many days before the cutoff, there or not; count
        withheld : why there is no interval, else ""

    Raises
    ------
    EstimateError : if columns or rows are missing

    References
    ----------
    Kaplan & Meier (1958), JASA 53, 457-481; Greenwood's variance on the log-log scale, as `estimate.survival`.

    Examples
    --------
    Of ten leads one bought on its day 1 and four are a day old; of the five watched for a second day one bought on it. Won by all is 2 of 10.

    >>> ages = pd.DataFrame({"created_on": pd.to_datetime(["2026-10-30", "2026-10-31", "2026-10-30", "2026-10-30"]), "days": [1, 1, 2, 2],
    ...                      "outcome": ["reached", "open", "reached", "open"], "leads": [1, 4, 1, 4]})
    >>> conversion(ages, cutoff="2026-11-01")[["days", "at_risk", "reached", "conversion", "watched"]]
       days  at_risk  reached  conversion  watched
    0     1       10        1        0.10       10
    1     2        5        1        0.28        6
    """
    check_confidence(confidence)
    curves = [_curve(group, rows, cutoff, confidence) for group, rows in _checked(ages).assign(group=groups).groupby("group", sort=True)]
    return pd.concat(curves, ignore_index=True)[COLUMNS]


def _curve(group, rows, cutoff, confidence):
    last = int(rows["days"].max())
    if last < 1:
        return pd.DataFrame(columns=COLUMNS)
    days, leads, size = rows["days"].to_numpy(), rows["leads"].to_numpy(), int(rows["leads"].sum())
    there = (rows["outcome"] == "reached").to_numpy()
    ages = (pd.Timestamp(cutoff) - rows["created_on"]).dt.days.to_numpy()
    if there[days == last].all():
        last = max(last, int(ages.max()))  # whoever got there stays there: the curve goes on for as long as anybody was watched
    ended = np.bincount(days, weights=leads, minlength=last + 1).astype("int64")
    reached = np.bincount(days[there], weights=leads[there], minlength=last + 1).astype("int64")[1:]
    at_risk = size - np.cumsum(ended)[:-1]
    watched = size - np.cumsum(np.bincount(np.clip(ages, 0, last), weights=leads, minlength=last + 1).astype("int64"))[:-1]
    open_share = np.cumprod(1 - reached / np.maximum(at_risk, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(reached / (np.maximum(at_risk, 1) * (at_risk - reached)))
        reach = norm.isf((1 - confidence) / 2) * np.sqrt(variance) / np.abs(np.log(open_share))
        ends = [open_share ** np.exp(side * reach) for side in (-1, 1)]
    none, every = open_share == 1, open_share == 0
    lower, upper = (np.where(none | every, np.nan, 1 - end) for end in ends)
    why = np.select([none, every], [_("nobody has got there yet: no interval"), _("everybody watched got there: no interval")], "")
    return pd.DataFrame({"group": group, "days": np.arange(1, last + 1), "at_risk": at_risk, "reached": reached, "conversion": 1 - open_share,
                         "lower": lower, "upper": upper, "customers": size, "watched": watched, "withheld": why})


def ages_as_of(ages, cutoff, *, created_from=None):
    """The same ages as they were known at an earlier day: later leads are gone, and what happened later had not happened.

    Parameters
    ----------
    cutoff : the first day after what is known
    created_from : the first day of the leads that are kept; None for all

    >>> ages = pd.DataFrame({"created_on": pd.to_datetime(["2026-10-01"]), "days": [20], "outcome": ["reached"], "leads": [3]})
    >>> ages_as_of(ages, "2026-10-11")[["days", "outcome"]].to_dict("records")
    [{'days': 10, 'outcome': 'open'}]
    """
    cutoff = pd.Timestamp(cutoff)
    kept = ages[ages["created_on"] < cutoff]
    if created_from is not None:
        kept = kept[kept["created_on"] >= pd.Timestamp(created_from)]
    watched = (cutoff - kept["created_on"]).dt.days
    later = kept["days"] > watched
    return kept.assign(days=kept["days"].where(~later, watched), outcome=kept["outcome"].where(~later, "open"))


def conversion_at(curve, *, within_days, min_at_risk=30):
    """The share that gets there within `within_days`, one row per group; withheld where too few came so long ago.

    Parameters
    ----------
    curve : DataFrame as `conversion` returns it

    Returns
    -------
    DataFrame: group, days (asked for), conversion, lower, upper, customers (all of the group), watched (those who came that long ago),
        naive (got there so far / all, which takes the young for lost), withheld
    """
    sizes = curve.groupby("group")["customers"].first()
    day = curve[curve["days"] == within_days].set_index("group").reindex(sizes.index)
    watched = day["watched"].fillna(0).astype("int64")
    thin = watched < min_at_risk
    seen = [_too_few(count, within_days, min_at_risk) for count in watched]
    frame = pd.DataFrame(
        {
            "days": within_days, **{name: day[name].mask(thin) for name in ("conversion", "lower", "upper")}, "customers": sizes, "watched": watched,
            "naive": curve.groupby("group")["reached"].sum() / sizes, "withheld": pd.Series(seen, index=sizes.index).where(thin, day["withheld"].fillna("")),
        }
    )  # fmt: skip
    return frame.rename_axis("group").reset_index()


def _too_few(watched, within_days, min_at_risk):
    ago = _("came {within_days} days ago or more").format(within_days=within_days)
    return _("only {watched} {ago}, at least {min_at_risk} are needed").format(watched=watched, ago=ago,
        min_at_risk=min_at_risk) if watched else _("nobody {ago}").format(ago=ago)


def by_month(ages):
    """The month "YYYY-MM" in which each row came: groups for `conversion`."""
    return ages["created_on"].dt.strftime("%Y-%m")


def _checked(ages):
    absent = [name for name in _NEEDED if name not in ages.columns]
    if absent:
        raise EstimateError(f"ages lack {', '.join(absent)}; observe.lead_ages makes them")
    if ages.empty:
        raise EstimateError("ages have no rows: nobody came; check the table or the month")
    return ages
