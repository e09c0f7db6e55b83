"""Which attributes of customers look as if they had been written after the start? Success, or its end, produces those; they are no traits."""

import numpy as np
import pandas as pd

#: What is known at the start explains less of who leaves, and of how long customers have been there, than this. A telephone company's contract
#: (Telco: month to month, one year, two years), the strongest attribute that we know of, explains 17 % of who has left.
LARGEST_SHARE = 0.25
#: Fewer customers than this show nothing.
_LEAST_CUSTOMERS = 50
#: Of a value's customers all but this share have left, although so many should still be there: it is written when they leave.
_STILL_THERE, _LEAST_EXPECTED = 0.02, 10
_COLUMNS = ["attribute", "customers", "explains_leaving", "explains_tenure", "value_of_leavers", "leavers", "reason", "withheld"]


def changing_attributes(outcomes):
    """Does an attribute tell who has left, or how long a customer has been there, better than anything that is known at the start?

    Parameters
    ----------
    outcomes : DataFrame, one row per (attribute, value): customers, left, months, months_squared (sums over the customers), bought (bool), told
        ("known at start" clears an attribute)

    Returns
    -------
    DataFrame, one row per attribute: attribute, customers, explains_leaving, explains_tenure (share of the variance that lies between its values, adjusted
    for their number), value_of_leavers (a value that only those who left have, or ""), leavers (how many), reason ("tells who left", "tells how long",
    "is bought", or ""), withheld (bool: no trait is to be made of it; what is only bought by its name is no proof)

    Notes
    -----
    Attributes carry no dates, so this is a test of the result: a status or a reason for leaving tells who has left, a counter of logins how long
    somebody has been there. An attribute that changes and tells neither is not found.

    A status tells the end; a colour does not.

    >>> outcomes = pd.DataFrame({"attribute": ["status", "status", "colour", "colour"], "value": ["gone", "here", "red", "blue"],
    ...                          "customers": [40, 60, 50, 50], "left": [40, 0, 19, 21], "months": [400, 600, 490, 510],
    ...                          "months_squared": [5000, 7000, 6000, 6000], "bought": False, "told": ""})
    >>> changing_attributes(outcomes)[["attribute", "explains_leaving", "value_of_leavers", "reason", "withheld"]].round(2)
      attribute  explains_leaving value_of_leavers          reason  withheld
    0    colour             -0.01                                      False
    1    status              1.00             gone  tells who left      True
    """
    rows = [_judged(name, part) for name, part in outcomes.groupby("attribute", sort=True)]
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"withheld": bool})


def _judged(name, part):
    n, left = part["customers"].to_numpy(float), part["left"].to_numpy(float)
    leaving = _explained(n, left, left)
    tenure = _explained(n, part["months"].to_numpy(float), part["months_squared"].to_numpy(float))
    value, leavers = _of_leavers(part, left.sum() / n.sum())
    enough, cleared = n.sum() >= _LEAST_CUSTOMERS, part["told"].iloc[0] == "known at start"
    reason = ""
    if enough and not cleared:
        told = [("tells who left", leaving >= LARGEST_SHARE or value), ("tells how long", tenure >= LARGEST_SHARE), ("is bought", part["bought"].iloc[0])]
        reason = next((name for name, holds in told if holds), "")
    return {
        "attribute": name, "customers": int(n.sum()), "explains_leaving": leaving, "explains_tenure": tenure, "value_of_leavers": value, "leavers": leavers,
        "reason": reason, "withheld": reason in ("tells who left", "tells how long"),
    }


def _explained(n, sums, squares):
    """The adjusted share of the variance that lies between the values, from counts, sums and sums of squares; NaN where nothing varies."""
    customers, values = n.sum(), len(n)
    total = squares.sum() - sums.sum() ** 2 / customers
    if total <= 1e-9 * max(squares.sum(), 1) or customers <= values:
        return np.nan
    within = (squares - sums**2 / n).sum()
    return float(1 - within / (customers - values) / (total / (customers - 1)))


def _of_leavers(part, base):
    """The most frequent value that only those who left have, and how many have it."""
    left = part[(part["customers"] - part["left"] <= _STILL_THERE * part["customers"]) & (part["customers"] * (1 - base) >= _LEAST_EXPECTED)]
    if left.empty:
        return "", 0
    first = left.sort_values(["customers", "value"], ascending=[False, True]).iloc[0]
    return str(first["value"]), int(first["customers"])
