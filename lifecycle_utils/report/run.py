"""A report run from its parameters to its place: choose notebooks, run them, build everything aside, look at it, swap it in."""

import datetime as dt
import shutil
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from lifecycle_utils.errors import Incomplete, InputError, KernelDied, NotebookFailed, NotebookTimeout, OutputError, UsageError
from lifecycle_utils.language import _, forced, spoken
from lifecycle_utils.report import catalogue, pool
from lifecycle_utils.report.company import describe, hash_inputs
from lifecycle_utils.report.job import DONE, FAILED, SKIPPED, Job, Outcome
from lifecycle_utils.report.pages import Report, write_pages
from lifecycle_utils.report.parameters import assign, check_groupings
from lifecycle_utils.report.provenance import RUN_FILE, as_json, run_record
from lifecycle_utils.report.publish import building, locked, point_to_latest, publish
from lifecycle_utils.report.resume import UNFINISHED_FOLDER, finished_before, is_shared, keep_unfinished, made_from
from lifecycle_utils.report.share import private_words, without_traces
from lifecycle_utils.report.verify import refuse_private_words, verify
from lifecycle_utils.sources.share import share_key

#: Where the notebook of a failed run can be looked at; never a part of a report.
FAILED_FOLDER = ".failed"

_ERRORS = {"usage": UsageError, "input": InputError, "error": NotebookFailed, "timeout": NotebookTimeout, "died": KernelDied, "incomplete": Incomplete}


@dataclass(frozen=True)
class Options:
    """What a run is asked for; see `lifecycle report --help`."""

    data: str = ""
    month: str = ""
    out: Path = Path("reports")
    only: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    jobs: int = 2
    timeout: float = 600.0
    keep_going: bool = False
    notebooks: Path = catalogue.FOLDER
    language: str = ""
    forked: bool = field(default_factory=pool.forks_kernels)
    resume: bool = False
    share: bool = False


@dataclass(frozen=True)
class Published:
    """A report in its place."""

    folder: Path
    month: str
    outcomes: list


class Silent:
    """A listener that tells nobody; `cli` has one that does."""

    def begin(self, company, notebooks):
        """The company is open and these notebooks will be run."""

    def told(self, outcome):
        """A notebook has come to its end."""

    def end(self):
        """No notebook is running any more."""


def report(options, listener=None):
    """Make the report of a month and publish it under `options.out`.

    Returns
    -------
    Published

    Raises
    ------
    LifecycleError : with the exit code of DESIGN; the report that was there before is untouched
    """
    listener = listener or Silent()
    began, started = time.monotonic(), dt.datetime.now(dt.UTC)
    key = share_key() if options.share else None
    pool.warm_up()
    notebooks = catalogue.discover(options.notebooks, only=options.only)
    assign(notebooks, options.parameters, data="", month="")  # before the tables are read, which may take long
    with _scratch() as scratch, forced(options.language):
        company = describe(options.data, month=options.month, keep_in=scratch / "company", key=key)
        check_groupings(options.parameters, company.groupings)
        words = private_words(company.folder, Path(options.out), key=key) if key else ()
        return _report(notebooks, company, options, listener, scratch, words, began, started)


