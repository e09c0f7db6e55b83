"""What the parent needs to know of the company before any notebook runs: the month, the tables, and what exactly was read."""

import dataclasses
import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lifecycle_utils import sources
from lifecycle_utils.errors import OutputError
from lifecycle_utils.report.share import keyed_inputs
from lifecycle_utils.settings import FILE_NAME, Settings, read_settings
from lifecycle_utils.sources.database import files_of, fingerprints
from lifecycle_utils.sources.groupings import groupings
from lifecycle_utils.sources.locate import locate
from lifecycle_utils.sources.opened import keep
from lifecycle_utils.sources.share import shareable

_CHUNK = 1 << 20
# Larger companies are opened by each notebook: a second copy of them could fill the temporary folder. Spark gets its copy in any case, and once.
_LARGEST_KEPT = 4 << 30


@dataclass(frozen=True)
class Company:
    """The company of a report.

    Attributes
    ----------
    data : the folder as notebooks get it; "" for the committed sample
    month, cutoff : the month of the report, and the first day after it
    inputs : dicts of file, bytes and sha256; of a table that a database server gave, rows instead of bytes
    problems : what `lifecycle check` says of the tables, short of an error
    opened : where its typed tables are kept for the notebooks; None if each has to open the company itself
    groupings : what customers can be grouped by
    told : what the report says of the inputs, where that is not all; None if it is
    shared_k : of a shared report, the fewest customers that it may tell of; 0 of any other
    names : of a shared report, what stands for each real plan, feature or channel
    """

    data: str
    folder: Path
    month: str
    cutoff: object
    settings: Settings
    tables: frozenset
    inputs: tuple
    problems: tuple = ()
    opened: Path | None = None
    groupings: tuple = ()
    told: tuple | None = None
    shared_k: int = 0
    names: dict = field(default_factory=dict)

    @property
    def name(self):
        return self.settings.company

    @property
    def files(self):
        """Those of the inputs that are files, as `hash_inputs` gives them."""
        return tuple(one for one in self.inputs if "bytes" in one)

    @property
    def told_inputs(self):
        """The inputs as the report tells of them."""
        return self.inputs if self.told is None else self.told

    @property
    def data_sha256(self):
        """One hash for all inputs: of the list of their names and hashes."""
        lines = "".join(f"{one['file']} {one['sha256']}\n" for one in self.told_inputs)
        return hashlib.sha256(lines.encode()).hexdigest()

    def settings_dict(self):
        """The settings as JSON values. A shared report does not name the servers of Spark, which its notebooks need."""
        plain = (bool, int, float, dict, type(None))
        settings = dataclasses.replace(self.settings, spark={}) if self.shared_k else self.settings
        return {name: value if isinstance(value, plain) else str(value) for name, value in dataclasses.asdict(settings).items()}


def describe(data="", *, month="", keep_in=None, key=None):
    """Open the company once, which checks its tables, and close it again.

    Parameters
    ----------
    keep_in : new folder in which the opened tables are left for the notebooks
    key : of the pseudonyms, for a report that will be shared (see sources.share); None for any other

    Raises
    ------
    InputError, UsageError : as `sources.open_snapshot` does
    """
    data = str(Path(data).expanduser().resolve()) if data else ""
    folder = Path(data) if data else sources.SAMPLE
    # Hashed before they are read: files that change from now on are told from those that the report is made from.
    inputs = ()
    if folder.is_dir():
        with suppress(OSError):  # what cannot be read is told, with all else, by opening it
            inputs = hash_inputs(folder, read_settings(folder))
    snapshot = sources.open_snapshot(data, month=month)
    small = sum(one["bytes"] for one in inputs) <= _LARGEST_KEPT or snapshot.settings.engine == "spark"
    inputs += fingerprints(snapshot.company)
    if key is not None:
        return _shared(snapshot, folder, inputs, keep_in, key)
    return Company(
        data, folder, snapshot.month, snapshot.cutoff, snapshot.settings, frozenset(snapshot.tables), inputs, snapshot.problems,
        keep(snapshot.company, keep_in) if keep_in and small else None, groupings(snapshot),
    )  # fmt: skip


def _shared(snapshot, folder, inputs, keep_in, key):
    """The company as notebooks of a shared report see it: they get what is kept here and nothing else, however large it is."""
    shared = shareable(snapshot.company, key)
    company = shared.company
    opened = keep(company, keep_in, shared.queries)
    if opened is None:
        raise OutputError("there is no room in the temporary folder for the tables of a shared report")
    seen = sources.snapshot_of(company, month=snapshot.month)
    return Company(
        "", folder, snapshot.month, snapshot.cutoff, company.settings, frozenset(company.tables), inputs, tuple(company.problems),
        opened, groupings(seen), keyed_inputs(inputs, key), company.settings.share_k, shared.names,
    )  # fmt: skip


def hash_inputs(folder, settings):
    """Every file that the report reads, with its size and hash, in the order of the names."""
    located, _ = locate(folder, settings)
    files = {folder / FILE_NAME} if (folder / FILE_NAME).exists() else set()
    for place in located:
        files |= set(place.path.rglob("*.parquet")) if place.path.is_dir() else {place.path}
    named = {path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name: path for path in files}
    named |= files_of(settings, folder)
    return tuple({"file": name} | fingerprint(path) for name, path in sorted(named.items()))


def fingerprint(path):
    """Size and sha256 of a file."""
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return {"bytes": size, "sha256": digest.hexdigest()}
