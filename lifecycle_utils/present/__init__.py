"""Estimates to charts, tables and sentences. No arithmetic beyond the writing of numbers; no files."""

from lifecycle_utils.present.findings_churn import highest_churn_month_finding, highest_churn_month_findings, worth_of_fixing_finding, worth_of_fixing_findings
from lifecycle_utils.present.findings_customers import customers_finding, mrr_finding
from lifecycle_utils.present.findings_profile import ideal_customer_finding
from lifecycle_utils.present.findings_retention import (
    groups_differ_finding,
    median_lifetime_finding,
    retention_finding,
    retention_trend_finding,
)
from lifecycle_utils.present.findings_value import lifetime_value_finding, simple_formula_finding
from lifecycle_utils.present.hazard_chart import hazard_alt, hazard_chart, hazard_panels
from lifecycle_utils.present.lifetime_value_chart import lifetime_value_alt, lifetime_value_chart
from lifecycle_utils.present.lift_chart import lift_alt, lift_chart
from lifecycle_utils.present.record import Figure, Finding, Table
from lifecycle_utils.present.retention_heatmap import retention_alt, retention_heatmap
from lifecycle_utils.present.retention_trend_chart import retention_trend_alt, retention_trend_chart
from lifecycle_utils.present.survival_chart import survival_alt, survival_chart

__all__ = [
    "Figure", "Finding", "Table", "customers_finding", "groups_differ_finding", "hazard_alt", "hazard_chart", "hazard_panels",
    "highest_churn_month_finding", "highest_churn_month_findings", "ideal_customer_finding", "lifetime_value_alt",
    "lifetime_value_chart", "lifetime_value_finding", "lift_alt", "lift_chart", "median_lifetime_finding", "mrr_finding",
    "retention_alt", "retention_finding", "retention_heatmap", "retention_trend_alt", "retention_trend_chart",
    "retention_trend_finding", "simple_formula_finding", "survival_alt", "survival_chart", "worth_of_fixing_finding",
    "worth_of_fixing_findings",
]
