"""Hand the engine a small table of numbers, such as a month's exchange rates, so that it can be joined where the data lives."""

import narwhals as nw


def small_table(lazy, rows, names):
    """A few rows of numbers as a lazy frame in the engine of `lazy`.

    Parameters
    ----------
    lazy : a lazy frame of the engine (and connection) that is to hold the rows
    rows : list of tuples of int and float, one or more
    names : the columns

    Examples
    --------
    >>> import duckdb
    >>> other = nw.from_native(duckdb.connect().sql("SELECT 1"))
    >>> small_table(other, [(24312, 1.08), (24313, 1.1)], ["month", "rate"]).collect("pandas").to_native()["rate"].tolist()
    [1.08, 1.1]
    """
    native = nw.to_native(lazy)
    # repr() of a float reads back as the same double; a text that says so is a double to every engine
    values = ", ".join("(" + ", ".join(f"CAST('{cell!r}' AS {'BIGINT' if isinstance(cell, int) else 'DOUBLE'})" for cell in row) + ")" for row in rows)
    if not lazy.implementation.is_duckdb():  # rows given as Python objects would need Python on every executor
        columns = ", ".join(f"`{name}`" for name in names)
        return nw.from_native(native.sparkSession.sql(f"SELECT * FROM VALUES {values} AS small({columns})"))
    columns = ", ".join(f'"{name}"' for name in names)
    return nw.from_native(native.query("_", f"SELECT * FROM (VALUES {values}) AS small({columns})"))
