"""A simulated company with a documented truth: the committed sample, and a ground to test estimators on.

`write_company` writes a folder, `company` returns its tables as frames, `TRUTH` says what is true, `expected_hazard` what follows from it.
"""

from lifecycle_utils.simulate.classes import customer_classes, expected_hazard, lead_classes
from lifecycle_utils.simulate.company import company
from lifecycle_utils.simulate.truth import TRUTH, Truth
from lifecycle_utils.simulate.write import write_company

__all__ = ["TRUTH", "Truth", "company", "customer_classes", "expected_hazard", "lead_classes", "write_company"]
