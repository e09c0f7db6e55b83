"""A file of rows that somebody has prepared already, as a lazy frame: no contract, no checks of cells."""

from pathlib import Path

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.settings import Settings
from lifecycle_utils.sources.company import _connect
from lifecycle_utils.sources.locate import CSV_ENDINGS
from lifecycle_utils.sources.parse import literal


def open_rows(path, *, memory_limit="", temp_folder=""):
    """Open a Parquet file, a folder of them, or a CSV file with a header, where it is: nothing is read until something is asked.

    Parameters
    ----------
    path : of the file or folder
    memory_limit, temp_folder : of the embedded engine, as in lifecycle.toml

    Returns
    -------
    lazy Narwhals frame, for `observe.tenures_of_rows` and `observe.patterns_of_rows`

    Raises
    ------
    UsageError : if there is no such file, or it is neither Parquet nor CSV
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise UsageError(f"{path} is not there; name a Parquet file, a folder of them or a CSV file")
    is_csv = path.name.lower().endswith(CSV_ENDINGS)
    if not (is_csv or path.is_dir() or path.suffix.lower() in (".parquet", ".pq")):
        raise UsageError(f"{path} is neither Parquet nor CSV")
    place = literal(path / "**" / "*.parquet" if path.is_dir() else path)
    connection = _connect(Settings(memory_limit=memory_limit, temp_folder=temp_folder))
    return nw.from_native(connection.sql(f"SELECT * FROM {'read_csv' if is_csv else 'read_parquet'}({place})"))
