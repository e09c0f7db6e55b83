"""Estimates to charts, tables and sentences. No arithmetic beyond the writing of numbers; no files."""

from lifecycle_utils.present.record import Figure, Finding, Table
from lifecycle_utils.present.survival_chart import survival_alt, survival_chart

__all__ = ["Figure", "Finding", "Table", "survival_alt", "survival_chart"]
