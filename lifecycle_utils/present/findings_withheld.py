"""The sentence that stands where a number cannot be: what is missing, and how to bring it."""

import math

from lifecycle_utils.language import _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding


def withheld_finding(key, what, *, missing, unit="ratio", definition=""):
    """What stands in place of a finding whose tables the company did not bring?

    Parameters
    ----------
    key, unit, definition : of the finding that it stands for
    what : the number, as the beginning of a sentence
    missing : names of the tables that are not there

    >>> print(withheld_finding("ltv_to_cac", "What customers bring back of their cost", missing=["leads", "marketing"]))
    What customers bring back of their cost is withheld: the tables leads and marketing are missing. Their columns are in data/README.md.
    """
    several = len(missing) > 1
    tables = (_("the tables {missing} are missing") if several else _("the table {missing} is missing")).format(missing=formats.listing(missing))
    told = _("{what} is withheld: {tables}. Their columns are in data/README.md.") if several else _(
        "{what} is withheld: {tables}. Its columns are in data/README.md.")
    return Finding(key=key, value=math.nan, lower=math.nan, upper=math.nan, n=None, unit=unit, definition=definition, withheld=tables,
                   sentence=told.format(what=_(what), tables=tables))
