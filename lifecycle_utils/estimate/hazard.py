"""The hazard: the share of those at risk that leaves in each subscription month."""

import numpy as np

from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.language import _


def hazard(tenures, *, confidence=0.95, min_at_risk=30):
    """What share of the customers at risk leave in each subscription month?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; tenure in months.
    confidence : of the pointwise Wilson intervals.
    min_at_risk : with fewer customers at risk the interval is withheld; the share stays, beside its denominator.

    Returns
    -------
    DataFrame, one row per group and month
        group, tenure_month, at_risk, churned, hazard (share, 0..1), lower, upper, withheld (the reason, "" if nothing is).

    Raises
    ------
    EstimateError
        If the counts cannot be used.

    References
    ----------
    Kaplan & Meier (1958); left truncation as in Klein & Moeschberger (2003), ch. 4; Wilson (1927) for the interval.

    Examples
    --------
    >>> import pandas as pd
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 2],
    ...                         "churned": [True, True, False], "customers": [10, 9, 81]})
    >>> hazard(tenures)[["tenure_month", "at_risk", "churned", "hazard", "lower", "upper"]].round(4)
       tenure_month  at_risk  churned  hazard   lower   upper
    0             1      100       10     0.1  0.0552  0.1744
    1             2       90        9     0.1  0.0535  0.1792
    """
    frame = life_table(tenures)
    at_risk = frame["at_risk"].to_numpy(dtype=float)
    lower, upper = wilson_interval(frame["churned"], at_risk, confidence=confidence)
    thin = at_risk < min_at_risk
    with np.errstate(invalid="ignore", divide="ignore"):
        frame["hazard"] = frame["churned"].to_numpy() / at_risk
    frame["lower"] = np.where(thin, np.nan, lower)
    frame["upper"] = np.where(thin, np.nan, upper)
    frame["withheld"] = np.select(
        [at_risk == 0, thin],
        [_("nobody was observed in this month"), _("fewer than {min_at_risk} customers at risk").format(min_at_risk=min_at_risk)],
        default="",
    )
    return frame