@contextmanager
def _scratch():
    """A folder of this run for sockets, opened tables and whatever cells write; its name is short, for a socket's may not be long."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="lck", ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError(f"there is no temporary folder to work in: {error}") from error
    with folder as name:
        yield Path(name)


def _report(notebooks, company, options, listener, scratch, words, began, started):
    given = [(name, company.names.get(text, text)) for name, text in options.parameters]
    parameters = assign(notebooks, given, data=company.data, month=company.month)
    notebooks = [replace(notebook, title=_(notebook.title), question=_(notebook.question)) for notebook in notebooks]
    out = Path(options.out).expanduser().resolve()
    try:
        with locked(out), building(out, company.month) as folder:
            _refuse_to_replace_shared(out / company.month, company)
            jobs, missing = _jobs(notebooks, parameters, company, folder, options, scratch)
            made = {job.notebook.name: made_from(job, company) for job in jobs}
            jobs = _with_finished(jobs, made, finished_before(out, company.month)) if options.resume else jobs
            outcomes = _run(notebooks, jobs, missing, company, options, listener)
            kept = _keep_failed(out / FAILED_FOLDER / company.month, notebooks, outcomes, folder, keep=not company.shared_k)
            _refuse_changed_inputs(company)
            _refuse_failures(notebooks, outcomes, options, kept, lambda: _keep_done(out, company.month, jobs, outcomes, made))
            told = [without_traces(one) for one in outcomes] if company.shared_k else outcomes  # whoever runs it is told all
            _write_results(Report(company, notebooks, told), folder)
            verify(folder, notebooks, told)
            seconds = {one.name: round(one.seconds, 3) for one in outcomes}
            stamp = {"started": started.isoformat(timespec="seconds"), "seconds": round(time.monotonic() - began, 3), "notebooks": seconds}
            stamp["taken_over"] = [job.notebook.name for job in jobs if job.before]
            _write(folder / RUN_FILE, as_json(run_record(company, notebooks, told, parameters, folder, made_from=made, stamp=stamp)))
            refuse_private_words(folder, words)
            publish(folder, out / company.month)
            point_to_latest(out)
            shutil.rmtree(out / UNFINISHED_FOLDER / company.month, ignore_errors=True)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"the report cannot be written to {out}: {error}") from error
    return Published(out / company.month, company.month, outcomes)


def _jobs(notebooks, parameters, company, folder, options, scratch):
    """The Jobs of the notebooks whose tables are there, and which tables each of the others lacks."""
    missing = {notebook.name: tuple(table for table in notebook.needs if table not in company.tables) for notebook in notebooks}
    chosen = [notebook for notebook in notebooks if not missing[notebook.name]]
    if not chosen:
        wanted = ", ".join(sorted({table for tables in missing.values() for table in tables}))
        raise InputError(f"none of the notebooks can be run: they need {wanted}, which the company folder does not have")
    (folder / "notebooks").mkdir()
    jobs = [
        Job(
            notebook, parameters[notebook.name], scratch / str(place), folder / "notebooks" / notebook.path.name,
            options.timeout, options.forked, company.opened, spoken(), company.shared_k,
        )
        for place, notebook in enumerate(chosen)
    ]  # fmt: skip
    return jobs, missing


def _with_finished(jobs, made, before):
    return [replace(job, before=before.get(made[job.notebook.name])) for job in jobs]


def _run(notebooks, jobs, missing, company, options, listener):
    """Run the jobs; the notebooks without one are skipped."""
    from lifecycle_utils.observe.ahead import counted_ahead  # here: the process that notebooks come from is importing by now

    listener.begin(company, [job.notebook for job in jobs])
    # The longest first, so that none of them runs alone at the end.
    longest_first = sorted(jobs, key=lambda job: job.notebook.seconds, reverse=True) if options.jobs > 1 else jobs
    with counted_ahead(company.opened, month=company.month) as begun:
        ran = pool.run(longest_first, processes=options.jobs, limit=options.timeout + pool.GRACE_SECONDS, told=listener.told, begun=begun)
    listener.end()
    by_name = {outcome.name: outcome for outcome in ran}
    return [by_name.get(one.name) or Outcome(one.name, SKIPPED, missing=missing[one.name]) for one in notebooks]


def _keep_done(out, month, jobs, outcomes, made):
    done = {outcome.name for outcome in outcomes if outcome.status == DONE}
    keep_unfinished(out, month, {made[job.notebook.name]: job.executed for job in jobs if job.notebook.name in done})


def _keep_failed(place, notebooks, outcomes, folder, *, keep):
    """A failed notebook leaves the report and is kept where a person can open it, if it may be. Returns the paths."""
    shutil.rmtree(place, ignore_errors=True)
    kept = []
    for notebook, outcome in zip(notebooks, outcomes, strict=True):
        executed = folder / "notebooks" / notebook.path.name
        if outcome.status == FAILED and not keep:
            executed.unlink(missing_ok=True)
        elif outcome.status == FAILED and executed.exists():
            place.mkdir(parents=True, exist_ok=True)
            kept.append(shutil.move(executed, place / notebook.path.name))
    return kept


def _refuse_to_replace_shared(place, company):
    """Others may be reading a shared report: the company's own never takes its place."""
    if not company.shared_k and is_shared(place):
        raise UsageError(f"{place} is a shared report, which the company's own may not replace; choose another --out, or remove it")


def _refuse_failures(notebooks, outcomes, options, kept, keep_done):
    failed = [(notebook, outcome) for notebook, outcome in zip(notebooks, outcomes, strict=True) if outcome.status == FAILED]
    survivors = any(outcome.status == DONE for outcome in outcomes)
    if failed and not (options.keep_going and survivors):
        keep_done()
        told = [f"{notebook.path.name} {outcome.failure}" for notebook, outcome in failed]
        told += [f"as far as it ran: {path}" for path in kept]
        raise _ERRORS[failed[0][1].failure.kind]("\n".join([*told, "nothing was published; the previous report is as it was"]))


def _refuse_changed_inputs(company):
    if hash_inputs(company.folder, company.settings) != company.files:
        raise InputError("the tables changed while the report was made from them; nothing was published, run it again")


def _write_results(report, folder):
    findings, tables = [], {}
    for notebook, outcome in report.having(DONE):
        findings += [{"notebook": notebook.name} | finding for finding in outcome.findings]
        for table in outcome.tables:
            owner, text = tables.setdefault(table["name"], (notebook.name, table["csv"]))
            if text != table["csv"]:
                raise Incomplete(f"the notebooks {owner} and {notebook.name} both leave a table {table['name']!r}, with different contents")
    (folder / "tables").mkdir()
    for name, (_owner, text) in tables.items():
        _write(folder / "tables" / f"{name}.csv", text)
    _write(folder / "findings.json", as_json(findings))
    write_pages(report, folder)


def _write(path, text):
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
