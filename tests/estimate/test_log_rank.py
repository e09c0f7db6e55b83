import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from lifelines.statistics import multivariate_logrank_test
from scipy.stats import chi2

from lifecycle_utils.estimate import log_rank, pairwise_log_rank
from lifecycle_utils.estimate.log_rank import holm, log10_chi_square_tail
from tests.estimate.strategies import quick, tenures_frames


def customers(durations, events, groups):
    return pd.DataFrame({"group": np.array(groups).astype(str), "entry": 0, "tenure": durations, "churned": np.array(events, bool), "customers": 1})


def test_published_values(shared_data):
    known = json.loads((shared_data / "reference" / "lifelines_test_values.json").read_text())["values"]
    worked = [value for value in known if "T" in value]
    assert len(worked) == 2
    for value in worked:
        ours = log_rank(customers(value["T"], value["E"], value["g"])).iloc[0]
        np.testing.assert_allclose([ours["chi_square"], ours["p_value"]], [value["chisq"], value["p"]], atol=1e-6)


@quick
@given(tenures_frames(late_entry=False))
def test_equals_lifelines_without_late_entry(tenures):
    seen = tenures[(tenures["tenure"] > 0) & (tenures["customers"] > 0)].reset_index(drop=True)
    assume(seen["group"].nunique() > 1)
    ours = log_rank(seen).iloc[0]
    assume(ours["degrees_of_freedom"] == seen["group"].nunique() - 1)
    theirs = multivariate_logrank_test(seen["tenure"], seen["group"], seen["churned"], weights=seen["customers"])
    np.testing.assert_allclose(ours["chi_square"], theirs.test_statistic, rtol=1e-6, atol=1e-8)


@quick
@given(tenures_frames())
def test_everybody_is_not_a_group_and_the_order_of_rows_does_not_matter(tenures):
    both = pd.concat([tenures, tenures.assign(group="all")]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(log_rank(both), log_rank(tenures))
    pd.testing.assert_frame_equal(pairwise_log_rank(both), pairwise_log_rank(tenures))


def test_late_entry_is_respected():
    # b is seen from month 3 on; in months 3 and 4 both lose the same share, so nothing tells them apart.
    tenures = pd.DataFrame([("a", 0, 1, True, 50), ("a", 0, 3, True, 10), ("a", 0, 4, False, 40), ("b", 2, 3, True, 20), ("b", 2, 4, False, 80)],
                           columns=["group", "entry", "tenure", "churned", "customers"])
    np.testing.assert_allclose(log_rank(tenures)["chi_square"], 0, atol=1e-12)
    assert log_rank(tenures.assign(entry=0))["chi_square"].iloc[0] > 5


def test_groups_that_never_meet_take_no_degree_of_freedom():
    # a and b meet in months 1-2, c is only seen in months 5-6.
    tenures = pd.DataFrame([("a", 0, 1, True, 5), ("a", 0, 2, False, 20), ("b", 0, 1, True, 9), ("b", 0, 2, False, 15),
                            ("c", 4, 5, True, 7), ("c", 4, 6, False, 9)], columns=["group", "entry", "tenure", "churned", "customers"])
    ours = log_rank(tenures).iloc[0]
    two = log_rank(tenures[tenures["group"] != "c"]).iloc[0]
    assert ours["degrees_of_freedom"] == 1 and ours["groups"] == 3
    np.testing.assert_allclose(ours["chi_square"], two["chi_square"])
    pairs = pairwise_log_rank(tenures)
    assert pairs["p_value"].isna().tolist() == [False, True, True]
    np.testing.assert_allclose(pairs["p_holm"].iloc[0], pairs["p_value"].iloc[0])


def test_one_group_or_no_leaver_is_no_test():
    one = pd.DataFrame({"group": ["a"], "entry": 0, "tenure": 1, "churned": True, "customers": 40})
    assert np.isnan(log_rank(one)["p_value"].iloc[0]) and pairwise_log_rank(one).empty
    two = pd.concat([one, one.assign(group="b")]).assign(churned=False)
    assert log_rank(two)["degrees_of_freedom"].iloc[0] == 0


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 40])
def test_the_tail_equals_scipys_where_scipy_has_one_and_goes_on_where_it_underflows(degrees):
    for statistic in (0.0, 0.1, 1.0, 30.0, 600.0):
        np.testing.assert_allclose(log10_chi_square_tail(statistic, degrees), np.log10(chi2.sf(statistic, degrees)), rtol=1e-10, atol=1e-12)
    assert chi2.sf(5000.0, degrees) == 0
    assert -1090 < log10_chi_square_tail(5000.0, degrees) < -950


def test_holm_by_hand_and_nan_is_no_test():
    np.testing.assert_allclose(holm([0.01, np.nan, 0.02, 0.03, 0.9]), [0.04, np.nan, 0.06, 0.06, 0.9])
    assert holm([]).shape == (0,)
