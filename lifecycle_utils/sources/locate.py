"""Which file, folder or database holds which table?"""

from dataclasses import dataclass
from pathlib import Path

from lifecycle_utils.contract import TABLES
from lifecycle_utils.sources.problems import Problem

CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz")
_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet", ".xlsx")


@dataclass(frozen=True)
class Located:
    """A table's place: a text file, a Parquet file, a folder of Parquet files, or an Excel file."""

    table: str
    path: Path

    @property
    def file(self):
        """What problems call it."""
        return self.path.name

    @property
    def is_csv(self):
        return self.path.name.lower().endswith(CSV_ENDINGS)

    @property
    def is_xlsx(self):
        return self.path.name.lower().endswith((".xlsx", ".xlsm"))

    @property
    def is_parquet(self):
        return self.path.is_dir() or self.path.name.lower().endswith((".parquet", ".pq"))

    @property
    def pattern(self):
        return str(self.path / "**" / "*.parquet") if self.path.is_dir() else str(self.path)


def locate(folder, settings):
    """The tables of a company folder that are files. Returns (list of Located, list of Problem).

    A table that `[database.tables]` or `[spark.tables]` names is not looked for here; see `database.open_tables` and `spark.open_tables`.
    """
    found, problems = [], []
    for name in TABLES:
        if name in settings.no_files:
            continue
        named = settings.tables.get(name)
        candidates = [folder / named] if named else [folder / (name + ending) for ending in _ENDINGS] + [folder / name]
        places = [place for place in candidates if place.exists()]
        if named and not places:
            problems.append(_problem(name, named, "file_missing", "is named in lifecycle.toml but is not there", "correct [tables]"))
        elif len(places) > 1:
            names = " and ".join(place.name for place in places)
            problems.append(_problem(name, names, "table_twice", "hold the same table", "keep one, or name it under [tables] in lifecycle.toml"))
        elif places and not _is_read(Located(name, places[0])):
            problems.append(
                _problem(name, places[0].name, "format_unknown", "is of a kind that is not read", "save it as CSV, Parquet or .xlsx, with that ending")
            )
        elif places:
            found.append(Located(name, places[0]))
    return found, problems


def missing_tables(found, problems):
    """Required tables that are nowhere: neither found nor already complained about."""
    told = {problem.table for problem in problems}
    return [
        _problem(name, f"{name}.csv", "table_missing", "is not in the folder", f"bring {name} as CSV, Parquet or Excel; data/README.md lists its columns")
        for name, table in TABLES.items()
        if table.required and name not in found and name not in told
    ]


def _is_read(place):
    return place.is_csv or place.is_xlsx or place.is_parquet


def _problem(table, file, code, message, fix):
    return Problem("error", code, table, file, message, fix)
