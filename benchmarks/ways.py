"""Ways to answer one question, each in a process of its own: seconds without imports, CPU seconds, peak memory."""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path


def asked_of(about, ways, *, customers, rounds, peers=False):
    """The command line of a benchmark. One way of it, which `in_turns` asks for with `--way`, is answered here, and the program ends."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--customers", type=int, default=customers, nargs="+" if isinstance(customers, list) else None)
    parser.add_argument("--rounds", type=int, default=rounds)
    if peers:
        parser.add_argument("--peers", default=sys.executable, help="Python that has scikit-survival")
    parser.add_argument("--way", choices=ways, help=argparse.SUPPRESS)
    parser.add_argument("folders", nargs="*", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        answer(ways[asked.way], *asked.folders)
        raise SystemExit
    return asked


def answer(way, folder, tiny):
    """Run `way` in this process and print what it took and what it found, for `in_turns`. What it imports, it imports for `tiny` first."""
    way(tiny)
    held = memory("VmRSS")
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.monotonic()
    found = way(folder)
    wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall": wall, "cpu": cpu, "megabytes": memory("VmHWM"), "above": memory("VmHWM") - held, "found": found}))


def memory(which):
    """Megabytes that this process holds ("VmRSS") or held at most ("VmHWM"). Of Linux alone: elsewhere NaN."""
    try:
        # getrusage would say no less than the parent process held
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) / 1024


def in_turns(program, names, arguments, *, rounds, others=None):
    """Every way of `program`, in turns: dict of name to the medians of its rounds and what it found.

    Parameters
    ----------
    others : dict of name to the command of a way that another interpreter runs and that prints what `answer` prints
    """
    commands = {name: [sys.executable, program, "--way", name, *arguments] for name in names} | (others or {})
    took = {name: [] for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            ended = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
            if ended.returncode:
                raise SystemExit(f"{name}: {(ended.stderr.strip() or 'ended without a word').splitlines()[-1]}")
            took[name].append(json.loads(ended.stdout.splitlines()[-1]))
            print(f"round {number + 1}, {name}: {took[name][-1]['wall']:.2f} s, {took[name][-1]['megabytes']:.0f} MB", flush=True)
    numbers = ("wall", "cpu", "megabytes", "above")
    return {
        name: {key: statistics.median(run[key] for run in runs) for key in numbers} | {"found": runs[-1]["found"]}
        for name, runs in took.items()
    }


def told(took):
    """The medians as rows of a table; ratios to the first way, the kit."""
    ours = next(iter(took.values()))
    return [
        {
            "way": name, "seconds": f"{one['wall']:.2f}", "times the kit's": f"{one['wall'] / ours['wall']:.1f}", "CPU seconds": f"{one['cpu']:.2f}",
            "times the kit's CPU": f"{one['cpu'] / ours['cpu']:.1f}", "peak MB": f"{one['megabytes']:.0f}",
            "of it above imports": f"{max(one['above'], 0.0):.0f}",
        }
        for name, one in took.items()
    ]  # fmt: skip


def largest_difference(one, other):
    """The largest difference of two lists of numbers, told where both have one; None stands for what is not said."""
    if len(one) != len(other):
        raise SystemExit(f"one way found {len(one)} numbers and the other {len(other)}")
    return max((abs(a - b) for a, b in zip(one, other, strict=True) if a is not None and b is not None), default=0.0)


def peers(*, python, scikit, r):
    """The commands of scikit-survival and of R, where they are, as `others` of `in_turns`; and what is said of those that are not.

    Parameters
    ----------
    python : interpreter that may have scikit-survival
    scikit, r : (name of the way, its arguments)
    """
    others, absent = {}, []
    if works([python, "-c", "import sksurv, pyarrow"]):
        others[scikit[0]] = [python, *scikit[1]]
    else:
        absent.append("scikit-survival")
    if works(["Rscript", "-e", "library(survival)"]):
        others[r[0]] = ["Rscript", *r[1]]
    else:
        absent.append("R with survival")
    return others, f" {' and '.join(absent)} not there: not compared." if absent else ""


def works(command):
    """Is there such a program, and does it end well?"""
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, check=False).returncode == 0
