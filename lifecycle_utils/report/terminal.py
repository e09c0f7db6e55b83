"""Progress that a person can read: a bar on a terminal, one line per notebook in a log."""

import sys
from contextlib import contextmanager

from tqdm import tqdm

from lifecycle_utils.report.job import DONE


@contextmanager
def listener(stream=sys.stderr):
    """A listener for `run.report` that writes to `stream`."""
    listening = _Bar(stream) if stream.isatty() else _Lines(stream)
    try:
        yield listening
    finally:
        listening.end()


class _Lines:
    def __init__(self, stream):
        self.stream = stream

    def begin(self, company, notebooks):
        for problem in company.problems:
            self._write(problem)
        self._write(f"report of {company.month}: {len(notebooks)} notebooks")

    def told(self, outcome):
        self._write(f"{outcome.name}: {outcome.status} in {outcome.seconds:.1f} s")

    def end(self):
        """Nothing is left open."""

    def _write(self, line):
        print(line, file=self.stream, flush=True)


class _Bar:
    def __init__(self, stream):
        self.stream, self.bar, self.waiting = stream, None, []

    def begin(self, company, notebooks):
        for problem in company.problems:
            print(problem, file=self.stream)
        self.waiting = [notebook.name for notebook in notebooks]
        self.bar = tqdm(total=len(notebooks), desc=f"report of {company.month}", unit="notebook", file=self.stream, dynamic_ncols=True)
        self._show_waiting()

    def told(self, outcome):
        self.waiting.remove(outcome.name)
        if outcome.status != DONE:
            self.bar.write(f"{outcome.name}: {outcome.status}", file=self.stream)
        self.bar.update()
        self._show_waiting()

    def end(self):
        if self.bar:
            self.bar.close()
        self.bar = None

    def _show_waiting(self):
        self.bar.set_postfix_str(", ".join(self.waiting[:2]) + (" …" if len(self.waiting) > 2 else ""))
