"""Faults of kernels: they die, never end, or are not the one that was meant."""

import os

import pytest

from lifecycle_utils import errors
from lifecycle_utils.report import pool
from tests.faults.register import MADE, fails, fault, surroundings
from tests.faults.scene import ROOT


@fault(short=True)
def the_kernel_is_killed(scene):
    fails(scene, errors.KernelDied, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


@fault()
def the_kernel_crashes_in_a_library(scene):
    fails(scene, errors.KernelDied, "import ctypes; ctypes.string_at(0)")


@fault()
def the_kernel_leaves_with_success(scene):
    fails(scene, errors.KernelDied, "import os; os._exit(0)")


@fault()
def memory_runs_out(scene):
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))\n"
    fails(scene, errors.NotebookFailed, limit + "x = bytearray(1 << 40)", told="MemoryError")


@fault()
def a_loop_never_ends(scene):
    fails(scene, errors.NotebookTimeout, "while True: pass", timeout=2.0)


@fault()
def a_loop_cannot_be_interrupted(scene):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "GRACE_SECONDS", 3)
        cell = "import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)"
        fails(scene, errors.NotebookTimeout, cell, timeout=2.0)


@fault()
def a_library_holds_the_interpreter(scene):
    """A loop in C that never lets a signal through: only a kill from outside ends it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "GRACE_SECONDS", 3)
        fails(scene, errors.NotebookTimeout, "import re; re.match('(a+)+$', 'a' * 60 + 'b')", timeout=2.0)


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
    code, _ = scene.command_line(environment=surroundings(JUPYTER_PATH="/nowhere", JUPYTER_DATA_DIR="/nowhere"))
    assert code == 0
    return MADE


@fault()
def no_kernel_can_start(scene):
    """Something on its way stops every interpreter that is to be a kernel; what it said is told in the message, in one line."""
    (scene.folder / "broken").mkdir()
    stop = "import os, sys\nif 'ipykernel_launcher' in sys.orig_argv:\n    os.write(2, b'no kernels today')\n    os._exit(1)\n"
    (scene.folder / "broken" / "sitecustomize.py").write_text(stop)
    paths = os.pathsep.join([str(ROOT), str(scene.folder / "broken")])
    code, told = scene.command_line(environment=surroundings(LIFECYCLE_KERNELS="plain", PYTHONPATH=paths))
    assert code == 6 and "its kernel could not be started" in told and "no kernels today\n" in told, told
