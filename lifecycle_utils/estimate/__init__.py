"""Counts to estimates with intervals: no I/O, no engine, no plotting."""

from lifecycle_utils.estimate.additive_score import input_shares
from lifecycle_utils.estimate.bdw import BetaDiscreteWeibull
from lifecycle_utils.estimate.boosted_score import fit_boosting
from lifecycle_utils.estimate.card_effect import card_effect
from lifecycle_utils.estimate.churn_definitions import churn_definitions, daily_churn_rate
from lifecycle_utils.estimate.churn_mix import churn_mix
from lifecycle_utils.estimate.churn_model import fit_logistic, input_weights
from lifecycle_utils.estimate.churn_peak import churn_peak_summary, highest_churn_month
from lifecycle_utils.estimate.churn_rate import monthly_churn_rate
from lifecycle_utils.estimate.concentration import concentration
from lifecycle_utils.estimate.conversion import ages_as_of, conversion, conversion_at
from lifecycle_utils.estimate.drift import drift
from lifecycle_utils.estimate.expected_share import expected_share
from lifecycle_utils.estimate.feature_association import feature_association
from lifecycle_utils.estimate.feature_gap import feature_gap
from lifecycle_utils.estimate.forecast import forecast_mrr, forecast_retention
from lifecycle_utils.estimate.forecast_check import forecast_check, forecast_coverage, forecast_summary
from lifecycle_utils.estimate.forecast_dispersion import churn_dispersion
from lifecycle_utils.estimate.formulas import revenue_over_churn, revenue_over_lifetime
from lifecycle_utils.estimate.funnel import lifecycle_funnel
from lifecycle_utils.estimate.hazard import hazard
from lifecycle_utils.estimate.layer_cake import layer_cake, share_of_earlier_customers
from lifecycle_utils.estimate.lead_fit import lead_backtest, lead_gains, lead_points, lead_reasons
from lifecycle_utils.estimate.life_table import last_reliable_month, life_table
from lifecycle_utils.estimate.lifetime_value import lifetime_value
from lifecycle_utils.estimate.log_rank import log_rank, pairwise_log_rank
from lifecycle_utils.estimate.model_check import lack_of_fit
from lifecycle_utils.estimate.movement_rates import movement_rates
from lifecycle_utils.estimate.nps import net_promoter_score
from lifecycle_utils.estimate.peak_months import peak_month, peak_months
from lifecycle_utils.estimate.pool_cohorts import pool_cohorts
from lifecycle_utils.estimate.quantiles import survival_quantiles
from lifecycle_utils.estimate.residual_lifetime import discounted_lifetime, discounted_residual_lifetime, residual_lifetime_reason
from lifecycle_utils.estimate.residual_value import residual_value
from lifecycle_utils.estimate.restricted_mean import restricted_mean
from lifecycle_utils.estimate.retention import retention_trend, retention_trend_test
from lifecycle_utils.estimate.revenue_retention import revenue_retention
from lifecycle_utils.estimate.revenue_weighted import revenue_weighted_value
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from lifecycle_utils.estimate.sbg_posterior import ShiftedBetaGeometricPosterior
from lifecycle_utils.estimate.score_backtest import band_backtest, health_bands, score_backtest, score_calibration, score_gains
from lifecycle_utils.estimate.score_choice import fit_score, fit_scores, score_by, top_reasons, worth_of_tables
from lifecycle_utils.estimate.scorecard import fit_scorecard, scorecard_points
from lifecycle_utils.estimate.stage_curves import stage_curve
from lifecycle_utils.estimate.stage_kpis import stage_kpis
from lifecycle_utils.estimate.stage_transitions import transition_shares
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.estimate.traits import ideal_customer_profile
from lifecycle_utils.estimate.trial_conversion import time_to_convert, trial_conversion, trials_by_month
from lifecycle_utils.estimate.unit_economics import unit_economics
from lifecycle_utils.estimate.value_by_method import lifetime_value_by_method, longest_horizon
from lifecycle_utils.estimate.value_gap import lifetime_value_gap
from lifecycle_utils.estimate.verdict import revenue_verdict
from lifecycle_utils.estimate.worth_in_total import worth_in_total
from lifecycle_utils.estimate.worth_of_fixing import worth_of_fixing

__all__ = [
    "BetaDiscreteWeibull", "ShiftedBetaGeometric", "ShiftedBetaGeometricPosterior", "ages_as_of", "band_backtest",
    "card_effect", "churn_definitions", "churn_dispersion", "churn_mix", "churn_peak_summary", "concentration",
    "conversion", "conversion_at", "daily_churn_rate", "discounted_lifetime", "discounted_residual_lifetime", "drift",
    "expected_share", "feature_association", "feature_gap", "fit_boosting", "fit_logistic", "fit_score",
    "fit_scorecard", "fit_scores", "forecast_check", "forecast_coverage", "forecast_mrr", "forecast_retention",
    "forecast_summary", "hazard", "health_bands", "highest_churn_month", "ideal_customer_profile", "input_shares",
    "input_weights", "lack_of_fit", "last_reliable_month", "layer_cake", "lead_backtest", "lead_gains", "lead_points",
    "lead_reasons", "life_table", "lifecycle_funnel", "lifetime_value", "lifetime_value_by_method",
    "lifetime_value_gap", "log_rank", "longest_horizon", "monthly_churn_rate", "movement_rates", "net_promoter_score",
    "pairwise_log_rank", "peak_month", "peak_months", "pool_cohorts", "residual_lifetime_reason", "residual_value",
    "restricted_mean", "retention_trend", "retention_trend_test", "revenue_over_churn", "revenue_over_lifetime",
    "revenue_retention", "revenue_verdict", "revenue_weighted_value", "score_backtest", "score_by",
    "score_calibration", "score_gains", "scorecard_points", "share_of_earlier_customers", "stage_curve", "stage_kpis",
    "survival", "survival_quantiles", "time_to_convert", "top_reasons", "transition_shares", "trial_conversion",
    "trials_by_month", "unit_economics", "worth_in_total", "worth_of_fixing", "worth_of_tables",
]
