"""A simulated company with a documented truth: the committed sample, and a ground to test estimators on.

`company` returns its tables as frames, `write_company` and `write_frames` write a folder, `TRUTH` says what is true, `expected_hazard` what follows from it.
"""

from lifecycle_utils.simulate.classes import customer_classes, expected_hazard, lead_classes
from lifecycle_utils.simulate.company import company
from lifecycle_utils.simulate.truth import TRUTH, Truth
from lifecycle_utils.simulate.write import write_company, write_frames

__all__ = ["TRUTH", "Truth", "company", "customer_classes", "expected_hazard", "lead_classes", "write_company", "write_frames"]
