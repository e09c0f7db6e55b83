"""Spark as the engine that counts: `engine = "spark"` in lifecycle.toml.

Tables are read, typed and checked by the embedded engine, as ever; the rows that stand are handed to Spark as Parquet, and every question is
asked there. Of the hand-over only whole files are written and read, so it needs a folder that the driver and all executors see.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import narwhals as nw

from lifecycle_utils.errors import InputError
from lifecycle_utils.sources.parse import literal, quoted

#: What makes the counts the same everywhere; `[spark]` may add to it and replace what is about speed and place.
_FIXED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # as in DuckDB, a division by zero is nothing and no error
    "spark.sql.caseSensitive": "false",
}
_DEFAULTS = {
    "spark.app.name": "lifecycle",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}


def session(settings):
    """The Spark session: the one that is there (on a cluster's notebook), or one made with `[spark]` of lifecycle.toml."""
    try:
        from pyspark.errors import PySparkException, PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError('engine = "spark" needs PySpark and Java 17: pip install -r requirements-spark.txt') from None
    builder = SparkSession.builder
    for key, value in {**_DEFAULTS, **settings.spark, **_FIXED}.items():
        builder = builder.config(key, str(value).lower() if isinstance(value, bool) else str(value))
    if "spark.master" not in settings.spark and "SPARK_REMOTE" not in os.environ and "MASTER" not in os.environ:
        builder = builder.master("local[*]")
    try:
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
    except (PySparkException, PySparkRuntimeError, OSError) as error:
        raise InputError(f"Spark does not start: {str(error).splitlines()[0]}; it needs Java 17 and what [spark] of lifecycle.toml says") from None
    return spark


def hand_over(connection, tables, folder):
    """Write tables of the embedded engine, a dict of name to where it has them, as Parquet into the new `folder`. Returns the folder."""
    folder.mkdir(parents=True)
    for name, place in tables.items():
        connection.execute(f"COPY (SELECT * FROM {place}) TO {literal(folder / f'{name}.parquet')} (FORMAT parquet)")
    return folder


def handed(company):
    """The folder in which the company's tables are for Spark: written now if no run has."""
    if "place" not in company.handed:
        folder = tempfile.mkdtemp(prefix="lck", dir=company.settings.temp_folder or None)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        company.handed["place"] = hand_over(company.connection, {name: quoted(name) for name in company.tables}, Path(folder) / "spark")
    return company.handed["place"]


def frame(company, name):
    """A table of the company as a lazy frame in Spark."""
    return nw.from_native(session(company.settings).read.parquet(f"file://{(handed(company) / f'{name}.parquet').resolve()}"))
