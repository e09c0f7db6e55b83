"""Worked examples that vendors print for lifetime value."""

import json

import pandas as pd
import pytest

from lifecycle_utils.estimate.formulas import revenue_over_churn
from lifecycle_utils.estimate.unit_economics import unit_economics
from tests.estimate.cohorts import cohort


@pytest.fixture(scope="module")
def examples(shared_data):
    return json.loads((shared_data / "reference" / "saas_metric_worked_examples.json").read_text())


def test_chartmogul_lifetime_value(examples):
    example = next(e for e in examples if e["metric"] == "ltv")
    inputs = example["inputs"]
    assert revenue_over_churn(inputs["arpa"], inputs["customer_churn_rate_6m_trailing_avg"]).value == example["expected"]


def test_saascalchub_gross_margin_lifetime_value_and_ratio():
    """ARPA 200, margin 80 %, churn 2 %, CAC 1,000: they print LTV 8,000 and 8:1 (saascalchub.com, The 3:1 benchmark)."""
    value = revenue_over_churn(200, 0.02, gross_margin=0.8).value
    assert value == pytest.approx(8000) and value / 1000 == pytest.approx(8)


def test_showmath_payback():
    """CAC 1,000, 100 a month at 80 % margin: they print 12.5 months (showmath.com, LTV:CAC). It takes longer if anybody leaves."""
    tenures = cohort([1000 * 0.97**k for k in range(31)], group="ads")
    revenue = pd.DataFrame({"group": ["ads"], "customers": [1000], "average_mrr": [100.0], "variance_mrr": [0.0]})
    spent = pd.DataFrame({"group": ["ads"], "spend": [1e6], "new_customers": [1000]})
    row = unit_economics(tenures, revenue, spent, horizon_months=12, gross_margin=0.8).iloc[0]
    assert row["simple_payback_months"] == pytest.approx(12.5)
    assert row["payback_months"] == 16  # the first m with 80 (1 - 0.97^m) / 0.03 >= 1000
