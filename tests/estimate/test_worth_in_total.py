"""Gains of groups added up: a hand count, one group alone, and coverage of the sum."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.estimate import worth_in_total


def worth(*rows, measure="yearly_revenue"):
    return pd.DataFrame(rows, columns=["group", "gain", "lower", "upper"]).assign(measure=measure)


def test_one_group_keeps_its_own_interval_and_all_is_not_counted_twice():
    row = worth_in_total(worth(("all", 500, 400, 600), ("a", 300, 200, 450))).iloc[0]
    assert (row["gain"], row["groups"]) == (300, 1) and (row["lower"], row["upper"]) == pytest.approx((200, 450))


def test_equal_gains_counted_by_hand():
    """Two gains of 100 with factor 2: the standard error of the sum is sqrt(2) times one, relative to 200 it is 1 / sqrt(2): factor 2 ** (1 / sqrt(2))."""
    row = worth_in_total(worth(("a", 100, 50, 200), ("b", 100, 50, 200))).iloc[0]
    assert row["upper"] == pytest.approx(200 * 2 ** 0.5**0.5) and row["lower"] == pytest.approx(200 / 2 ** 0.5**0.5)


def test_the_interval_of_a_sum_holds_the_truth():
    rng = np.random.default_rng(3)
    truth, error = np.array([300.0, 80.0, 150.0]), np.array([0.15, 0.3, 0.2])
    held = 0
    for _ in range(2000):
        seen = truth * np.exp(rng.normal(0, error))
        row = worth_in_total(worth(*zip("abc", seen, seen / np.exp(1.96 * error), seen * np.exp(1.96 * error), strict=True))).iloc[0]
        held += row["lower"] <= truth.sum() <= row["upper"]
    assert 0.93 < held / 2000 < 0.965


def test_nothing_to_add_is_withheld():
    row = worth_in_total(worth(("a", np.nan, np.nan, np.nan))).iloc[0]
    assert np.isnan(row["gain"]) and "no group has a month" in row["withheld"]
    assert worth_in_total(worth(("a", 1, 1, 1), measure="survival")).iloc[0]["groups"] == 0
