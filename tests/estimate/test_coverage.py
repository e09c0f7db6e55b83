"""A short version of benchmarks/coverage.py: the 95 % intervals hold the truth in about 95 % of simulated companies."""

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks.coverage import coverage_of, simulate_tenures
from lifecycle_utils.estimate import life_table


def test_simulated_companies_have_the_hazards_they_were_given():
    hazards = np.array([0.1, 0.02, 0.2, 0.05])
    for observed_for in (None, 2):
        tenures = simulate_tenures(hazards, customers=50_000, companies=2, rng=np.random.default_rng(3), observed_for=observed_for)
        table = life_table(tenures)
        np.testing.assert_allclose(table["churned"] / table["at_risk"], np.tile(hazards, 2), rtol=0.15)
    assert table["at_risk"].max() < 50_000


@pytest.mark.slow
@pytest.mark.parametrize("observed_for", [None, 18])
def test_intervals_hold_the_truth_in_95_of_100(observed_for):
    table = coverage_of(np.full(36, 0.03), customers=500, companies=250, seed=6, observed_for=observed_for)
    # What 95 % intervals can do by chance; those of one company's many months are not independent of another's only in count.
    lowest, highest = binom.ppf([0.0005, 0.9995], 250, 0.95) / 250
    shares = table[table["measure"] != "median"]
    assert len(shares) == 9 and shares["coverage"].between(lowest, highest).all()
    assert shares.set_index("measure").loc["hazard, all months", "coverage"] == pytest.approx(0.95, abs=0.015)
    # Whole months make the median's interval wider than it must be, never narrower.
    assert table.set_index("measure").loc["median", "coverage"] >= lowest
