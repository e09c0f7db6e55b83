"""Which file or folder holds which table?"""

from dataclasses import dataclass
from pathlib import Path

from lifecycle_utils.contract import TABLES
from lifecycle_utils.sources.problems import Problem

CSV_ENDINGS = (".csv", ".csv.gz")
_ENDINGS = (*CSV_ENDINGS, ".parquet")


@dataclass(frozen=True)
class Located:
    """A table's place: a CSV file, a Parquet file, or a folder of Parquet files."""

    table: str
    path: Path

    @property
    def is_csv(self):
        return self.path.name.endswith(CSV_ENDINGS)

    @property
    def pattern(self):
        return str(self.path / "**" / "*.parquet") if self.path.is_dir() else str(self.path)


def locate(folder, settings):
    """The tables of a company folder. Returns (list of Located, list of Problem)."""
    found, problems = [], []
    for name, table in TABLES.items():
        named = settings.tables.get(name)
        candidates = [folder / named] if named else [folder / (name + ending) for ending in _ENDINGS] + [folder / name]
        places = [place for place in candidates if place.exists()]
        if named and not places:
            problems.append(_problem(name, named, "file_missing", "is named in lifecycle.toml but is not there", "correct [tables]"))
        elif len(places) > 1:
            names = " and ".join(place.name for place in places)
            problems.append(_problem(name, names, "table_twice", "hold the same table", "keep one, or name it under [tables] in lifecycle.toml"))
        elif places:
            found.append(Located(name, places[0]))
        elif table.required:
            problems.append(
                _problem(name, f"{name}.csv", "table_missing", "is not in the folder", f"bring {name} as CSV or Parquet; data/README.md lists its columns")
            )
    return found, problems


def _problem(table, file, code, message, fix):
    return Problem("error", code, table, file, message, fix)
