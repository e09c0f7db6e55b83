"""The files of an export, opened as text in the engine, and recognised by their header."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

from lifecycle_utils.errors import InputError
from lifecycle_utils.sources import excel, rows, text
from lifecycle_utils.sources.parse import clean, quoted

_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt")


@dataclass(frozen=True)
class Input:
    """A file of the export: `view` has `_row` and its columns as text."""

    name: str
    view: str
    header: tuple


def open_inputs(connection, path, scratch):
    """Open every table under `path`: a file, a folder, or a zip of CSVs.

    Raises
    ------
    InputError : if there is none, or one of them is ragged or cannot be read
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise InputError(f"{path} is not there; name the exported file, or the folder that holds the exported files")
    files = _files(path, Path(scratch))
    if not files:
        raise InputError(f"{path} holds no CSV or .xlsx file; export the tables as CSV")
    return [_open(connection, file, f"input_{number}") for number, file in enumerate(files)]


def _files(path, scratch):
    if path.name.lower().endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member.lower().endswith(_ENDINGS):
                    (scratch / Path(member).name).write_bytes(archive.read(member))
        path = scratch
    found = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [one for one in found if one.is_file() and one.name.lower().endswith((*_ENDINGS, ".xlsx"))]


def _open(connection, file, name):
    if file.name.lower().endswith(".xlsx"):
        try:
            loaded = rows.load(connection, name, excel.open_sheet(file, "", "").rows)
        except excel.SheetError as error:
            raise InputError(f"{file.name} {error}; {error.fix}") from None
    else:
        found = text.look(file, {}, set())
        if found.seen.has_nul or found.seen.broken_line:
            raise InputError(f"{file.name} is no text in one encoding; export it again as UTF-8")
        loaded = text.load_carefully(connection, name, found)
    if loaded.ragged:
        code, number = next(iter(loaded.ragged.items()))
        first = connection.execute(f"SELECT min(_row) FROM ragged_{name} WHERE code = '{code}'").fetchone()[0]
        message, fix = rows.RAGGED[code]
        raise InputError(f"{file.name} row {first} {message} ({number} rows); {fix}")
    if rows.repeated(loaded.columns):
        raise InputError(f"{file.name} names the column {rows.repeated(loaded.columns)[0]!r} twice; remove one of them")
    return Input(file.name, f"raw_{name}", rows.column_names(loaded.columns) if loaded.columns else ())


def recognise(inputs, files):
    """Which of a system's files is each input? Returns ({file name: list of (Input, {role: column})}, inputs that are none).

    The file is the one with the most columns of it in the header, among those whose required roles are all there.
    """
    found, others = {}, []
    for one in inputs:
        fitting = [(file, _roles(file, one.header)) for file in files]
        fitting = [(file, roles) for file, roles in fitting if all(role in roles for role in file.required) and not _has(one.header, file.absent)]
        if not fitting:
            others.append(one)
            continue
        file, roles = max(fitting, key=lambda pair: (len(pair[0].required), len(pair[1])))
        found.setdefault(file.name, []).append((one, roles))
    for file in files:
        if file.stands_in_for and file.name in found:
            stand_in = found.pop(file.name)
            found.setdefault(file.stands_in_for, stand_in)
    return found, others


def _roles(file, header):
    have = {_plain(name): name for name in header}
    groups = file.columns | file.attributes | file.dates
    return {role: have[_plain(name)] for role, names in groups.items() for name in reversed(names) if _plain(name) in have}


def _has(header, names):
    return bool({_plain(name) for name in header} & {_plain(name) for name in names})


def _plain(name):
    return " ".join(name.strip().strip("\ufeff").casefold().split())


def make_view(connection, file, recognised, metadata):
    """Make the view `<file>`: `_row`, a text column for each role (null where the export has none), and `a_<attribute>`.

    Several inputs of one kind are put below each other.

    Parameters
    ----------
    metadata : a regular expression; columns that match it become attributes named by its first group
    """
    extra = sorted({(match[1], name) for one, _ in recognised for name in one.header if (match := metadata.fullmatch(name))})
    selects = []
    for number, (one, roles) in enumerate(recognised):
        columns = [f"{number} AS _input, _row"]
        columns += [f"{_cell(roles.get(role))} AS {quoted(role)}" for role in file.columns]
        columns += [f"{_cell(roles.get(role))} AS {quoted('a_' + role)}" for role in (*file.attributes, *file.dates)]
        columns += [f"{_cell(name if name in one.header else None)} AS {quoted('a_' + label)}" for label, name in extra]
        selects.append(f"SELECT {', '.join(columns)} FROM {one.view}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(file.name)} AS {' UNION ALL '.join(selects)}")


def _cell(column):
    return "CAST(NULL AS VARCHAR)" if column is None else clean(quoted(column))
