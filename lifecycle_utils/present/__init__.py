"""Estimates to charts, tables and sentences. No arithmetic beyond the writing of numbers; no files.

A module is imported when something of it is first used. Add a line for what a new module lends.
"""

from lifecycle_utils.lazy import export
from lifecycle_utils.present.guard import guarded

_EXPORTS = {
    "calibration_chart": "calibration_alt calibration_chart",
    "card_chart": "card_alt card_chart",
    "changing_attributes": "changing_attributes_notes",
    "churn_rate_chart": "churn_rate_alt churn_rate_chart",
    "churn_side_by_side_chart": "churn_side_by_side_alt churn_side_by_side_chart",
    "conversion_chart": "conversion_alt conversion_chart conversion_trend_alt conversion_trend_chart",
    "coverage_chart": "coverage_alt coverage_chart",
    "data_quality": "coverage_table data_quality_table months_missing_finding problems_table rows_set_aside_finding",
    "customer_history_chart": "customer_history_alt customer_history_chart",
    "customer_story": "customer_finding customer_inputs_table customer_score_finding customer_stage_finding",
    "feature_charts": "feature_association_alt feature_association_chart feature_gap_alt feature_gap_chart",
    "findings_accounts": "large_accounts_finding renewals_finding upgrade_ready_finding",
    "findings_base": "concentration_finding earlier_customers_finding expected_share_finding",
    "findings_churn": "customers_to_call_finding highest_churn_month_finding highest_churn_month_findings",
    "findings_churn_rate": "churn_rate_finding",
    "findings_conversion": "lead_conversion_finding stage_moves_findings",
    "findings_customers": "customers_finding mrr_finding",
    "findings_economics": "residual_value_finding unit_economics_finding",
    "findings_features": "feature_association_finding feature_gap_finding",
    "findings_forecast": "churn_dispersion_findings forecast_check_finding forecast_coverage_findings forecast_findings",
    "findings_profile": "ideal_customer_finding",
    "findings_retention": "groups_differ_finding median_lifetime_finding pairs_differ_finding retention_finding retention_trend_finding",
    "findings_revenue": "churn_definitions_finding churn_mix_finding mrr_change_finding net_revenue_retention_finding quick_ratio_finding",
    "findings_score_inputs": "missing_inputs_finding score_drift_finding score_test_notes",
    "findings_scoring": "at_risk_finding score_algorithm_finding score_auc_finding score_calibration_finding score_gain_finding score_lift_finding",
    "findings_stages": "benchmark_notes lifecycle_changes_finding stage_findings",
    "findings_trials": "card_findings card_survival_finding time_to_convert_finding trial_conversion_finding trials_finding",
    "findings_value": "fitted_model_finding lifetime_value_finding lifetime_value_findings revenue_weighted_finding simple_formula_finding",
    "findings_verdict": "revenue_verdict_finding",
    "findings_withheld": "withheld_finding",
    "findings_worth": "worth_of_fixing_finding worth_of_fixing_findings",
    "forecast_chart": "forecast_groups_alt forecast_groups_chart forecast_path_alt forecast_path_chart",
    "forecast_table": "forecast_check_table",
    "funnel_chart": "funnel_alt funnel_chart",
    "gain_chart": "gain_alt gain_chart",
    "hazard_chart": "hazard_alt hazard_chart hazard_panels",
    "health_chart": "health_alt health_chart",
    "kpi_panels": "kpi_panels",
    "kpi_table": "kpi_table",
    "layer_cake_chart": "layer_cake_alt layer_cake_chart",
    "lead_fit": "lead_backtest_table lead_fit_finding open_leads_table",
    "lifetime_value_chart": "lifetime_value_alt lifetime_value_chart",
    "lift_chart": "lift_alt lift_chart",
    "month_changes": "month_changes_findings month_changes_table",
    "movements_chart": "movements_alt movements_chart",
    "profile_card": "must_have_table profile_card_table profile_finding trait_pairs_table",
    "record": "Figure Finding Table",
    "retention_heatmap": "retention_alt retention_heatmap",
    "retention_trend_chart": "retention_trend_alt retention_trend_chart",
    "revenue_tables": (
        "churn_definitions_table churn_mix_table cohort_revenue_table concentration_table earlier_customers_table "
        "largest_customers_table mrr_movements_table revenue_retention_table revenue_verdicts_table"
    ),
    "score_lists": "at_risk_table healthy_table",
    "score_tables": (
        "health_bands_table score_backtest_table score_calibration_table score_drift_table score_inputs_table scorecard_table worth_of_tables_table"
    ),
    "survey": "survey_choices_notes survey_choices_table survey_choices_told survey_finding survey_terms_table unasked_table",
    "survival_chart": "survival_alt survival_chart",
    "trait_worth": "trait_worth_notes trait_worth_table",
    "transitions_chart": "transitions_alt transitions_chart",
    "trial_conversion_chart": "trial_conversion_alt trial_conversion_chart",
    "unit_economics_chart": "unit_economics_alt unit_economics_chart",
    "vocabulary": "text",
    "value_by_group_chart": "value_by_group_alt value_by_group_chart",
    "value_gap_chart": "value_gap_alt value_gap_chart",
    "worth_table": "worth_of_fixing_table",
}

__all__ = export(__name__, _EXPORTS, through=guarded)
