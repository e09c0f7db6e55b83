"""What must be said to an engine in its own words, in one place."""

import itertools

import narwhals as nw

_NUMBERS = itertools.count()


def keep(lazy, connection=None):
    """Have the engine compute a lazy frame now and keep the result on its side; returns it as a lazy frame.

    The rows stay in the engine (DuckDB may spill them to disk), only the work is not done again. By its `connection` the engine
    finds them as a table of its own; without one as a query, which it reads and plans again with every step that builds on them.
    """
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        # not cache(): Spark would analyse how the rows came about again with every step of every question that builds on them
        return nw.from_native(native.localCheckpoint())
    name = f"kept_{next(_NUMBERS)}"
    native.create(name)
    if connection is not None:
        return nw.from_native(connection.table(name))
    return nw.from_native(native.query("_", f"SELECT * FROM {name}"))  # `_` names the relation, which the query does not use


def short_key(lazy, column):
    """A lazy frame with `key`, a number that is quicker to order by than a text `column`.

    Rows of one text have one key. Rows of two texts have two, or in rare cases one key and two of `key_check`.
    """
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        return nw.from_native(native.selectExpr("*", f"xxhash64(`{column}`) AS key"))
    return nw.from_native(native.project(f"*, hash({column}) AS key"))


def key_check(lazy, column):
    """A lazy frame with `key_check`, which tells texts apart that share a `short_key`."""
    # of 10^8 texts two share a hash of 64 bits with a chance of 1 in 4,000, and these 32 bits too with one of 10^-13
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        return nw.from_native(native.selectExpr("*", f"CAST(shiftrightunsigned(xxhash64('check', `{column}`), 32) AS INT) AS key_check"))
    return nw.from_native(native.project(f"*, CAST(hash('check ' || {column}) >> 32 AS UINTEGER) AS key_check"))


def month_numbers(lazy, **days):
    """A lazy frame with the month number (`months.month_index`) of columns of dates: each keyword is a new column, its value a date's name."""
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        return lazy.with_columns(**{name: _month_number(nw.col(day)) for name, day in days.items()})
    # one look at a date, and not one for its year and one for its month
    numbers = [f"CAST(datediff('month', DATE '0000-01-01', \"{day}\") AS INTEGER) AS \"{name}\"" for name, day in days.items()]
    return nw.from_native(native.project(", ".join(["*", *numbers])))


def _month_number(day):
    return (day.dt.year().cast(nw.Int32) * 12 + day.dt.month().cast(nw.Int32) - 1).cast(nw.Int32)
