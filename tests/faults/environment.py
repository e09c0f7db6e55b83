"""Faults of what a run is started in: its streams, folders, locale, limits and clock."""

import datetime as dt
import os
import resource
import shutil
import subprocess
import time

import pytest

from lifecycle_utils.report import run as runner
from tests.faults.register import MADE, fault, surroundings
from tests.faults.scene import ROOT, Scene, intact


@fault()
def nobody_reads_what_it_prints(scene):
    reading, writing = os.pipe()
    os.close(reading)
    process = scene.start(stdout=writing)
    os.close(writing)
    code, _ = scene.finish(process)
    assert code == 8
    return MADE


@fault()
def its_log_is_on_a_full_disk(scene):
    with open("/dev/full", "wb") as full:
        process = scene.start(stderr=full)
        assert scene.finish(process)[0] in (0, 8)
    return MADE


@fault()
def its_working_folder_is_gone(scene):
    gone = scene.folder / "gone"
    gone.mkdir()
    shell = ["sh", "-c", f'cd "{gone}" && rmdir "{gone}" && exec "$@"', "sh", *scene.command()]
    done = subprocess.run(shell, env=surroundings(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return MADE


@fault()
def there_is_no_home(scene):
    environment = surroundings()
    del environment["HOME"]
    assert scene.command_line(environment=environment)[0] == 0
    return MADE


@fault()
def the_environment_is_empty(scene):
    """As cron has it, and emptier."""
    assert scene.command_line(environment={"PYTHONPATH": str(ROOT)})[0] == 0
    return MADE


@fault(short=True)
def the_locale_is_not_utf8(scene):
    environment = surroundings(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    code, told = scene.command_line(environment=environment)
    assert code == 0, told
    return MADE


@fault()
def the_umask_is_strict(scene):
    assert scene.command_line(preexec_fn=lambda: os.umask(0o077))[0] == 0
    assert scene.place.stat().st_mode & 0o077 == 0
    scene.place.chmod(0o755)
    return MADE


@fault(short=True)
def few_files_may_be_open(scene):
    """A kernel would be stopped by that half-way, so the run does not begin."""
    code, told = scene.command_line(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)))
    assert code == 8 and told.startswith("lifecycle: only 24 files may be open") and told.count("\n") == 1, told


@fault()
def few_files_are_open_as_a_rule(scene):
    """A soft limit, which whoever needs more may raise."""
    assert scene.command_line(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 4096)))[0] == 0
    return MADE


@fault()
def its_streams_are_closed(scene):
    """The next file to be opened would become standard error, and get what is told."""

    def close():
        for descriptor in (0, 1, 2):
            os.close(descriptor)

    assert scene.command_line(preexec_fn=close)[0] == 0
    return MADE


@fault()
def paths_have_blanks_and_other_letters(scene):
    odd = scene.folder / "Zażółć {gęślą} 日本 'x' %s"
    shutil.copytree(scene.folder, odd, symlinks=True, ignore=lambda *_: [odd.name])
    moved = Scene(odd)
    assert moved.command_line()[0] == 0
    assert intact(moved.place)


@fault()
def the_clock_is_set_back(scene):
    class Earlier(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz).replace(year=2001)

    future = time.time() + 10**7
    os.utime(scene.place, (future, future))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner.dt, "datetime", Earlier)
        scene.run()
    return MADE
