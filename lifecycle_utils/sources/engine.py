"""What must be said to an engine in its own words, in one place."""

import itertools

import narwhals as nw

_NUMBERS = itertools.count()


def keep(lazy):
    """Have the engine compute a lazy frame now and keep the result on its side; returns it as a lazy frame.

    The rows stay in the engine (DuckDB may spill them to disk), only the work is not done again.
    """
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        # not cache(): Spark would analyse how the rows came about again with every step of every question that builds on them
        return nw.from_native(native.localCheckpoint())
    name = f"kept_{next(_NUMBERS)}"
    native.create(name)
    return nw.from_native(native.query("_", f"SELECT * FROM {name}"))  # `_` names the relation, which the query does not use


def short_key(lazy, column):
    """A lazy frame with `key`, which is quicker to order by than a text `column`.

    Rows of one text have one key. Rows of two texts have two, or in rare cases one key and two of `key_check`.
    """
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        return lazy.with_columns(key=nw.col(column))
    return nw.from_native(native.project(f"*, hash({column}) AS key"))


def key_check(lazy, column):
    """A lazy frame with `key_check`, which tells texts apart that share a `short_key`."""
    native = nw.to_native(lazy)
    if not lazy.implementation.is_duckdb():
        return lazy.with_columns(key_check=nw.lit(0))
    # two hashes of 64 bits: of 10^8 texts two share a hash with a chance of 1 in 4,000, and both with one of 10^-22
    return nw.from_native(native.project(f"*, hash('check ' || {column}) AS key_check"))
