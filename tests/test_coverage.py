"""A short version of benchmarks/coverage.py: the 95 % intervals hold the truth in about 95 % of simulated companies."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from benchmarks import coverage, coverage_averages
from benchmarks.coverage_companies import SHAPES, Setting, growing_ages, level_ages, life_tables, settings, simulate_counts, tenures_frame
from benchmarks.coverage_curves import study_curves
from benchmarks.coverage_forecasts import simulate, study_forecasts
from benchmarks.coverage_values import study_values
from lifecycle_utils import estimate

ONE = Setting("two", "two", (0.1, 0.02, 0.2, 0.05), 400_000, level_ages(6), observed=3)


def chance_of(companies):
    """Between which shares does the coverage of a 95 % interval lie, in all but one of a thousand tries?"""
    return binom.ppf([0.0005, 0.9995], companies, 0.95) / companies


def test_simulated_companies_have_the_hazards_they_were_given():
    here, left = simulate_counts(ONE, companies=2, rng=np.random.default_rng(1))
    assert (here.sum(axis=1) + left.sum(axis=(1, 2)) == ONE.customers).all()
    at_risk, churned = life_tables(ONE, here, left)
    np.testing.assert_allclose(churned / at_risk, np.tile(ONE.hazard(5), (2, 1)), rtol=0.05)
    # ages 4 and 5 began before the data: their first month, or two, is in no risk set, and who left then is not in the data
    assert left[:, 4, 0].sum() == left[:, 5, :2].sum() == 0 and (left[:, 5, 2] > 0).all()


def test_the_frame_is_the_same_companies():
    here, left = simulate_counts(ONE, companies=3, rng=np.random.default_rng(2))
    at_risk, churned = life_tables(ONE, here, left)
    table = estimate.life_table(tenures_frame(ONE, here, left))
    assert table.pivot(index="group", columns="tenure_month", values="at_risk").to_numpy().tolist() == at_risk.tolist()
    assert table.pivot(index="group", columns="tenure_month", values="churned").to_numpy().tolist() == churned.tolist()


def test_every_combination_is_studied():
    assert len(settings()) == len({(one.shape, one.censoring, one.customers) for one in settings()}) == 5 * 3 * 3
    assert min(one.customers for one in settings()) == 200


@pytest.mark.parametrize("setting", settings(sizes=[200]), ids=lambda one: f"{one.shape}, {one.censoring}")
def test_survival_hazard_and_restricted_mean(setting):
    """Every shape and censoring at the smallest size; the first companies are computed by the kit as well and must agree."""
    told = study_curves(setting, companies=400, seed=3).query("measure != 'median' and withheld < 0.5").set_index("measure")["coverage"]
    assert {"survival", "hazard", "restricted mean, 24 months"} <= set(told.index)
    lowest, highest = chance_of(400)
    assert told.between(lowest, highest).all(), told
    # many months of a company average out what a single month's whole customers do
    assert 0.935 <= told["hazard"] <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("censoring", ["heavy", "left truncation"])
def test_lifetime_value(censoring):
    (setting,) = settings(sizes=[200], shapes=["falling 7 % to 2 %"], censoring=[censoring])
    told = study_values(setting, companies=120, seed=5, draws=300).query("withheld < 0.5").set_index("measure")["coverage"]
    lowest, highest = chance_of(120)
    assert len(told) >= 3 and told.between(lowest, highest).all(), told


def test_a_model_that_does_not_fit_prints_no_interval():
    (setting,) = settings(sizes=[1000], shapes=["annual 25 %, 18 %"], censoring=["light"])
    told = study_values(setting, companies=10, seed=5, draws=100).set_index("measure")
    assert told.loc["LTV, fitted model, 12 months", "withheld"] == 1 and told.loc["LTV, observed, 12 months", "withheld"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "between_months"), [("falling 7 % to 2 %", 0.0), ("annual 25 %, 18 %", 0.0), ("flat 3 %", 0.3)])
def test_forecasts(shape, between_months):
    """Also where calendar months differ by 30 %: without knowing of it the intervals would hold in about 82 of 100."""
    (setting,) = settings(sizes=[1000], shapes=[shape], censoring=["heavy"])
    told = study_forecasts(setting, companies=60, seed=7, draws=300, between_months=between_months).set_index("measure")
    lowest, highest = chance_of(60)
    cohorts = told.index.str.endswith("by cohort")
    assert told.loc[~cohorts, "coverage"].between(lowest, highest).all(), told
    # a cohort's few customers are whole customers: its interval is wider than it must be, never narrower
    assert told.loc[cohorts, "coverage"].iloc[0] > 0.93


def test_a_simulated_company_for_forecasts_adds_up():
    setting = Setting("flat", "heavy", SHAPES["flat 3 %"], 3000, growing_ages(24))
    one = simulate(setting, 6, np.random.default_rng(4))
    followed = pd.DataFrame(one.followed)
    assert followed["customers"].sum() == 3000 and one.customers.sum() == followed.query("not churned")["customers"].sum()
    np.testing.assert_allclose(one.paid[:, 0], one.mrr)
    assert (one.stayed <= one.customers).all() and 0.7 < one.stayed.sum() / one.customers.sum() < 0.97**6 + 0.1
    table = followed.query("tenure > entry")
    churned, months = table.query("churned")["customers"].sum(), (table["customers"] * (table["tenure"] - table["entry"])).sum()
    assert churned / months == pytest.approx(0.03 * (0.6 + 0.4 * 0.75), rel=0.1)
    assert len(one.stayers["customers"]) == 12 and (one.stayers["closing_mrr"] > 0).all()


def results_of(*rows):
    """Rows of measure, coverage, withheld, round, for one setting."""
    frame = pd.DataFrame(rows, columns=["measure", "coverage", "withheld", "round"])
    return frame.assign(study="values", shape="flat 3 %", censoring="light", customers=200, intervals=1000)


def test_the_table_is_written_between_its_markers(tmp_path):
    text = coverage.as_markdown(results_of(("survival", 0.951, 0.0, 0), ("LTV, observed, 12 months", 0.912, 0.1, 0), ("LTV, observed, 36 months", 0.9, 0.8, 0),
                                           ("median", 0.99, 0.0, 0)))  # fmt: skip
    assert "| flat 3 % | light | 200 | 95.1 |  |  |  | 91.2 | – |" in text and "0.99" not in text
    assert "2 cells with intervals; 1 outside 93.5-96.5 %; flat 3 %, light, 200: LTV, observed, 12 months 91.2." in text
    page = tmp_path / "page.md"
    page.write_text(f"before\n{coverage.BEGIN}\nold\n{coverage.END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        coverage.write_between_markers(page, text)
    assert page.read_text(encoding="utf-8") == f"before\n{coverage.BEGIN}\n\n{text}\n\n{coverage.END}\nafter\n"
    with pytest.raises(SystemExit, match="has no line"):
        page.write_text("nothing", encoding="utf-8")
        coverage.write_between_markers(page, text)


def test_a_doubtful_cell_is_judged_by_fresh_companies_alone_and_no_other_cell_is():
    results = results_of(("survival", 0.93, 0.0, 0), ("hazard", 0.94, 0.0, 0), ("survival", 0.95, 0.0, 1), ("hazard", 0.9, 0.0, 1), ("survival", 0.94, 0.0, 2))
    told = coverage.judged(results).set_index("measure")
    assert told.loc["survival", "coverage"] == pytest.approx(0.945) and told.loc["survival", "intervals"] == 2000 and told.loc["survival", "again"]
    assert told.loc["hazard", "coverage"] == 0.94 and not told.loc["hazard", "again"]
    assert "| 94.5* | 94.0 |" in coverage.as_markdown(results)


def test_a_broken_study_goes_on_where_it_stopped(tmp_path, monkeypatch):
    asked = []

    def run(setting, *, companies, seed):
        asked.append((setting.customers, companies, seed))
        return pd.DataFrame({"measure": ["survival"], "coverage": [0.99 if setting.customers == 200 else 0.95], "intervals": [companies], "withheld": [0.0]})

    monkeypatch.setattr(coverage, "STUDIES", {"curves": (run, 10)})
    monkeypatch.setattr(coverage, "settings", lambda: settings(shapes=["flat 3 %"], censoring=["heavy"], sizes=[200, 1000]))
    path = tmp_path / "results.csv"
    done = coverage.full_study(companies=3, seed=1, results=path, studies=["curves"])
    # one setting is out of range: four more rounds, other companies every time
    assert asked == [(200, 30, 1), (1000, 30, 1), *((200, 30, 1 + 100_000 * number) for number in (1, 2, 3, 4))]
    assert coverage.full_study(companies=3, seed=1, results=path, studies=["curves"])["round"].tolist() == done["round"].tolist() and len(asked) == 6
    pd.read_csv(path).iloc[[0]].to_csv(path, index=False)
    coverage.full_study(companies=3, seed=1, results=path, studies=["curves"])
    assert asked[6:] == asked[1:6]


def test_averages_of_skewed_amounts_are_held_more_often_than_by_the_plain_interval():
    told = coverage_averages.study_averages(companies=400, seed=1).set_index(["amounts", "customers"])
    hard = told.loc[("lognormal, standard deviation 2 of the mean", 200)]
    assert hard["plain"] < 0.925 < hard["corrected"] < 0.965
    easy = told.loc[[name for name in coverage_averages.AMOUNTS if name.endswith((" 0.3 of the mean", " 0.8 of the mean", "others do"))]]
    lowest, highest = chance_of(400)
    assert easy["corrected"].between(lowest, highest).all(), easy
    text = coverage_averages.as_markdown(told.reset_index())
    assert text.count("\n") == 1 + len(coverage_averages.AMOUNTS) and f"{100 * hard['plain']:.1f} → {100 * hard['corrected']:.1f}" in text
