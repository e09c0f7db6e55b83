"""What the engine does slower the first time in a process, done once before other processes are forked from it."""

import duckdb
import narwhals as nw

from lifecycle_utils.sources.engine import keep


def rehearse():
    """Ask a little of what every notebook asks. No engine is left open: with its threads it would not survive a fork."""
    with duckdb.connect() as engine:
        rows = keep(nw.from_native(engine.sql("SELECT * FROM (VALUES ('one', 1), ('two', 2)) AS _(name, customers)")))
        sums = rows.filter(nw.col("customers") > 0).group_by("name").agg(more=nw.col("customers").sum())
        nw.to_native(sums.join(rows, on="name", how="left").with_columns(most=nw.col("more") + 1)).df()
    duckdb.default_connection().close()  # importing duckdb has opened it
