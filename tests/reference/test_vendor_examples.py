"""Worked examples that vendors print for lifetime value."""

import json

import pytest

from lifecycle_utils.estimate.formulas import revenue_over_churn


@pytest.fixture(scope="module")
def examples(shared_data):
    return json.loads((shared_data / "reference" / "saas_metric_worked_examples.json").read_text())


def test_chartmogul_lifetime_value(examples):
    example = next(e for e in examples if e["metric"] == "ltv")
    inputs = example["inputs"]
    assert revenue_over_churn(inputs["arpa"], inputs["customer_churn_rate_6m_trailing_avg"]).value == example["expected"]
