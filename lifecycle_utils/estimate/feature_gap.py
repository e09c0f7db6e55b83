"""Which features do accounts on trial use less, or more, than paying ones?"""

import numpy as np
import pandas as pd
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import newcombe_interval, wilson_interval
from lifecycle_utils.language import _

COUNTS = ["trial_accounts", "trial_used", "paying_accounts", "paying_used"]
COLUMNS = [
    "feature", "trial_accounts", "trial_share", "trial_lower", "trial_upper", "paying_accounts", "paying_share", "paying_lower", "paying_upper",
    "difference", "lower", "upper", "p_value", "q_value", "significant", "withheld",
]  # fmt: skip


def feature_gap(counts, *, confidence=0.95, false_discovery_rate=0.05, min_accounts=30):
    """What share of accounts uses each feature, paying against on trial?

    Parameters
    ----------
    counts : DataFrame as of `observe.feature_use`: feature, trial_accounts, trial_used, paying_accounts, paying_used

    Returns
    -------
    DataFrame, one row per feature in the order given
        trial_share, paying_share with Wilson intervals; difference (paying less trial), lower, upper (Newcombe);
        p_value (two shares, chi-square), q_value, significant (Benjamini-Hochberg over all features); withheld

    Raises
    ------
    EstimateError : for more users than accounts

    Examples
    --------
    >>> counts = pd.DataFrame({"feature": ["reports"], "trial_accounts": [100], "trial_used": [30], "paying_accounts": [200], "paying_used": [120]})
    >>> feature_gap(counts)[["trial_share", "paying_share", "difference", "significant"]].round(3)
       trial_share  paying_share  difference  significant
    0          0.3           0.6         0.3         True
    """
    if counts.empty:
        frame = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
        frame.attrs = dict(counts.attrs)
        return frame
    n0, x0, n1, x1 = (counts[name].to_numpy(float) for name in COUNTS)
    if ((x0 > n0) | (x1 > n1) | (x0 < 0) | (x1 < 0)).any():
        raise EstimateError("feature use: more accounts used a feature than there are; count every account once")
    enough = (n0 >= min_accounts) & (n1 >= min_accounts)
    (trial_lower, trial_upper), (lower, upper) = wilson_interval(x0, n0, confidence=confidence), wilson_interval(x1, n1, confidence=confidence)
    down, up = newcombe_interval(x1, n1, x0, n0, confidence=confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (x0 + x1) / (n0 + n1)
        z = (x1 / n1 - x0 / n0) / np.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1))
        values = {
            "trial_share": x0 / n0, "trial_lower": trial_lower, "trial_upper": trial_upper,
            "paying_share": x1 / n1, "paying_lower": lower, "paying_upper": upper,
            "difference": x1 / n1 - x0 / n0, "lower": down, "upper": up, "p_value": np.where(np.isnan(z), 1.0, 2 * stats.norm.sf(np.abs(z))),
        }  # fmt: skip
    frame = counts[["feature", "trial_accounts", "paying_accounts"]].assign(**{name: np.where(enough, value, np.nan) for name, value in values.items()})
    frame["q_value"] = np.nan
    if enough.any():
        frame.loc[enough, "q_value"] = stats.false_discovery_control(frame.loc[enough, "p_value"], method="bh")
    return frame.assign(
        significant=frame["q_value"] <= false_discovery_rate, withheld=np.where(enough, "", _("fewer than {min_accounts} accounts on trial, or paying").format(
            min_accounts=min_accounts,
        ))
    )[COLUMNS].reset_index(drop=True)
