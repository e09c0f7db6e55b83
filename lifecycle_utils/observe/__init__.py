"""Tables to small tidy counts, computed by the engine where the data lives; nothing statistical here."""

from lifecycle_utils.observe.acquisition import acquisition
from lifecycle_utils.observe.churn_counts import churn_counts
from lifecycle_utils.observe.cohort_revenue import cohort_revenue
from lifecycle_utils.observe.concentration import concentration, largest_customers
from lifecycle_utils.observe.customer_months import customer_months, scored_months
from lifecycle_utils.observe.customer_scores import band_counts, customer_scores, input_counts, input_labels, scored_customers
from lifecycle_utils.observe.customers import customer_list, customers, customers_entering, customers_per_year
from lifecycle_utils.observe.groups import group_names
from lifecycle_utils.observe.movements import mrr_movements
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.revenue_kept import revenue_kept, revenue_kept_by_cohort
from lifecycle_utils.observe.score_inputs import missing_inputs, score_inputs
from lifecycle_utils.observe.tenures import paying_tenures, tenures
from lifecycle_utils.observe.traits import traits

__all__ = [
    "acquisition", "band_counts", "churn_counts", "cohort_revenue", "concentration", "customer_list",
    "customer_months", "customer_scores", "customers", "customers_entering", "customers_per_year", "group_names",
    "input_counts", "input_labels", "largest_customers", "missing_inputs", "mrr_movements", "paying_tenures",
    "revenue", "revenue_kept", "revenue_kept_by_cohort", "score_inputs", "scored_customers", "scored_months",
    "tenures", "traits",
]
