"""What is news since last month: counted by hand, by another route, and silent where nothing happens."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, t

from lifecycle_utils import estimate
from lifecycle_utils.estimate.intervals import newcombe_interval
from lifecycle_utils.estimate.month_changes import _grown, _judged, _step
from lifecycle_utils.months import month_range

MONTHS = month_range("2024-09", "2026-10")
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")


def movements(churned=20, new=30, gained=1000.0, opening=1000):
    frame = pd.DataFrame({"month": MONTHS, "opening_customers": opening, "expanded_customers": 30, "contracted_customers": 10})
    frame = frame.assign(**dict.fromkeys(KINDS, 0.0), churned_customers=20, new_customers=[30, 34] * 13).assign(new=[gained, gained + 100] * 13)
    frame.loc[frame.index[-1], ["churned_customers", "new_customers"]] = churned, new
    return frame


def tenures(customers=1000, *, left_in_3=0, group="monthly"):
    rows = [(group, 0, 3, True, 100 + left_in_3), (group, 0, 12, True, 40), (group, 0, 14, False, customers)]
    frame = pd.DataFrame(rows, columns=["group", "entry", "tenure", "churned", "customers"])
    return pd.concat([frame, frame.assign(group="all")], ignore_index=True)


def kpis(ltv=(100.0, 90.0, 110.0), before=(99.0, 88.0, 110.0), withheld=""):
    rows = [("ltv", month, *values, n, "EUR", withheld) for month, values, n in (("2026-09", before, 490.0), ("2026-10", ltv, 500.0))]
    return pd.DataFrame(rows, columns=["kpi", "month", "value", "lower", "upper", "n", "unit", "withheld"])


LEFT = {"2026-07": 10, "2026-08": 40}
COHORTS = pd.DataFrame(
    [(cohort, 0, 2, gone, left if gone else 100 - left) for cohort, left in LEFT.items() for gone in (True, False)],
    columns=["group", "entry", "tenure", "churned", "customers"],
)


def changes(**parts):
    given = {"movements": movements(), "tenures": (tenures(1040), tenures(1000)), "cohorts": COHORTS, "kpis": kpis()} | parts
    return estimate.month_changes(*given.values(), month="2026-10").set_index("figure")


def test_each_figure_is_the_difference_of_its_two_values():
    told = changes()
    # leads were not brought; all else can be compared
    assert told["compared"].tolist() == [9] * 10 and told.loc["leads", "withheld"] == "there are no leads"
    assert told.loc["retention_month_2", ["now", "before", "of", "of_before"]].tolist() == [0.6, 0.9, "2026-08", "2026-07"]
    assert told.loc["churn_rate_monthly", ["now", "before", "change", "n"]].tolist() == [0.02, 0.02, 0.0, 1000]
    assert told.loc["new_customers", ["now", "before", "n"]].tolist() == [30, 30, 30]
    assert told.loc["ltv", ["unit", "change"]].tolist() == ["EUR", 1.0]
    assert (told.loc[told["verdict"] != "", "change"] == (told["now"] - told["before"])[told["verdict"] != ""]).all()


def test_intervals_hold_all_at_once_and_decide_what_is_news():
    told = changes(movements=movements(churned=60))
    churn = told.loc["churn_rate_monthly"]
    assert (churn["lower"], churn["upper"]) == pytest.approx([float(end) for end in newcombe_interval(60, 1000, 20, 1000, confidence=1 - 0.05 / 9)])
    assert churn["verdict"] == "news" and churn["size"] == pytest.approx(0.04 / (0.04 - churn["lower"])) and churn["size"] > 1
    known = told[told["verdict"] != ""]
    assert ((known["verdict"] == "news") == ((known["lower"] > 0) | (known["upper"] < 0))).all()
    assert known["size"].is_monotonic_decreasing and set(told.index[:2]) == {"churn_rate_monthly", "retention_month_2"}


def test_the_peak_is_judged_by_those_who_went_through_it_since():
    peak = changes(tenures=(tenures(1060, left_in_3=40), tenures(1000))).loc["highest_churn_month"]
    # 1,140 began month 3 a month ago, 100 more have since, 40 of whom left in it
    assert (peak["before"], peak["now"], peak["n"]) == pytest.approx((100 / 1140, 0.4, 100))
    assert (peak["of"], peak["of_before"], peak["verdict"]) == ("3", "3", "news")


def test_what_cannot_be_compared_says_why():
    told = changes(movements=movements().iloc[-2:], tenures=(tenures(5), tenures(5)), kpis=kpis(withheld="nobody churned", ltv=(np.nan,) * 3))
    assert told.loc["ltv", "withheld"] == "nobody churned"
    assert told.loc["new_customers", "withheld"] == "fewer than 6 earlier months to say how large a step is usual"
    assert told.loc["highest_churn_month", "withheld"].startswith("fewer than 30") or told.loc["highest_churn_month", "withheld"] == "no month stands out"
    assert (told.loc[told["verdict"] == "", "withheld"] != "").all()
    first = changes(movements=movements().iloc[-1:])
    assert first.loc["churn_rate_monthly", "withheld"] == "there is no month before"


def test_an_estimate_that_rests_on_growing_data_moves_as_far_as_its_identity_says():
    """Means of nested samples: the change divided by the spread that the two intervals give is a standard normal variable."""
    generator = np.random.default_rng(7)
    draws = generator.gamma(2.0, 50.0, size=(4000, 330))

    def mean(values):
        reach = norm.isf(0.025) * 100 / np.sqrt(2) / np.sqrt(values.shape[1])  # the true spread of gamma(2, 50)
        return values.mean(axis=1), reach

    (now, reach), (before, reach_before) = mean(draws), mean(draws[:, :300])
    verdicts = [_judged(_grown("ltv", "EUR", (a, a - reach, a + reach, 330), (b, b - reach_before, b + reach_before, 300)), 0.95)["verdict"]
                for a, b in zip(now, before, strict=True)]  # fmt: skip
    assert verdicts.count("news") / len(verdicts) == pytest.approx(0.05, abs=0.011)
    assert "nothing was added" in _grown("ltv", "EUR", (1, 0, 2, 30), (1, 0, 2, 30))["withheld"]


def test_survival_after_a_year_moves_as_far_as_its_interval_says():
    """Kaplan-Meier of customers who keep coming, as of one month and the next: under one churn rate, news in one of twenty."""
    generator = np.random.default_rng(5)
    seen = [survived(generator) for _ in range(120)]
    verdicts = [_judged(_grown("retention_month_12", "share", *pair), 0.95)["verdict"] for pair in seen]
    assert verdicts.count("news") / len(verdicts) < 0.11


def survived(generator, *, months=36, cohort=20, hazard=0.03):
    """Now and a month before: survival after 12 months, its interval and the customers at risk, of cohorts that each month brings."""
    lifetimes = generator.geometric(hazard, size=(months, cohort))
    age = np.arange(months, 0, -1)[:, None]
    told = []
    for watched in (age, age - 1):
        tenure, gone = np.minimum(lifetimes, watched), lifetimes <= watched
        frame = pd.DataFrame({"group": "all", "entry": 0, "tenure": tenure.ravel(), "churned": gone.ravel()})
        counts = frame.value_counts().rename("customers").reset_index()
        told.append(tuple(estimate.survival(counts).query("tenure_month == 12")[["survival", "lower", "upper", "at_risk"]].iloc[0]))
    return told


def test_a_step_is_news_only_beyond_the_steps_before_it():
    # steps of 4 and -4: their root mean square is 4, of 24 of them two thirds are degrees of freedom
    row = _judged(_step("new_customers", "count", [30, 34] * 12 + [30, 47]), 0.95)
    reach = 4 * t.isf(0.025, 16)
    assert (row["lower"], row["upper"]) == pytest.approx((17 - reach, 17 + reach)) and row["verdict"] == "news"


def test_counts_that_only_chance_moves_are_seldom_news():
    generator = np.random.default_rng(11)
    found = [_judged(_step("leads", "count", series), 0.95)["verdict"] for series in generator.poisson(60, size=(3000, 26))]
    assert 0.035 < found.count("news") / len(found) < 0.07


def test_a_company_in_its_first_month_has_nothing_to_compare():
    nobody = tenures().iloc[:0]
    told = changes(movements=movements().iloc[-1:], tenures=(tenures(), nobody), cohorts=COHORTS.iloc[:0], kpis=kpis(before=(np.nan,) * 3))
    assert (told["verdict"] == "").all() and (told["withheld"] != "").all() and (told["compared"] == 0).all()
