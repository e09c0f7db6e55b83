"""Customers whose months somebody has counted already, one row each: how many of each kind are there?"""

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.groups import ALL, UNKNOWN, with_all

_TYPES = {"entry": "int64", "tenure": "int64", "churned": bool, "customers": "int64"}


def tenures_of_rows(rows, *, tenure, churned, by="", entry=""):
    """How many customers of each group stayed how long, where a table says so of each customer?

    Parameters
    ----------
    rows : lazy frame (`sources.open_rows`), or what Narwhals makes one of (a DuckDB relation, a Spark frame), one row per customer
    tenure : column of whole numbers: complete months observed, or the month in which the customer left (or any other unit of time)
    churned : column of true and false, or 1 and 0: has it left?
    by : column to group by, shown as text; empty for everybody
    entry : column of whole numbers: complete months before observation began (late entry); empty if there were none

    Returns
    -------
    DataFrame as of `tenures`: group, entry, tenure, churned, customers; the group "all" first

    Raises
    ------
    UsageError : for a column that is not there, of another type, or empty in some row

    Notes
    -----
    One scan of the columns that are named; what comes back grows with months and groups, not with rows.
    """
    counts = _counted(rows, {"group": by} if by else {}, tenure, churned, entry)
    if not by:
        return counts.assign(group=ALL)[["group", *_TYPES]]
    texts = counts["group"].astype(object).map(str, na_action="ignore").fillna(UNKNOWN)
    counts = counts.assign(group=texts.where(texts != ALL, f"{ALL} (value)")).sort_values(["group", *_TYPES], kind="stable", ignore_index=True)
    return with_all(counts, list(_TYPES)[:-1], ["customers"])


def patterns_of_rows(rows, *, by, tenure, churned, entry=""):
    """How many customers of each pattern of attributes stayed how long, where a table says so of each customer?

    Parameters
    ----------
    rows, tenure, churned, entry : as of `tenures_of_rows`
    by : list of columns; texts stay texts, numbers stay numbers

    Returns
    -------
    DataFrame as of `tenure_patterns`: the columns of `by`, entry, tenure, churned, customers

    Raises
    ------
    UsageError : for a column that is not there, of another type, or empty in some row (an attribute may be empty); for one of `by` that is
        called as a column of the counts
    """
    for name in by:
        if name in _TYPES:
            raise UsageError(f"an attribute cannot be called {name!r}, as the counts' own columns are ({', '.join(_TYPES)}); rename it in the rows")
    return _counted(rows, {name: name for name in by}, tenure, churned, entry)


def _counted(rows, names, tenure, churned, entry):
    lazy = nw.from_native(rows).lazy()
    schema = lazy.collect_schema()
    for column in (*names.values(), tenure, churned, *([entry] if entry else [])):
        if column not in schema:
            raise UsageError(f"the rows have no column {column!r}; they have {', '.join(schema)}")
    for column in (tenure, *([entry] if entry else [])):
        if not schema[column].is_integer():
            raise UsageError(f"{column} holds {schema[column]}, not whole numbers; count complete months")
    if not (schema[churned].is_integer() or schema[churned] == nw.Boolean):
        raise UsageError(f"{churned} holds {schema[churned]}; say true or false, or 1 or 0, of each customer")
    months = {"entry": entry, "tenure": tenure, "churned": churned} if entry else {"tenure": tenure, "churned": churned}
    chosen = lazy.select(*(nw.col(column).alias(name) for name, column in (names | months).items()))
    keys = [*names, *months]
    counts = fetch(chosen.group_by(*keys).agg(customers=nw.len()), sort=keys)
    if not entry:  # a column of zeros would cost the engine a key
        counts.insert(len(names), "entry", 0)
    for name, column in (("entry", entry), ("tenure", tenure), ("churned", churned)):
        _refuse(counts, column, counts[name].isna(), "is empty")
    _refuse(counts, churned, ~counts["churned"].isin([0, 1]), "is neither true nor false, 1 nor 0")
    return counts.astype(_TYPES)


def _refuse(counts, column, wrong, what):
    customers = int(counts.loc[wrong, "customers"].sum())
    if customers:
        raise UsageError(f"{column} {what} in {customers} rows; correct them or leave them out")
