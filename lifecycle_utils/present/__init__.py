"""Estimates to charts, tables and sentences. No arithmetic beyond the writing of numbers; no files."""

from lifecycle_utils.present.calibration_chart import calibration_alt, calibration_chart
from lifecycle_utils.present.card_chart import card_alt, card_chart
from lifecycle_utils.present.churn_rate_chart import churn_rate_alt, churn_rate_chart
from lifecycle_utils.present.churn_side_by_side_chart import churn_side_by_side_alt, churn_side_by_side_chart
from lifecycle_utils.present.conversion_chart import conversion_alt, conversion_chart, conversion_trend_alt, conversion_trend_chart
from lifecycle_utils.present.feature_charts import feature_association_alt, feature_association_chart, feature_gap_alt, feature_gap_chart
from lifecycle_utils.present.findings_accounts import large_accounts_finding, renewals_finding, upgrade_ready_finding
from lifecycle_utils.present.findings_base import concentration_finding, earlier_customers_finding, expected_share_finding
from lifecycle_utils.present.findings_churn import customers_to_call_finding, highest_churn_month_finding, highest_churn_month_findings
from lifecycle_utils.present.findings_churn_rate import churn_rate_finding
from lifecycle_utils.present.findings_conversion import lead_conversion_finding, stage_moves_findings
from lifecycle_utils.present.findings_customers import customers_finding, mrr_finding
from lifecycle_utils.present.findings_economics import residual_value_finding, unit_economics_finding
from lifecycle_utils.present.findings_features import feature_association_finding, feature_gap_finding
from lifecycle_utils.present.findings_forecast import churn_dispersion_findings, forecast_check_finding, forecast_coverage_findings, forecast_findings
from lifecycle_utils.present.findings_profile import ideal_customer_finding
from lifecycle_utils.present.findings_retention import (
    groups_differ_finding,
    median_lifetime_finding,
    pairs_differ_finding,
    retention_finding,
    retention_trend_finding,
)
from lifecycle_utils.present.findings_revenue import (
    churn_definitions_finding,
    churn_mix_finding,
    mrr_change_finding,
    net_revenue_retention_finding,
    quick_ratio_finding,
)
from lifecycle_utils.present.findings_scoring import (
    at_risk_finding,
    missing_inputs_finding,
    score_algorithm_finding,
    score_auc_finding,
    score_calibration_finding,
    score_drift_finding,
    score_gain_finding,
    score_lift_finding,
)
from lifecycle_utils.present.findings_stages import benchmark_notes, lifecycle_changes_finding, stage_findings
from lifecycle_utils.present.findings_trials import card_findings, card_survival_finding, time_to_convert_finding, trial_conversion_finding, trials_finding
from lifecycle_utils.present.findings_value import (
    fitted_model_finding,
    lifetime_value_finding,
    lifetime_value_findings,
    revenue_weighted_finding,
    simple_formula_finding,
)
from lifecycle_utils.present.findings_verdict import revenue_verdict_finding
from lifecycle_utils.present.findings_withheld import withheld_finding
from lifecycle_utils.present.findings_worth import worth_of_fixing_finding, worth_of_fixing_findings
from lifecycle_utils.present.forecast_chart import forecast_groups_alt, forecast_groups_chart, forecast_path_alt, forecast_path_chart
from lifecycle_utils.present.forecast_table import forecast_check_table
from lifecycle_utils.present.funnel_chart import funnel_alt, funnel_chart
from lifecycle_utils.present.gain_chart import gain_alt, gain_chart
from lifecycle_utils.present.hazard_chart import hazard_alt, hazard_chart, hazard_panels
from lifecycle_utils.present.health_chart import health_alt, health_chart
from lifecycle_utils.present.kpi_panels import kpi_panels
from lifecycle_utils.present.kpi_table import kpi_table
from lifecycle_utils.present.layer_cake_chart import layer_cake_alt, layer_cake_chart
from lifecycle_utils.present.lead_fit import lead_fit_finding, open_leads_table
from lifecycle_utils.present.lifetime_value_chart import lifetime_value_alt, lifetime_value_chart
from lifecycle_utils.present.lift_chart import lift_alt, lift_chart
from lifecycle_utils.present.movements_chart import movements_alt, movements_chart
from lifecycle_utils.present.record import Figure, Finding, Table
from lifecycle_utils.present.retention_heatmap import retention_alt, retention_heatmap
from lifecycle_utils.present.retention_trend_chart import retention_trend_alt, retention_trend_chart
from lifecycle_utils.present.revenue_tables import (
    churn_definitions_table,
    churn_mix_table,
    cohort_revenue_table,
    concentration_table,
    earlier_customers_table,
    largest_customers_table,
    mrr_movements_table,
    revenue_retention_table,
    revenue_verdicts_table,
)
from lifecycle_utils.present.score_lists import at_risk_table, healthy_table
from lifecycle_utils.present.score_tables import (
    health_bands_table,
    score_backtest_table,
    score_drift_table,
    score_inputs_table,
    scorecard_table,
    worth_of_tables_table,
)
from lifecycle_utils.present.survival_chart import survival_alt, survival_chart
from lifecycle_utils.present.transitions_chart import transitions_alt, transitions_chart
from lifecycle_utils.present.trial_conversion_chart import trial_conversion_alt, trial_conversion_chart
from lifecycle_utils.present.unit_economics_chart import unit_economics_alt, unit_economics_chart
from lifecycle_utils.present.value_by_group_chart import value_by_group_alt, value_by_group_chart
from lifecycle_utils.present.value_gap_chart import value_gap_alt, value_gap_chart

