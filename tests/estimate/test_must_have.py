"""Traits that stand by themselves: against R's Mantel-Haenszel test, by hand, and under a truth with a shadow."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.must_have import mantel_haenszel, must_have_traits, trait_pairs
from lifecycle_utils.estimate.profile_card import difference, profile_card

#: Admissions to Berkeley in 1973 by department (R's UCBAdmissions): [[men admitted, men rejected], [women admitted, women rejected]].
BERKELEY = [[[512, 313], [89, 19]], [[353, 207], [17, 8]], [[120, 205], [202, 391]], [[138, 279], [131, 244]], [[53, 138], [94, 299]], [[22, 351], [24, 317]]]


def test_the_common_odds_ratio_of_r():
    # mantelhaen.test(UCBAdmissions, correct = FALSE): 0.9046968283, 0.7719073618 to 1.0603297644, X-squared 1.52461 (two-sided p 0.2169236971)
    ratio, lower, upper, p_value = mantel_haenszel(BERKELEY)
    assert (ratio, lower, upper) == pytest.approx((0.9046968283, 0.7719073618, 1.0603297644), abs=1e-9)
    assert p_value == pytest.approx(1 - 0.2169236971 / 2, abs=1e-9)  # more men, one-sided: the data lean the other way
    assert mantel_haenszel([[[0, 10], [0, 10]]])[3] == 1.0
    with pytest.raises(EstimateError, match="fourfold"):
        mantel_haenszel([[1, 2], [3, 4]])


def combinations(chance, size, seed, customers=6000):
    """Customers with a trait that matters, one that only goes with it, and one that matters by itself."""
    rng = np.random.default_rng(seed)
    matters = rng.random(customers) < 0.3
    shadow = np.where(matters, rng.random(customers) < 0.8, rng.random(customers) < 0.2)
    second = rng.random(customers) < 0.25
    top = rng.random(customers) < 0.05 * np.where(matters, chance, 1) * np.where(second, size, 1)
    frame = pd.DataFrame({"trait_0": matters, "trait_1": shadow, "trait_2": second, "customers": 1, "top_customers": top.astype(int)})
    return frame.groupby(["trait_0", "trait_1", "trait_2"], as_index=False)[["customers", "top_customers"]].sum()


FOUND = pd.DataFrame({"attribute": ["size", "revenue", "industry"], "value": ["51-250", "over 10M", "Logistics"]})


def test_a_shadow_is_told_from_what_casts_it():
    kept = np.array([must_have_traits(combinations(3, 2, seed), FOUND)["kept"] for seed in range(60)])
    assert kept[:, 0].all() and kept[:, 2].all()
    assert kept[:, 1].mean() < 0.09  # one of forty by chance


def test_every_number_by_hand():
    frame = pd.DataFrame({
        "trait_0": [True, True, False, False], "trait_1": [True, False, True, False], "customers": [100, 100, 200, 600],
        "top_customers": [30, 20, 20, 30],
    })
    table = must_have_traits(frame, FOUND)
    assert table[["customers", "top_customers"]].values.tolist() == [[200, 50], [300, 50]]
    assert table["odds_ratio"].iloc[0] == pytest.approx(50 * 750 / (150 * 50))
    # the second within the first: (30 x 80 / 200 + 20 x 570 / 800) / (70 x 20 / 200 + 180 x 30 / 800)
    assert table["odds_ratio"].iloc[1] == pytest.approx((12 + 14.25) / (7 + 6.75))
    pairs = trait_pairs(frame, table)
    assert pairs[["customers", "top_customers"]].values.tolist() == [[100, 30]]
    assert pairs["lift"].iloc[0] == pytest.approx(3.0) and pairs["expected"].iloc[0] == pytest.approx((0.25 / 0.1) * ((50 / 300) / 0.1))
    assert not pairs["adds"].iloc[0]


def test_nothing_found_is_no_profile():
    nothing = must_have_traits(pd.DataFrame(columns=["customers", "top_customers"]), FOUND.iloc[:0])
    assert nothing.empty and nothing[nothing["kept"]].empty and trait_pairs(pd.DataFrame(columns=["customers", "top_customers"]), nothing).empty


def test_a_pair_that_adds_is_told():
    frame = pd.DataFrame({
        "trait_0": [True, True, False, False], "trait_1": [True, False, True, False], "customers": [200, 800, 800, 4000],
        "top_customers": [150, 60, 60, 200],
    })
    table = must_have_traits(frame, FOUND)
    assert table["kept"].all() and trait_pairs(frame, table)["adds"].tolist() == [True]


def test_the_interval_of_a_difference_is_newcombes_for_shares():
    # Newcombe (1998), Statistics in Medicine 17, table II, method 10: 56/70 - 48/80 = 0.2, 0.0524 to 0.3339
    wilson = [tuple(float(end) for end in wilson_interval(*counts)) for counts in ((56, 70), (48, 80))]
    assert difference((0.8, *wilson[0]), (0.6, *wilson[1])) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_card_by_hand():
    tenures = pd.DataFrame({
        "group": ["inside", "inside", "outside", "outside"], "entry": 0, "tenure": [1, 12, 1, 12], "churned": [True, False] * 2,
        "customers": [10, 90, 200, 200],
    })
    revenue = pd.DataFrame({
        "group": ["all", "inside", "outside"], "customers": [500, 100, 400], "average_mrr": [180.0, 300.0, 150.0],
        "variance_mrr": [1.0, 100.0, 100.0],
    })
    values = pd.DataFrame({"group": ["inside", "outside"], "method": "restricted_mean", "value": [5000.0, 2000.0], "lower": [4500.0, 1900.0],
                           "upper": [5500.0, 2100.0],
                           "horizon_months": 36, "customers": [100, 400]})
    answers = pd.DataFrame({
        "group": ["inside", "outside", "inside"], "survey": ["nps", "nps", "csat"], "answers": [50, 100, 10], "high": [30, 30, 8],
                            "low": [5, 30, 1],
    })
    channels = pd.DataFrame({
        "group": ["inside", "inside", "outside"], "channel": ["referral", "ads", "ads"], "new_customers": [10, 30, 100],
        "cost_per_customer": [100.0, 500.0, 500.0],
    })
    card = profile_card(tenures, revenue, values, answers, channels).set_index("measure")
    assert card.loc["share_of_customers", ["inside", "outside"]].tolist() == [0.2, 0.8]
    assert card.loc["average_mrr", ["inside", "inside_lower", "inside_upper"]].tolist() == pytest.approx([300, 300 - 1.959964, 300 + 1.959964])
    assert card.loc["survival", ["inside", "outside"]].tolist() == pytest.approx([0.9, 0.5]) and card.loc["survival", "verdict"] == "higher"
    assert card.loc["nps", ["inside", "outside"]].tolist() == pytest.approx([50, 0]) and card.loc["nps", "verdict"] == "higher"
    assert card.loc["satisfied", "inside"] == 0.8 and card.loc["satisfied", "verdict"] == ""  # nobody outside was asked
    assert card.loc["by_referral", ["inside", "outside"]].tolist() == [0.25, 0.0] and card.loc["by_referral", "verdict"] == "higher"
    assert card.loc["cost_to_win", ["inside", "outside"]].tolist() == [400, 500] and card.loc["cost_to_win", "verdict"] == ""
    few = profile_card(tenures, revenue, values, answers, channels, min_answers=41).set_index("measure")
    assert few.loc[["satisfied", "by_referral"], "inside"].isna().all() and few.loc["by_referral", "n_inside"] == 40 and few.loc["nps", "inside"] == 50
    assert profile_card(tenures, revenue[revenue["group"] != "inside"], values, answers, channels).empty
