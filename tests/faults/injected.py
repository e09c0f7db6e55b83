"""The faults, one function each: it breaks something, runs, and says what the run had to answer.

A fault gets a Scene of its own. Whatever it does to its run, the report that was there must stay whole, and the next run must succeed.
It returns nothing if the published report must be the old one, or `MADE` if the run was to succeed all the same.
"""

import datetime as dt
import errno
import os
import random
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from lifecycle_utils import errors
from lifecycle_utils.report import pool, publish
from lifecycle_utils.report import run as runner
from lifecycle_utils.report.publish import locked
from tests.faults.scene import ROOT, Scene, intact, kill
from tests.report.toys import figure

MADE = "made"
FAULTS, SHORT = {}, []


def fault(*, short=False):
    def register(function):
        FAULTS[function.__name__] = function
        if short:
            SHORT.append(function.__name__)
        return function

    return register


# --- notebooks and their kernels


def _fails(scene, error, *cells, told=None, **options):
    path = scene.cell(*cells)
    with pytest.raises(error, match=told):
        scene.run(**options)
    path.unlink()


@fault(short=True)
def a_cell_raises(scene):
    _fails(scene, errors.NotebookFailed, "1 / 0", told="ZeroDivisionError")


@fault(short=True)
def the_kernel_is_killed(scene):
    _fails(scene, errors.KernelDied, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


@fault()
def the_kernel_crashes_in_a_library(scene):
    _fails(scene, errors.KernelDied, "import ctypes; ctypes.string_at(0)")


@fault()
def the_kernel_leaves_with_success(scene):
    _fails(scene, errors.KernelDied, "import os; os._exit(0)")


@fault()
def memory_runs_out(scene):
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
    _fails(scene, errors.NotebookFailed, limit + "x = bytearray(1 << 40)", told="MemoryError")


@fault(short=True)
def a_cell_says_exit_zero(scene):
    _fails(scene, errors.NotebookFailed, "import sys; sys.exit(0)", "print('never')", told="stopped before its end")


@fault()
def a_cell_raises_system_exit_in_silence(scene):
    _fails(scene, errors.NotebookFailed, "raise SystemExit", told="stopped before its end")


@fault()
def a_loop_never_ends(scene):
    _fails(scene, errors.NotebookTimeout, "while True: pass", timeout=2.0)


@fault()
def a_loop_cannot_be_interrupted(scene):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "GRACE_SECONDS", 3)
        cell = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)"
        _fails(scene, errors.NotebookTimeout, cell, timeout=2.0)


