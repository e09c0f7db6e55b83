"""Which months are acted on, held against the peaks they come from."""

import pandas as pd

from lifecycle_utils.estimate import highest_churn_month, peak_month, peak_months
from tests.estimate.cohorts import cohort


def peaks():
    """Annual contracts lose a fifth at 12 and at 24, monthly ones a tenth in month 3, weekly ones always one in fifty."""
    annual = cohort([1000] * 12 + [800] * 12 + [640] * 3, group="annual")
    monthly = cohort([2000, 1980, 1960, 1764, 1750, 1735, 1720], group="monthly")
    weekly = cohort([1000 * 0.98**k for k in range(8)], group="weekly")
    everybody = pd.concat([annual, monthly, weekly])
    return highest_churn_month(pd.concat([everybody.assign(group="all"), everybody]))


def test_each_group_has_its_own_months_and_a_flat_one_has_none():
    assert peak_months(peaks()) == {"annual": [12, 24], "monthly": [3]}
    assert peak_month(peaks()) == {"annual": 12, "monthly": 3}


def test_a_month_named_by_hand_holds_for_every_group():
    assert peak_months(peaks(), month=2) == {"annual": [2], "monthly": [2], "weekly": [2]}
    assert peak_month(peaks(), month=2) == {"annual": 2, "monthly": 2, "weekly": 2}


def test_one_flat_company_has_nothing_to_act_on():
    flat = peaks()
    assert peak_months(flat[flat["group"] == "weekly"]) == {} == peak_month(flat[flat["group"] == "weekly"])
