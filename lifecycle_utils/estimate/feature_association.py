"""Do accounts that used a feature early fare better? An association with its interval, corrected for the number of features looked at."""

import numpy as np
import pandas as pd
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.language import _

COUNTS = ["used", "used_outcome", "unused", "unused_outcome"]
COLUMNS = [
    "feature", "used", "used_share", "unused", "unused_share", "difference", "lower", "upper", "ratio", "ratio_lower", "ratio_upper",
    "p_value", "q_value", "significant", "withheld",
]  # fmt: skip


def feature_association(counts, *, confidence=0.95, false_discovery_rate=0.05, min_accounts=30):
    """With which early features does the outcome go, among equally active accounts, beyond chance?

    Who uses much of one thing uses much of everything; so accounts are compared within strata (equally many days of use), and the
    strata are put together as Mantel and Haenszel do. It remains an association: who wants to stay sets things up.

    Parameters
    ----------
    counts : DataFrame, one row per (feature, stratum): used, used_outcome, unused, unused_outcome (accounts)
    false_discovery_rate : share of false features tolerated among those called significant
    min_accounts : features with fewer users, or fewer others, are not tested

    Returns
    -------
    DataFrame, one row per feature, sorted by p_value, untested ones last
        used, unused : accounts; used_share, unused_share : shares of them with the outcome, all strata together
        difference, lower, upper : of the two shares within strata (Mantel-Haenszel risk difference; Sato's variance)
        ratio, ratio_lower, ratio_upper : of the two shares within strata (Mantel-Haenszel risk ratio; Greenland-Robins variance)
        p_value : Cochran-Mantel-Haenszel test, two-sided; q_value, significant : Benjamini-Hochberg over all features tested
        withheld : why a feature was not tested

    Raises
    ------
    EstimateError : for counts that are not counts, or more outcomes than accounts

    References
    ----------
    Mantel & Haenszel (1959); Greenland & Robins (1985), Biometrics 41, 55-68; Sato (1989), Biometrics 45, 1323-1324; Benjamini & Hochberg (1995).

    Examples
    --------
    Of 100 that used it 40 stay, of 100 others 25: 15 points more, 1.6 times.

    >>> counts = pd.DataFrame({"feature": ["reports"], "stratum": ["1"], "used": [100], "used_outcome": [40], "unused": [100], "unused_outcome": [25]})
    >>> feature_association(counts)[["used_share", "unused_share", "difference", "ratio", "significant"]].round(3)
       used_share  unused_share  difference  ratio  significant
    0         0.4          0.25        0.15    1.6         True
    """
    check_confidence(confidence)
    rows = _checked(counts)
    z = stats.norm.isf((1 - confidence) / 2)
    frame = pd.DataFrame([_one(feature, part, z) for feature, part in rows.groupby("feature", sort=True)], columns=COLUMNS[:12])
    few = frame[["used", "unused"]].min(axis=1) < min_accounts
    nothing = ~few & frame["p_value"].isna()
    reasons = [_("fewer than {min_accounts} accounts used it, or did not").format(min_accounts=min_accounts), _("no equally active accounts to compare")]
    frame["withheld"] = np.select([few, nothing], reasons, default="")
    untested = frame["withheld"] != ""
    frame.loc[untested, COLUMNS[5:12]] = np.nan
    frame["q_value"] = np.nan
    if (~untested).any():
        frame.loc[~untested, "q_value"] = stats.false_discovery_control(frame.loc[~untested, "p_value"], method="bh")
    frame["significant"] = frame["q_value"] <= false_discovery_rate
    frame = frame.sort_values(["p_value", "feature"], na_position="last", ignore_index=True)[COLUMNS]
    frame.attrs = dict(counts.attrs)
    return frame


def _one(feature, part, z):
    n1, x1, n0, x0 = (part[name].to_numpy(float) for name in COUNTS)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = x1.sum() / n1.sum(), x0.sum() / n0.sum()
    both = (n1 > 0) & (n0 > 0)
    estimates = _mantel_haenszel(*(part[both] for part in (n1, x1, n0, x0)), z) if both.any() else [np.nan] * 7
    return [feature, int(n1.sum()), shares[0], int(n0.sum()), shares[1], *estimates]


def _mantel_haenszel(n1, x1, n0, x0, z):
    n = n1 + n0
    weight = n1 * n0 / n
    difference = ((x1 * n0 - x0 * n1) / n).sum() / weight.sum()
    p = ((n1**2 * x0 - n0**2 * x1 + n1 * n0 * (n0 - n1) / 2) / n**2).sum()
    q = ((x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * n)).sum()
    reach = z * np.sqrt(max(difference * p + q, 0.0)) / weight.sum()
    top, bottom, m = (x1 * n0 / n).sum(), (x0 * n1 / n).sum(), x1 + x0
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = top / bottom
        spread = z * np.sqrt(((n1 * n0 * m - x1 * x0 * n) / n**2).sum() / (top * bottom))
        ratios = (ratio, ratio * np.exp(-spread), ratio * np.exp(spread)) if top > 0 and bottom > 0 else (np.nan,) * 3
    variance = (n1 * n0 * m * (n - m) / (n**2 * np.maximum(n - 1, 1))).sum()
    chi_square = (x1 - n1 * m / n).sum() ** 2 / variance if variance > 0 else np.nan
    return [difference, difference - reach, difference + reach, *ratios, stats.chi2.sf(chi_square, 1)]


def _checked(counts):
    absent = [name for name in ("feature", *COUNTS) if name not in counts.columns]
    if absent:
        raise EstimateError(f"counts lack {', '.join(absent)}; observe.early_features_of_trials makes them")
    wrong = (counts[COUNTS] < 0).any(axis=1) | (counts["used_outcome"] > counts["used"]) | (counts["unused_outcome"] > counts["unused"])
    if wrong.any():
        row = counts[wrong].iloc[0]
        raise EstimateError(f"counts of feature {row['feature']!r}: outcomes are not 0 to the number of accounts ({wrong.sum()} rows); count accounts once")
    return counts
