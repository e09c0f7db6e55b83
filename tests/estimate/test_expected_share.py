"""The share expected from the existing base: by hand, its interval's coverage of quarters as they turn out, withheld without a history."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import expected_share
from lifecycle_utils.months import month_index, month_range, shift_month


def company(months, *, seed, quarter_of=None):
    """Movements and cohort revenue of a company whose monthly rates vary about fixed means; every cohort moves by the month's rate."""
    chance = np.random.default_rng(seed)
    balances, rows, moved = {}, [], []
    for month in months:
        opening = sum(balances.values())
        stays, adds = 1 + chance.normal(-0.02, 0.01), max(chance.normal(0.05, 0.015), 0.001)
        lost = opening * (stays - 1)
        balances = {cohort: mrr * stays for cohort, mrr in balances.items()}
        new = opening * adds if opening else 1000.0
        balances[month] = new
        moved.append((month, opening, new, 0.0, 0.0, 0.0, lost))
        rows += [(cohort, month_index(month) - month_index(cohort), 1, mrr) for cohort, mrr in balances.items()]
    movements = pd.DataFrame(moved, columns=["month", "opening_mrr", "new", "reactivation", "expansion", "contraction", "churn"])
    return pd.DataFrame(rows, columns=["cohort_month", "tenure_month", "customers", "mrr"]), movements


def known(cohorts, movements, month):
    calendar = cohorts["cohort_month"].map(month_index) + cohorts["tenure_month"]
    return cohorts[calendar <= month_index(month)], movements[movements["month"] <= month]


def test_by_hand_with_two_months_known():
    movements = pd.DataFrame({"month": month_range("2025-01", "2026-05"), "opening_mrr": 100.0, "new": 10.0, "reactivation": 5.0, "expansion": 10.0,
                              "contraction": -5.0, "churn": -20.0})  # fmt: skip
    cohorts = pd.DataFrame([
        ("2025-01", 15, 1, 200.0), ("2026-04", 0, 1, 20.0),  # April
        ("2025-01", 16, 1, 100.0), ("2026-04", 1, 1, 10.0), ("2026-05", 0, 1, 40.0),  # May: June will be 90 of old and 60 + 45 of the others
    ], columns=["cohort_month", "tenure_month", "customers", "mrr"])  # fmt: skip
    told = expected_share(cohorts, movements, month="2026-05").iloc[0]
    assert told[["quarter_begins", "quarter_ends", "months_known"]].tolist() == ["2026-04", "2026-06", 2]
    assert told["base_mrr"] == pytest.approx(200 + 100 + 90)
    assert told["expected_mrr"] == pytest.approx(220 + 150 + 150)
    assert told[["lower", "upper"]].tolist() == pytest.approx([told["share"]] * 2)  # months that never differ leave no doubt


def test_a_quarter_that_is_over_makes_room_for_the_next():
    cohorts, movements = company(month_range("2023-01", "2026-06"), seed=1)
    told = expected_share(cohorts, movements, month="2026-06").iloc[0]
    assert told[["quarter_begins", "months_known"]].tolist() == ["2026-07", 0]
    past = cohorts.assign(index=cohorts["cohort_month"].map(month_index) + cohorts["tenure_month"])
    summer = past[past["index"].between(month_index("2025-07"), month_index("2025-09"))]
    assert told["share_year_before"] == pytest.approx(summer.loc[summer["cohort_month"] < "2025-07", "mrr"].sum() / summer["mrr"].sum())
    assert told["change_lower"] < told["change"] < told["change_upper"]
    fiscal = expected_share(cohorts, movements, month="2026-06", fiscal_year_start=2).iloc[0]
    assert fiscal["quarter_begins"] == "2026-05" and fiscal["months_known"] == 2


@pytest.mark.parametrize("month", ["2025-09", "2025-10"])
def test_intervals_cover_quarters_as_they_turn_out(month):
    covered = []
    for seed in range(150):
        cohorts, movements = company(month_range("2024-01", "2025-12"), seed=seed)
        told = expected_share(*known(cohorts, movements, month), month=month, draws=1000).iloc[0]
        turned = expected_share(cohorts, movements, month="2025-12").iloc[0]
        index = cohorts["cohort_month"].map(month_index) + cohorts["tenure_month"]
        quarter = cohorts[index.between(month_index("2025-10"), month_index("2025-12"))]
        actual = quarter.loc[quarter["cohort_month"] < "2025-10", "mrr"].sum() / quarter["mrr"].sum()
        covered.append(told["lower"] <= actual <= told["upper"])
        assert turned["quarter_begins"] == "2026-01"
    assert 0.9 <= np.mean(covered) <= 0.99


def test_the_same_seed_gives_the_same_interval_and_little_history_none():
    cohorts, movements = company(month_range("2025-01", "2026-02"), seed=3)
    pd.testing.assert_frame_equal(expected_share(cohorts, movements, month="2026-02"), expected_share(cohorts, movements, month="2026-02"))
    short = expected_share(*known(cohorts, movements, "2025-04"), month="2025-04").iloc[0]
    assert np.isnan(short["share"]) and short["withheld"] == "fewer than 6 months to judge by"
    with pytest.raises(EstimateError, match=f"movements end in 2026-02, not in {shift_month('2026-02', 1)}"):
        expected_share(cohorts, movements, month="2026-03")
