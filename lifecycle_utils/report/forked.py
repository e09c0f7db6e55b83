"""Kernels that need not import: forked from a process that has imported everything, each a process and a session of its own.

A worker forks its kernel first of all, while it has neither threads nor sockets; the spare process waits until papermill asks for a kernel.
"""

import asyncio
import atexit
import ctypes
import gc
import json
import os
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from jupyter_client.provisioning import LocalProvisioner

from lifecycle_utils.report.kernel import LAUNCHER, ThisInterpreter

_WARM = "lifecycle_utils.report.warm"
_PR_SET_PDEATHSIG = 1
#: Seconds that a kernel usually needs to end at most, and between two looks whether it has.
_LAST_MOMENT, _SOON = 0.5, 0.005


def can_fork():
    """Is this a process that a kernel can be forked from and be like any other: warm, of one thread, with the fixed hash seed?"""
    if sys.platform != "linux" or _WARM not in sys.modules or sys.flags.hash_randomization:
        return False
    return threading.active_count() == 1 and len(list(Path("/proc/self/task").iterdir())) == 1


def fork_ahead(close=()):
    """Fork the process that will be the kernel. Returns a Spare, or None where kernels have to be started the plain way.

    Parameters
    ----------
    close : descriptors of this process that the kernel must not hold open
    """
    if not can_fork():
        return None
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _wait_and_run(reading, close=(writing, *close))
    os.close(reading)
    return Spare(pid, writing)


class Spare:
    """A forked process as jupyter_client sees one: what it uses of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, pid, writing):
        self.pid, self.returncode, self._writing = pid, None, writing

    def become(self, arguments, env, cwd):
        """Tell the process to be a kernel."""
        with os.fdopen(self._writing, "w", encoding="utf-8", errors="surrogateescape") as pipe:
            json.dump({"arguments": arguments, "env": dict(env), "cwd": os.fspath(cwd), "parent": os.getpid()}, pipe)
        self._writing = None

    def end(self):
        """No kernel is needed any more: the process is gone when this returns."""
        if self._writing is not None:
            os.close(self._writing)  # told nothing, it ends
            self._writing = None
        elif self.poll() is None:
            self.kill()
        self.wait()

    def poll(self):
        return self._reap(os.WNOHANG)

    def wait(self, timeout=None):
        return self._reap(0)

    def send_signal(self, signum):
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def _reap(self, options):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class _FromSpare(LocalProvisioner):
    """Starts a kernel by telling the spare process to be one."""

    async def launch_kernel(self, cmd, **kwargs):
        self.process = self.parent.spare
        self.process.become(cmd[len(LAUNCHER) :], kwargs["env"], kwargs.get("cwd") or Path.cwd())
        self.pid = self.pgid = self.process.pid  # it leads a session of its own
        return self.connection_info

    async def shutdown_requested(self, restart=False):
        """Wait a moment for its end, which comes soon; the manager only looks ten times a second."""
        until = time.monotonic() + _LAST_MOMENT
        while await self.poll() is None and time.monotonic() < until:
            await asyncio.sleep(_SOON)


def manager_class(spare):
    """The kernel manager to run a notebook with: its kernel is `spare`, or a new interpreter if that is None."""
    if spare is None:
        return ThisInterpreter

    class Forked(ThisInterpreter):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.spare = spare
            self.provisioner = _FromSpare(parent=self, kernel_spec=self.kernel_spec)

    return Forked


def _wait_and_run(reading, close):
    """The life of the forked process, which ends here."""
    code = 1
    try:
        os.setsid()
        # With its worker killed the kernel goes too, even in the midst of a library's loop.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        for descriptor in close:
            os.close(descriptor)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        with os.fdopen(reading, encoding="utf-8", errors="surrogateescape") as pipe:
            told = pipe.read()
        if told:
            _run_kernel(**json.loads(told))
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:  # the worker gave up on it, or the person who runs the report has
        code = 130
    except BaseException:  # noqa: BLE001 the end of a process: as the interpreter does, tell and exit
        traceback.print_exc()
        sys.unraisablehook = lambda _: None  # what was only half made complains when it is thrown away
    finally:
        atexit._run_exitfuncs()  # what the interpreter would do now, but for the parts of it that belong to the worker
        os._exit(code)


def _run_kernel(arguments, env, cwd, parent):
    os.environ.clear()
    os.environ.update(env, JPY_PARENT_PID=str(parent))
    os.chdir(cwd)
    import ipykernel_launcher
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = [ipykernel_launcher.__file__, *arguments]
    # ipykernel reads it from the environment as it is imported, and here that was long ago.
    try:
        IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={parent}"])
    finally:
        # It joins the control thread, which in one of ten kernels is just flushing to a thread that it has stopped before: both would wait
        # until the kernel is killed, seconds later. What a process leaves open is closed with it.
        atexit.unregister(IPKernelApp.instance().close)
        # IPython looks through everything for garbage once more; the memory goes with the process.
        gc.freeze()
