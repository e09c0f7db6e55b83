"""benchmarks/RESULTS.md: one section a benchmark, each written by its own program and none touching the others'."""

import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
_TITLE = "# What was measured\n\nWritten by `make bench`. The machine may be busy otherwise: trust the ratios, whose sides took turns, before the seconds.\n"


def machine(*packages):
    """What it was measured on, as a sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {versions};"
        f" {os.getloadavg()[0]:.1f} processes were waiting or running at the end."
    )


def table(rows):
    """Dicts of one shape as a Markdown table."""
    lines = [rows[0].keys(), ["---"] * len(rows[0]), *(row.values() for row in rows)]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def write_section(name, text):
    """Put the section `name` into RESULTS.md, in the place of an earlier one."""
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _TITLE
    section = f"## {name}\n\n{text.strip()}\n"
    pattern = re.compile(rf"^## {re.escape(name)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    found = pattern.search(before)
    after = before[: found.start()] + section + ("\n" if before[found.end() :] else "") + before[found.end() :] if found else f"{before.rstrip()}\n\n{section}"
    RESULTS.write_text(after, encoding="utf-8", newline="\n")


def write_between(page, name, text):
    """Put `text` into a page of docs/, between the markers that name the benchmark `name`."""
    begin, end = f"<!-- made by benchmarks/{name}: begin -->", "<!-- end -->"
    before, found, rest = (RESULTS.parents[1] / "docs" / page).read_text(encoding="utf-8").partition(begin)
    if not found or end not in rest:
        raise SystemExit(f"docs/{page} has no place for {name}")
    after = f"{before}{begin}\n{text.strip()}\n{rest[rest.index(end):]}"
    (RESULTS.parents[1] / "docs" / page).write_text(after, encoding="utf-8", newline="\n")
