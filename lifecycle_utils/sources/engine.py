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
