"""Where do the accounts of each stage go within a month?"""

import numpy as np

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.language import _

ARRIVED = "arrived"
#: The order in which stages are told, that of `observe.stage_transitions`.
ORDER = (ARRIVED, "lead", "trial", "trial_over", "new", "paying", "expanded", "contracted", "returned", "churned", "trial_again")
COLUMNS = ["from_stage", "to_stage", "accounts", "at_risk", "share", "lower", "upper", "months", "withheld"]
_NEEDED = ("month", "from_stage", "to_stage", "accounts")


def transition_shares(moves, *, last_months=12, confidence=0.95, min_at_risk=30):
    """Of the accounts of a stage at a month's end, what share is in which stage a month later?

    Parameters
    ----------
    moves : DataFrame, one row per month and pair of stages as `observe.stage_transitions` returns it, those who stayed included
    last_months : months put together, the newest; a single one is too few for the rare moves
    min_at_risk : with fewer account months in the stage the interval is withheld

    Returns
    -------
    DataFrame, one row per pair of stages between which anybody went, in the order of the stages
        from_stage, to_stage
        accounts : moves counted; an account that stays for a year counts twelve times
        at_risk : account months in `from_stage`
        share : accounts / at_risk, per month; the shares of a stage add up to 1
        lower, upper : Wilson
        months : how many were put together
        withheld : why there is no interval, else ""

    Raises
    ------
    EstimateError : if columns are missing or there are no months

    Examples
    --------
    >>> import pandas as pd
    >>> moves = pd.DataFrame({"month": "2026-10", "from_stage": "trial", "to_stage": ["trial_over", "new"], "accounts": [30, 10]})
    >>> transition_shares(moves)[["from_stage", "to_stage", "accounts", "at_risk", "share"]]
      from_stage    to_stage  accounts  at_risk  share
    0      trial  trial_over        30       40   0.75
    1      trial         new        10       40   0.25
    """
    absent = [name for name in _NEEDED if name not in moves.columns]
    if absent:
        raise EstimateError(f"moves lack {', '.join(absent)}; observe.stage_transitions makes them")
    if not last_months >= 1:
        raise EstimateError(f"last_months = {last_months!r} must be 1 or more")
    newest = sorted(moves["month"].unique())[-int(last_months) :]
    kept = moves[moves["month"].isin(newest)]
    order = {stage: place for place, stage in enumerate(dict.fromkeys([*ORDER, *moves["from_stage"], *moves["to_stage"]]))}
    counts = kept.groupby(["from_stage", "to_stage"], as_index=False, sort=False)["accounts"].sum()
    counts = counts.sort_values(["from_stage", "to_stage"], key=lambda column: column.map(order), kind="stable").reset_index(drop=True)
    at_risk = counts.groupby("from_stage")["accounts"].transform("sum")
    lower, upper = wilson_interval(counts["accounts"], at_risk, confidence=confidence)
    thin = at_risk < min_at_risk
    return counts.assign(
        at_risk=at_risk, share=counts["accounts"] / at_risk, lower=np.where(thin, np.nan, lower), upper=np.where(thin, np.nan, upper), months=len(newest),
        withheld=np.where(thin, _("fewer than {min_at_risk} account months in the stage").format(min_at_risk=min_at_risk), ""),
    )[COLUMNS]

