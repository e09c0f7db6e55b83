"""Several notebooks at a time, each in a process of its own that can be killed without hurting the others."""

import multiprocessing
import os
import sys
import time
from collections import deque
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from multiprocessing.forkserver import ensure_running

from lifecycle_utils.report.environment import FIXED, SECRETS
from lifecycle_utils.report.job import FAILED, Failure, Outcome
from lifecycle_utils.report.limits import ensure_open_files

# A cell that runs too long is stopped by its worker; a worker that does not even do that is killed after this many seconds more.
GRACE_SECONDS = 20
#: What a worker says when its kernel is gone: only the notebook's page is still to be made, and a core would wait for the next notebook.
_CELLS_DONE = "cells done"

_METHODS = multiprocessing.get_all_start_methods()
_CONTEXT = multiprocessing.get_context("forkserver" if "forkserver" in _METHODS else "spawn")


#: Set to "plain", every kernel is an interpreter of its own, as it is on systems other than Linux.
SWITCH = "LIFECYCLE_KERNELS"


def forks_kernels():
    """Are kernels forked from a process that has imported everything? Elsewhere a fork may break system libraries, or there is none."""
    return sys.platform == "linux" and os.environ.get(SWITCH, "") != "plain"


def warm_up():
    """Start the process that workers fork from, so that it imports what they need while the parent reads the tables.

    It is a fresh process: nothing that the parent has open, such as the engine, is carried over a fork. Where kernels can be forked too,
    it imports what notebooks need, whatever this run wants: there is one such process for all runs of a parent.

    Raises
    ------
    OutputError : so many files as a run needs may not be open
    """
    ensure_open_files()
    if _CONTEXT.get_start_method() == "forkserver":
        _CONTEXT.set_forkserver_preload([*(["lifecycle_utils.report.warm"] if forks_kernels() else []), "lifecycle_utils.report.worker"])
        with _environment(FIXED | dict.fromkeys(SECRETS & set(os.environ), "")), _unheard():
            ensure_running()


@contextmanager
def _unheard():
    """Processes started meanwhile tell nothing: of the one that workers fork from, `run` tells what matters.

    Nor does whoever reads our output wait for its end, which comes after ours.
    """
    before, nowhere = {stream: os.dup(stream) for stream in (1, 2)}, os.open(os.devnull, os.O_WRONLY)
    for stream in before:
        os.dup2(nowhere, stream)
    os.close(nowhere)
    try:
        yield
    finally:
        for stream, place in before.items():
            os.dup2(place, stream)
            os.close(place)


@contextmanager
def _environment(values):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def run(jobs, *, processes, limit, told, begun=lambda: None):
    """Run every job, the cells of `processes` at a time. Returns the Outcomes in the order of the jobs.

    Parameters
    ----------
    limit : seconds after which a worker that has not answered is killed
    told : called with each Outcome as soon as it is there
    begun : called when a process has been started
    """
    waiting, running, ending, outcomes = deque(jobs), {}, set(), {}
    try:
        while waiting or running:
            while waiting and len(running) - len(ending) < processes:
                job = waiting.popleft()
                try:
                    receiver, process = _start(job)
                except (EOFError, OSError) as error:  # the process that workers fork from was killed, or may not fork
                    outcomes[job.notebook.name] = _lost(job, "died", f"its process could not be started: {error}", 0.0)
                    told(outcomes[job.notebook.name])
                else:
                    running[receiver] = (job, process, time.monotonic() + limit)
                    begun()
            if not running:
                break
            soonest = min(deadline for _, _, deadline in running.values())
            ready = wait(list(running), timeout=max(soonest - time.monotonic(), 0))
            late = [receiver for receiver, (_, _, deadline) in running.items() if deadline <= time.monotonic()]
            for receiver in dict.fromkeys([*ready, *late]):
                job, process, _ = running[receiver]
                outcome = _receive(receiver, process, job) if receiver in ready else _kill(process, job, limit)
                if outcome == _CELLS_DONE:
                    ending.add(receiver)
                    continue
                del running[receiver]
                ending.discard(receiver)
                outcomes[job.notebook.name] = outcome
                told(outcome)
    finally:
        for _, process, _ in running.values():
            _stop(process)
    return [outcomes[job.notebook.name] for job in jobs]


def _start(job):
    receiver, sender = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_answer, args=(job, sender), name=job.notebook.name)
    process.start()
    sender.close()  # the worker's end only: its death then ends the pipe
    return receiver, process


def _answer(job, sender):
    job.scratch.mkdir(parents=True, exist_ok=True)
    with open(job.log, "ab") as log:  # libraries and kernels tell their troubles there, not to the person who reads the run's log
        os.dup2(log.fileno(), 2)
    # In the worker only: the parent needs neither papermill nor nbconvert.
    from lifecycle_utils.report.forked import fork_ahead
    from lifecycle_utils.report.worker import work

    # A kernel that held the worker's end of the pipe would hide its death.
    spare = fork_ahead(close=[sender.fileno()]) if job.forked and not job.before else None
    sender.send(work(job, spare, cells_done=lambda: sender.send(_CELLS_DONE)))
    sender.close()


def _receive(receiver, process, job):
    """The Outcome, or `_CELLS_DONE` if that is what the worker says."""
    with suppress(EOFError):
        outcome = receiver.recv()
        if outcome != _CELLS_DONE:
            process.join(GRACE_SECONDS)
            _stop(process)
        return outcome
    process.join()
    return _lost(job, "died", f"its process died ({_cause(process.exitcode)})" + job.last_words(), 0.0)


def _kill(process, job, limit):
    _stop(process)
    return _lost(job, "timeout", f"it did not end within {limit:g} s and was killed", limit)


def _lost(job, kind, message, seconds):
    return Outcome(job.notebook.name, FAILED, failure=Failure(kind, message), seconds=seconds)


def _cause(exitcode):
    return f"signal {-exitcode}" if exitcode is not None and exitcode < 0 else f"exit code {exitcode}"


def _stop(process):
    """A kernel notices within a second that its worker is gone, and ends."""
    if process.is_alive():
        process.terminate()
        process.join(2)
    if process.is_alive():
        process.kill()
        process.join()
