"""What other systems export, made into a company folder. A system is a mapping (mappings/<system>.toml), not code."""

from lifecycle_utils.importers.mapping import SYSTEMS
from lifecycle_utils.importers.propose import import_csv
from lifecycle_utils.importers.run import import_system

__all__ = ["SYSTEMS", "import_csv", "import_system"]
