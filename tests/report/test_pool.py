"""Workers side by side: a core never waits for a page to be written, nor the reader of our output for a process of ours."""

import multiprocessing
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from lifecycle_utils.report import pool
from lifecycle_utils.report.job import DONE, Outcome

ENDED = SimpleNamespace(join=lambda *_: None, is_alive=lambda: False, exitcode=0)


def jobs(*names):
    return [SimpleNamespace(notebook=SimpleNamespace(name=name), last_words=str) for name in names]


def test_the_next_notebook_begins_when_the_cells_of_one_have_run(monkeypatch):
    ends, running = {}, []

    def start(job):
        name = job.notebook.name
        receiver, ends[name] = multiprocessing.Pipe(duplex=False)
        running.append(name)
        ends[name].send(pool._CELLS_DONE)
        if name != "first":
            assert "first" in running  # its page is still being made
            running.remove("first")
            ends["first"].send(Outcome("first", DONE))
            ends[name].send(Outcome(name, DONE))
        return receiver, ENDED

    monkeypatch.setattr(pool, "_start", start)
    told = []
    outcomes = pool.run(jobs("first", "second"), processes=1, limit=5, told=told.append)
    assert [(one.name, one.status) for one in outcomes] == [(one.name, one.status) for one in told] == [("first", DONE), ("second", DONE)]


def test_only_so_many_notebooks_run_their_cells_at_a_time(monkeypatch):
    ends, begun, most = {}, [], []

    def start(job):
        receiver, ends[job.notebook.name] = multiprocessing.Pipe(duplex=False)
        begun.append(job.notebook.name)
        most.append(len(begun))
        return receiver, ENDED

    def wait(receivers, timeout):
        name = begun.pop(0)  # the cells of all that run now take as long as they like: one ends when the pool waits
        ends[name].send(Outcome(name, DONE))
        return [receiver for receiver in receivers if receiver.poll()]

    monkeypatch.setattr(pool, "_start", start)
    monkeypatch.setattr(pool, "wait", wait)
    outcomes = pool.run(jobs("a", "b", "c", "d", "e"), processes=2, limit=5, told=lambda _: None)
    assert [one.status for one in outcomes] == [DONE] * 5 and max(most) == 2


@pytest.mark.skipif(not pool.forks_kernels(), reason="kernels are forked on Linux only")
def test_the_process_that_kernels_are_forked_from_has_none_of_our_output():
    """Whoever reads a pipe would wait for it too, and it ends after us."""
    looks = "import os; from lifecycle_utils.report import pool; from multiprocessing.forkserver import _forkserver as one; pool.warm_up()"
    looks += "; print([os.readlink(f'/proc/{one._forkserver_pid}/fd/{stream}') for stream in (1, 2)], flush=True); os.kill(one._forkserver_pid, 9)"
    told = subprocess.run([sys.executable, "-c", looks], check=True, capture_output=True, text=True).stdout
    assert told.splitlines() == [str([os.devnull, os.devnull])]
