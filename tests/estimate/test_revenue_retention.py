"""Revenue retention: by hand, by the jackknife, by coverage of its intervals; withheld where few or uneven customers cannot bear it."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import pool_cohorts, revenue_retention
from lifecycle_utils.estimate.revenue_retention import MEASURES, reach_in_errors
from tests.estimate.customers import companies, kept_of


def told(kept, **options):
    return revenue_retention(kept, **options).set_index(["group", "measure"])


def test_four_customers_by_hand():
    shares = told(kept_of([100, 100, 150, 50], [0, 90, 300, 0]))["value"]["all"]
    assert shares["customer_retention"] == 0.5
    assert shares["starting_revenue_retention"] == pytest.approx(250 / 400)
    assert shares["gross_revenue_retention"] == pytest.approx(240 / 400)
    assert shares["net_revenue_retention"] == pytest.approx(390 / 400)
    assert shares["net_revenue_minus_customers"] == pytest.approx(390 / 400 - 0.5)


@pytest.mark.parametrize("measure", [*MEASURES[1:], "starting_revenue_minus_customers", "net_revenue_minus_customers"])
def test_errors_agree_with_leaving_customers_out_one_by_one(measure):
    chance = np.random.default_rng(5)
    start = chance.lognormal(4, 0.7, 120)
    now = np.where(chance.random(120) < 0.7, start * chance.choice([0.7, 1, 1.5], 120), 0)
    whole = told(kept_of(start, now)).loc[("all", measure)]
    apart = np.array([told(kept_of(np.delete(start, i), np.delete(now, i)))["value"][("all", measure)] for i in range(120)])
    jackknife = np.sqrt(119 / 120 * ((apart - apart.mean()) ** 2).sum())
    value, reach = whole["value"], reach_in_errors(whole["effective_customers"], 0.95)
    error = {
        "net_revenue_retention": lambda: np.log(whole["upper"] / value) / reach * value,
        "starting_revenue_minus_customers": lambda: (whole["upper"] - value) / reach,
        "net_revenue_minus_customers": lambda: (whole["upper"] - value) / reach,
    }.get(measure, lambda: (np.log(whole["upper"] / (1 - whole["upper"])) - np.log(value / (1 - value))) / reach * value * (1 - value))()
    assert error == pytest.approx(jackknife, rel=0.05)


@pytest.mark.parametrize(("stay", "growth", "customers"), [(0.7, 1.0, 60), (0.9, 1.1, 120), (0.5, 0.9, 400)])
def test_intervals_cover_the_truth(stay, growth, customers):
    table = revenue_retention(companies(600, customers, 7, stay=stay, growth=growth))
    mean_change = growth
    kept_at_most = np.mean(np.minimum(np.array([0.8, 1, 1, 1.2]) * growth, 1))
    truth = {
        "customer_retention": stay, "starting_revenue_retention": stay, "gross_revenue_retention": stay * kept_at_most,
        "net_revenue_retention": stay * mean_change, "starting_revenue_minus_customers": 0.0, "net_revenue_minus_customers": stay * mean_change - stay,
    }  # fmt: skip
    for measure, rows in table[table["withheld"] == ""].groupby("measure"):
        covered = ((rows["lower"] <= truth[measure]) & (truth[measure] <= rows["upper"])).mean()
        assert 0.9 <= covered <= 0.98, (measure, covered)


def test_nothing_lost_is_not_certainty():
    full = told(kept_of([10.0] * 40, [10.0] * 40))
    row = full.loc[("all", "gross_revenue_retention")]
    assert row["value"] == 1 and row["upper"] == 1 and 0.9 < row["lower"] < 0.93
    assert told(kept_of([10.0] * 40, [0.0] * 40)).loc[("all", "net_revenue_retention"), ["value", "lower"]].tolist() == [0, 0]


def test_few_or_uneven_customers_get_no_interval():
    few = told(kept_of([10.0] * 20, [10.0] * 19 + [0]))
    assert few["lower"].isna().all() and few.loc[("all", "net_revenue_retention"), "withheld"] == "fewer than 30 customers"
    uneven = told(kept_of([10.0] * 99 + [5000.0], [10.0] * 90 + [0] * 9 + [5000.0]))
    assert not np.isnan(uneven.loc[("all", "customer_retention"), "lower"])
    assert uneven.loc[("all", "net_revenue_retention"), "withheld"] == "the revenue is as uneven as that of 1 equal customers"
    nobody = kept_of([], []).assign(start_start=0.0)
    assert set(revenue_retention(nobody)["withheld"]) == {"nobody was a customer at the first month end"}


def test_what_is_not_mature_says_why():
    kept = kept_of([10.0] * 40, [10.0] * 40).astype({"kept_customers": "Int64"}).assign(mature=False, withheld="the cohort is not 12 months old")
    kept.loc[0, ["kept_customers"]] = pd.NA
    table = revenue_retention(kept)
    assert table["value"].isna().all() and set(table["withheld"]) == {"the cohort is not 12 months old"}


def test_pooled_cohorts_are_the_cohorts_together():
    chance = np.random.default_rng(3)
    parts = [(chance.lognormal(4, 0.5, 50), chance.random(50) < 0.8) for _ in range(4)]
    months = ["2024-02", "2024-11", "2025-01", "2025-06"]
    kept = pd.concat([kept_of(start, start * stays, month) for (start, stays), month in zip(parts, months, strict=True)])
    pooled = told(pool_cohorts(kept))
    for year, own in (("2024", parts[:2]), ("2025", parts[2:])):
        start = np.concatenate([part[0] for part in own])
        together = told(kept_of(start, start * np.concatenate([part[1] for part in own]), year))
        pd.testing.assert_frame_equal(pooled.loc[[year]], together.loc[[year]], check_exact=False, check_dtype=False)
    with pytest.raises(EstimateError, match='neither "year" nor "quarter"'):
        pool_cohorts(kept, span="week")
    with pytest.raises(EstimateError, match="kept lacks start_mrr"):
        revenue_retention(kept.drop(columns="start_mrr"))
