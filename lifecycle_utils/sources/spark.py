"""Spark as the engine that counts: `engine = "spark"` in lifecycle.toml.

Tables are typed and checked by the embedded engine, as ever; the rows that stand are handed to Spark as Parquet, and every question is
asked there. Tables that only Spark can reach (`[spark.tables]`) come the same way before. Of either hand-over only whole files are written
and read, so it needs a folder that the driver and all executors see: `temp_folder`.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import narwhals as nw

from lifecycle_utils.errors import InputError
from lifecycle_utils.settings_values import SPARK_TABLE
from lifecycle_utils.sources.locate import Located
from lifecycle_utils.sources.open import Raw, open_raw
from lifecycle_utils.sources.parse import literal, quoted

#: What makes the counts the same everywhere; `[spark]` may add to it and replace what is about speed and place.
_FIXED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "false",  # as in DuckDB, a division by zero is nothing and no error
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # says that it is a point in time; the old kind does not
}
_DEFAULTS = {
    "spark.app.name": "lifecycle",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
#: Where the only executor is the driver's own process, it is never lost: not even when it was silent because the laptop slept.
_LOCAL = {"spark.network.timeout": "24h"}


def session(settings):
    """The Spark session: the one that is there (on a cluster's notebook), or one made with `[spark]` of lifecycle.toml."""
    pyspark = _pyspark()
    builder = pyspark.sql.SparkSession.builder
    for key, value in _configured(settings.spark_session, os.environ).items():
        builder = builder.config(key, str(value).lower() if isinstance(value, bool) else str(value))
    try:
        spark = builder.getOrCreate()
    except (pyspark.errors.PySparkException, pyspark.errors.PySparkRuntimeError, OSError) as error:
        raise InputError(f"Spark does not start: {str(error).splitlines()[0]}; it needs Java 17 and what [spark] of lifecycle.toml says") from None
    context = getattr(spark, "sparkContext", None)  # a session of Spark Connect has none
    if context is not None:
        context.setLogLevel("ERROR")
    return spark


def _configured(own, environ):
    """What a session is made with, `own` being the company's settings of it.

    >>> [_configured({"spark.master": master}, {}).get("spark.network.timeout") for master in ("local[2]", "spark://host:7077")]
    ['24h', None]
    >>> _configured({}, {})["spark.master"], _configured({}, {"MASTER": "yarn"}).get("spark.master")
    ('local[*]', None)
    """
    elsewhere = "SPARK_REMOTE" in environ or "MASTER" in environ
    master = {} if elsewhere else {"spark.master": "local[*]"}
    is_local = ({"spark.master": environ.get("MASTER", "")} | master | own)["spark.master"].split("[")[0] == "local"
    return _DEFAULTS | master | (_LOCAL if is_local else {}) | own | _FIXED


def _pyspark():
    try:
        import pyspark.errors
        import pyspark.sql
    except ImportError:
        raise InputError('engine = "spark" needs PySpark and Java 17: pip install -r requirements-spark.txt') from None
    return pyspark


def _is_running():
    """Does somebody have a session in this process? Which one is active is known to its own thread only."""
    pyspark = _pyspark()
    context = getattr(pyspark, "SparkContext", None)  # PySpark that is of Spark Connect alone has none
    return pyspark.sql.SparkSession.getActiveSession() is not None or getattr(context, "_active_spark_context", None) is not None


def open_tables(connection, settings):
    """Open the tables of `[spark.tables]`: Spark writes each as a folder of Parquet, which is then opened as any other.

    Returns
    -------
    list of Raw
    """
    if not settings.spark_tables:
        return []
    had_one, spark = _is_running(), session(settings)
    try:
        folder = Path(_folder(settings))
        return [_opened(connection, settings, spark, name, place, folder / name) for name, place in settings.spark_tables.items()]
    finally:
        if not had_one:  # it would hold executors that a notebook's own session waits for
            spark.stop()


def _opened(connection, settings, spark, name, place, folder):
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    file = f"{name} (Spark's {place})"
    try:
        name_in_spark = ".".join(f"`{word}`" for word in place.split("."))  # quoted word by word, a name is never read as anything else
        table = spark.table(name_in_spark) if SPARK_TABLE.fullmatch(place) else spark.read.parquet(place)
        table.write.parquet(_address(folder))
    except (PySparkException, Py4JError) as error:
        raw = Raw(name, file, is_of_database=True)
        raw.tell("error", "unreadable", f"cannot be read: {str(error).strip().splitlines()[0]}", f"correct [spark.tables] {name} in lifecycle.toml")
        return raw
    raw = open_raw(connection, Located(name, folder), settings)
    raw.file, raw.is_of_database = file, True
    raw.files = tuple(f"{file}, part {number}" for number, _ in enumerate(raw.files, 1))  # Spark's own names of them are chance
    return raw


def hand_over(company, queries=None):
    """Write the company's tables as Parquet for Spark. Returns the folder, which goes with this process.

    Parameters
    ----------
    queries : dict of table to the SELECT that gives its rows, where not all of the table may be seen (see share)
    """
    folder = Path(_folder(company.settings))
    for name in company.tables:
        rows = queries[name] if queries else f"SELECT * FROM {quoted(name)}"
        company.connection.execute(f"COPY ({rows}) TO {literal(_file(folder, name))} (FORMAT parquet)")
    return folder


def handed(company):
    """The folder in which the company's tables are for Spark: written now if no run has."""
    if "place" not in company.handed:
        company.handed["place"] = hand_over(company)
    return company.handed["place"]


def view_handed(connection, tables, folder):
    """Let the embedded engine read what was handed over, each table under its own name."""
    for name in tables:
        connection.execute(f"CREATE TEMP VIEW {quoted(name)} AS SELECT * FROM read_parquet({literal(_file(folder, name))})")


def frame(company, name):
    """A table of the company as a lazy frame in Spark."""
    return nw.from_native(session(company.settings).read.parquet(_address(_file(handed(company), name))))


def _folder(settings):
    """A new folder for this process."""
    folder = tempfile.mkdtemp(prefix="lck", dir=settings.temp_folder or None)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _file(folder, name):
    return Path(folder) / f"{name}.parquet"


def _address(path):
    return f"file://{Path(path).resolve()}"