@fault()
def a_library_holds_the_interpreter(scene):
    """A loop in C that never lets a signal through: only a kill from outside ends it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "GRACE_SECONDS", 3)
        _fails(scene, errors.NotebookTimeout, "import re; re.match('(a+)+$', 'a' * 60 + 'b')", timeout=2.0)


@fault()
def a_figure_has_no_alt_text(scene):
    _fails(scene, errors.Incomplete, figure(alt=""), told="no alt text")


@fault()
def a_cell_prints_without_end(scene):
    scene.cell("for _ in range(20): print('x' * 1_000_000)")
    scene.run()
    (scene.notebooks / "09_faulty.ipynb").unlink()
    return MADE


@fault()
def a_notebook_is_cut_short(scene):
    path = scene.cell("1")
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(errors.NotebookFailed, match="cannot be read"):
        scene.run()
    path.unlink()


@fault()
def a_notebook_is_no_utf8(scene):
    path = scene.cell("1")
    path.write_bytes(b"\xff\xfe" + path.read_bytes())
    with pytest.raises(errors.NotebookFailed, match="cannot be read"):
        scene.run()
    path.unlink()


@fault()
def the_parameters_cell_holds_code(scene):
    path = scene.notebooks / "09_faulty.ipynb"
    scene.cell("1")
    path.write_text(path.read_text(encoding="utf-8").replace("horizon_months = 24", "import os"), encoding="utf-8")
    with pytest.raises(errors.NotebookFailed, match="parameters cell"):
        scene.run()
    path.unlink()


@fault()
def a_foreign_kernelspec_is_named_python3(scene):
    spec = scene.folder / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True)
    (spec / "kernel.json").write_text('{"argv": ["/bin/false", "{connection_file}"], "display_name": "Python 3", "language": "python"}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(scene.folder / "jupyter"))
        scene.run()
    return MADE


@fault()
def no_kernelspec_is_there(scene):
    code, _ = scene.command_line(environment=_environment(JUPYTER_PATH="/nowhere", JUPYTER_DATA_DIR="/nowhere"))
    assert code == 0
    return MADE


@fault()
def a_cell_writes_where_it_should_not(scene):
    """Into the folder that it runs in and into the report that is being built: neither becomes a part of the report."""
    cell = "import pathlib\npathlib.Path('mine.txt').write_text('x')\n"
    cell += f"for one in pathlib.Path({str(scene.out)!r}).glob('.building-*'): (one / 'mine.txt').write_text('x')"
    path = scene.cell(cell)
    with pytest.raises(errors.Incomplete, match="mine.txt"):
        scene.run()
    path.unlink()


# --- the output folder and the disk


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


@fault()
def killed_between_the_two_steps_of_a_swap(scene):
    """What such a run leaves: the next one gives the report back before it does anything else."""
    scene.place.rename(scene.out / f".replaced-{scene.place.name}")
    (scene.out / ".building-2026-06-abc").mkdir()
    with pytest.raises(errors.NotebookFailed):
        _fail_after_recovery(scene)


def _fail_after_recovery(scene):
    path = scene.cell("1 / 0")
    try:
        scene.run()
    finally:
        path.unlink()


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


@fault()
def the_output_folder_may_not_be_written(scene):
    if os.geteuid() == 0:
        pytest.skip("ROOT: permissions do not hold the superuser back; the_disk_is_read_only is the same for it")
    scene.out.chmod(0o555)
    try:
        with pytest.raises(errors.OutputError):
            scene.run()
    finally:
        scene.out.chmod(0o755)


@fault()
def the_output_is_a_file(scene):
    (scene.folder / "file").write_text("x")
    with pytest.raises(errors.OutputError):
        scene.run(out=scene.folder / "file")


@fault()
def the_month_is_a_file(scene):
    other = scene.folder / "other"
    other.mkdir()
    (other / scene.place.name).write_text("mine")
    with pytest.raises(errors.OutputError, match="is a file"):
        scene.run(out=other)
    assert (other / scene.place.name).read_text() == "mine"


@fault()
def the_output_is_a_link_to_a_folder(scene):
    (scene.folder / "link").symlink_to(scene.out)
    scene.run(out=scene.folder / "link")
    return MADE


@fault()
def latest_leads_nowhere(scene):
    (scene.out / "latest").unlink()
    (scene.out / "latest").symlink_to("1999-01")
    scene.run()
    assert (scene.out / "latest").resolve() == scene.place.resolve()
    return MADE


@fault()
def latest_is_somebody_s_own_file(scene):
    (scene.out / "latest").unlink()
    (scene.out / "latest").write_text("mine")
    scene.run()
    assert (scene.out / "latest").read_text() == "mine"
    return MADE


@fault()
def the_temporary_folder_is_gone(scene):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scene.folder / "nowhere"))
        with pytest.raises(errors.OutputError, match="no temporary folder"):
            scene.run()


@fault()
def the_record_of_the_last_run_is_cut_short(scene):
    """--resume does not trust it: everything is run."""
    whole = (scene.place / "run.json").read_bytes()
    (scene.place / "run.json").write_bytes(whole[:100])
    scene.run(resume=True)
    return MADE


@fault()
def a_file_of_the_report_was_changed(scene):
    """--resume does not take over what is not as it was written."""
    executed = scene.place / "notebooks" / "02_cohort_survival.ipynb"
    executed.write_text(executed.read_text(encoding="utf-8").replace("71% stay", "99% stay"), encoding="utf-8")
    scene.run(resume=True)
    return MADE


# --- locks and other runs


@fault(short=True)
def another_run_holds_the_lock(scene):
    with locked(scene.out), pytest.raises(errors.Locked):
        scene.run()


@fault()
def two_runs_start_at_once(scene):
    running = [scene.start() for _ in range(2)]
    codes = sorted(scene.finish(one)[0] for one in running)
    assert codes in ([0, 9], [0, 0])  # the second may begin when the first has ended
    return MADE


@fault()
def the_lock_was_left_by_a_dead_process(scene):
    (scene.out / ".lock").write_text("4194303\n")
    scene.run()
    return MADE


@fault()
def the_lock_names_a_living_process(scene):
    """A number is used again: the lock is held by whoever has it open, not by a number in a file."""
    (scene.out / ".lock").write_text(f"{os.getpid()}\n")
    scene.run()
    return MADE


# --- input


def _changes(scene, action):
    path = scene.cell(f"import pathlib\ntable = pathlib.Path({str(scene.table)!r})\n{action}")
    rows = scene.table.read_bytes()
    with pytest.raises(errors.InputError):
        scene.run()
    path.unlink()
    scene.table.write_bytes(rows)


@fault(short=True)
def the_input_changes_during_the_run(scene):
    _changes(scene, "table.write_text(table.read_text() + '3,c,2026-03-10,,30.00\\n')")


@fault()
def the_input_vanishes_during_the_run(scene):
    _changes(scene, "table.unlink()")


@fault()
def a_table_is_empty(scene):
    rows = scene.table.read_bytes()
    scene.table.write_bytes(b"")
    with pytest.raises(errors.InputError):
        scene.run()
    scene.table.write_bytes(rows)


@fault()
def a_table_is_a_folder(scene):
    rows = scene.table.read_bytes()
    scene.table.unlink()
    scene.table.mkdir()
    with pytest.raises(errors.InputError):
        scene.run()
    scene.table.rmdir()
    scene.table.write_bytes(rows)


@fault()
def a_table_is_binary(scene):
    rows = scene.table.read_bytes()
    scene.table.write_bytes(random.Random(1).randbytes(5000))
    with pytest.raises(errors.InputError):
        scene.run()
    scene.table.write_bytes(rows)


# --- the process and its surroundings


def _environment(**changes):
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": os.environ.get("HOME", "/"), "LANG": "C.UTF-8"} | changes


def _begun(scene):
    """A run that has come to a cell which waits."""
    mark = scene.folder / "begun"
    path = scene.cell(f"import pathlib, time\npathlib.Path({str(mark)!r}).write_text('x')\ntime.sleep(120)")
    process = scene.start()
    scene.wait_for(mark.exists)
    path.unlink()
    return process


@fault()
def terminated(scene):
    process = _begun(scene)
    _stop(scene, process, signal.SIGTERM)


@fault()
def the_terminal_is_closed(scene):
    process = _begun(scene)
    _stop(scene, process, signal.SIGHUP)


def _stop(scene, process, signum):
    process.send_signal(signum)
    code, told = scene.finish(process)
    assert code == 130 and told.endswith("lifecycle: stopped; nothing was published\n"), told


@fault()
def the_worker_is_killed(scene):
    """What the system does when memory runs out: it picks a process and kills it."""
    cell = "import os, signal, pathlib\nworker = os.getppid()\nos.kill(worker, signal.SIGKILL)\nimport time; time.sleep(30)"
    _fails(scene, errors.KernelDied, cell)


@fault()
def killed_without_a_warning(scene, times=200, seed=2026):
    """kill -9 at random moments, of the run and all that it has started."""
    chance = random.Random(seed)
    began = time.monotonic()
    code, _ = scene.command_line()
    assert code == 0
    lasts = time.monotonic() - began
    for _ in range(times):
        process = scene.start(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, lasts * 1.1))
        kill(process)
        assert intact(scene.place)
    return MADE


@fault()
def killed_a_few_times(scene):
    return killed_without_a_warning(scene, times=3, seed=8)


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
    done = subprocess.run(shell, env=_environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    return MADE


@fault()
def there_is_no_home(scene):
    environment = _environment()
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
    environment = _environment(LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    code, told = scene.command_line(environment=environment)
    assert code == 0, told
    return MADE


@fault()
def the_umask_is_strict(scene):
    assert scene.command_line(preexec_fn=lambda: os.umask(0o077))[0] == 0
    assert scene.place.stat().st_mode & 0o077 == 0
    scene.place.chmod(0o755)
    return MADE


@fault()
def few_files_may_be_open(scene):
    code, _ = scene.command_line(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24)))
    assert code != 0


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


@fault()
def its_settings_are_cut_short(scene):
    (scene.company / "lifecycle.toml").write_text('company = "Ti', encoding="utf-8")
    with pytest.raises(errors.InputError, match="not valid TOML"):
        scene.run()
    (scene.company / "lifecycle.toml").write_text('company = "Tiny"\n', encoding="utf-8")


@fault()
def it_is_stopped_while_it_publishes(scene):
    """Ctrl-C at the worst moment: between the check and the swap."""

    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "publish", interrupt)
        with pytest.raises(KeyboardInterrupt):
            scene.run()

