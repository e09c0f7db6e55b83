"""The counts every estimator here starts from: one row per (group, entry, tenure, churned), counted in `customers`."""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError

EVERYBODY = "all"
COLUMNS = ("group", "entry", "tenure", "churned", "customers")


def check_tenures(tenures):
    """Are these counts that an estimator can use?

    Parameters
    ----------
    tenures : DataFrame, shape (n_counts, >= 5)
        `group`; `entry` and `tenure` in complete subscription months; `churned`; `customers` counts the row.

    Returns
    -------
    DataFrame, shape (n_counts, 5)
        A copy with the five columns only: group as text, entry, tenure and customers as int64, churned as bool.

    Raises
    ------
    EstimateError
        Names the column, the first offending row, how many rows, and the remedy. lifelines accepts most of these silently.

    Examples
    --------
    >>> check_tenures(pd.DataFrame({"group": ["a"], "entry": [0], "tenure": [-1], "churned": [False], "customers": [5]}))
    Traceback (most recent call last):
    lifecycle_utils.errors.EstimateError: tenures row 0 (group 'a'): tenure -1 is negative (1 row); count complete months from the start
    """
    absent = [column for column in COLUMNS if column not in tenures.columns]
    if absent:
        raise EstimateError(f"tenures lacks the column(s) {', '.join(absent)}; it needs {', '.join(COLUMNS)}")
    if tenures.empty:
        raise EstimateError("tenures has no rows: there is no customer to estimate from; check the filter or the month")
    _refuse(tenures, "group", tenures["group"].isna(), "is missing", "name the group or drop the rows")
    entry = _whole_numbers(tenures, "entry", "count complete months")
    tenure = _whole_numbers(tenures, "tenure", "count complete months")
    customers = _whole_numbers(tenures, "customers", "a weight must be a count of customers")
    churned = _true_or_false(tenures)
    _refuse(tenures, "entry", entry < 0, "is negative", "a customer enters at month 0 or later")
    _refuse(tenures, "tenure", tenure < 0, "is negative", "count complete months from the start")
    _refuse(tenures, "customers", customers < 0, "is negative", "a weight must be a count of customers")
    _refuse(tenures, "tenure", churned & (tenure <= entry) & (customers > 0),
            "is a churn in no risk set: it is not after entry",
            "a customer that left before it was observed is not in the data, one that left in month 1 has tenure 1")
    group = tenures["group"].astype(str).to_numpy()
    return pd.DataFrame(dict(zip(COLUMNS, (group, entry, tenure, churned, customers), strict=True)))


def in_group_order(groups):
    """Group names with "all" first, then as text (so cohort months sort by time).

    >>> in_group_order(["2026-02", "all", "2026-01"])
    ['all', '2026-01', '2026-02']
    """
    return sorted(set(groups), key=lambda group: (group != EVERYBODY, group))


def customers_by_group(tenures):
    """Customers ever of each group (Series, in group order), also those not yet in any risk set."""
    counts = tenures.groupby("group")["customers"].sum()
    return counts.reindex(in_group_order(counts.index))


def check_confidence(confidence):
    """The confidence as a float strictly between 0 and 1, else EstimateError."""
    if not 0 < confidence < 1:
        raise EstimateError(f"confidence {confidence!r} is not between 0 and 1; 0.95 is the usual one")
    return float(confidence)


def _whole_numbers(tenures, column, remedy):
    if tenures[column].dtype == "int64":
        return tenures[column].to_numpy(copy=True)
    numbers = pd.to_numeric(tenures[column], errors="coerce").astype(float)
    finite = np.isfinite(numbers)
    _refuse(tenures, column, ~(finite & (numbers == np.floor(numbers.where(finite, 0.5)))), "is not a whole number", remedy)
    return numbers.astype("int64").to_numpy()


def _true_or_false(tenures):
    churned = tenures["churned"]
    if churned.dtype == bool:
        return churned.to_numpy(copy=True)
    _refuse(tenures, "churned", ~churned.isin([True, False]), "is neither true nor false", "say whether the customer left")
    return churned.astype(bool).to_numpy()


def _refuse(tenures, column, wrong, what, remedy):
    wrong = np.asarray(wrong, dtype=bool)
    if not wrong.any():
        return
    first = int(np.flatnonzero(wrong)[0])
    row = tenures.iloc[first]
    rows = int(wrong.sum())
    raise EstimateError(f"tenures row {tenures.index[first]} (group {row['group']!r}): {column} {row[column]} {what} "
                        f"({rows} row{'s' if rows != 1 else ''}); {remedy}")
