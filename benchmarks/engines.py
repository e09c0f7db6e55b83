"""The same report counted by DuckDB and by Spark: are all tables and findings the same bytes, how long does each notebook take, how much memory?

    python benchmarks/engines.py [--data DIR] [--month 2026-10] [--only NAME …] [--spark key=value …]
    python benchmarks/engines.py --make 1000000 --data DIR

`--make` simulates a company with so many paying customers, with all its tables, in parts of 20,000, as folders of Parquet.
Seconds and memory are of all processes of the report together. Linux only (it reads /proc).
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import machine, table, write_section

from lifecycle_utils.report.catalogue import FOLDER

_PART = 20_000
_TICKS, _PAGE = 100, 4096
#: What Spark is told when nothing else is: a driver with some memory, few partitions for few cores.
_SPARK = {"spark.master": "local[2]", "spark.driver.memory": "4g", "spark.sql.shuffle.partitions": "8", "spark.driver.host": "127.0.0.1"}


def make(customers, folder):
    """Write the company: independent companies of one truth side by side, told apart by their ids."""
    import duckdb
    import pandas as pd

    from lifecycle_utils import simulate
    from lifecycle_utils.simulate.write import write_frames

    engine, spent = duckdb.connect(), []
    for part, first in enumerate(range(0, customers, _PART)):
        if (folder / "customers" / f"{part:03d}.parquet").exists() and (folder / "marketing.parquet").exists():
            continue
        frames = simulate.company(customers=min(_PART, customers - first), months=36, seed=part)
        spent.append(frames.pop("marketing"))
        rates = frames.pop("exchange_rates")
        for name, frame in frames.items():
            (folder / name).mkdir(parents=True, exist_ok=True)
            ids = {column: f"{part:03d}-" + frame[column] for column in ("customer_id", "subscription_id", "lead_id") if column in frame}
            engine.from_df(frame.assign(**ids)).write_parquet(str(folder / name / f"{part:03d}.parquet"))
        print(f"{first + _PART:,} customers", flush=True)
    marketing = pd.concat(spent).groupby(["month", "channel"], as_index=False, sort=False).sum()
    engine.from_df(marketing).write_parquet(str(folder / "marketing.parquet"))
    engine.from_df(rates).write_parquet(str(folder / "exchange_rates.parquet"))
    write_frames(folder, {})


def on_spark(folder, copy, settings):
    """The same company in the new folder `copy`, by links, with Spark as its engine."""
    copy.mkdir()
    for file in folder.iterdir():
        if file.name != "lifecycle.toml":
            (copy / file.name).symlink_to(file.resolve())
    head, bracket, sections = (folder / "lifecycle.toml").read_text(encoding="utf-8").partition("\n[") if (folder / "lifecycle.toml").exists() else ("", "", "")
    told = "\n".join(f'"{name}" = "{value}"' for name, value in settings.items())
    (copy / "lifecycle.toml").write_text(f'{head}\nengine = "spark"\n[spark]\n{told}\n{bracket}{sections}', encoding="utf-8")


def measured(command):
    """Run a command: seconds, CPU seconds and the most megabytes of it and all that it started, looked at every fifth of a second."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as running:
        began, most, cpu = time.monotonic(), 0, {}
        while running.poll() is None:
            held = 0
            for number in _family(running.pid):
                try:
                    ticks = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[11:13]
                    # what several processes share is counted once, with the first of them
                    shared = int(Path(f"/proc/{number}/statm").read_text().split()[2]) if number != running.pid else 0
                    held += (int(Path(f"/proc/{number}/statm").read_text().split()[1]) - shared) * _PAGE
                except (FileNotFoundError, ProcessLookupError):  # it has just ended
                    continue
                cpu[number] = sum(map(int, ticks)) / _TICKS
            most = max(most, held)
            time.sleep(0.2)
        if running.returncode:
            raise SystemExit(running.stderr.read())
        return time.monotonic() - began, sum(cpu.values()), most / 2**20


def _family(number):
    """The process and everything that came of it."""
    yield number
    for task in Path(f"/proc/{number}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            yield from _family(int(child))


def left(out):
    """What a report left: dict of file name to bytes of what must not depend on the engine, and dict of notebook to seconds."""
    month = next(path for path in out.iterdir() if path.is_dir() and not path.is_symlink() and (path / "run.json").exists())
    found = {path.name: path.read_bytes() for path in sorted([*(month / "tables").iterdir(), month / "findings.json"])}
    return found, json.loads((month / "run.json").read_text(encoding="utf-8"))["run"]["notebooks"]


def compared(names, folders, month, out):
    """A report by both engines: the rows of two tables (of notebooks, and of the whole), and the files that differ."""
    found, seconds, whole = {}, {}, []
    for engine, folder in folders.items():
        target = out / engine
        shutil.rmtree(target, ignore_errors=True)
        command = [sys.executable, "-m", "lifecycle_utils", "report", "--data", str(folder), "--out", str(target), "--jobs", "1", "--timeout", "3600"]
        took, cpu, megabytes = measured([*command, *(["--month", month] if month else []), "--only", *names])
        found[engine], seconds[engine] = left(target)
        whole.append({"engine": engine, "seconds": f"{took:.0f}", "CPU seconds": f"{cpu:.0f}", "peak MB": f"{megabytes:.0f}"})
        print(whole[-1], flush=True)
    files = sorted({*found["DuckDB"], *found["Spark"]})
    differ = [file for file in files if found["DuckDB"].get(file) != found["Spark"].get(file)]
    print(f"{len(files)} files, not the same bytes: {', '.join(differ) or 'none'}", flush=True)
    rows = [{"notebook": name, **{f"{engine}: seconds": f"{took[name]:.1f}" for engine, took in seconds.items()}} for name in names]
    said = f"{len(differ)} differ: {', '.join(differ)}." if differ else "all the same bytes."
    return rows, whole, f"{len(files) - 1} tables and the findings, {said}", differ


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--make", type=int, metavar="CUSTOMERS")
    parser.add_argument("--data", type=Path, default=FOLDER.parent / "data" / "sample")
    parser.add_argument("--month", default="")
    parser.add_argument("--only", nargs="+", default=[re.sub(r"^\d+_", "", path.stem) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))])
    parser.add_argument("--spark", nargs="+", default=[], metavar="KEY=VALUE")
    parser.add_argument("--out", type=Path, help="where the reports are left, to look at what differs")
    parser.add_argument("--called", help="the company's name in RESULTS.md; nothing is written there without it")
    asked = parser.parse_args()
    if asked.make:
        make(asked.make, asked.data)
        return
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "spark"
        on_spark(asked.data, copy, _SPARK | dict(one.split("=", 1) for one in asked.spark))
        out = asked.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        rows, whole, said, differ = compared(asked.only, {"DuckDB": asked.data, "Spark": copy}, asked.month, out)
    if asked.called:
        told = f"{said} One notebook at a time.\n\n{table(whole)}\n\n{table(rows)}\n\n{machine('duckdb', 'pyspark', 'narwhals')}"
        write_section(f"Two engines, one report: {asked.called}", told)
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
