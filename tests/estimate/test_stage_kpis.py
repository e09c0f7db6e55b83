"""The key figures: each against a hand count or another route, changes against Newcombe's, and what is missing named."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate
from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import monthly_values as monthly
from lifecycle_utils.estimate.intervals import newcombe_interval, wilson_interval
from lifecycle_utils.estimate.kpi_list import KPIS, STAGES
from lifecycle_utils.months import month_end, month_range

MONTHS = month_range("2025-01", "2026-02")
OPTIONS = {"min_at_risk": 30, "confidence": 0.95}


def movements(opening=1000, churned=20, expanded=30):
    n = len(MONTHS)
    return pd.DataFrame(
        {
            "month": MONTHS, "opening_customers": opening, "churned_customers": churned, "expanded_customers": expanded, "new_customers": 25,
            "closing_mrr": np.linspace(1e5, 2e5, n), "closing_customers": 1005,
        }
    )  # fmt: skip


def counts(frames=None, missing=None, worth=None, months=MONTHS[12:]):
    whole = month_range("2023-02", MONTHS[-1])
    return SimpleNamespace(months=tuple(months), cutoffs={month: month_end(month) for month in whole}, worth=worth or {}, missing=missing or {},
                           frames={"movements": movements()} | (frames or {}))


def row(kpis, name, month="2026-02"):
    return kpis[(kpis["kpi"] == name) & (kpis["month"] == month)].iloc[0]


def test_every_figure_of_every_month_is_there_or_says_why_not():
    missing = dict.fromkeys(["leads", "lead_ages"], "the table leads is missing")
    missing |= dict.fromkeys(["awareness", "acquisition"], "the table marketing is missing")
    kpis = estimate.stage_kpis(counts(missing=missing), currency="EUR")
    assert set(kpis["kpi"]) == {one.name for one in KPIS} and set(kpis["stage"]) == set(STAGES)
    assert (kpis.groupby("kpi")["month"].count() == 2).all()
    assert (kpis["value"].notna() | (kpis["withheld"] != "")).all()
    assert row(kpis, "lead_generation_rate")["withheld"] == "the table leads is missing and the table marketing is missing"
    assert row(kpis, "cac")["unit"] == "EUR" and row(kpis, "visits")["withheld"] == "the table marketing is missing"


def test_changes_are_differences_and_their_interval_is_newcombes():
    frame = movements()
    frame.loc[frame["month"] == "2026-02", "churned_customers"] = 60
    told = row(estimate.stage_kpis(counts({"movements": frame}), currency="EUR"), "customer_churn")
    assert (told["value"], told["n"], told["change_month"], told["change_year"]) == pytest.approx((0.06, 1000, 0.04, 0.04))
    assert (told["lower"], told["upper"]) == pytest.approx([float(end) for end in wilson_interval(60, 1000)])
    low, high = newcombe_interval(60, 1000, 20, 1000)
    assert (told["change_year_lower"], told["change_year_upper"]) == pytest.approx((float(low), float(high)))
    assert (told["month_verdict"], told["year_verdict"]) == ("news", "news")
    quiet = row(estimate.stage_kpis(counts(), currency="EUR"), "upgrade_rate")
    assert (quiet["change_year"], quiet["year_verdict"], quiet["value"]) == (0, "noise", 0.03)


def test_a_change_between_windows_that_overlap_has_no_verdict():
    told = row(estimate.stage_kpis(counts(), currency="EUR"), "annual_customer_churn")
    assert told["change_month"] == 0 and told["month_verdict"] == "" and np.isnan(told["change_month_lower"])
    assert row(estimate.stage_kpis(counts(), currency="EUR"), "arpu")["year_verdict"] == ""  # counted, not estimated


def test_annual_churn_is_a_survival_curve_over_months():
    """By another route: a thousand customers of whom so many leave in each month, as tenures."""
    left = [20, 12, 30, 7, 9, 40, 11, 5, 18, 22, 3, 16]
    at_risk = 1000 - np.append(0, np.cumsum(left)[:-1])
    frame = pd.DataFrame({"month": month_range("2025-01", "2025-12"), "opening_customers": at_risk, "churned_customers": left})
    ours = monthly.annual_churn(frame, **OPTIONS).iloc[-1]
    tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [*range(1, 13), 12], "churned": [True] * 12 + [False]})
    tenures["customers"] = [*left, 1000 - sum(left)]
    theirs = estimate.survival(tenures).iloc[-1]
    assert (ours["value"], ours["lower"], ours["upper"]) == pytest.approx((1 - theirs["survival"], 1 - theirs["upper"], 1 - theirs["lower"]))
    assert ours["n"] == at_risk.sum() and monthly.annual_churn(frame.head(11), **OPTIONS)["withheld"].iloc[-1] == "fewer than 12 months with customers"


def test_stickiness_is_the_mean_share_of_days():
    days = np.array([1, 1, 2, 7, 30] * 20)
    frame = pd.DataFrame({"month": ["2026-04"], "active": [100], "active_days": [days.sum()], "squares": [(days**2).sum()]})
    told = monthly.stickiness(frame, **OPTIONS).iloc[0]
    error = 1.959964 * days.std(ddof=1) / 10 / 30
    assert (told["value"], told["lower"], told["upper"]) == pytest.approx((days.mean() / 30, days.mean() / 30 - error, days.mean() / 30 + error), abs=1e-6)


def test_answers_by_hand():
    answers = pd.DataFrame({"survey": ["nps"] * 4 + ["csat"] * 2, "month": "2026-02", "score": [10, 9, 7, 6, 4, 3], "answers": [20, 10, 30, 20, 30, 10]})
    nps, csat = monthly.net_promoter_scores(answers, **OPTIONS).iloc[0], monthly.satisfied(answers, **OPTIONS).iloc[0]
    assert (nps["value"], nps["n"]) == (12.5, 80) and (nps["lower"], nps["upper"]) == pytest.approx(estimate.net_promoter_score(30, 20, 80)[1:])
    assert (csat["value"], csat["n"]) == (0.75, 40)


def test_more_leads_than_visits_are_no_share_of_them():
    told = monthly.share_of(["2026-01", "2026-02", "2026-03"], [50, 3, 1], [40, 10, 0], what="visits", **OPTIONS)
    assert told["withheld"].tolist() == ["more than there were visits: no interval", "fewer than 30 visits: no interval", "no visits"]
    assert told["value"].tolist()[:2] == [1.25, 0.3] and np.isnan(told["value"].iloc[2]) and told["lower"].isna().all()


def test_cost_of_a_customer_by_month_year_and_channel():
    frame = pd.DataFrame({"group": ["all", "ads"], "spend": [100.0, 60.0], "new_customers": [4, 1]}).merge(pd.DataFrame({"month": MONTHS}), how="cross")
    frame.loc[(frame["month"] == "2026-01") & (frame["group"] == "ads"), "new_customers"] = 0
    kpis = estimate.stage_kpis(counts({"acquisition": frame}), currency="EUR")
    assert row(kpis, "cac")["value"] == 25 and row(kpis, "cac_12_months")["value"] == 25
    ads = row(kpis, "cac_12_months:ads")
    assert (ads["value"], ads["n"], ads["stage"]) == (pytest.approx(12 * 60 / 11), 11, "purchase")


def test_lifetime_value_is_that_of_its_own_estimator():
    tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 6, 12, 40], "churned": [True, True, True, False], "customers": [30, 40, 30, 300]})
    revenue = pd.DataFrame({"group": ["all"], "customers": [400], "average_mrr": [100.0], "variance_mrr": [25.0]})
    kpis = estimate.stage_kpis(counts(worth={"2026-02": (tenures, revenue)}), currency="EUR", gross_margin=0.8, horizon_months=12)
    values = estimate.lifetime_value(tenures, revenue, horizons_months=(12,), gross_margin=0.8)
    theirs = values[values["method"] == "restricted_mean"].iloc[0]
    assert row(kpis, "ltv")[["value", "lower", "upper", "n"]].tolist() == theirs[["value", "lower", "upper", "customers"]].tolist()
    assert "month before and the year before only" in row(kpis, "ltv", "2026-01")["withheld"]


def leads(created, waits):
    """Ages of one lead a row, with the whole year known."""
    return pd.DataFrame({"created_on": pd.to_datetime(created), "days": waits, "outcome": "reached", "leads": 40})


def test_conversion_of_a_month_is_as_it_was_known_at_its_end():
    ages = leads(["2025-06-01", "2025-12-20"], [60, 10])
    kpis = estimate.stage_kpis(counts({"lead_ages": ages}, months=["2025-07", "2025-12", "2026-02"]), currency="EUR")
    assert np.isnan(row(kpis, "conversion_within_90_days", "2025-07")["value"])  # 61 days: nobody is old enough
    told = row(kpis, "conversion_within_90_days")
    assert (told["value"], told["n"], told["withheld"]) == (1.0, 80, "everybody watched got there: no interval")


def test_the_median_day_of_first_value_and_its_interval():
    ages = pd.DataFrame({"created_on": pd.to_datetime("2026-01-05"), "days": [1, 3, 9, 50], "outcome": ["reached"] * 3 + ["open"], "leads": [40, 30, 20, 10]})
    told = row(estimate.stage_kpis(counts({"first_value_ages": ages}), currency="EUR"), "time_to_first_value")
    assert (told["value"], told["lower"], told["upper"], told["n"], told["unit"]) == (3, 1, 3, 100, "days")
    assert row(estimate.stage_kpis(counts({"first_value_ages": ages}), currency="EUR"), "first_value_within_7_days")["value"] == pytest.approx(0.7)


def test_the_funnel_names_what_is_missing_and_counts_what_is_there():
    tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [6, 12, 13], "churned": [True, False, False], "customers": [100, 200, 100]})
    frames = {"leads": pd.DataFrame({"month": MONTHS, "leads": 30}), "awareness": pd.DataFrame({"month": MONTHS, "visits": 600.0})}
    missing = dict.fromkeys(["first_value_ages", "lead_ages", "trial_ages"], "the table usage is missing")
    funnel = estimate.lifecycle_funnel(counts(frames, missing, {"2026-02": (tenures, None)})).set_index("step")
    assert funnel.loc["visits that leave a lead", ["share", "n"]].tolist() == [0.05, 12 * 600]
    assert funnel.loc["customers that upgrade", ["share", "n"]].tolist() == [0.03, 12_000]
    assert funnel.loc["customers that stay", ["share", "n"]].tolist() == pytest.approx([0.75, 400])
    assert funnel.loc["leads that pay", "withheld"] == "the table usage is missing" and np.isnan(funnel.loc["leads that pay", "share"])


def test_transitions_add_up_to_one_and_pool_the_newest_months():
    moves = pd.DataFrame(
        [("2026-01", "trial", "new", 100), ("2026-02", "trial", "new", 10), ("2026-02", "trial", "trial_over", 30), ("2026-02", "churned", "returned", 2),
         ("2026-02", "churned", "churned", 18)], columns=["month", "from_stage", "to_stage", "accounts"],
    )  # fmt: skip
    shares = estimate.transition_shares(moves, last_months=1)
    assert shares["from_stage"].tolist() == ["trial", "trial", "churned", "churned"]
    assert shares["to_stage"].tolist() == ["trial_over", "new", "returned", "churned"]
    assert shares.groupby("from_stage")["share"].sum().tolist() == [1, 1]
    low, high = wilson_interval(10, 40)
    assert shares.loc[1, ["share", "lower", "upper"]].tolist() == pytest.approx([0.25, float(low), float(high)])
    assert shares.loc[2, "withheld"] == "fewer than 30 account months in the stage" and np.isnan(shares.loc[2, "lower"])
    assert estimate.transition_shares(moves, last_months=12).set_index("to_stage").loc["new", "accounts"] == 110
    with pytest.raises(EstimateError, match="last_months = 0"):
        estimate.transition_shares(moves, last_months=0)
