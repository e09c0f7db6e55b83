"""Sentences on how many customers there are and what they pay."""

import math

from lifecycle_utils.language import _
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
        definition=_("Customers whose subscriptions add up to more than 0 a month on the last day of the month; trials and free plans do not count."),
        sentence=_("{now} paying at the end of {month}, of {ever} who ever paid.").format(
            now=formats.counted(now, "customer was", "customers were"), month=formats.calendar_month(month), ever=formats.count(ever),
        ),
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
        definition=_("Monthly recurring revenue: what the subscriptions that run on the last day of the month add up to per month, without tax."),
        sentence=_("Monthly recurring revenue (MRR) was {mrr} at the end of {month}, from {now}.").format(
            mrr=formats.money(mrr, currency), month=formats.calendar_month(month), now=formats.counted(now, "customer", "customers"),
        ),
    )


def _row(revenue, group):
    return revenue[revenue["group"] == group].iloc[0]
