"""How many of the 95 % intervals hold the truth? Simulated companies of many kinds, for the table in docs/statistics.md.

    python benchmarks/coverage.py [--companies 1000] [--seed 20260801] [--results coverage.csv] [--docs docs/statistics.md]

Survival, hazard and restricted mean cost little and are judged on ten times as many companies. A cell outside 93.5-96.5 % after the first round is
judged anew on four rounds of fresh companies, so that chance alone does not accuse it (nor, of its neighbours, acquit one: they are what the
first round said). With --results a run that was broken off goes on where it stopped. Takes about a quarter of an hour of one core.
"""

import argparse
import sys
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script from anywhere

from benchmarks import coverage_averages
from benchmarks.coverage_companies import CENSORING, SHAPES, SIZES, settings
from benchmarks.coverage_curves import study_curves
from benchmarks.coverage_forecasts import study_forecasts
from benchmarks.coverage_values import study_values

#: What is run in every setting, on how many times the companies.
STUDIES = {"curves": (study_curves, 10), "values": (study_values, 1), "forecasts": (study_forecasts, 1)}
WITHIN = (0.935, 0.965)
AGAIN = 4
#: With fewer intervals a coverage says little: single cohorts of small companies are hardly ever large enough to be forecast.
ENOUGH = 400
#: Hazards that a shifted-beta-geometric can have.
MODELLED = ("flat 1 %", "flat 3 %", "falling 7 % to 2 %")
KEYS = ["study", "shape", "censoring", "customers"]
#: What the table shows, in its order; the rest of the results is for the text.
SHOWN = {
    "survival": "S", "hazard": "hazard", "restricted mean, 12 months": "mean 12", "restricted mean, 24 months": "mean 24",
    "LTV, observed, 12 months": "LTV 12", "LTV, observed, 36 months": "LTV 36", "LTV, fitted model, 12 months": "model 12",
    "LTV, fitted model, 36 months": "model 36", "forecast: who stays": "stays", "forecast: MRR": "MRR", "forecast: revenue per customer": "revenue",
}  # fmt: skip
AVERAGES = "Average MRR alone, average ± 1.96 standard errors → the kit's interval, in per cent of 4,000 companies (standard error 0.3 points):"
BEGIN, END = "<!-- made by benchmarks/coverage.py: begin -->", "<!-- end -->"


def full_study(*, companies, seed, results=None, studies=tuple(STUDIES)):
    """Every setting under every study, and what is doubtful again: each round is written to the file `results` as soon as it is known.

    Returns
    -------
    DataFrame, one row per study, setting, round (0 is the first) and measure: coverage, intervals, withheld, companies
    """
    done = pd.read_csv(results) if results and Path(results).exists() else pd.DataFrame(columns=[*KEYS, "round"])
    for number in range(1 + AGAIN):
        for name in studies:
            run, more = STUDIES[name]
            for setting in settings():
                head = {"study": name, "shape": setting.shape, "censoring": setting.censoring, "customers": setting.customers, "round": number}
                before = done[(done[KEYS] == pd.Series(head)[KEYS]).all(axis=1)]
                if number in set(before["round"]) or (number and doubtful(before[before["round"] == 0]).empty):
                    continue
                table = run(setting, companies=companies * more, seed=seed + 100_000 * number).assign(companies=companies * more, **head)
                done = pd.concat([done, table], ignore_index=True) if len(done) else table
                if results:
                    done.to_csv(results, index=False)
                print(*head.values(), *(f"{row.measure} {100 * row.coverage:.1f}" for row in table.itertuples()), sep="; ", flush=True)
    return done


def doubtful(first):
    """Rows of the first round that are outside `WITHIN`; where half of the intervals are withheld nothing is judged."""
    return first[~first["coverage"].between(*WITHIN) & (first["withheld"] < 0.5) & first["measure"].isin(SHOWN)]


