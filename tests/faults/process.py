"""Faults of the run itself: stopped or killed, politely or not."""

import random
import signal
import subprocess
import time

import pytest

from lifecycle_utils import errors
from lifecycle_utils.report import run as runner
from tests.faults.register import MADE, fails, fault
from tests.faults.scene import intact, kill


def _begun(scene):
    """A run that has come to a cell which waits."""
    mark = scene.folder / "begun"
    path = scene.cell(f"import pathlib, time\npathlib.Path({str(mark)!r}).write_text('x')\ntime.sleep(120)")
    # Under nohup a closed terminal is ignored, on purpose; the tests themselves may run under it.
    process = scene.start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
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
    fails(scene, errors.KernelDied, cell)


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
def it_is_stopped_while_it_publishes(scene):
    """Ctrl-C at the worst moment: between the check and the swap."""

    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "publish", interrupt)
        with pytest.raises(KeyboardInterrupt):
            scene.run()
