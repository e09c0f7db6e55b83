"""How fast those who come get there: the leads that pay and the accounts that get first value, this year's beside last year's."""

from dataclasses import dataclass

import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.conversion import COLUMNS, ages_as_of, by_month, conversion, conversion_at
from lifecycle_utils.language import _
from lifecycle_utils.months import shift_month

#: What `stage_curve` may be asked for: the frame of ages of `observe.StageCounts`.
KINDS = ("lead_ages", "trial_ages", "first_value_ages")


@dataclass(frozen=True)
class StageCurve:
    """Conversion of those who came in the last months.

    Attributes
    ----------
    curves : DataFrame of `conversion`, groups "last 12 months" and "the 12 months before"
    everybody : DataFrame of `conversion_at`, one row: those of the last twelve months
    trend : DataFrame of `conversion_at`, one row per month in which anybody came, group "YYYY-MM"
    within_days : the days of `everybody` and `trend`
    withheld : why there is nothing, or ""
    """

    curves: pd.DataFrame
    everybody: pd.DataFrame
    trend: pd.DataFrame
    within_days: int
    withheld: str = ""


def stage_curve(counts, *, kind="lead_ages", within_days=90, confidence=0.95, min_at_risk=30):
    """What share of those who came gets there by each day, of this year's, of last year's and of each month's?

    Parameters
    ----------
    counts : as `observe.stage_counts` returns it
    kind : one of `KINDS`
    within_days : for `everybody` and `trend`; whoever has not been watched for so long counts as far as it has

    Returns
    -------
    StageCurve
    """
    if kind not in KINDS:
        raise EstimateError(f"kind = {kind!r} is not one of {', '.join(KINDS)}")
    if not within_days >= 1:
        raise EstimateError(f"within_days = {within_days!r} must be 1 or more")
    month = counts.months[-1]
    empty = pd.DataFrame(columns=COLUMNS)
    if kind in counts.missing:
        return StageCurve(empty, empty, empty, within_days, counts.missing[kind])
    cutoff, options = counts.cutoffs[month], {"within_days": within_days, "min_at_risk": min_at_risk}
    ages = ages_as_of(counts.frames[kind], cutoff, created_from=f"{shift_month(month, -23)}-01")
    if ages.empty:
        return StageCurve(empty, empty, empty, within_days, _("nobody came in the last twenty-four months"))
    recent = by_month(ages) > shift_month(month, -12)
    groups = recent.map({True: "last 12 months", False: "the 12 months before"})
    curves = conversion(ages, cutoff=cutoff, groups=groups, confidence=confidence)
    everybody = conversion_at(curves[curves["group"] == "last 12 months"], **options)
    trend = conversion_at(conversion(ages, cutoff=cutoff, groups=by_month(ages), confidence=confidence), **options)
    return StageCurve(curves, everybody, trend, within_days, "" if len(everybody) else _("nobody came in the last twelve months"))
