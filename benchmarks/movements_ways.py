"""The ways of `movements.py`: MRR movements and cohort revenue by the kit, by SQL, by pandas and by Spark, told in one shape."""

import resource
import time
from pathlib import Path

MONTH, LAST, BEYOND = "2026-10", 2026 * 12 + 9, "DATE '2026-11-01'"
MEMORY = "1GB"
#: Rows that pandas is given at a time, all of some customers.
_PANDAS_ROWS = 5_000_000


def kit(folder):
    """`observe.mrr_movements` and `observe.cohort_revenue` of an opened snapshot; then the newest month alone, and what its own rows take by hand."""
    from lifecycle_utils import observe, sources

    with measuring() as opening:
        snapshot = sources.open_snapshot(folder, month=MONTH)
    with measuring() as took:
        movements, cohorts = observe.mrr_movements(snapshot), observe.cohort_revenue(snapshot)
    again = snapshot.as_of(MONTH)  # which has kept nothing of what was asked
    with measuring() as newest_took:
        newest = observe.mrr_movements(again, from_month=MONTH)
    if not newest.equals(movements.tail(1).reset_index(drop=True)):
        raise SystemExit("the newest month alone is not the newest of all")
    with measuring() as own_took:
        own, customers = snapshot.company.connection.execute(_OWN_ROWS.format(files=f"{folder}/subscriptions/*.parquet")).fetchone()
    if customers != newest["closing_customers"].item():
        raise SystemExit("the newest month has other customers than by hand")
    newest = {"newest": newest_took["seconds"], "newest_cpu": newest_took["cpu"], "own_rows": own_took["seconds"], "own_cpu": own_took["cpu"], "own": own}
    known = cohorts.dropna(subset="mrr").assign(units=lambda frame: (frame["mrr"] * 10_000).round().astype("int64"))
    found = {
        row.month: [round(value, 2) + 0.0 for value in (row.new, row.reactivation, row.expansion, row.contraction, row.churn)]
        + [row.new_customers, row.reactivated_customers, row.expanded_customers, row.contracted_customers, row.churned_customers]
        for row in movements.itertuples()
    }
    opened = {"opening": opening["seconds"], "opening_cpu": opening["cpu"], "opened_at": opening["megabytes"]}
    return took | opened | newest | {"found": found, "cohorts": known.groupby("cohort_month")["units"].sum().to_dict()}