def judged(results):
    """One row per setting and measure: the first round, or, of a doubtful cell, the later ones put together (again: True)."""
    first = results[results["round"] == 0].assign(again=False)
    later = results[results["round"] > 0].assign(held=lambda rows: rows["coverage"] * rows["intervals"])
    if later.empty:
        return first
    sums = later.groupby([*KEYS, "measure"], as_index=False).agg(held=("held", "sum"), intervals=("intervals", "sum"), withheld=("withheld", "mean"))
    fresh = sums.assign(coverage=sums["held"] / sums["intervals"], again=True).merge(doubtful(first)[[*KEYS, "measure"]])
    rest = first.merge(fresh[[*KEYS, "measure"]], how="left", indicator=True).query("_merge == 'left_only'")
    return pd.concat([rest, fresh], ignore_index=True)[[*KEYS, "measure", "coverage", "intervals", "withheld", "again"]]


def as_markdown(results):
    """The table of the page: one row per setting, coverage in per cent; a dash where half of the intervals or more are withheld."""
    told = judged(results)
    told = told[told["measure"].isin(SHOWN)].copy()
    told["cell"] = (100 * told["coverage"]).map("{:.1f}".format) + told["again"].map({True: "*", False: ""})
    told.loc[told["withheld"] >= 0.5, "cell"] = "–"
    keys = ["shape", "censoring", "customers"]
    wide = told.drop_duplicates([*keys, "measure"]).pivot(index=keys, columns="measure", values="cell").reindex(columns=list(SHOWN))
    order = [(shape, censoring, customers) for shape in SHAPES for censoring in CENSORING for customers in SIZES]
    lines = ["| hazard | censoring | customers | " + " | ".join(SHOWN.values()) + " |", "|---" * (3 + len(SHOWN)) + "|"]
    for shape, censoring, customers in (one for one in order if one in wide.index):
        cells = wide.loc[(shape, censoring, customers)].fillna("")
        lines.append(f"| {shape} | {censoring} | {customers:,} | " + " | ".join(cells) + " |")
    given = told[told["withheld"] < 0.5]
    for name, pick in (("lowest", "min"), ("mean", "mean"), ("highest", "max")):
        column = given.groupby("measure")["coverage"].agg(pick).reindex(list(SHOWN))
        lines.append(f"| **{name}** | | | " + " | ".join(f"{100 * value:.1f}" for value in column) + " |")
    outside = given[~given["coverage"].between(*WITHIN)]
    summary = f"{len(given)} cells with intervals; {len(outside)} outside 93.5-96.5 %"
    summary += "".join(f"; {row.shape}, {row.censoring}, {row.customers:,}: {row.measure} {100 * row.coverage:.1f}" for row in outside.itertuples())
    return "\n".join([*lines, "", f"{summary}.", *_ranges(results)])


def _ranges(results):
    """What the table leaves out: single months, what comes in whole units, the months behind lifetime values."""
    first = results[(results["round"] == 0) & (results["withheld"] < 0.5) & (results["intervals"] >= ENOUGH)]
    measure, of_kind = first["measure"], first["shape"].isin(MODELLED)
    lowest, highest = (first[name].fillna(first["coverage"]) if name in first else first["coverage"] for name in ("lowest", "highest"))
    rows = {
        "single months of survival": measure == "survival",
        "single months of the hazard": measure == "hazard",
        "the median": measure == "median",
        "forecasts of single cohorts": measure == "forecast: who stays, by cohort",
        "the months behind LTV, observed": measure.str.startswith("months, observed"),
        "by the model where the hazards are of its kind": measure.str.startswith("months, fitted") & of_kind,
        "by the model where they are not": measure.str.startswith("months, fitted") & ~of_kind,
    }
    said = [f"{name} {100 * lowest[which].min():.1f}-{100 * highest[which].max():.1f}" for name, which in rows.items() if which.any()]
    return ["", f"Not in the table, from the lowest to the highest setting: {'; '.join(said)}."] if said else []


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
    averages = coverage_averages.as_markdown(coverage_averages.study_averages(seed=options.seed))
    text = f"{as_markdown(results)}\n\n{AVERAGES}\n\n{averages}"
    if options.docs:
        write_between_markers(options.docs, text)
    print(text)


if __name__ == "__main__":
    main()
