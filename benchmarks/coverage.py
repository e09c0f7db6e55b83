"""How many of the 95 % intervals hold the truth? Simulated companies of many kinds, for the table in docs/statistics.md.

    python benchmarks/coverage.py [--companies 1000] [--seed 20260801] [--results coverage.csv] [--docs docs/statistics.md]

Survival, hazard and restricted mean cost little and are judged on ten times as many companies. A cell outside 93.5-96.5 % is judged again on
four times as many fresh companies, so that chance alone does not accuse it (nor, of its neighbours, acquit one: they are what the first round said).
With --results a run that was broken off goes on where it stopped. Takes about two hours of one core.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script from anywhere

from benchmarks.coverage_companies import settings
from benchmarks.coverage_curves import study_curves
from benchmarks.coverage_forecasts import study_forecasts
from benchmarks.coverage_values import study_values

STUDIES = {"curves": (study_curves, 10), "values": (study_values, 1), "forecasts": (study_forecasts, 1)}
WITHIN = (0.935, 0.965)
AGAIN = 4
#: What the table shows, in its order; the rest of the results is for the text.
SHOWN = {
    "survival": "S", "hazard": "hazard", "restricted mean, 12 months": "mean 12", "restricted mean, 24 months": "mean 24",
    "LTV, observed, 12 months": "LTV 12", "LTV, observed, 36 months": "LTV 36", "LTV, fitted model, 12 months": "model 12",
    "LTV, fitted model, 36 months": "model 36", "forecast: who stays": "stays", "forecast: MRR": "MRR", "forecast: revenue per customer": "revenue",
}  # fmt: skip
BEGIN, END = "<!-- made by benchmarks/coverage.py: begin -->", "<!-- end -->"


def study(setting, name, *, companies, seed):
    """One setting under one of `STUDIES`, the cells outside `WITHIN` judged again: DataFrame measure, coverage, intervals, withheld, companies, again."""
    run, more = STUDIES[name]
    table = run(setting, companies=companies * more, seed=seed).assign(companies=companies * more, again=False)
    doubtful = ~table["coverage"].between(*WITHIN) & (table["withheld"] < 0.5) & table["measure"].isin(SHOWN)
    if doubtful.any():
        fresh = run(setting, companies=companies * more * AGAIN, seed=seed + 1).assign(companies=companies * more * AGAIN, again=True)
        table = pd.concat([table[~doubtful], fresh[doubtful.to_numpy()]]).sort_index()
    return table


def full_study(*, companies, seed, results=None, studies=tuple(STUDIES)):
    """Every setting under every study, each written to the file `results` as soon as it is known."""
    done = pd.read_csv(results) if results and Path(results).exists() else pd.DataFrame(columns=["study", "shape", "censoring", "customers"])
    for name in studies:
        for setting in settings():
            head = {"study": name, "shape": setting.shape, "censoring": setting.censoring, "customers": setting.customers}
            if len(done) and (done[list(head)] == pd.Series(head)).all(axis=1).any():
                continue
            table = study(setting, name, companies=companies, seed=seed)
            done = pd.concat([done, table.assign(**head)], ignore_index=True) if len(done) else table.assign(**head)
            if results:
                done.to_csv(results, index=False)
            print(*head.values(), *(f"{row.measure} {100 * row.coverage:.1f}" for row in table.itertuples()), sep="; ", flush=True)
    return done


def as_markdown(results):
    """The table of the page: one row per setting, coverage in per cent; a dash where half of the intervals or more are withheld."""
    told = results[results["measure"].isin(SHOWN)].copy()
    again = told["again"].astype(str) == "True"
    told["cell"] = (100 * told["coverage"]).map("{:.1f}".format) + again.map({True: "*", False: ""})
    told.loc[told["withheld"] >= 0.5, "cell"] = "–"
    keys = ["shape", "censoring", "customers"]
    wide = told.drop_duplicates([*keys, "measure"]).pivot(index=keys, columns="measure", values="cell").reindex(columns=list(SHOWN))
    order = [(setting.shape, setting.censoring, setting.customers) for setting in settings()]
    lines = ["| hazard | censoring | customers | " + " | ".join(SHOWN.values()) + " |", "|---" * (3 + len(SHOWN)) + "|"]
    for shape, censoring, customers in (one for one in order if one in wide.index):
        cells = wide.loc[(shape, censoring, customers)].fillna("–")
        lines.append(f"| {shape} | {censoring} | {customers:,} | " + " | ".join(cells) + " |")
    given = told[told["withheld"] < 0.5]
    for name, pick in (("lowest", "min"), ("mean", "mean"), ("highest", "max")):
        column = given.groupby("measure")["coverage"].agg(pick).reindex(list(SHOWN))
        lines.append(f"| **{name}** | | | " + " | ".join(f"{100 * value:.1f}" for value in column) + " |")
    outside = given[~given["coverage"].between(*WITHIN)]
    summary = f"{len(given)} cells with intervals; {len(outside)} outside 93.5-96.5 %"
    summary += "".join(f"; {row.shape}, {row.censoring}, {row.customers:,}: {row.measure} {100 * row.coverage:.1f}" for row in outside.itertuples())
    return "\n".join([*lines, "", f"{summary}."])


def write_between_markers(path, text):
    """Replace what stands between the markers of a page."""
    page = Path(path).read_text(encoding="utf-8")
    before, found, rest = page.partition(BEGIN)
    if not found:
        raise SystemExit(f"{path} has no line {BEGIN}")
    after = rest.partition(END)[2]
    Path(path).write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--companies", type=int, default=1000)
    options.add_argument("--seed", type=int, default=20260801)
    options.add_argument("--results", default="", help="CSV that a broken run goes on from")
    options.add_argument("--studies", nargs="+", choices=list(STUDIES), default=list(STUDIES))
    options.add_argument("--docs", default="", help="page to write the table into, between its markers")
    options = options.parse_args()
    results = full_study(companies=options.companies, seed=options.seed, results=options.results, studies=options.studies)
    text = as_markdown(results)
    if options.docs:
        write_between_markers(options.docs, text)
    print(text)


if __name__ == "__main__":
    main()
