"""Tables to small tidy counts, computed by the engine where the data lives; nothing statistical here."""

from lifecycle_utils.observe.customers import customer_list, customers, customers_entering
from lifecycle_utils.observe.groups import group_names
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.tenures import tenures
from lifecycle_utils.observe.traits import traits

__all__ = ["customer_list", "customers", "customers_entering", "group_names", "revenue", "tenures", "traits"]
