"""Overlapping subscriptions against the definition, one period after the other."""

import datetime as dt

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.sources.rule import overlapping

_DAY = dt.date(2024, 1, 1)
_periods = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 6), st.one_of(st.none(), st.integers(-1, 4))), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(_periods)
def test_rows_that_start_before_an_earlier_one_of_the_customer_has_ended(periods):
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE typed_subscriptions (_row BIGINT, customer_id VARCHAR, started_on DATE, ended_on DATE)")
        for row, (who, start, days) in enumerate(periods):
            started = _DAY + dt.timedelta(days=start)
            ended = None if days is None else started + dt.timedelta(days=days)
            connection.execute("INSERT INTO typed_subscriptions VALUES (?, ?, ?, ?)", [row, who, started, ended])
        # as if a rule had set the rows without a paid day aside
        connection.execute("CREATE VIEW left_subscriptions AS SELECT * FROM typed_subscriptions WHERE ended_on IS NULL OR ended_on <> started_on")
        found = {row for row, _ in connection.execute(overlapping("add", "").query).fetchall()}
    assert found == set(by_definition(periods))


def by_definition(periods):
    """The rows that begin before the end of one that is before them: in the order of starts, then of ends, then of rows."""
    endless = 10_000
    in_order = sorted((start, endless if days is None else start + days, row, who) for row, (who, start, days) in enumerate(periods))
    for place, (start, _, row, who) in enumerate(in_order):
        if any(start < end for _, end, _, other in in_order[:place] if other == who):
            yield row
