"""The same questions asked of a real local Spark: the same counts, byte for byte. Without PySpark or Java these tests skip and say so."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest

from lifecycle_utils import observe, simulate, sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.settings import read_settings
from lifecycle_utils.sources import spark

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="no Spark here: pip install -r requirements-spark.txt, and Java 17 (openjdk-17-jre-headless)",
)

# Two executors, each a process of its own; few partitions, no generated and little compiled code: what makes Spark fast on many rows makes it slow on few.
SETTINGS = """
engine = "spark"
[spark]
"spark.master" = "local-cluster[2,1,512]"
"spark.executor.memory" = "512m"
"spark.driver.memory" = "512m"
"spark.driver.bindAddress" = "127.0.0.1"
"spark.driver.host" = "127.0.0.1"
"spark.sql.shuffle.partitions" = 2
"spark.sql.adaptive.enabled" = false
"spark.sql.codegen.wholeStage" = false
"spark.sql.codegen.factoryMode" = "NO_CODEGEN"
"spark.driver.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"spark.executor.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""
#: Two tables are in Spark's catalog and one is an address; exchange_rates stays a file of the folder.
PLACES = """
"spark.sql.warehouse.dir" = "{folder}/warehouse"
[spark.tables]
subscriptions = "spark_catalog.billing.periods"
customers = "file://{folder}/customers"
"""

FORECASTS = pd.DataFrame({"group": ["all", "Ł"], "tenure": [1, 2], "months": [1 / 3, 2.5]})
QUESTIONS = {
    "what a model says": lambda snapshot: fetch(snapshot.company.hand_over(FORECASTS), sort="tenure"),
    "tenures by attribute": lambda snapshot: observe.tenures(snapshot, by="industry"),
    "movements": observe.mrr_movements,
    "cohort revenue": observe.cohort_revenue,
    "revenue": lambda snapshot: observe.revenue(snapshot, by="plan"),
}


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    """A small company with foreign currencies, gaps and concurrent subscriptions, once for each engine."""
    folder, spark = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("spark") / "company"
    frames = simulate.company(customers=150, seed=5, tables=("subscriptions", "customers", "exchange_rates"))
    simulate.write_frames(folder, {"exchange_rates": frames.pop("exchange_rates")})
    for name, frame in frames.items():
        duckdb.from_df(frame).write_parquet(str(folder / f"{name}.parquet"))
    shutil.copytree(folder, spark)
    head, bracket, sections = (spark / "lifecycle.toml").read_text(encoding="utf-8").partition("\n[")
    places = PLACES.format(folder=spark.parent)
    (spark / "lifecycle.toml").write_text(f"{head}\n{SETTINGS}{places}{bracket}{sections}", encoding="utf-8")
    return folder, spark


# In a process of its own: a Java machine ends with it, and warnings of its sockets are not ours.
ASKS = """
import json, sys
from lifecycle_utils import observe, sources
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.settings import read_settings
from lifecycle_utils.sources import opened, spark
from lifecycle_utils.sources.database import fingerprints
from tests.sources.test_spark import QUESTIONS
folder, kept = sys.argv[1:]
session = spark.session(read_settings(folder))
at = f"file://{folder}"
session.sql("CREATE DATABASE billing")
session.read.parquet(f"{at}/subscriptions.parquet").repartition(3).write.saveAsTable("billing.periods")
session.read.parquet(f"{at}/customers.parquet").write.parquet(f"{at}/../customers")
for name in ("subscriptions", "customers"):  # they are nowhere else
    (spark.Path(folder) / f"{name}.parquet").unlink()
company = sources.open_company(folder)
problems = [[one.severity, one.code, one.table, one.rows] for one in company.problems]
prints = [[one["file"], one["rows"]] for one in fingerprints(company)]
# handed over once for all notebooks, as a run does
opened.os.environ[opened.VARIABLE] = str(opened.keep(company, spark.Path(kept)))
snapshot = sources.open_snapshot(folder, month="2026-06")
assert snapshot.tables["subscriptions"].implementation.is_pyspark()
frames = {name: question(snapshot) for name, question in QUESTIONS.items()}
executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
answers = {name: [frame.to_csv(index=False), [str(kind) for kind in frame.dtypes]] for name, frame in frames.items()}
session.stop()
print(json.dumps({"problems": problems, "prints": prints, "executors": executors, "answers": answers}))
"""


