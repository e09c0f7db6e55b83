"""Tables to small tidy counts, computed by the engine where the data lives; nothing statistical here."""

from lifecycle_utils.observe.acquisition import acquisition
from lifecycle_utils.observe.attribute_outcomes import attribute_outcomes
from lifecycle_utils.observe.by_attribute import tenures_and_revenue
from lifecycle_utils.observe.card_outcomes import card_outcomes
from lifecycle_utils.observe.churn_counts import churn_counts
from lifecycle_utils.observe.cohort_revenue import cohort_revenue
from lifecycle_utils.observe.concentration import concentration, largest_customers
from lifecycle_utils.observe.counted_rows import patterns_of_rows, tenures_of_rows
from lifecycle_utils.observe.customer_months import customer_months, scored_months
from lifecycle_utils.observe.customer_scores import band_counts, customer_scores, doing_well, input_counts, input_labels, scored_customers
from lifecycle_utils.observe.customers import customer_list, customers, customers_entering, customers_per_year
from lifecycle_utils.observe.early_features import early_features_of_customers, early_features_of_trials
from lifecycle_utils.observe.feature_use import feature_use
from lifecycle_utils.observe.groups import group_names
from lifecycle_utils.observe.hindsight import hindsight
from lifecycle_utils.observe.lead_ages import lead_ages
from lifecycle_utils.observe.lead_traits import lead_outcomes, open_leads, shared_traits
from lifecycle_utils.observe.moments import earlier
from lifecycle_utils.observe.movements import mrr_movements
from lifecycle_utils.observe.one_customer import customer_facts, customer_group, customer_history, customer_rows, find_customer
from lifecycle_utils.observe.profile_fit import profile_answers, profile_channels, trait_combinations, with_profile
from lifecycle_utils.observe.renewals import large_accounts, renewals_due
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.revenue_kept import revenue_kept, revenue_kept_by_cohort
from lifecycle_utils.observe.score_inputs import missing_inputs, score_inputs
from lifecycle_utils.observe.stage_counts import stage_counts
from lifecycle_utils.observe.stages import stage_transitions
from lifecycle_utils.observe.survey_answers import survey_answers, survey_choices, top_customers_unasked
from lifecycle_utils.observe.tenure_patterns import tenure_patterns
from lifecycle_utils.observe.tenures import paying_tenures, tenures
from lifecycle_utils.observe.traits import traits
from lifecycle_utils.observe.trials import trial_customer_tenures, trial_tenures, trials
from lifecycle_utils.observe.upgrade_ready import upgrade_check, upgrade_ready

__all__ = [
    "acquisition", "attribute_outcomes", "band_counts", "card_outcomes", "churn_counts", "cohort_revenue",
    "concentration", "customer_facts", "customer_group", "customer_history", "customer_list", "customer_months",
    "customer_rows", "customer_scores", "customers", "customers_entering", "customers_per_year", "doing_well",
    "earlier", "early_features_of_customers", "early_features_of_trials", "feature_use", "find_customer", "group_names",
    "hindsight", "input_counts", "input_labels", "large_accounts", "largest_customers", "lead_ages", "lead_outcomes",
    "missing_inputs", "mrr_movements", "open_leads", "patterns_of_rows", "paying_tenures", "profile_answers",
    "profile_channels", "renewals_due", "revenue", "revenue_kept", "revenue_kept_by_cohort", "score_inputs",
    "scored_customers", "scored_months", "shared_traits", "stage_counts", "stage_transitions", "survey_answers",
    "survey_choices", "tenure_patterns", "tenures", "tenures_and_revenue", "tenures_of_rows", "top_customers_unasked",
    "trait_combinations", "traits", "trial_customer_tenures", "trial_tenures", "trials", "upgrade_check",
    "upgrade_ready", "with_profile",
]
