"""The command `lifecycle`: what an operator types, and the exit codes that a scheduler reads.

Imports of the floors are inside the commands, so that `lifecycle --help` answers at once.
"""

import argparse
import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from lifecycle_utils import __version__
from lifecycle_utils.errors import Incomplete, InputError, LifecycleError, OutputError
from lifecycle_utils.language import LANGUAGES

_INTERRUPTED = 130
#: New objects before the interpreter looks for garbage; its own number is 700.
_RARELY = 100_000


def main(arguments=None):
    """Run one command. Returns its exit code: 0 ok, 2 usage, 3 input, 4 a notebook failed, 5 timeout, 6 kernel died,
    7 incomplete, 8 I/O, 9 another run holds the lock."""
    _open_closed_streams()
    options = _parser().parse_args(arguments)
    _clean_up_when_stopped()
    try:
        _leave_a_folder_that_is_gone(options)
        code = options.command(options)
        sys.stdout.flush()
        return code
    except LifecycleError as error:
        return _tell(str(error), error.exit_code)
    except KeyboardInterrupt:
        return _tell("stopped; nothing was published", _INTERRUPTED)
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor can the interpreter say goodbye to it
        return OutputError.exit_code
    except OSError as error:
        return _tell(f"{error.filename or 'the output'}: {error.strerror or error}", OutputError.exit_code)


def _open_closed_streams():
    """Whoever started us may have closed a standard stream: the next file to be opened would take its place and get what is told."""
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free: this one
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 open as long as we are


def _leave_a_folder_that_is_gone(options):
    """A scheduler's working folder may have been removed: where no path depends on it, that is no reason to fail."""
    try:
        Path.cwd()
    except FileNotFoundError:
        for name in ("data", "out", "notebooks", "path", "rejects"):
            given = getattr(options, name, None)
            if given and not Path(given).is_absolute():
                raise OutputError(f"the working folder is gone, and {given} depends on it; write the whole path") from None
        os.chdir("/")


def _tell(message, code):
    with suppress(OSError):  # a full disk behind the log changes nothing about the exit code
        print(f"lifecycle: {message}", file=sys.stderr, flush=True)
    return code


def _clean_up_when_stopped():
    """A scheduler's SIGTERM and a closed terminal end a run as Ctrl-C does; under nohup a closed terminal is none of our business."""
    for name in ("SIGTERM", "SIGHUP"):
        known = getattr(signal, name, None)
        if known and signal.getsignal(known) != signal.SIG_IGN:
            signal.signal(known, _as_interrupt)


def _as_interrupt(signum, frame):
    raise KeyboardInterrupt


