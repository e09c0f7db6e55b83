"""A system's mapping as it stands in its TOML: which files it exports, what their columns mean, which tables come of them."""

import tomllib
from dataclasses import dataclass, field
from importlib import resources

from lifecycle_utils.errors import UsageError

_FOLDER = resources.files("lifecycle_utils.importers") / "mappings"
_SHARED = ("common", "names")

#: The systems that have a mapping; a new system is a new file.
SYSTEMS = tuple(sorted(one.name.removesuffix(".toml") for one in _FOLDER.iterdir() if one.name.endswith(".toml") and one.name[:-5] not in _SHARED))


@dataclass(frozen=True)
class ExportedFile:
    """A file that a system exports.

    Attributes
    ----------
    columns : role to the names that its column is known to have; the first that a header holds is taken
    attributes, dates : the same for columns that become attributes, as text or as dates
    required : roles without which the file is not this one; `absent` names columns that it never has
    stands_in_for : the file whose place it takes where that is missing
    """

    name: str
    title: str
    required: tuple
    columns: dict
    attributes: dict = field(default_factory=dict)
    dates: dict = field(default_factory=dict)
    assumed: tuple = ()
    absent: tuple = ()
    stands_in_for: str = ""


@dataclass(frozen=True)
class WantedTable:
    """A table that comes of some files: its shape, and a query that gives the shape's roles."""

    shape: str
    needs: tuple
    query: str
    unless: tuple = ()
    may_use: tuple = ()
    money: str = "units"
    amount: str = "per_unit"
    limited_discounts: str = "keep"
    status: dict = field(default_factory=dict)
    leave_out: tuple = ()


@dataclass(frozen=True)
class Mapping:
    """A system's mapping. `dates` are the formats of dates besides ISO, `time_zone` that of time stamps without offset."""

    system: str
    time_zone: str
    dates: tuple
    files: tuple
    tables: tuple
    thousands: str = ""
    decimal: str = "."


def shared(name):
    """A mapping file that all systems share, as a dict."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


#: What `--set KEY=VALUE` may change, and to what; other keys are `dates` (a format) and `status.<word>`.
OPTIONS = {
    "money": ("units", "minor"), "amount": ("per_unit", "total", "mrr"), "limited_discounts": ("keep", "deduct"),
    "thousands": (",", ".", " ", "'"), "decimal": (".", ","),
}  # fmt: skip
STATUS_CLASSES = ("live", "until", "ended", "trial", "never", "paused")


def load_mapping(system, options=()):
    """The mapping of a system, with what the user has set over it.

    Parameters
    ----------
    options : pairs (key, value): a key of OPTIONS, `dates`, or `status.<word of the export>`

    Raises
    ------
    UsageError : for a system or an option that is not known
    """
    if system not in SYSTEMS:
        raise UsageError(f"there is no mapping for {system!r}; there are: {', '.join(SYSTEMS)}, csv")
    raw = tomllib.loads((_FOLDER / f"{system}.toml").read_text(encoding="utf-8"))
    tables, dates, numbers = raw["table"], list(raw.get("dates", [])), {}
    for key, value in options:
        word = key.removeprefix("status.").lower()
        if key.startswith("status.") and value in STATUS_CLASSES:
            tables = [one | {"status": one.get("status", {}) | {word: value}} for one in tables]
        elif key == "dates":
            dates = [one for one in dates if "/" not in one or "/" not in value] + [value]
        elif key in ("thousands", "decimal") and value in OPTIONS[key]:
            numbers[key] = value
        elif key in OPTIONS and value in OPTIONS[key]:
            tables = [one | {key: value} for one in tables]
        else:
            known = [f"{name}={'|'.join(values)}" for name, values in OPTIONS.items()]
            raise UsageError(f"--set {key}={value} is not known; it may be {', '.join(known)}, dates=FORMAT or status.WORD={'|'.join(STATUS_CLASSES)}")
    return Mapping(
        raw["system"], raw.get("time_zone", ""), tuple(dates), tuple(ExportedFile(**one) for one in raw["file"]),
        tuple(WantedTable(**one) for one in tables), **numbers,
    )  # fmt: skip