#: What every way to count the newest month has to do with its own rows, those in force at one of its ends: what does each customer pay at either?
#: The last line is true of all: it asks for `before`, which the engine would not add up otherwise.
_OWN_ROWS = f"""
SELECT CAST(sum(rows) AS BIGINT), count(*) FILTER (after > 0) FROM (
    SELECT customer_id, count(*) AS rows, sum(CASE WHEN started_on < DATE '{MONTH}-01' THEN mrr ELSE 0 END) AS before,
        sum(CASE WHEN ended_on IS NULL OR ended_on >= {BEYOND} THEN mrr ELSE 0 END) AS after
    FROM '{{files}}' WHERE mrr > 0 AND started_on < {BEYOND} AND (ended_on IS NULL OR ended_on >= DATE '{MONTH}-01') GROUP BY customer_id
) WHERE before >= 0
"""
_MONTH_OF = "year({0}) * 12 + month({0}) - 1"
#: For any data: what begins and ends in a month is added up, then each customer's months of change are run through. Spark takes it as it stands.
_EVENTS = f"""
WITH periods AS (
    SELECT customer_id, {_MONTH_OF.format("started_on")} AS begins,
        CASE WHEN ended_on IS NULL OR {_MONTH_OF.format("ended_on")} > {LAST} THEN 0 ELSE {_MONTH_OF.format("ended_on")} END AS ends,
        CAST(mrr * 10000 AS BIGINT) AS units
    FROM {{rows}} WHERE mrr > 0 AND started_on < {BEYOND}
), changes AS (
    SELECT customer_id, month, min(first) AS first, CAST(sum(change) AS BIGINT) AS change FROM (
        SELECT customer_id, begins AS month, units AS change, begins AS first FROM periods
        UNION ALL SELECT customer_id, ends, -units, begins FROM periods WHERE ends > 0
    ) AS both_ways GROUP BY customer_id, month
), running AS (
    SELECT month, change, sum(change) OVER in_order AS after, min(first) OVER in_order AS cohort,
        max(CASE WHEN change <> 0 THEN month END) OVER (PARTITION BY customer_id ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
    FROM changes WINDOW in_order AS (PARTITION BY customer_id ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT cohort, month,
    CASE WHEN after = change AND earlier IS NULL THEN 0 WHEN after = change THEN 1 WHEN after = 0 THEN 4 WHEN change > 0 THEN 2 ELSE 3 END AS kind,
    count(*) AS customers, CAST(sum(change) AS BIGINT) AS change
FROM running WHERE change <> 0 GROUP BY 1, 2, 3
"""
#: The neighbours of a period tell what changed, if a customer never has two at a time: else its numbers are wrong.
_NEIGHBOURS = f"""
WITH periods AS (
    SELECT customer_id, {_MONTH_OF.format("started_on")} AS begins,
        CASE WHEN ended_on IS NULL OR {_MONTH_OF.format("ended_on")} > {LAST} THEN 999999 ELSE {_MONTH_OF.format("ended_on")} END AS ends,
        CAST(mrr * 10000 AS BIGINT) AS units
    FROM {{rows}} WHERE mrr > 0 AND started_on < {BEYOND}
), ordered AS (
    SELECT *, lag(ends) OVER in_order AS before_ends, lag(units) OVER in_order AS before, lead(begins) OVER in_order AS next,
        first_value(begins) OVER in_order AS cohort
    FROM periods WINDOW in_order AS (PARTITION BY customer_id ORDER BY begins)
)
SELECT cohort, begins,
    CASE WHEN before_ends IS NULL THEN 0 WHEN before_ends <> begins THEN 1 WHEN units > before THEN 2 WHEN units < before THEN 3 ELSE 5 END AS kind,
    CASE WHEN ends <= {LAST} AND (next IS NULL OR next > ends) THEN ends END AS gone,
    count(*) AS customers, sum(units) AS units, sum(CASE WHEN before_ends = begins THEN units - before ELSE units END) AS change
FROM ordered GROUP BY ALL
"""


def _engine(folder):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}/spill'; SET preserve_insertion_order = false")
    return connection


def sql_by_hand(folder):
    """One query for any data."""
    with measuring() as took:
        rows = _engine(folder).execute(_EVENTS.format(rows=f"read_parquet('{folder}/subscriptions/*.parquet')")).df()
        told = _told(rows)
    return took | told


def sql_of_regular_data(folder):
    """One query that takes it for granted that no customer has two periods at a time: not the same numbers, a floor of the time."""
    with measuring() as took:
        _engine(folder).execute(_NEIGHBOURS.format(rows=f"read_parquet('{folder}/subscriptions/*.parquet')")).df()
    return took


