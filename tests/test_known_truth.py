"""Simulated companies of known hazard through the whole path: newest cohorts are not biased, left truncation is recovered."""

import datetime as dt

import numpy as np
import pytest

from lifecycle_utils import estimate, observe, sources
from lifecycle_utils.months import add_months, month_of
from tests.companies import write_csv

HAZARD = 0.06


def simulate(seed, customers, first_day, days):
    """Customers who start on any day and leave within each subscription month with probability HAZARD, on any day of it."""
    chance = np.random.default_rng(seed)
    starts = [first_day + dt.timedelta(days=int(number)) for number in chance.integers(0, days, customers)]
    months = chance.geometric(HAZARD, customers)
    ends = []
    for start, month in zip(starts, months, strict=True):
        begins, ends_by = add_months(start, int(month) - 1), add_months(start, int(month))
        ends.append(begins + dt.timedelta(days=int(chance.integers(1, (ends_by - begins).days + 1))))
    return starts, ends


def open_company(folder, rows, *, month, settings=""):
    (folder / "lifecycle.toml").write_text(settings, encoding="utf-8")
    write_csv(
        folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"],
        [[number, f"c{number}", start, end or "", 10] for number, (start, end) in enumerate(rows)],
    )
    return sources.open_snapshot(folder, month=month)


def test_the_newest_cohorts_have_the_hazard_of_all_others(tmp_path):
    starts, ends = simulate(11, 30_000, dt.date(2024, 1, 1), 182)
    cutoff = dt.date(2024, 7, 1)
    known = [(start, end if end <= cutoff else None) for start, end in zip(starts, ends, strict=True)]
    hazard = estimate.hazard(observe.tenures(open_company(tmp_path, known, month="2024-06"), by="cohort_month"))
    table = hazard.set_index(["group", "tenure_month"])
    for cohort, month in [("2024-03", 3), ("2024-04", 2), ("2024-05", 1), ("all", 1), ("all", 2)]:
        row = table.loc[(cohort, month)]
        error = np.sqrt(HAZARD * (1 - HAZARD) / row["at_risk"])
        assert row["at_risk"] > 2000
        assert abs(row["hazard"] - HAZARD) < 3.5 * error, (cohort, month)
    # counting who left in a month that still runs, but not who may still leave in it, makes the newest cohort look terrible
    june = [(start, end) for start, end in known if month_of(start) == "2024-06"]
    left, stayed = sum(end is not None for _, end in june), sum(end is None and add_months(start, 1) <= cutoff for start, end in june)
    assert left / (left + stayed) > 3 * HAZARD
    newest = table.loc[("2024-06", 1)]
    assert newest["at_risk"] == sum(add_months(start, 1) <= cutoff for start, _ in june)


def test_left_truncation_is_recovered(tmp_path):
    starts, ends = simulate(12, 30_000, dt.date(2022, 1, 1), 900)
    observed_from, cutoff = dt.date(2023, 6, 10), dt.date(2024, 7, 1)
    there = [(start, end if end <= cutoff else None) for start, end in zip(starts, ends, strict=True) if end > observed_from]
    truth = (1 - HAZARD) ** np.arange(1, 25)

    opened = open_company(tmp_path, there, month="2024-06", settings=f"observed_from = {observed_from}")
    curve = estimate.survival(observe.tenures(opened)).query("group == 'all' and tenure_month <= 24")
    assert len(curve) == 24
    standard_error = (curve["upper"] - curve["lower"]) / 2 / 1.96
    assert (np.abs(curve["survival"].to_numpy() - truth) < 3.5 * standard_error.to_numpy()).all()
    assert np.abs(curve["survival"].to_numpy() - truth).max() < 0.02

    # who forgets that the early leavers are missing sees customers that stay far too long
    naive = estimate.survival(observe.tenures(open_company(tmp_path, there, month="2024-06"))).query("group == 'all'").set_index("tenure_month")
    assert naive.loc[12, "survival"] - truth[11] > 0.05


@pytest.mark.parametrize("later", [0, 1, 5])
def test_a_later_month_changes_no_mature_number(tmp_path, later):
    starts, ends = simulate(13, 3000, dt.date(2023, 1, 1), 360)
    rows = list(zip(starts, ends, strict=True))
    now = observe.tenures(open_company(tmp_path, rows, month="2024-01"))
    cutoff = dt.date(2024, 2, 1)
    future = rows + [(cutoff + dt.timedelta(days=number), None) for number in range(later * 10)]
    again = observe.tenures(open_company(tmp_path, future, month="2024-01"))
    assert now.equals(again)
