"""One notebook to run, and what became of it: what parent and worker tell each other. Light, so that the parent starts fast."""

from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

DONE, SKIPPED, FAILED = "done", "skipped", "failed"


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Attributes
    ----------
    notebook : catalogue.Notebook
    parameters : values by name, checked by parameters.assign
    scratch : new folder for the kernel's sockets and whatever cells write
    executed : where the executed notebook goes, whole or as far as it came
    timeout : seconds for a cell
    forked : is the kernel forked from the warm process where it can be?
    language : of the report; "" leaves the choice to the company's settings
    opened : where the run has left the company's tables for the notebook; None if it has not
    shared_k : of a shared report, the fewest customers that it may tell of; 0 of any other
    before : the notebook as an earlier run executed it, if nothing that it is made from has changed; it is not run again
    """

    notebook: object
    parameters: dict
    scratch: Path
    executed: Path
    timeout: float
    forked: bool = True
    opened: Path | None = None
    language: str = ""
    shared_k: int = 0
    before: Path | None = None

    @property
    def log(self):
        """What worker and kernel write to their standard error."""
        return self.scratch / "log"

    def last_words(self):
        """What that ended with, to be put behind a message; often it names the cause."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        fatal = [line for line in lines if line.startswith("Fatal Python error")]  # a long list of threads and modules follows it
        told = (fatal or lines or [""])[-1][:200]
        return f"; it last said: {''.join(one if one.isprintable() else ' ' for one in told)}" if told else ""


@dataclass(frozen=True)
class Heading:
    """An entry of the table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Fragment:
    """The inside of a page: safe HTML and its headings."""

    html: Markup
    headings: tuple[Heading, ...]


@dataclass(frozen=True)
class Failure:
    """Why a notebook did not run to its end. `kind` decides the exit code."""

    kind: str  # "error", "usage", "input", "timeout", "died" or "incomplete"
    message: str
    cell: int | None = None
    cells: int | None = None
    source: str = ""
    traceback: str = ""

    def __str__(self):
        place = f"code cell {self.cell} of {self.cells}: " if self.cell else ""
        parts = [place + self.message]
        if self.source:
            parts.append(_indented(self.source, "  | "))
        if self.traceback:
            parts.append(_indented(self.traceback, "    "))
        return "\n".join(parts)


@dataclass(frozen=True)
class Outcome:
    """One notebook's status and what it left.

    Attributes
    ----------
    status : "done", "skipped" (`missing` says which tables) or "failed" (`failure` says why)
    findings : list of dict, in the order of the notebook
    tables : list of dict of name and csv, of lists also html
    figures : number of figures
    seconds : wall time
    messages : what the cells wrote to standard error
    page, chapter : the Fragment for a page of its own, and for report.html
    """

    name: str
    status: str
    findings: list = field(default_factory=list)
    tables: list = field(default_factory=list)
    figures: int = 0
    seconds: float = 0.0
    messages: str = ""
    missing: tuple[str, ...] = ()
    failure: Failure | None = None
    page: Fragment | None = None
    chapter: Fragment | None = None


def _indented(text, margin):
    return "\n".join(margin + line for line in text.splitlines())
