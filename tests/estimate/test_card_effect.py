"""What a card brings: hand counts, Newcombe's and Welch's intervals, coverage."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import card_effect

COLUMNS = ["per", "months_after", "group", "starts", "converted", "paying", "revenue", "revenue_squared"]


def outcomes(*rows, per="trial started", months=12):
    return pd.DataFrame([(per, months, *row) for row in rows], columns=COLUMNS)


def test_shares_by_newcombes_worked_example():
    """Newcombe (1998), example (a): 56/70 less 48/80 is 0.2 (0.0524 to 0.3339)."""
    frame = card_effect(outcomes(("with card", 70, 60, 56, 0.0, 0.0), ("without card", 80, 50, 48, 0.0, 0.0))).set_index("measure")
    assert frame.loc["still paying", ["with_card", "without_card", "difference"]].tolist() == pytest.approx([0.8, 0.6, 0.2])
    assert frame.loc["still paying", ["lower", "upper"]].tolist() == pytest.approx([0.0524, 0.3339], abs=5e-5)
    assert frame.loc["still paying", ["starts_with_card", "starts_without_card"]].tolist() == [70, 80]


def test_revenue_equals_welch_of_scipy():
    rng = np.random.default_rng(1)
    one, two = rng.lognormal(3, 1.5, 40), rng.lognormal(2.5, 1, 90)
    table = outcomes(("with card", 40, 40, 40, one.sum(), (one**2).sum()), ("without card", 90, 90, 90, two.sum(), (two**2).sum()))
    row = card_effect(table).query("measure == 'revenue'").iloc[0]
    theirs = stats.ttest_ind(one, two, equal_var=False).confidence_interval()
    np.testing.assert_allclose(row[["difference", "lower", "upper"]].astype(float), [one.mean() - two.mean(), theirs.low, theirs.high])


def test_interval_of_revenue_where_most_pay_nothing_holds_the_truth():
    rng, inside, runs = np.random.default_rng(2), 0, 250
    for _ in range(runs):
        sides = [np.where(rng.random(n) < rate, rng.lognormal(5, 0.6, n), 0) for n, rate in ((500, 0.4), (1200, 0.25))]
        rows = [(group, len(paid), 0, 0, paid.sum(), (paid**2).sum()) for group, paid in zip(("with card", "without card"), sides, strict=True)]
        row = card_effect(outcomes(*rows)).query("measure == 'revenue'").iloc[0]
        inside += row["lower"] <= 0.15 * np.exp(5 + 0.18) <= row["upper"]
    assert 0.915 <= inside / runs <= 0.985


def test_too_few_of_one_page_are_not_compared():
    frame = card_effect(outcomes(("with card", 29, 9, 9, 1.0, 1.0), ("without card", 800, 9, 9, 1.0, 1.0)))
    assert frame[["difference", "lower", "upper", "with_card"]].isna().all().all()
    assert set(frame["withheld"]) == {"fewer than 30 had 12 months on one of the two pages"}
    alone = card_effect(outcomes(("with card", 500, 9, 9, 1.0, 1.0)))
    assert alone["difference"].isna().all() and (alone["starts_without_card"] == 0).all()


def test_nobody_paid_anything_has_no_interval():
    row = card_effect(outcomes(("with card", 50, 0, 0, 0.0, 0.0), ("without card", 50, 0, 0, 0.0, 0.0))).query("measure == 'revenue'").iloc[0]
    assert row["difference"] == 0 and np.isnan(row["lower"])


def test_counts_that_cannot_be_are_refused_and_no_counts_keep_their_reason():
    with pytest.raises(EstimateError, match="count every start once"):
        card_effect(outcomes(("with card", 50, 51, 0, 0.0, 0.0), ("without card", 50, 0, 0, 0.0, 0.0)))
    empty = pd.DataFrame(columns=COLUMNS)
    empty.attrs["withheld"] = "why"
    assert card_effect(empty).empty and card_effect(empty).attrs["withheld"] == "why"
