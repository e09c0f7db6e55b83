"""Any tables: propose which file is which table and what its columns mean, by their names, for a person to correct."""

import re
import shutil
from pathlib import Path

from lifecycle_utils.contract import TABLES
from lifecycle_utils.errors import InputError, OutputError
from lifecycle_utils.importers.mapping import shared
from lifecycle_utils.settings import FILE_NAME
from lifecycle_utils.sources import rows, text

_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".parquet", ".xlsx")


def import_csv(path, out):
    """Copy tables into a company folder with a lifecycle.toml that proposes what they mean.

    Parameters
    ----------
    path : a file, or a folder of files
    out : the company's folder; it must have no lifecycle.toml yet

    Returns
    -------
    the text of lifecycle.toml

    Raises
    ------
    InputError : if there is no file, or none that may be subscriptions
    """
    path, out = Path(path).expanduser(), Path(out).expanduser()
    if not path.exists():
        raise InputError(f"{path} is not there; name a file or a folder of files")
    if (out / FILE_NAME).exists():
        raise InputError(f"{out} has a {FILE_NAME} already; name another folder with --out, or edit that file")
    files = [one for one in (sorted(path.iterdir()) if path.is_dir() else [path]) if one.name.lower().endswith(_ENDINGS)]
    proposal = propose({file.name: header(file) for file in files})
    if "subscriptions" not in proposal:
        told = "; ".join(f"{file.name}: {', '.join(header(file))}" for file in files) or "no file"
        raise InputError(f"none of the files looks like subscriptions (a customer, a start and an MRR): {told}; name its columns in {FILE_NAME} yourself")
    settings = as_toml(proposal)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file in files:
            if file.name in {name for name, _ in proposal.values()} and not (out / file.name).exists():
                shutil.copyfile(file, out / file.name)
        (out / FILE_NAME).write_text(settings, encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(f"the company cannot be written to {out}: {error}") from error
    return settings


def propose(headers):
    """Which file is which table, and which of its columns is which of ours?

    Parameters
    ----------
    headers : dict of file name to its column names

    Returns
    -------
    dict of table to (file name, {our column: their column}); a file is one table, the one whose required columns it fills best

    Examples
    --------
    >>> propose({"billing.csv": ["id", "Account ID", "Start Date", "MRR"]})["subscriptions"][1]["customer_id"]
    'Account ID'
    """
    names = shared("names")
    scored = []
    for file, columns in headers.items():
        for table in TABLES.values():
            found = _columns(columns, names[table.name])
            needed = [column.name for column in table.columns if column.required]
            missing = [name for name in needed if name not in found]
            named = table.name in _plain(file) or _plain(file).rstrip("s") in table.name
            if not missing:
                scored.append((named, len(needed), len(found), file, table.name, found))
    proposal, used = {}, set()
    for _, _, _, file, table, found in sorted(scored, key=lambda one: one[:3], reverse=True):
        if file not in used and table not in proposal:
            proposal[table] = (file, found)
            used.add(file)
    return {name: proposal[name] for name in TABLES if name in proposal}


def _columns(columns, synonyms):
    """{our column: their column}: names in the order of the synonyms, each of their columns used once."""
    plain = {}
    for column in columns:
        plain.setdefault(_plain(column), column)
    found = {}
    for ours, names in synonyms.items():
        for name in names:
            theirs = plain.get(_plain(name))
            if theirs is not None and theirs not in found.values():
                found[ours] = theirs
                break
    return found


def as_toml(proposal):
    """The proposal as a lifecycle.toml to be edited."""
    lines = ["# Proposed by `lifecycle import csv` from the names of files and columns: look at every line, then run `lifecycle check`.", "[tables]"]
    lines += [f"{table} = {_quoted(file)}" for table, (file, _) in proposal.items()]
    for table, (_, columns) in proposal.items():
        renamed = {ours: theirs for ours, theirs in columns.items() if ours != theirs}
        if renamed:
            lines += ["", f"[columns.{table}]", *(f"{ours} = {_quoted(theirs)}" for ours, theirs in renamed.items())]
    return "\n".join(lines) + "\n"


def header(file):
    """The column names of a file."""
    if file.name.lower().endswith(".parquet"):
        import duckdb

        with duckdb.connect() as connection:
            return [name for name, *_ in connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(file)]).fetchall()]
    if file.name.lower().endswith(".xlsx"):
        from lifecycle_utils.sources import excel

        return next((cells for _, cells in excel.open_sheet(file, "", "").rows if any(cells)), [])
    found = text.look(file, {}, set())
    return [name for name in found.header if rows.is_name(name)]


def _plain(name):
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\.\w+(\.gz)?$", "", name.casefold()))


def _quoted(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
