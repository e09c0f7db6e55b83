"""Movements of more rows than memory holds: the same numbers under a limit, nothing kept that grows with customers, keys that are not unique."""

import duckdb
import narwhals as nw
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.observe import cohort_revenue, flows, mrr_movements, one_month
from lifecycle_utils.sources import neighbours, open_snapshot, snapshot
from tests.observe.histories import histories, open_history, open_rows

MONTH = "2026-10"
#: Three periods each, one after the other; of `concurrent` customers in a hundred the second begins before the first has ended.
ROWS = """
SELECT CAST(3 * i + k AS VARCHAR) AS subscription_id, 'cus_' || lpad(CAST(i AS VARCHAR), 14, '0') AS customer_id,
    began + CAST(k * 100 - CASE WHEN k = 1 AND i % 100 < {concurrent} THEN 40 ELSE 0 END AS INTEGER) AS started_on,
    CASE WHEN k < 2 OR i % 3 = 0 THEN began + CAST(k * 100 + 100 AS INTEGER) END AS ended_on, CAST(10 + hash(i * 4 + k) % 90 AS DECIMAL(18, 4)) AS mrr
FROM (SELECT i, unnest(range(3)) AS k, DATE '2024-01-01' + CAST(hash(i) % 700 AS INTEGER) AS began FROM range({customers}) AS numbers(i))
"""


def company(folder, customers, *, concurrent=0, told=""):
    folder.mkdir()
    (folder / "lifecycle.toml").write_text(told, encoding="utf-8")
    duckdb.sql(ROWS.format(customers=customers, concurrent=concurrent)).write_parquet(str(folder / "subscriptions.parquet"))
    return open_snapshot(folder, month=MONTH)


def most_kept(opened):
    """The rows of the largest table that the questions so far have left in the engine."""
    tables = opened.company.connection.execute("SELECT table_name, estimated_size FROM duckdb_tables() WHERE table_name LIKE 'kept_%'").fetchall()
    assert tables
    return max(rows for _, rows in tables)


def test_no_row_of_a_regular_customer_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "_SMALL", 0)
    kept = []
    for number, customers in enumerate((4000, 12_000)):
        opened = company(tmp_path / str(number), customers)
        assert len(mrr_movements(opened)) == 34 and len(cohort_revenue(opened))
        kept.append(most_kept(opened))
    assert kept[0] < kept[1] < 1.35 * kept[0]  # months met by chance, and not customers


def test_a_new_month_keeps_only_those_who_begin(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "_SMALL", 0)
    folder = tmp_path / "company"
    opened = company(folder, 12_000, concurrent=10)
    assert mrr_movements(opened.as_of("2025-10"), from_month="2025-10")["new_customers"].tolist()[0] > 300
    began = f"SELECT count(DISTINCT customer_id) FROM '{folder}/subscriptions.parquet' WHERE started_on BETWEEN '2025-10-01' AND '2025-10-31'"
    assert 300 < most_kept(opened) < duckdb.sql(began).fetchone()[0]


def test_a_limit_of_memory_changes_no_number(tmp_path):
    limited = company(tmp_path / "limited", 250_000, concurrent=10, told=f'memory_limit = "200MB"\ntemp_folder = "{tmp_path.as_posix()}/spill"\n')
    limited.company.connection.execute("SET threads = 2; SET memory_limit = '40MB'")  # each asks for some of it, whatever the machine
    free = company(tmp_path / "free", 250_000, concurrent=10)
    for question in (mrr_movements, cohort_revenue):
        pd.testing.assert_frame_equal(question(limited), question(free))
    limited.company.connection.execute("SET max_temp_directory_size = '0KB'")
    with pytest.raises(duckdb.OutOfMemoryException):  # so tight that the rows had to be spilled
        mrr_movements(limited.as_of("2026-09"))


@settings(max_examples=10, deadline=None)
@given(histories(currencies=("", "EUR")))
def test_customers_who_share_a_key_are_told_apart(tmp_path_factory, history):
    apart = open_history(tmp_path_factory.mktemp("history"), history, "2023-07")
    wanted, newest = flows.flows(apart), mrr_movements(apart, from_month="2023-07")
    with pytest.MonkeyPatch.context() as patch:
        for module in (flows, one_month):
            patch.setattr(module, "short_key", lambda lazy, column: projected(lazy, "1::UBIGINT AS key"))
        pd.testing.assert_frame_equal(flows.flows(apart.as_of("2023-07")), wanted)
        pd.testing.assert_frame_equal(mrr_movements(apart.as_of("2023-07"), from_month="2023-07"), newest)


@settings(max_examples=8, deadline=None)
@given(histories(currencies=("", "EUR")), st.sampled_from([{"_AMOUNT": 16}, {"_BEGINS": 3}]))
def test_periods_that_are_too_large_to_be_packed_are_counted_too(tmp_path_factory, history, limits):
    opened = open_history(tmp_path_factory.mktemp("history"), history, "2023-07")
    wanted = flows.flows(opened)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in limits.items():  # amounts from 6.5536 on, or begins more than three months ago
            patch.setattr(neighbours, name, value)
        pd.testing.assert_frame_equal(flows.flows(opened.as_of("2023-07")), wanted)


def test_the_largest_amounts_and_the_oldest_customers(tmp_path):
    rows = ["1,a,1790-01-05,,109951162.7775,,x", "2,b,2026-08-01,2026-09-15,109951162.7776,,x", "3,b,2026-09-15,,20000000000,,x", "4,c,2026-09-01,,5,,x"]
    frame = mrr_movements(open_rows(tmp_path, rows, MONTH, "earliest_date = 1700-01-01\n")).set_index("month")
    assert frame.loc["1790-01", ["new", "new_customers"]].tolist() == [109951162.7775, 1]
    assert frame.loc["2026-09", ["expansion", "new", "churn", "closing_customers"]].tolist() == [20000000000 - 109951162.7776, 5, 0, 3]


def projected(lazy, more):
    """As `short_key` where all texts have one key; each has its own check."""
    return nw.from_native(nw.to_native(lazy).project(f"*, {more}"))
