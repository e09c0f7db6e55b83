"""The errors that the kit raises on purpose, each with the exit code that scripts rely on.

Anything else that escapes is a bug in the kit and keeps its traceback.
"""


class LifecycleError(Exception):
    """Base of every error that is told to the user as one readable sentence."""

    exit_code = 1


class UsageError(LifecycleError, ValueError):
    """A command, a parameter or a month was written wrongly."""

    exit_code = 2


class InputError(LifecycleError, ValueError):
    """The company's tables or settings cannot be used as they are."""

    exit_code = 3


class MissingTable(InputError):
    """A question was asked of a table that the company did not bring."""

    def __init__(self, table, *, found=()):
        self.table = table
        have = ", ".join(sorted(found)) or "none"
        super().__init__(
            f"this needs the table '{table}', which is not in the company folder (found: {have}); "
            f"add {table}.csv or {table}.parquet, its columns are in data/README.md"
        )


class EstimateError(LifecycleError, ValueError):
    """Counts that no estimator can use: negative durations, weights that are not counts, an empty frame."""

    exit_code = 3


class NotebookFailed(LifecycleError):
    exit_code = 4


class NotebookTimeout(LifecycleError):
    exit_code = 5


class KernelDied(LifecycleError):
    exit_code = 6


class Incomplete(LifecycleError):
    exit_code = 7


class OutputError(LifecycleError, OSError):
    exit_code = 8


class Locked(LifecycleError):
    exit_code = 9
