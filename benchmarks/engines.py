"""The same report counted by DuckDB and by Spark: are all tables and findings the same bytes, how long does each notebook take, how much memory?

    python benchmarks/engines.py [--data DIR] [--month 2026-10] [--only NAME …] [--apart --out DIR] [--spark key=value …]
    python benchmarks/engines.py --make 530000 --data DIR
    python benchmarks/engines.py --telco DIR

`--apart` lets Spark make a report of each notebook, and keeps in `--out` what was measured: a notebook that fails takes nothing with it, and the
same command again makes only what is not there yet (after a change of the kit, give another `--out`).
`--telco` takes the public table of Telco, DIR/telco/Telco-Customer-Churn.csv, as the company.
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
_MEASURED = "measured.json"
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


def _telco(shared_data, folder):
    """The company that the tests make of Telco, and its month."""
    sys.path.insert(0, str(FOLDER.parent))
    from tests.companies import TELCO_MONTH, write_telco

    folder.mkdir()
    return write_telco(shared_data, folder), TELCO_MONTH


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
    try:
        told = [task.read_text() for task in Path(f"/proc/{number}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return
    for children in told:
        for child in children.split():
            yield from _family(int(child))


def left(out):
    """What a report left: dict of file name to bytes of what must not depend on the engine, and dict of notebook to seconds."""
    month = next(path for path in out.iterdir() if path.is_dir() and not path.is_symlink() and (path / "run.json").exists())
    found = {path.name: path.read_bytes() for path in sorted([*(month / "tables").iterdir(), month / "findings.json"])}
    return found, json.loads((month / "run.json").read_text(encoding="utf-8"))["run"]["notebooks"]


def made(engine, names, folder, month, target):
    """A report by one engine, made anew: dict of the files that must not depend on the engine, and dict of what was measured."""
    shutil.rmtree(target, ignore_errors=True)
    command = [sys.executable, "-m", "lifecycle_utils", "report", "--data", str(folder), "--out", str(target), "--jobs", "1", "--timeout", "7200"]
    seconds, cpu, megabytes = measured([*command, *(["--month", month] if month else []), "--only", *names])
    found, notebooks = left(target)
    took = {"engine": engine, "seconds": seconds, "cpu": cpu, "megabytes": megabytes, "notebooks": notebooks}
    each = ", ".join(f"{name} {one:.1f} s" for name, one in notebooks.items())
    print(f"{engine}: {seconds:.0f} s, {cpu:.0f} CPU s, {megabytes:.0f} MB; {each}", flush=True)
    (target / _MEASURED).write_text(json.dumps(took), encoding="utf-8")
    return found, took


def compared(names, folders, month, out):
    """A report by both engines: list of what was measured of each, and dict of file to whether it is the same bytes of both."""
    found, took = {}, []
    for engine, folder in folders.items():
        found[engine], one = made(engine, names, folder, month, out / engine)
        took.append(one)
    return took, _same(found["DuckDB"], found["Spark"])


def compared_apart(names, folders, month, out):
    """As `compared`, but Spark makes a report of each notebook. Reports that `out` holds are not made again; a notebook that fails is told and left."""
    whole = _held(out / "DuckDB") or made("DuckDB", names, folders["DuckDB"], month, out / "DuckDB")
    if set(whole[1]["notebooks"]) != set(names):
        raise SystemExit(f"{out} holds a report of {', '.join(whole[1]['notebooks'])}; give another --out for other notebooks")
    (out / "Spark").mkdir(exist_ok=True)
    parts = [part for place in sorted((out / "Spark").iterdir()) if (part := _held(place))]
    for name in names:
        if not any(name in took["notebooks"] for _, took in parts):
            try:
                parts.append(made("Spark", [name], folders["Spark"], month, out / "Spark" / name))
            except SystemExit as failed:
                print(f"{name} failed on Spark: {failed}", file=sys.stderr, flush=True)
    found, findings = {}, []
    for files, _ in parts:
        findings += json.loads(files["findings.json"])
        found |= files
    order = {name: place for place, name in enumerate(whole[1]["notebooks"])}
    found["findings.json"] = sorted(findings, key=lambda finding: order[finding["notebook"]])
    own = whole[0] | {"findings.json": json.loads(whole[0]["findings.json"])}
    return [whole[1], *(took for _, took in parts)], _same(own, found)


def _held(place):
    """The report that a folder holds, as `made` returns one, or None. Of one that was made by `lifecycle report` CPU and memory are not known."""
    if not next(place.glob("*/run.json"), None):
        return None
    found, notebooks = left(place)
    if (place / _MEASURED).exists():
        return found, json.loads((place / _MEASURED).read_text(encoding="utf-8"))
    run = json.loads(next(place.glob("*/run.json")).read_text(encoding="utf-8"))["run"]
    return found, {"engine": place.parent.name, "seconds": run["seconds"], "cpu": None, "megabytes": None, "notebooks": notebooks}


def _same(of_duckdb, of_spark):
    same = {file: of_duckdb.get(file) == of_spark.get(file) for file in sorted({*of_duckdb, *of_spark})}
    print(f"{len(same)} files, not the same bytes: {_differ(same)}", flush=True)
    return same


def _differ(same):
    return ", ".join(file for file, is_same in same.items() if not is_same) or "none"


def told(took, settings):
    """Tables of the reports and of their notebooks, and what Spark was told."""
    whole = [{"engine": one["engine"], "notebooks": ", ".join(one["notebooks"]) if len(took) > 2 else len(one["notebooks"]), **_spent(one)} for one in took]
    seconds = {}
    for one in took:
        for name, spent in one["notebooks"].items():
            seconds.setdefault(name, {})[f"{one['engine']}: seconds"] = f"{spent:.1f}"
    rows = [{"notebook": name, **spent} for name, spent in seconds.items() if len(spent) == 2]
    how = "Spark made a report of each notebook or of a few, and opened, checked and copied the company for each. " if len(took) > 2 else ""
    how += "Where CPU and memory are blank they were not measured. " if any(one["cpu"] is None for one in took) else ""
    spark = ", ".join(f"`{name}` {value}" for name, value in settings.items() if name != "spark.driver.host")
    return f"{how}One notebook at a time; Spark with {spark}.\n\n{table(rows)}\n\n{table(whole)}"


def _spent(took):
    named = {"seconds": "seconds", "CPU seconds": "cpu", "peak MB": "megabytes"}
    return {what: "" if took[name] is None else f"{took[name]:.0f}" for what, name in named.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--make", type=int, metavar="CUSTOMERS")
    parser.add_argument("--data", type=Path, default=FOLDER.parent / "data" / "sample")
    parser.add_argument("--telco", type=Path, metavar="DIR")
    parser.add_argument("--month", default="")
    parser.add_argument("--only", nargs="+", default=[re.sub(r"^\d+_", "", path.stem) for path in sorted(FOLDER.glob("[0-9]*.ipynb"))])
    parser.add_argument("--spark", nargs="+", default=[], metavar="KEY=VALUE")
    parser.add_argument("--out", type=Path, help="where the reports are left, to look at what differs")
    parser.add_argument("--apart", action="store_true", help="by Spark a report of each notebook; goes on where --out left off")
    parser.add_argument("--called", help="the company's name in RESULTS.md; nothing is written there without it")
    asked = parser.parse_args()
    if asked.make:
        make(asked.make, asked.data)
        return
    if asked.apart and not asked.out:
        parser.error("--apart needs --out, where what was measured is kept")
    settings = _SPARK | dict(one.split("=", 1) for one in asked.spark)
    with tempfile.TemporaryDirectory() as scratch:
        if asked.telco:
            asked.data, asked.month = _telco(asked.telco, Path(scratch) / "telco")
        copy = Path(scratch) / "spark"
        on_spark(asked.data, copy, settings)
        out = asked.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        took, same = (compared_apart if asked.apart else compared)(asked.only, {"DuckDB": asked.data, "Spark": copy}, asked.month, out)
    # a company that lacks a notebook's tables has no such notebook
    failed = set(took[0]["notebooks"]) - {name for one in took if one["engine"] == "Spark" for name in one["notebooks"]}
    if asked.called:
        differ = f"{_differ(same)} not the same bytes" if not all(same.values()) else "all the same bytes"
        said = f"{len(same) - 1} tables and the findings: {differ}." + (f" Failed on Spark: {', '.join(sorted(failed))}." if failed else "")
        write_section(f"Two engines, one report: {asked.called}", f"{said} {told(took, settings)}\n\n{machine('duckdb', 'pyspark', 'narwhals')}")
    sys.exit(1 if failed or not all(same.values()) else 0)


if __name__ == "__main__":
    main()
