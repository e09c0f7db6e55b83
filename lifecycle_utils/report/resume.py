"""What of an earlier run can be taken over: notebooks of which nothing that they are made from has changed."""

import dataclasses
import functools
import hashlib
import json
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import lifecycle_utils
from lifecycle_utils.report.company import fingerprint
from lifecycle_utils.report.provenance import PACKAGES, RUN_FILE

#: Beside the reports: the notebooks that a run finished which published nothing.
UNFINISHED_FOLDER = ".unfinished"

#: What of a Job says where and how a notebook runs, not what comes out.
_NOT_MADE_FROM = {"notebook", "scratch", "executed", "timeout", "forked", "opened", "before"}
_CODE = (".py", ".j2", ".css", ".toml", ".po", ".json")


def made_from(job, company):
    """One hash of all that a notebook's results depend on: itself, its parameters, the tables and settings, the kit and its libraries."""
    own = {part.name: getattr(job, part.name) for part in dataclasses.fields(job) if part.name not in _NOT_MADE_FROM}
    told = {"notebook": job.notebook.sha256, "data": company.data_sha256, "settings": company.settings_dict(), "kit": _kit(), **own}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@functools.cache
def _kit():
    """The package's files, its libraries and the interpreter, as one hash."""
    folder = Path(lifecycle_utils.__file__).parent
    digest = hashlib.sha256(platform.python_version().encode())
    for name in PACKAGES:
        digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted(path for path in folder.rglob("*") if path.suffix in _CODE):
        digest.update(f"{path.relative_to(folder).as_posix()} {fingerprint(path)['sha256']}\n".encode())
    return digest.hexdigest()


def is_shared(folder):
    """Is the report in this folder one that was made to be shared?"""
    return "shared" in _read(folder / RUN_FILE)


def finished_before(out, month):
    """What earlier runs of a month left: dict of what a notebook was made from to its executed file, each still as it was written."""
    return _unfinished(out / UNFINISHED_FOLDER / month) | _published(out / month)


def _published(folder):
    record = _read(folder / RUN_FILE)
    written = {one["file"]: one["sha256"] for one in record.get("outputs", ())}
    found = {}
    for one in record.get("notebooks", ()):
        file = f"notebooks/{one['file']}" if "file" in one else ""
        if one.get("status") == "done" and one.get("made_from") and _is(folder / file, written.get(file)):
            found[one["made_from"]] = folder / file
    return found


def _unfinished(folder):
    return {one["made_from"]: folder / one["file"] for one in _read(folder / RUN_FILE).get("notebooks", ()) if _is(folder / one["file"], one["sha256"])}


def _is(path, sha256):
    with suppress(OSError):
        return fingerprint(path)["sha256"] == sha256
    return False


def _read(path):
    """A record that is not there or was cut short holds nothing to go on with."""
    with suppress(OSError, ValueError):
        record = json.loads(path.read_text(encoding="utf-8"))
        return record if isinstance(record, dict) else {}
    return {}


def keep_unfinished(out, month, executed):
    """Keep the notebooks that ran to their end in a run that publishes nothing.

    Parameters
    ----------
    executed : dict of what a notebook was made from to its executed file
    """
    place = out / UNFINISHED_FOLDER / month
    place.mkdir(parents=True, exist_ok=True)
    kept = []
    for made, path in executed.items():
        (place / path.name).write_bytes(path.read_bytes())
        kept.append({"file": path.name, "made_from": made, "sha256": fingerprint(place / path.name)["sha256"]})
    (place / RUN_FILE).write_text(json.dumps({"notebooks": kept}, indent=2) + "\n", encoding="utf-8")
