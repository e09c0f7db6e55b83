import math

import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.formulas import revenue_over_churn, revenue_over_lifetime


def test_the_two_formulas_agree_where_the_lifetime_is_one_over_churn():
    assert revenue_over_churn(10_000, 0.05).value == revenue_over_lifetime(10_000, 1 / 0.05).value == 200_000


def test_margin_scales_both():
    assert revenue_over_churn(100, 0.05, gross_margin=0.8).value == pytest.approx(1600)
    assert revenue_over_lifetime(100, 20, gross_margin=0.8).value == pytest.approx(1600)


def test_zero_churn_is_undefined_and_says_why():
    amount = revenue_over_churn(100, 0)
    assert math.isnan(amount.value) and "nobody churned" in amount.withheld


@pytest.mark.parametrize("churn", [-0.01, 1.01, math.nan])
def test_an_impossible_churn_is_refused(churn):
    with pytest.raises(EstimateError, match="monthly_churn"):
        revenue_over_churn(100, churn)
