"""What was one unit of a foreign currency worth at the end of each month?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.errors import InputError
from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.spells import paid_periods


def foreign_currencies(snapshot):
    """The foreign currencies that customers pay in, each with the month "YYYY-MM" of its first paid period, by name.

    Without a table of exchange rates there are none: `lifecycle check` refuses foreign MRR that cannot be converted.
    """
    if not snapshot.has("exchange_rates"):
        return {}
    own = snapshot.settings.currency.upper()
    firsts = snapshot.once(
        "foreign currencies",
        lambda: paid_periods(snapshot).filter((~nw.col("currency").is_null()) & (nw.col("currency") != own))
        .group_by("currency").agg(nw.col("started_on").min()),
    )  # fmt: skip
    rows = fetch(firsts, sort=["currency"])
    return dict(zip(rows["currency"], pd.to_datetime(rows["started_on"]).dt.strftime("%Y-%m"), strict=True))


def month_rates(snapshot):
    """The rate of every foreign currency at every month's end, from its first paid month to the snapshot.

    A month without a rate has the newest earlier one: a rate holds until another is known.

    Returns
    -------
    DataFrame, one row per month number (`months.month_index`) from the first foreign period on, one column per currency:
    company currency per unit; NaN before the currency is used.

    Raises
    ------
    InputError : if a currency is used in a month before its first rate, or a rate is not above 0.
    """
    firsts = foreign_currencies(snapshot)
    if not firsts:
        return pd.DataFrame()
    rates = fetch(snapshot.table("exchange_rates").select("month", "currency", "rate"), sort=["currency", "month"])
    columns = {}
    for currency, first in firsts.items():
        known = rates[rates["currency"] == currency]
        if known.empty or known["month"].iloc[0] > first:
            have = f"begin in {known['month'].iloc[0]}" if len(known) else f"have none by {snapshot.month}"
            raise InputError(
                f"exchange_rates: {currency} is paid from {first} on, but its rates {have}; "
                f"add a rate for {first} (each is used until the next one), so that every month has its own"
            )
        if (known["rate"] <= 0).any():
            raise InputError(f"exchange_rates: the rate of {currency} in {known.loc[known['rate'] <= 0, 'month'].iloc[0]} is not above 0; correct it")
        values = pd.Series(known["rate"].to_numpy(dtype=float), index=known["month"].map(month_index))
        months = range(min(values.index[0], month_index(first)), month_index(snapshot.month) + 1)
        columns[currency] = values.reindex(months).ffill().loc[month_index(first) :]
    return pd.DataFrame(columns).sort_index()

