"""Monthly cohorts are small; a year's or a quarter's together may bear an answer."""

import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import EVERYBODY

_LABEL = {"year": lambda month: month[:4], "quarter": lambda month: f"{month[:4]} Q{(int(month[5:]) + 2) // 3}"}


def pool_cohorts(kept, *, span="year"):
    """The mature cohorts of each calendar year or quarter as one group; "all" stays as it is.

    Parameters
    ----------
    kept : DataFrame, as `observe.revenue_kept_by_cohort` makes it
    span : "year" or "quarter"

    Returns
    -------
    DataFrame of the same columns; sums are added up, so the larger cohort weighs more

    Raises
    ------
    EstimateError : for another span

    Examples
    --------
    >>> kept = pd.DataFrame({"group": ["all", "2025-03", "2025-04", "2025-05"], "customers": [9, 4, 5, 6], "mature": [True, True, True, False], "withheld": ""})
    >>> pool_cohorts(kept, span="quarter")[["group", "customers"]].values.tolist()
    [['all', 9], ['2025 Q1', 4], ['2025 Q2', 5]]
    """
    if span not in _LABEL:
        raise EstimateError(f'span = {span!r} is neither "year" nor "quarter"')
    everybody, cohorts = kept[kept["group"] == EVERYBODY], kept[(kept["group"] != EVERYBODY) & kept["mature"]]
    sums = [name for name in kept.columns if name not in ("group", "mature", "withheld")]
    pooled = cohorts.assign(group=cohorts["group"].map(_LABEL[span])).groupby("group", as_index=False)[sums].sum()
    return pd.concat([everybody, pooled.assign(mature=True, withheld="")], ignore_index=True)[kept.columns]
