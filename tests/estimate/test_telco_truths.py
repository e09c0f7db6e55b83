"""Every estimate of the survival floor on Telco equals the truth that R made."""

import numpy as np

from lifecycle_utils.estimate.hazard import hazard
from lifecycle_utils.estimate.log_rank import log_rank, pairwise_log_rank
from lifecycle_utils.estimate.restricted_mean import restricted_mean
from lifecycle_utils.estimate.survival import survival

EXACT = {"rtol": 0, "atol": 1e-9}


def test_survival_and_both_ends_of_its_interval(telco_tenures, truth):
    expected = truth("telco_km_survival.csv")
    both = expected.merge(survival(telco_tenures), on=["group", "tenure_month"], how="left", validate="one_to_one")
    assert len(both) == 40
    np.testing.assert_array_equal(both["at_risk"], both["n_risk"])
    np.testing.assert_allclose(both["survival"], both["surv"], **EXACT)
    np.testing.assert_allclose(both["lower"], both["lo_loglog"], equal_nan=True, **EXACT)
    np.testing.assert_allclose(both["upper"], both["hi_loglog"], equal_nan=True, **EXACT)


def test_hazard_of_every_month(telco_tenures, truth):
    expected = truth("telco_discrete_hazard.csv")
    expected = expected[expected["segment_var"].isin(["all", "Contract"])]
    ours = hazard(telco_tenures).merge(survival(telco_tenures)[["group", "tenure_month", "survival"]])
    both = expected.merge(ours, on=["group", "tenure_month"], how="outer", validate="one_to_one", suffixes=("_r", ""))
    assert len(both) == 4 * 72
    np.testing.assert_array_equal(both["at_risk"], both["n_risk"])
    np.testing.assert_array_equal(both["churned"], both["d"])
    np.testing.assert_allclose(both["hazard"], both["hazard_r"], **EXACT)
    np.testing.assert_allclose(both["survival"], both["surv_discrete"], **EXACT)


def test_restricted_means_and_standard_errors(telco_tenures, truth):
    ours = restricted_mean(telco_tenures, horizon_months=[12, 24, 36, 72])
    both = truth("telco_rmst.csv").merge(ours, on=["group", "horizon_months"], how="outer", validate="one_to_one")
    assert len(both) == 16
    np.testing.assert_allclose(both["restricted_mean"], both["rmst"], **EXACT)
    np.testing.assert_allclose(both["standard_error"], both["se"], **EXACT)


def test_log_rank_across_and_between_contracts(telco_tenures, truth):
    expected = truth("telco_logrank.csv").set_index("pair")
    across = log_rank(telco_tenures).iloc[0]
    assert across["degrees_of_freedom"] == 2
    np.testing.assert_allclose(across["chi_square"], expected.loc["ALL", "chisq"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(across["log10_p"], expected.loc["ALL", "log10p"], rtol=0, atol=1e-6)
    pairs = pairwise_log_rank(telco_tenures)
    pairs.index = pairs["group_a"] + " | " + pairs["group_b"]
    assert list(pairs.index) == [pair for pair in expected.index if pair != "ALL"]
    np.testing.assert_allclose(pairs["chi_square"], expected["chisq"][pairs.index], rtol=0, atol=1e-6)
    np.testing.assert_allclose(pairs["log10_p"], expected["log10p"][pairs.index], rtol=0, atol=1e-6)
    np.testing.assert_allclose(pairs["p_holm"].iloc[2], pairs["p_value"].iloc[2])