__all__ = [
    "Figure", "Finding", "Table", "at_risk_finding", "at_risk_table", "benchmark_notes", "calibration_alt",
    "calibration_chart", "card_alt", "card_chart", "card_findings", "card_survival_finding",
    "churn_definitions_finding", "churn_definitions_table", "churn_dispersion_findings", "churn_mix_finding",
    "churn_mix_table", "churn_rate_alt", "churn_rate_chart", "churn_rate_finding", "churn_side_by_side_alt",
    "churn_side_by_side_chart", "cohort_revenue_table", "concentration_finding", "concentration_table",
    "conversion_alt", "conversion_chart", "conversion_trend_alt", "conversion_trend_chart", "customers_finding",
    "customers_to_call_finding", "earlier_customers_finding", "earlier_customers_table", "expected_share_finding",
    "feature_association_alt", "feature_association_chart", "feature_association_finding", "feature_gap_alt",
    "feature_gap_chart", "feature_gap_finding", "fitted_model_finding", "forecast_check_finding",
    "forecast_check_table", "forecast_coverage_findings", "forecast_findings", "forecast_groups_alt",
    "forecast_groups_chart", "forecast_path_alt", "forecast_path_chart", "funnel_alt", "funnel_chart", "gain_alt",
    "gain_chart", "groups_differ_finding", "hazard_alt", "hazard_chart", "hazard_panels", "health_alt",
    "health_bands_table", "health_chart", "healthy_table", "highest_churn_month_finding",
    "highest_churn_month_findings", "ideal_customer_finding", "kpi_panels", "kpi_table", "large_accounts_finding",
    "largest_customers_table", "layer_cake_alt", "layer_cake_chart", "lead_conversion_finding", "lead_fit_finding",
    "lifecycle_changes_finding", "lifetime_value_alt", "lifetime_value_chart", "lifetime_value_finding",
    "lifetime_value_findings", "lift_alt", "lift_chart", "median_lifetime_finding", "missing_inputs_finding",
    "movements_alt", "movements_chart", "mrr_change_finding", "mrr_finding", "mrr_movements_table",
    "net_revenue_retention_finding", "open_leads_table", "pairs_differ_finding", "quick_ratio_finding",
    "renewals_finding", "residual_value_finding", "retention_alt", "retention_finding", "retention_heatmap",
    "retention_trend_alt", "retention_trend_chart", "retention_trend_finding", "revenue_retention_table",
    "revenue_verdict_finding", "revenue_verdicts_table", "revenue_weighted_finding", "score_algorithm_finding",
    "score_auc_finding", "score_backtest_table", "score_calibration_finding", "score_drift_finding",
    "score_drift_table", "score_gain_finding", "score_inputs_table", "score_lift_finding", "scorecard_table",
    "simple_formula_finding", "stage_findings", "stage_moves_findings", "survival_alt", "survival_chart",
    "time_to_convert_finding", "transitions_alt", "transitions_chart", "trial_conversion_alt",
    "trial_conversion_chart", "trial_conversion_finding", "trials_finding", "unit_economics_alt",
    "unit_economics_chart", "unit_economics_finding", "upgrade_ready_finding", "value_by_group_alt",
    "value_by_group_chart", "value_gap_alt", "value_gap_chart", "withheld_finding", "worth_of_fixing_finding",
    "worth_of_fixing_findings", "worth_of_tables_table",
]
