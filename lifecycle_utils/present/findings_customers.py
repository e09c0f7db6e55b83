"""Sentences on how many customers there are and what they pay."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding


def customers_finding(revenue, *, month, group="all"):
    """How many customers pay at the end of the month, and how many have there ever been?

    Parameters
    ----------
    revenue : DataFrame, one row per group: group, customers (ever), active_customers
    """
    row = _row(revenue, group)
    now, ever = int(row["active_customers"]), int(row["customers"])
    return Finding(
        key="customers", value=now, lower=math.nan, upper=math.nan, n=ever, unit="customers",
        definition="Customers whose subscriptions add up to more than 0 a month on the last day of the month; trials and free plans do not count.",
        sentence=f"{formats.counted(now, 'customer was', 'customers were')} paying at the end of {formats.calendar_month(month)}, "
        f"of {formats.count(ever)} who ever paid.",
    )


def mrr_finding(revenue, *, month, currency, group="all"):
    """How much do they pay per month?

    Parameters
    ----------
    revenue : DataFrame, one row per group: group, active_customers, mrr (currency per month)
    """
    row = _row(revenue, group)
    now, mrr = int(row["active_customers"]), float(row["mrr"])
    return Finding(
        key="mrr", value=mrr, lower=math.nan, upper=math.nan, n=now, unit=currency,
        definition="Monthly recurring revenue: what the subscriptions that run on the last day of the month add up to per month, without tax.",
        sentence=f"Monthly recurring revenue (MRR) was {formats.money(mrr, currency)} at the end of {formats.calendar_month(month)}, "
        f"from {formats.counted(now, 'customer', 'customers')}.",
    )


def _row(revenue, group):
    return revenue[revenue["group"] == group].iloc[0]
