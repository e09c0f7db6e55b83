import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, binomtest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import hazard
from lifecycle_utils.estimate.intervals import wilson_interval


def test_wilson_is_scipys():
    for events, trials in [(0, 30), (1, 40), (5, 250), (30, 30), (700, 9000)]:
        expected = binomtest(events, trials).proportion_ci(0.9, method="wilson")
        np.testing.assert_allclose(wilson_interval(events, trials, confidence=0.9), expected, atol=1e-14)


def test_wilson_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for (events, trials), expected in {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611), (1, 29): (0.0061, 0.1718)}.items():
        np.testing.assert_allclose(wilson_interval(events, trials), expected, atol=5e-5)


def test_wilson_covers_rare_events_as_promised():
    # Exact, over the sizes a risk set has while a company of 200 to 1,000 customers ages.
    for largest in (200, 500, 1000):
        for share in (0.01, 0.02, 0.03, 0.05):
            covered = []
            for trials in range(int(0.6 * largest), largest + 1, largest // 50):
                events = np.arange(trials + 1)
                lower, upper = wilson_interval(events, np.full(trials + 1, trials))
                covered.append(binom.pmf(events, trials, share)[(lower <= share) & (share <= upper)].sum())
            assert 0.935 <= np.mean(covered) <= 0.965


def test_thin_months_keep_their_share_and_their_count_but_no_interval():
    tenures = pd.DataFrame({"group": "a", "entry": 0, "tenure": [1, 2, 2], "churned": [True, True, False], "customers": [10, 4, 20]})
    frame = hazard(tenures)
    assert frame["at_risk"].tolist() == [34, 24]
    np.testing.assert_allclose(frame["hazard"], [10 / 34, 4 / 24])
    assert frame["lower"].isna().tolist() == [False, True]
    assert frame["withheld"].tolist() == ["", "fewer than 30 customers at risk"]
    assert hazard(tenures, min_at_risk=24)["lower"].notna().all()


def test_a_month_nobody_was_observed_in_has_no_hazard():
    tenures = pd.DataFrame({"group": "a", "entry": [0, 2], "tenure": [1, 3], "churned": True, "customers": [40, 50]})
    frame = hazard(tenures)
    assert frame["at_risk"].tolist() == [40, 0, 50]
    assert np.isnan(frame["hazard"].iloc[1]) and frame["withheld"].iloc[1] == "nobody was observed in this month"


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_confidence_is_a_share(confidence):
    tenures = pd.DataFrame({"group": ["a"], "entry": 0, "tenure": 1, "churned": True, "customers": 40})
    with pytest.raises(EstimateError, match="confidence"):
        hazard(tenures, confidence=confidence)


def test_a_flat_hazard_is_estimated_flat_also_in_the_newest_months():
    # Staggered starts, followed to a snapshot: complete months only, so the ends of risk sets are not biased.
    rng = np.random.default_rng(3)
    followed = rng.integers(0, 13, size=400_000)
    life = rng.geometric(0.04, size=400_000)
    tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": np.minimum(life, followed), "churned": life <= followed})
    tenures = tenures.value_counts().rename("customers").reset_index()
    frame = hazard(tenures, confidence=0.999)
    assert len(frame) == 12
    assert ((frame["lower"] < 0.04) & (frame["upper"] > 0.04)).all()
