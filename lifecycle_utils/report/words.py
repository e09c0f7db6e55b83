"""What findings are called where there is no room for their sentence."""

from lifecycle_utils.language import N_

#: By key; `{n}` is the number that ends the key.
LABELS = {
    "customers": N_("Paying customers"),
    "mrr": N_("Monthly recurring revenue"),
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
