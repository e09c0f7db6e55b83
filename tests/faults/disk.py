"""Faults of the disk: full, read-only, rationed."""

import errno
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from lifecycle_utils import errors
from lifecycle_utils.report import publish
from tests.faults.register import fault
from tests.faults.scene import intact


@fault(short=True)
def no_room_is_left_for_the_swap(scene):
    """Where folders cannot be exchanged in one step the old report is moved aside; if the new one then cannot be moved in, it comes back."""
    real = Path.rename

    def rename(path, target):
        if path.name.startswith(".building-") and Path(target).name == scene.place.name:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return real(path, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publish, "_exchange", lambda one, other: False)
        patch.setattr(Path, "rename", rename)
        with pytest.raises(errors.OutputError, match="No space left"):
            scene.run()


@fault(short=True)
def files_may_not_grow(scene):
    """A quota: nothing longer than 20 kB can be written."""
    code, told = scene.command_line(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)))
    assert code in (4, 8), told


@fault()
def the_disk_is_full(scene):
    with _small_disk(scene, "size=300k") as disk:
        filler = disk / "filler"
        with open(filler, "wb") as file:
            file.write(b"x" * max(shutil.disk_usage(disk).free - 30_000, 0))
        code, told = scene.command_line()
        assert code == 8 and "No space left" in told
        filler.unlink()
        scene.run()


@fault()
def the_disk_is_read_only(scene):
    with _small_disk(scene, "size=2m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        code, told = scene.command_line()
        assert code == 8 and "Read-only" in told
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        scene.run()


class _small_disk:  # noqa: N801 used as a function
    """The output folder on a file system of its own; skips loudly where none may be mounted."""

    def __init__(self, scene, options):
        self.scene, self.options = scene, options

    def __enter__(self):
        aside = self.scene.folder / "aside"
        self.scene.out.rename(aside)
        self.scene.out.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", self.options, "tmpfs", str(self.scene.out)], capture_output=True, text=True)
        if mounted.returncode:
            self.scene.out.rmdir()
            aside.rename(self.scene.out)
            pytest.skip(f"NO SMALL DISK: a file system cannot be mounted here ({mounted.stderr.strip()})")
        shutil.copytree(aside, self.scene.out, symlinks=True, dirs_exist_ok=True)
        return self.scene.out

    def __exit__(self, *_):
        intact_there = intact(self.scene.place)
        subprocess.run(["umount", str(self.scene.out)], check=True)
        self.scene.out.rmdir()
        (self.scene.folder / "aside").rename(self.scene.out)
        assert intact_there
