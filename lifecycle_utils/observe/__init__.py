"""Tables to small tidy counts, computed by the engine where the data lives; nothing statistical here."""

from lifecycle_utils.observe.acquisition import acquisition
from lifecycle_utils.observe.churn_counts import churn_counts
from lifecycle_utils.observe.cohort_revenue import cohort_revenue
from lifecycle_utils.observe.customers import customer_list, customers, customers_entering, customers_per_year
from lifecycle_utils.observe.groups import group_names
from lifecycle_utils.observe.movements import mrr_movements
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.revenue_kept import revenue_kept, revenue_kept_by_cohort
from lifecycle_utils.observe.tenures import paying_tenures, tenures
from lifecycle_utils.observe.traits import traits

__all__ = [
    "acquisition", "churn_counts", "cohort_revenue", "customer_list", "customers", "customers_entering",
    "customers_per_year", "group_names", "mrr_movements", "paying_tenures", "revenue", "revenue_kept",
    "revenue_kept_by_cohort", "tenures", "traits",
]
