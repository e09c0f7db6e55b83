"""How did MRR get from one month's end to the next?"""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import month_index, shift_month
from lifecycle_utils.observe.flows import KINDS, flows
from lifecycle_utils.observe.levels import amounts
from lifecycle_utils.observe.money import UNIT
from lifecycle_utils.observe.once_a_run import once_a_run
from lifecycle_utils.observe.one_month import anybody_paid_before, one_month
from lifecycle_utils.observe.rates import month_rates

COLUMNS = [
    "month", "opening_mrr", *KINDS, "fx", "closing_mrr", "opening_customers", "new_customers", "reactivated_customers", "churned_customers",
    "closing_customers", "expanded_customers", "contracted_customers",
]  # fmt: skip

#: Months that are quicker counted one by one than by putting all periods in order.
_FEW = 2


@once_a_run
def mrr_movements(snapshot, *, from_month=""):
    """Where did the MRR of each month come from and go to?

    Parameters
    ----------
    snapshot : Snapshot
    from_month : calendar month "YYYY-MM"; only the rows of this month and later. The newest month alone costs a part of all, for no
        period has to be put in order

    Returns
    -------
    DataFrame, one row per calendar month, from the first at whose end somebody pays to the snapshot's
        month : "YYYY-MM"
        opening_mrr, closing_mrr : MRR at the end of the month before and of this one, each at its own month's rates; currency per month
        new, reactivation, expansion, contraction, churn : changes at this month's rates; contraction and churn are negative
        fx : what the opening MRR gained by the change of rates since the month before
        opening_customers, closing_customers : customers who pay at those month ends
        new_customers, reactivated_customers, churned_customers, expanded_customers, contracted_customers : counts

        opening + new + reactivation + expansion + contraction + churn + fx = closing, in every month and to the ten-thousandth.

    Raises
    ------
    InputError : if a foreign currency is paid before its first exchange rate
    UsageError : if `from_month` is no month, or after the snapshot's

    Notes
    -----
    Month ends are compared customer by customer, all subscriptions of a customer together: who joins and leaves between two of them
    never shows, who leaves and returns between them has not left. A grace period (`grace_days`) is not granted: nothing was paid in it.
    With `observed_from` the table begins in the month after it: customers who had left by then are not in the data, so the state at that
    month's end is the first that is whole, an opening balance and not new. A company whose data hold older customers without saying so
    shows them as new in its first month.

    References
    ----------
    Month-end comparison, exchange rate impact apart from movements: ChartMogul, "MRR movements" and "How ChartMogul handles
    subscriptions billed in foreign currencies"; rates at the end of the period: Chargebee, "How Exchange Rates affect RevenueStory".
    """
    since = _since(snapshot, from_month)
    moved, before, begun = _moved(snapshot, since)
    if not begun:
        if moved.empty:
            return pd.DataFrame(columns=COLUMNS)
        since = moved["month"].min()
    months = np.arange(since, month_index(snapshot.month) + 1)
    # with the month before, whose rates the first opening is at
    rates = month_rates(snapshot).reindex(np.append(since - 1, months))
    money = {kind: at_rates(by_month(moved[moved["kind"] == kind], months), rates.iloc[1:]) for kind in KINDS}
    balances = by_month(moved, np.append(since - 1, months)).cumsum() + pd.Series({name: before[name] for name in amounts(snapshot)})
    at_ends = at_rates(balances, rates)
    opening, closing = at_ends[:-1], at_ends[1:]
    money["fx"] = at_rates(balances.iloc[:-1], rates.iloc[1:]) - opening
    _settle(money, closing - opening)
    frame = pd.DataFrame({"month": [month_text(month) for month in months], "opening_mrr": opening / UNIT})
    frame = frame.assign(**{kind: values / UNIT for kind, values in money.items()}, closing_mrr=closing / UNIT)
    counts = {kind: by_month(moved[moved["kind"] == kind], months, ["customers"])["customers"].to_numpy() for kind in KINDS}
    customers = before["customers"] + np.append(0, np.cumsum(counts["new"] + counts["reactivation"] - counts["churn"]))
    frame = frame.assign(
        opening_customers=customers[:-1], new_customers=counts["new"], reactivated_customers=counts["reactivation"],
        churned_customers=counts["churn"], closing_customers=customers[1:], expanded_customers=counts["expansion"],
        contracted_customers=counts["contraction"],
    )  # fmt: skip
    whole = frame["month"] >= first_whole_month(snapshot)
    return frame.loc[whole, COLUMNS].reset_index(drop=True)


def _since(snapshot, from_month):
    """The month number of `from_month`, or None for all."""
    if from_month and month_index(from_month) > month_index(snapshot.month):
        raise UsageError(f"from_month {from_month} is after the snapshot's month, {snapshot.month}; name it or an earlier one")
    return month_index(from_month) if from_month else None


def _moved(snapshot, since):
    """The movements of the month number `since` and later, what was paid before it, and whether anybody has ever paid before."""
    months = [] if since is None else range(since, month_index(snapshot.month) + 1)
    if 0 < len(months) <= _FEW:
        each = [one_month(snapshot, month) for month in months]
        before = each[0][1]
        begun = before["customers"] > 0 or anybody_paid_before(snapshot, since)
        return pd.concat([moved for moved, _ in each], ignore_index=True), before, begun
    every = flows(snapshot)
    earlier = every[every["month"] < since] if since is not None else every[:0]
    who = earlier["customers"] * earlier["kind"].map({"new": 1, "reactivation": 1, "churn": -1}).fillna(0).astype("int64")
    before = {"customers": int(who.sum()), **{name: int(earlier[name].sum()) for name in amounts(snapshot)}}
    return every.drop(index=earlier.index), before, not earlier.empty


def first_whole_month(snapshot):
    """The first month whose opening balance is whole: the one after `observed_from`, "" when the data begin with the company."""
    observed_from = snapshot.settings.observed_from
    return shift_month(f"{observed_from:%Y-%m}", 1) if observed_from else ""


def month_text(number):
    """The calendar month of a month number.

    >>> month_text(24312)
    '2026-01'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def by_month(rows, months, columns=None):
    """Sums of the amounts (or of `columns`) in each of `months`, 0 where nothing moved: DataFrame indexed by month number."""
    columns = columns or [name for name in rows.columns if name == "home" or name.startswith("in_")]
    return rows.groupby("month")[columns].sum().reindex(months, fill_value=0)


def at_rates(units, rates):
    """Amounts per month and currency as company currency, each month at its own rates; whole ten-thousandths.

    Parameters
    ----------
    units : DataFrame with home and in_XXX, whole ten-thousandths
    rates : DataFrame of the same rows, one column per XXX
    """
    total = units["home"].to_numpy()
    for currency in rates.columns:
        foreign = units[f"in_{currency}"].to_numpy()
        # a currency not used yet has no rate, and nothing to convert
        worth = foreign * np.where(foreign == 0, 0.0, rates[currency].to_numpy())
        total = total + np.rint(worth).astype("int64")
    return total


def _settle(money, change):
    """Put what rounding to ten-thousandths leaves over to each month's largest movement, so that every month adds up exactly."""
    kinds = list(money)
    left = change - sum(money.values())
    largest = np.argmax(np.abs([money[kind] for kind in kinds]), axis=0)
    for place, kind in enumerate(kinds):
        money[kind] = money[kind] + np.where(largest == place, left, 0)
