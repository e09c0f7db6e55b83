"""Read anything into typed, checked tables, lazily, where the data lives."""

from lifecycle_utils.sources.company import SAMPLE, check, open_company
from lifecycle_utils.sources.prepared import open_rows
from lifecycle_utils.sources.problems import Problem
from lifecycle_utils.sources.quality import coverage, data_quality, problem_table
from lifecycle_utils.sources.rejects import write_rejects
from lifecycle_utils.sources.snapshot import Snapshot, open_snapshot, snapshot_of

__all__ = [
    "SAMPLE", "Problem", "Snapshot", "check", "coverage", "data_quality", "open_company", "open_rows", "open_snapshot", "problem_table", "snapshot_of",
    "write_rejects",
]  # fmt: skip
