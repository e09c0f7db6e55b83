"""The ideal customer profile: hand counts, Fisher's exact test by another route, RavenStack, and labels without meaning."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.traits import ideal_customer_profile


def traits(**attributes):
    rows = [(a, v, n, k) for a, values in attributes.items() for v, (n, k) in values.items()]
    return pd.DataFrame(rows, columns=["attribute", "value", "customers", "top_customers"])


def ravenstack(shared_data):
    truth = pd.read_csv(shared_data / "truth" / "ravenstack_icp_top_decile_mrr_2024-12-31.csv")
    return truth.rename(columns={"level": "value", "n_all": "customers", "n_top": "top_customers"})


def test_counted_by_hand():
    """Top 2 of 5; both banks are top: p = 1 / C(5, 2)."""
    profile = ideal_customer_profile(traits(industry={"bank": (2, 2), "shop": (3, 0)}), min_customers=1).set_index("value")
    assert profile.loc["bank", "lift"] == pytest.approx(2.5)
    assert profile.loc["bank", "p_value"] == pytest.approx(0.1)
    assert profile.loc["bank", "q_value"] == pytest.approx(0.2)
    assert profile.loc["shop", "p_value"] == 1.0


def test_ravenstack_equals_the_truth_and_only_large_teams_stand_out(shared_data):
    truth = ravenstack(shared_data)
    profile = ideal_customer_profile(truth)
    both = truth.merge(profile, on=["attribute", "value"], validate="one_to_one", suffixes=("_r", ""))
    np.testing.assert_allclose(both["p_value"], both["fisher_p_one_sided"], rtol=1e-9)
    np.testing.assert_allclose(both["lift"], both["lift_r"], rtol=1e-12)
    np.testing.assert_allclose(both["share"], both["share_all"], rtol=1e-12)
    np.testing.assert_allclose(both["top_share"], both["share_top"], rtol=1e-12)
    assert set(profile.loc[profile["significant"], "value"]) == {"61+", "31-60"}
    edtech = profile.set_index("value").loc["EdTech"]
    assert edtech["p_value"] < 0.05 < edtech["q_value"]


def test_p_value_equals_fishers_exact_test_and_the_interval_wilsons():
    profile = ideal_customer_profile(traits(a={"x": (40, 12), "y": (60, 8)})).set_index("value")
    assert profile.loc["x", "p_value"] == pytest.approx(stats.fisher_exact([[12, 28], [8, 52]], "greater").pvalue)
    wilson = stats.binomtest(12, 40).proportion_ci(method="wilson")
    assert profile.loc["x", ["lower", "upper"]].tolist() == pytest.approx([wilson.low / 0.2, wilson.high / 0.2])


def test_small_values_are_not_tested_and_do_not_cost_power():
    wide = ideal_customer_profile(traits(a={"x": (40, 12), "y": (60, 8)}, b={f"v{i}": (4, 0) for i in range(20)} | {"z": (20, 20)}))
    thin = wide[wide["customers"] < 5]
    assert thin[["lift", "lower", "upper", "p_value", "q_value"]].isna().all().all() and not thin["significant"].any()
    assert (thin["withheld"] == "fewer than 5 customers").all()
    p = wide["p_value"].dropna()
    assert len(p) == 3
    np.testing.assert_allclose(wide["q_value"].dropna(), stats.false_discovery_control(p))


def test_an_attribute_that_everybody_shares_is_untested():
    profile = ideal_customer_profile(traits(country={"US": (100, 10)}))
    assert profile["withheld"].tolist() == ["everybody has this value"] and not profile["significant"].any()


def test_no_top_customer_at_all_is_told():
    profile = ideal_customer_profile(traits(a={"x": (10, 0), "y": (10, 0)}))
    assert profile["withheld"].str.startswith("no contrast").all() and profile["shrunken_lift"].isna().all()


def test_shrinkage_pulls_small_groups_further_and_keeps_what_is_sure():
    counts = traits(a={"small": (6, 3), "large": (600, 300), "rest": (3000, 60), "more": (3000, 63)})
    profile = ideal_customer_profile(counts).set_index("value")
    small, large = profile.loc["small"], profile.loc["large"]
    assert 1 < small["shrunken_lift"] < small["lift"]
    assert large["shrunken_lift"] == pytest.approx(large["lift"], rel=0.02)
    even = ideal_customer_profile(traits(a=dict.fromkeys("abcd", (100, 10))))
    assert even["shrunken_lift"].tolist() == pytest.approx([1] * 4)


def test_a_planted_trait_is_found():
    profile = ideal_customer_profile(traits(a={"good": (200, 50), "bad": (800, 50)}, b={"x": (500, 52), "y": (500, 48)}))
    assert profile.loc[profile["significant"], "value"].tolist() == ["good"]
    assert profile["value"].iloc[0] == "good"


def test_argument_is_not_changed_and_order_of_rows_does_not_matter():
    counts = traits(a={"x": (40, 12), "y": (60, 8)}, b={"p": (50, 9), "q": (50, 11)})
    before = counts.copy()
    pd.testing.assert_frame_equal(ideal_customer_profile(counts), ideal_customer_profile(counts.iloc[::-1]))
    pd.testing.assert_frame_equal(counts, before)


@pytest.mark.parametrize(("bad", "message"), [({"x": (3, 4)}, "top ones among them"), ({"x": (0, 0)}, "1 or more")])
def test_counts_that_cannot_be_are_refused(bad, message):
    with pytest.raises(EstimateError, match=message):
        ideal_customer_profile(traits(a=bad))
