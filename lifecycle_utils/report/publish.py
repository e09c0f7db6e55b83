"""A report appears whole or not at all: built beside its place, then swapped in by a rename."""

import ctypes
import fcntl
import os
import re
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from lifecycle_utils.errors import Locked, OutputError

_BUILDING, _REPLACED = ".building-", ".replaced-"
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_AT_FDCWD, _EXCHANGE = -100, 2


@contextmanager
def locked(out):
    """Hold the lock of an output folder, made if need be. Raises Locked if another run holds it."""
    out.mkdir(parents=True, exist_ok=True)
    with open(out / ".lock", "a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Locked(f"another run (process {holder}) is writing reports into {out}; wait for it, or choose another --out") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        # Kept on disk when the run ends: removing a lock file lets two runs lock two files of one name.
        yield


@contextmanager
def building(out, name):
    """A new folder beside the place of report `name`, on the same file system; gone at the end unless it was published.

    The caller holds the lock, so that whatever an earlier, killed run left can be tidied up first.
    """
    _recover(out)
    folder = Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{name}-", dir=out))
    folder.chmod(0o777 & ~_umask())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(folder, target):
    """Put the finished `folder` at `target`; what was there before is there until the moment the new one is."""
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target} is a file, where the report is to be a folder; move it away")
    if not target.exists():
        folder.rename(target)
    elif not _exchange(folder, target):
        replaced = target.with_name(_REPLACED + target.name)
        target.rename(replaced)
        try:
            folder.rename(target)
        except OSError:  # the disk filled up, say: the report that was there is given back at once
            replaced.rename(target)
            raise
        shutil.rmtree(replaced, ignore_errors=True)


def point_to_latest(out, *, link="latest"):
    """Let `latest` lead to the newest month's report, in one step; where links cannot be made there is none."""
    newest = max((path.name for path in out.iterdir() if _MONTH.fullmatch(path.name) and path.is_dir() and not path.is_symlink()), default=None)
    place = out / link
    if newest is None or (place.exists() and not place.is_symlink()):  # somebody's own file of that name stays
        return
    aside = out / f"{_BUILDING}{link}"
    with suppress(OSError):
        aside.unlink(missing_ok=True)
        aside.symlink_to(newest, target_is_directory=True)
        aside.replace(place)


def _recover(out):
    """After a run that was killed: give back a report that was moved aside, remove what was being built."""
    for replaced in out.glob(f"{_REPLACED}*"):
        target = replaced.with_name(replaced.name.removeprefix(_REPLACED))
        if target.exists():
            shutil.rmtree(replaced)
        else:
            replaced.rename(target)
    for left in out.glob(f"{_BUILDING}*"):
        if left.is_symlink():
            left.unlink()
        else:
            shutil.rmtree(left, ignore_errors=True)


def _exchange(one, other):
    """Swap two folders in one step, where the kernel and the file system can (Linux, renameat2); False where not."""
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    return bool(renameat2) and renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE) == 0


def _umask():
    umask = os.umask(0)
    os.umask(umask)
    return umask