def _parser():
    parser = argparse.ArgumentParser(prog="lifecycle", description="Customer lifecycle analysis for a SaaS company.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"lifecycle_utils {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (_report_parser, _check_parser, _import_parser, _sample_parser):
        add(commands)
    return parser


def _report_parser(commands):
    parser = commands.add_parser("report", help="make the report of a month", allow_abbrev=False)
    parser.add_argument("--data", default="", metavar="DIR", help="the company's folder (default: the sample company)")
    parser.add_argument("--month", default="", metavar="YYYY-MM", help="the month of the report (default: the newest finished month)")
    parser.add_argument("--out", default="reports", metavar="DIR", help="where reports go, one folder a month (default: %(default)s)")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these notebooks, for example cohort_survival")
    parser.add_argument(
        "-p", "--parameter", nargs=2, action="append", default=[], dest="parameters", metavar=("NAME", "VALUE"),
        help="a parameter of the notebooks, for example: -p by industry",
    )  # fmt: skip
    parser.add_argument("--jobs", type=_positive(int), default=min(os.cpu_count() or 1, 8), metavar="N", help="notebooks at a time (default: %(default)s)")
    parser.add_argument("--language", default="", choices=list(LANGUAGES), help="of the report (default: as in lifecycle.toml, or en)")
    parser.add_argument("--timeout", type=_positive(float), default=600.0, metavar="SECONDS", help="for one notebook (default: %(default)g)")
    parser.add_argument("--resume", action="store_true", help="run only the notebooks of which something has changed since the last run")
    parser.add_argument("--share", action="store_true", help="without names, ids, free text and small counts; needs LIFECYCLE_SHARE_KEY in the environment")
    parser.add_argument("--keep-going", action="store_true", help="publish without the notebooks that failed, and exit with 7")
    parser.add_argument("--notebooks", default="", metavar="DIR", help="another folder of notebooks NN_name.ipynb (default: the kit's own)")
    parser.set_defaults(command=_report)


def _check_parser(commands):
    parser = commands.add_parser("check", help="list every problem of a company's tables", allow_abbrev=False)
    parser.add_argument("--data", default="", metavar="DIR", help="the company's folder (default: the sample company)")
    parser.add_argument("--rejects", metavar="FILE", help="where the failing rows go (default: rejects.csv in that folder)")
    parser.add_argument("--json", action="store_true", help="for machines: everything as one JSON object")
    parser.set_defaults(command=_check)


def _import_parser(commands):
    parser = commands.add_parser("import", help="make a company's folder from another system's export", allow_abbrev=False)
    parser.add_argument("system", help="stripe, chargebee, chartmogul, recurly, hubspot, baremetrics, or csv for any other tables")
    parser.add_argument("path", metavar="PATH", help="the exported file, or the folder or zip of them")
    parser.add_argument("--out", required=True, metavar="DIR", help="where the company's folder goes")
    parser.add_argument("--time-zone", default="UTC", metavar="NAME", help="the company's, in which time stamps become dates (default: %(default)s)")
    parser.add_argument(
        "--set", nargs=1, action="append", default=[], dest="options", metavar="KEY=VALUE",
        help="correct what was assumed, for example --set money=minor or --set status.on_hold=paused",
    )  # fmt: skip
    parser.set_defaults(command=_import)


def _sample_parser(commands):
    parser = commands.add_parser("sample", help="simulate a company", allow_abbrev=False)
    parser.add_argument("--out", required=True, metavar="DIR", help="where its tables go")
    parser.add_argument("--customers", type=_positive(int), metavar="N", help="how many customers")
    parser.add_argument("--months", type=_positive(int), metavar="N", help="how many months")
    parser.add_argument("--seed", type=int, metavar="S", help="another seed is another company")
    parser.set_defaults(command=_sample)


def _positive(kind):
    def parse(text):
        value = kind(text)
        if not 0 < value < 1e9:
            raise ValueError(text)
        return value

    parse.__name__ = f"positive {'whole ' if kind is int else ''}number"  # argparse names it in its message
    return parse


def _report(options):
    from lifecycle_utils.report import pool

    pool.warm_up()  # first of all: it imports for seconds, while this process does everything else
    # Importing makes hardly any garbage, which would be looked for hundreds of times; at the end the memory goes with the process.
    gc.set_threshold(_RARELY)
    atexit.register(gc.freeze)
    from lifecycle_utils.report import catalogue
    from lifecycle_utils.report.job import FAILED, SKIPPED
    from lifecycle_utils.report.run import Options, report
    from lifecycle_utils.report.terminal import listener

    with listener(sys.stderr) as listening:
        published = report(
            Options(
                data=options.data, month=options.month, out=options.out, only=tuple(options.only),
                parameters=tuple(map(tuple, options.parameters)), jobs=options.jobs, timeout=options.timeout,
                keep_going=options.keep_going, notebooks=options.notebooks or catalogue.FOLDER, language=options.language,
                resume=options.resume, share=options.share,
            ),
            listening,
        )  # fmt: skip
    for outcome in published.outcomes:
        if outcome.status == SKIPPED:
            print(f"{outcome.name} was skipped: it needs {', '.join(outcome.missing)}", file=sys.stderr)
    print(published.folder / "index.html")
    failed = [outcome for outcome in published.outcomes if outcome.status == FAILED]
    if failed:
        told = "\n".join(f"{outcome.name}: {outcome.failure}" for outcome in failed)
        raise Incomplete(f"the report was published without {len(failed)} of its notebooks\n{told}")
    return 0


def _check(options):
    from lifecycle_utils.sources.command import check

    return InputError.exit_code if check(options.data, rejects=options.rejects, as_json=options.json, out=sys.stdout, err=sys.stderr) else 0


def _import(options):
    from lifecycle_utils.importers.command import run

    run(options.system, options.path, options.out, [one for (one,) in options.options], options.time_zone, out=sys.stdout, err=sys.stderr)
    return 0


def _sample(options):
    from lifecycle_utils import simulate

    wished = {name: getattr(options, name) for name in ("customers", "months", "seed") if getattr(options, name) is not None}
    simulate.write_company(options.out, **wished)
    print(options.out)
    return 0
