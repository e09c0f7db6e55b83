"""Four companies, each built to deserve one of the verdicts, through the whole path; and one that chance decides."""

import datetime as dt

import numpy as np
import pytest

from lifecycle_utils import estimate, observe, sources
from lifecycle_utils.months import add_months
from tests.companies import write_csv

#: A tenth of the customers are large. Shares of small and of large that leave within the year, and what those who stay pay a year later.
COMPANIES = {
    "strong_stay": {"small_leave": 0.5, "large_leave": 0.01, "growth": 1.05},
    "strong_leave": {"small_leave": 0.01, "large_leave": 0.4, "growth": 0.9},
    "both_hold": {"small_leave": 0.03, "large_leave": 0.03, "growth": 1.02},
    "both_leave": {"small_leave": 0.4, "large_leave": 0.4, "growth": 1.0},
}


def company(folder, *, small_leave, large_leave, growth, customers=800):
    """Customers who start on any day of a year; those who leave do so in their first eleven months, those who stay change plan once."""
    chance, rows = np.random.default_rng(21), []
    for number in range(customers):
        large = number % 10 == 0
        start = dt.date(2024, 1, 1) + dt.timedelta(days=int(chance.integers(365)))
        mrr = float(chance.uniform(700, 900) if large else chance.uniform(10, 30))
        turn = add_months(start, int(chance.integers(1, 12)))
        leaves = chance.random() < (large_leave if large else small_leave)
        rows.append([f"{number}a", number, start, turn, f"{mrr:.2f}"])
        if not leaves:
            rows.append([f"{number}b", number, turn, "", f"{mrr * growth:.2f}"])
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"], rows)
    return sources.open_snapshot(folder, month="2025-12")


@pytest.mark.parametrize("verdict", COMPANIES)
def test_each_verdict_appears_where_it_is_deserved(tmp_path, verdict):
    snapshot = company(tmp_path, **COMPANIES[verdict])
    kept = estimate.pool_cohorts(observe.revenue_kept_by_cohort(snapshot, months=12))
    told = estimate.revenue_verdict(estimate.revenue_retention(kept)).set_index("group")
    assert told["verdict"].to_dict() == {"all": verdict, "2024": verdict}
    because = {"strong_stay": "larger", "strong_leave": "smaller", "both_hold": ("grown", ""), "both_leave": ("", "larger", "smaller")}[verdict]
    assert told.loc["all", "because"] in because
    # the same company asked as a whole: who paid a year ago
    yearly = estimate.revenue_verdict(estimate.revenue_retention(observe.revenue_kept(snapshot, months=12))).iloc[0]
    assert yearly["leaning"] in (verdict, "both_hold")  # a year later most of those who would leave have left


def test_a_verdict_that_chance_could_turn_is_not_given(tmp_path):
    snapshot = company(tmp_path, small_leave=0.1, large_leave=0.1, growth=1.0, customers=150)
    told = estimate.revenue_verdict(estimate.revenue_retention(observe.revenue_kept_by_cohort(snapshot))).iloc[0]
    assert told["verdict"] == "" and told["because"] == "" and told["leaning"] != ""
    assert 0.5 <= told["certainty"] < 0.95
    assert told["withheld"].endswith("retention is too near 90% to say on which side it lies")
