"""What a question returns when the tables do not allow an answer: no rows, and the reason."""

import pandas as pd

from lifecycle_utils.language import _


def unanswered(columns, why):
    """A frame of no rows whose `.attrs["withheld"]` says why there is no answer.

    >>> unanswered(["feature", "accounts"], without("usage")).attrs["withheld"]
    'the table usage is missing (its columns are in data/README.md)'
    """
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    frame.attrs["withheld"] = why
    return frame


def without(table):
    """The reason where a table is missing."""
    return _("the table {table} is missing (its columns are in data/README.md)").format(table=table)
