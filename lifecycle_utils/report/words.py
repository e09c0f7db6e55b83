"""What findings are called where there is no room for their sentence."""

from lifecycle_utils.language import N_

#: By key; `{n}` is the number that ends the key.
LABELS = {
    "customers": N_("Paying customers"),
    "mrr": N_("Monthly recurring revenue (MRR)"),
    "retention_month": N_("Still paying after {n} months"),
    "retention_trend_month": N_("Change a year of retention after {n} months"),
    "median_lifetime": N_("Median lifetime"),
    "highest_churn_month": N_("Month of highest churn"),
    "customers_to_call": N_("Customers to call now"),
    "churn_rate_monthly": N_("Customers who left this month"),
    "net_revenue_retention": N_("Revenue kept from a year ago"),
    "quick_ratio": N_("Quick ratio, a year"),
    "expected_share_existing": N_("This quarter's revenue from existing customers"),
    "revenue_from_earlier_customers": N_("Revenue from customers of earlier years"),
    "ltv_to_cac": N_("LTV:CAC"),
    "residual_value": N_("Still to come from today's customers"),
    "score_lift": N_("Lift of the riskiest tenth"),
    "trial_conversion": N_("Trials that pay"),
    "forecast_check": N_("Forecasts that held"),
    "worth_of_fixing": N_("Worth of fixing it, a year"),
    "ltv": N_("What a customer is worth"),
    "icp_traits": N_("Lift of the strongest trait"),
    "changed_in_a_year": N_("Key figures that changed in a year, beyond chance"),
    "lead_conversion": N_("Leads that pay"),
    "customers_that_return": N_("Of those who left, pay again a month later"),
}

#: Findings that become tiles only where few others are, as in a report of one notebook.
LABELS |= {
    "activation_first_value_within_7_days": N_("Activation first value within 7 days"), "adoption_stickiness": N_("Adoption stickiness"),
    "at_risk": N_("At risk"), "awareness_visits": N_("Awareness visits"), "card_revenue": N_("Card revenue"),
    "card_revenue_per_lead": N_("Card revenue per lead"), "card_still_paying": N_("Card still paying"),
    "card_still_paying_per_lead": N_("Card still paying per lead"), "card_survival": N_("Card survival"),
    "churn_definitions": N_("Churn definitions"), "churn_dispersion_calendar_months": N_("Churn dispersion calendar months"),
    "churn_dispersion_cohorts": N_("Churn dispersion cohorts"), "churn_mix": N_("Churn mix"),
    "consideration_lead_generation_rate": N_("Consideration lead generation rate"), "expansion_upgrade_rate": N_("Expansion upgrade rate"),
    "feature_gap": N_("Feature gap"), "features_conversion": N_("Features conversion"), "features_retention": N_("Features retention"),
    "forecast_coverage_lifetime_value": N_("Forecast coverage lifetime value"), "forecast_coverage_retention": N_("Forecast coverage retention"),
    "groups_differ": N_("Groups differ"), "ideal_profile": N_("Ideal profile"), "large_accounts": N_("Large accounts"), "lead_fit": N_("Lead fit"),
    "ltv_fitted_model": N_("Ltv fitted model"), "ltv_revenue_weighted": N_("Ltv revenue weighted"), "ltv_simple_formula": N_("Ltv simple formula"),
    "months_missing": N_("Months missing"), "mrr_change": N_("Mrr change"), "pairs_differ": N_("Pairs differ"), "renewals_due": N_("Renewals due"),
    "retention_customer_churn": N_("Retention customer churn"), "revenue_verdict": N_("Revenue verdict"), "rows_set_aside": N_("Rows set aside"),
    "score_algorithm": N_("Score algorithm"), "score_auc": N_("Score auc"), "score_calibration": N_("Score calibration"),
    "score_drift": N_("Score drift"), "score_gain_over_base_rate": N_("Score gain over base rate"),
    "score_gain_over_scorecard": N_("Score gain over scorecard"), "score_missing_inputs": N_("Score missing inputs"),
    "since_last_month": N_("Since last month"), "survey_themes": N_("Survey themes"), "time_to_convert": N_("Time to convert"),
    "top_customers_share": N_("Top customers share"), "trials_started": N_("Trials started"), "upgrade_ready": N_("Upgrade ready"),
}  # fmt: skip