def spark(folder):
    """The query for any data, asked of a local Spark of two threads and 1 GB."""
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]").config("spark.driver.memory", "1g").config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").config("spark.local.dir", f"{folder}/spill")
        .config("spark.sql.shuffle.partitions", "16").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    )  # fmt: skip
    session.sparkContext.setLogLevel("ERROR")
    session.range(10).count()  # what starting costs is not asked
    with measuring() as took:
        session.read.parquet(f"{folder}/subscriptions").createOrReplaceTempView("subscriptions")
        told = _told(session.sql(_EVENTS.format(rows="subscriptions")).toPandas())
    process = session.sparkContext._gateway.proc.pid
    took["megabytes"] = int(Path(f"/proc/{process}/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
    session.stop()
    return took | told


def with_pandas(folder):
    """The same in pandas, customers as numbers as early as can be, and so many customers at a time that memory is enough: none needs another."""
    import pandas as pd
    import pyarrow.parquet as pq

    with measuring() as took:
        read = pq.read_table(f"{folder}/subscriptions", columns=["customer_id", "started_on", "ended_on", "mrr"])
        customer = read["customer_id"].combine_chunks().dictionary_encode().indices.to_numpy()
        read = read.drop_columns("customer_id")
        units = (read["mrr"].cast("float64").to_numpy() * 10_000).round().astype("int64")
        read = read.drop_columns("mrr")
        begins = _pandas_months(read["started_on"])
        ends = _pandas_months(read["ended_on"])
        del read
        keep = (units > 0) & (begins <= LAST)
        if not keep.all():
            customer, begins, ends, units = customer[keep], begins[keep], ends[keep], units[keep]
        slices, found = -(-len(customer) // _PANDAS_ROWS), []
        for number in range(slices):
            ours = slice(None) if slices == 1 else customer % slices == number
            found.append(_pandas_changes(customer[ours], begins[ours], ends[ours], units[ours]))
        told = _told(pd.concat(found).groupby(["cohort", "month", "kind"], as_index=False).sum())
    return took | told


def _pandas_months(days):
    """Month numbers of a column of dates; the one after the last where there is none."""
    days = days.to_pandas(date_as_object=False)
    return (days.dt.year * 12 + days.dt.month - 1).fillna(LAST + 1).to_numpy("int32")


def _pandas_changes(customer, begins, ends, units):
    """What changed for some customers, per cohort, month and kind."""
    import numpy as np
    import pandas as pd

    gone = ends <= LAST
    events = pd.DataFrame({
        "customer": np.concatenate([customer, customer[gone]]), "month": np.concatenate([begins, ends[gone]]),
        "change": np.concatenate([units, -units[gone]]), "first": np.concatenate([begins, begins[gone]]),
    })  # fmt: skip
    del customer, begins, ends, units, gone
    changes = events.groupby(["customer", "month"], as_index=False, sort=True).agg(change=("change", "sum"), first=("first", "min"))
    del events
    changes["cohort"] = changes.groupby("customer")["first"].transform("min")
    changes = changes[changes["change"] != 0].drop(columns="first")
    after = changes.groupby("customer")["change"].cumsum()
    is_first = ~changes["customer"].duplicated()
    by_sign = np.where(changes["change"] > 0, 2, 3)
    changes["kind"] = np.select([(after == changes["change"]) & is_first, after == changes["change"], after == 0], [0, 1, 4], by_sign)
    del after, is_first, by_sign
    return changes.groupby(["cohort", "month", "kind"], as_index=False).agg(customers=("change", "size"), change=("change", "sum"))


WAYS = {
    "the kit": kit, "SQL by hand, DuckDB": sql_by_hand, "SQL by hand, DuckDB, wrong where periods overlap": sql_of_regular_data,
    "pandas": with_pandas, "the SQL by hand, local Spark": spark,
}  # fmt: skip


def _told(rows):
    """Movements and cohort revenue from changes per cohort, month and kind, as `kit` tells them."""
    rows = rows.astype({"cohort": "int64", "month": "int64", "kind": "int64", "customers": "int64", "change": "int64"})
    by_kind = rows.groupby(["month", "kind"])[["change", "customers"]].sum().unstack(fill_value=0)
    found = {}
    for month in range(int(rows["month"].min()), LAST + 1):
        values = [[int(by_kind.get((what, kind), {}).get(month, 0)) for kind in range(5)] for what in ("change", "customers")]
        found[f"{month // 12}-{month % 12 + 1:02d}"] = [round(value / 10_000, 2) for value in values[0]] + values[1]
    balances = rows.pivot_table(index="cohort", columns="month", values="change", aggfunc="sum", fill_value=0).cumsum(axis=1)
    sums = balances.sum(axis=1)
    return {"found": found, "cohorts": {f"{int(one) // 12}-{int(one) % 12 + 1:02d}": int(value) for one, value in sums.items()}}


class measuring:
    """Seconds, CPU seconds and peak memory of what is done within; of Java's own processes nothing is known here."""

    def __enter__(self):
        self.took, self.began, self.before = {}, time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
        return self.took

    def __exit__(self, *_):
        after = resource.getrusage(resource.RUSAGE_SELF)
        cpu = after.ru_utime + after.ru_stime - self.before.ru_utime - self.before.ru_stime
        self.took |= {"seconds": time.monotonic() - self.began, "cpu": cpu, "megabytes": after.ru_maxrss / 1024}
