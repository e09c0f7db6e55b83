"""What was known some months ago, and what has happened since: everything that a check of the forecasts of then needs."""

from dataclasses import dataclass

import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import _
from lifecycle_utils.months import month_end, shift_month
from lifecycle_utils.observe.followed import followed, followed_at_month_ends
from lifecycle_utils.observe.realised import realised, retained, stayers_mrr


@dataclass(frozen=True)
class Hindsight:
    """Counts as of the end of `made_in`, and what became of these customers by the end of `for_month`.

    months : from the one to the other
    followed, followed_at_month_ends, stayers : known then; see the functions of these names (`stayers_mrr`)
    retained, realised : of the customers there then, what is known now
    withheld : why nothing can be said of then, or ""
    """

    made_in: str
    for_month: str
    months: int
    followed: pd.DataFrame
    followed_at_month_ends: pd.DataFrame
    stayers: pd.DataFrame
    retained: pd.DataFrame
    realised: pd.DataFrame
    withheld: str = ""


def hindsight(snapshot, *, months_ago, by="cohort_month"):
    """Look back from a snapshot to what it would have known `months_ago` months earlier.

    Parameters
    ----------
    snapshot : Snapshot, of what is known now
    months_ago : whole months, 1 or more
    by : what customers are grouped by

    Returns
    -------
    Hindsight

    Raises
    ------
    UsageError : if months_ago is not a whole number of 1 or more, or nothing is called `by`
    """
    if not isinstance(months_ago, int) or months_ago < 1:
        raise UsageError(f"months_ago = {months_ago!r} is not a whole number of months of 1 or more")
    made_in = shift_month(snapshot.month, -months_ago)
    then = snapshot.as_of(made_in)
    since = snapshot.settings.observed_from
    withheld = ""
    if since is not None and month_end(made_in) <= since:
        withheld = _("the data begins on {since}, after the end of {made_in}").format(since=since, made_in=made_in)
    return Hindsight(
        made_in, snapshot.month, months_ago, followed(then), followed_at_month_ends(then), stayers_mrr(then),
        retained(then, snapshot, by=by), realised(snapshot, made_in=made_in, by=by), withheld,
    )
