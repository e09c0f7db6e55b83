"""The same questions asked of a real local Spark: the same counts, byte for byte. Without PySpark or Java these tests skip and say so."""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lifecycle_utils import observe, simulate, sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.settings import read_settings
from lifecycle_utils.sources import opened

needs_spark = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="no Spark here: pip install -r requirements-spark.txt, and Java 17 (openjdk-17-jre-headless)",
)

# Two threads, few partitions, no generated and little compiled code: what makes Spark fast on many rows makes it slow on few.
SETTINGS = """
engine = "spark"
[spark]
"spark.master" = "local[2]"
"spark.driver.bindAddress" = "127.0.0.1"
"spark.driver.host" = "127.0.0.1"
"spark.sql.shuffle.partitions" = 2
"spark.sql.adaptive.enabled" = false
"spark.sql.codegen.wholeStage" = false
"spark.sql.codegen.factoryMode" = "NO_CODEGEN"
"spark.driver.extraJavaOptions" = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""

QUESTIONS = {
    "tenures": lambda snapshot: observe.tenures(snapshot, by="cohort_month"),
    "tenures by attribute": lambda snapshot: observe.tenures(snapshot, by="industry"),
    "movements": observe.mrr_movements,
    "cohort revenue": observe.cohort_revenue,
    "revenue": lambda snapshot: observe.revenue(snapshot, by="plan"),
}


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    """A small company with foreign currencies, gaps and concurrent subscriptions, once for each engine."""
    folder, spark = tmp_path_factory.mktemp("plain"), tmp_path_factory.mktemp("spark") / "company"
    simulate.write_company(folder, customers=150, seed=5, tables=("subscriptions", "customers", "exchange_rates"))
    shutil.copytree(folder, spark)
    head, bracket, sections = (spark / "lifecycle.toml").read_text(encoding="utf-8").partition("\n[")
    (spark / "lifecycle.toml").write_text(f"{head}\n{SETTINGS}{bracket}{sections}", encoding="utf-8")
    return folder, spark


# In a process of its own: a Java machine ends with it, and warnings of its sockets are not ours.
ASKS = """
import json, sys
from lifecycle_utils import sources
from tests.sources.test_spark import QUESTIONS
snapshot = sources.open_snapshot(sys.argv[1], month="2026-06")
assert snapshot.tables["subscriptions"].implementation.is_pyspark()
frames = {name: question(snapshot) for name, question in QUESTIONS.items()}
print(json.dumps({name: [frame.to_csv(index=False), [str(kind) for kind in frame.dtypes]] for name, frame in frames.items()}))
"""


@needs_spark
def test_spark_counts_what_duckdb_counts(companies, tmp_path):
    folder, spark = companies
    plain = sources.open_snapshot(folder, month="2026-06")
    assert plain.tables["subscriptions"].implementation.is_duckdb()
    # handed over once for all notebooks, as a run does
    kept = opened.keep(sources.open_company(spark), tmp_path / "kept")
    root = Path(__file__).parents[2]
    environment = os.environ | {opened.VARIABLE: str(kept), "PYTHONPATH": str(root)}
    asked = subprocess.run([sys.executable, "-c", ASKS, str(spark)], cwd=root, env=environment, capture_output=True, text=True, timeout=600)
    assert asked.returncode == 0, asked.stderr
    got = json.loads(asked.stdout.splitlines()[-1])
    for name, question in QUESTIONS.items():
        wanted = question(plain)
        assert len(wanted) and got[name] == [wanted.to_csv(index=False), [str(kind) for kind in wanted.dtypes]], name


def test_settings_of_spark_are_checked(tmp_path):
    (tmp_path / "lifecycle.toml").write_text('engine = "sparc"\n[spark]\nmaster = "local"\n', encoding="utf-8")
    with pytest.raises(InputError) as told:
        read_settings(tmp_path)
    assert "engine must be" in str(told.value) and "[spark] master must be a setting of Spark" in str(told.value)
