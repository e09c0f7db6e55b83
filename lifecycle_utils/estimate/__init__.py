"""Counts to estimates with intervals: no I/O, no engine, no plotting."""

from lifecycle_utils.estimate.churn_peak import highest_churn_month
from lifecycle_utils.estimate.hazard import hazard
from lifecycle_utils.estimate.life_table import last_reliable_month, life_table
from lifecycle_utils.estimate.log_rank import log_rank, pairwise_log_rank
from lifecycle_utils.estimate.restricted_mean import restricted_mean
from lifecycle_utils.estimate.survival import survival

__all__ = [
    "hazard", "highest_churn_month", "last_reliable_month", "life_table", "log_rank", "pairwise_log_rank",
    "restricted_mean", "survival",
]
