"""Customer lifecycle analysis for SaaS companies: sources, observe, estimate, present, report (see README).

Importing the package is cheap; each floor is loaded when it is first used.
"""

__version__ = "0.1.0"