@needs_spark
def test_spark_counts_what_duckdb_counts_from_catalog_and_address_with_two_executors(companies, tmp_path):
    folder, with_spark = companies
    wanted = sources.open_company(folder)
    root = Path(__file__).parents[2]
    home = tmp_path / "spark"  # workers want to be told where Spark is, and write there
    home.mkdir()
    for part in ("bin", "jars"):
        (home / part).symlink_to(Path(importlib.util.find_spec("pyspark").origin).parent / part)
    asked = subprocess.run(
        [sys.executable, "-c", ASKS, str(with_spark), str(tmp_path / "kept")], cwd=root, env=os.environ | {"PYTHONPATH": str(root), "SPARK_HOME": str(home)},
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    got = json.loads(asked.stdout.splitlines()[-1])
    assert got["executors"] == 2
    assert got["problems"] == [[one.severity, one.code, one.table, one.rows] for one in wanted.problems]
    rows = {name: wanted.tables[name].rows for name in ("subscriptions", "customers")}
    assert got["prints"] == [
        ["subscriptions (Spark's spark_catalog.billing.periods)", rows["subscriptions"]],
        [f"customers (Spark's file://{with_spark.parent}/customers)", rows["customers"]],
    ]
    snapshot = sources.snapshot_of(wanted, month="2026-06")
    assert snapshot.tables["subscriptions"].implementation.is_duckdb()
    for name, question in QUESTIONS.items():
        frame = question(snapshot)
        assert len(frame) and got["answers"][name] == [frame.to_csv(index=False), [str(kind) for kind in frame.dtypes]], name


def test_settings_of_spark_are_checked(tmp_path):
    (tmp_path / "lifecycle.toml").write_text('engine = "sparc"\n[spark]\nmaster = "local"\n', encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_settings(tmp_path)
    assert "engine must be" in str(told.value) and "[spark] master must be a setting of Spark" in str(told.value)


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("billing.periods; DROP TABLE x", "must be a name"), ("billing.`periods`", "must be a name"), ("(SELECT 1)", "must be a name"),
        ("a..b", "must be a name"), ("", "must be a name"), ("s3a://bucket/a b", "must be a name"), ("s3a://me:key@bucket/periods", "holds a secret"),
    ],
)  # fmt: skip
def test_a_table_of_spark_is_a_name_or_an_address_and_nothing_else(tmp_path, place, told):
    (tmp_path / "lifecycle.toml").write_text(f'engine = "spark"\n[spark.tables]\nsubscriptions = "{place}"\n', encoding="utf-8")
    with pytest.raises(InputError, match=rf"\[spark.tables\] subscriptions {told}") as error:
        read_settings(tmp_path)
    assert "key@" not in str(error.value)


def test_tables_of_spark_need_spark_and_a_known_table(tmp_path):
    (tmp_path / "lifecycle.toml").write_text('[spark.tables]\nsubscription = "a.b"\n', encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_settings(tmp_path)
    assert "unknown table 'subscription'; did you mean 'subscriptions'?" in str(error.value) and 'set engine = "spark"' in str(error.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("spark.hadoop.fs.s3a.secret.key", "wJalr"), ("spark.hadoop.fs.s3a.access.key", "wJalr"), ("spark.ssl.keyPassword", "wJalr"),
        ("spark.hadoop.fs.azure.account.key.ours.blob.core.windows.net", "wJalr"),
        ("spark.driver.extraJavaOptions", "-Djavax.net.ssl.trustStorePassword=wJalr"), ("spark.executor.extraJavaOptions", "-Xss4m -Dfs.s3a.access.key=wJalr"),
        ("spark.some.options", "user=me,password=wJalr"),
    ],
)  # fmt: skip
def test_a_secret_among_the_settings_of_spark_is_refused_and_not_repeated(tmp_path, name, value):
    (tmp_path / "lifecycle.toml").write_text(f'engine = "spark"\n[spark]\n"{name}" = "{value}"\n', encoding="utf-8")
    with pytest.raises(InputError, match="holds a secret") as error:
        read_settings(tmp_path)
    assert "wJalr" not in str(error.value)


@pytest.fixture
def tables_in_spark(tmp_path):
    """Settings by which a table is Spark's."""
    (tmp_path / "lifecycle.toml").write_text('engine = "spark"\n[spark.tables]\nsubscriptions = "a.b"\n', encoding="utf-8")
    return read_settings(tmp_path)


@pytest.mark.parametrize("ask", [spark.session, lambda settings: spark.open_tables(None, settings)])
def test_without_pyspark_it_is_told_how_to_install_it(tables_in_spark, monkeypatch, ask):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(InputError, match="pip install -r requirements-spark.txt"):
        ask(tables_in_spark)


@pytest.mark.parametrize(("session", "context", "stops"), [(None, None, 1), (None, "of another thread", 0), ("a notebook's", "its", 0)])
def test_a_session_of_our_own_ends_even_if_a_table_cannot_be_opened(tables_in_spark, monkeypatch, session, context, stops):
    sql = SimpleNamespace(SparkSession=SimpleNamespace(getActiveSession=lambda: session))
    pyspark = SimpleNamespace(sql=sql, errors=SimpleNamespace(), SparkContext=SimpleNamespace(_active_spark_context=context))
    for name, module in {"pyspark": pyspark, "pyspark.sql": sql, "pyspark.errors": pyspark.errors}.items():
        monkeypatch.setitem(sys.modules, name, module)
    stopped = []
    monkeypatch.setattr(spark, "session", lambda settings: SimpleNamespace(stop=lambda: stopped.append(1)))

    def opened(*args):
        raise OSError("the disk is full")

    monkeypatch.setattr(spark, "_opened", opened)
    with pytest.raises(OSError, match="the disk is full"):
        spark.open_tables(None, tables_in_spark)
    assert len(stopped) == stops
