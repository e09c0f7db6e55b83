"""What share of trials pays, how soon, and what can be said of the newest, which have not had the time?"""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bootstrap import percentile_interval, resampled_life_tables
from lifecycle_utils.estimate.counts import check_tenures, customers_by_group
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.language import N_, _

CURVE = ["group", "days", "at_risk", "converted", "conversion", "lower", "upper", "withheld"]
MEDIAN = ["group", "share_converted", "days", "lower", "upper", "converted", "trials", "withheld"]
NONE_YET = N_("none has been converted yet: no interval")
ALL_PAID = N_("all of the observed have been converted: no interval")


def trial_conversion(tenures, *, confidence=0.95):
    """What share of trials has paid by each day since its start?

    Kaplan-Meier: a trial counts for as long as it was watched, so those that began last week neither drag the share down nor are left out.

    Parameters
    ----------
    tenures : DataFrame as of `observe.trial_tenures`: days, the day of the start is day 1; churned is "converted"

    Returns
    -------
    DataFrame, one row per group and day
        group, days (since the start: 0 is the same day), at_risk (trials neither converted nor out of sight), converted (that day),
        conversion (share by the end of that day), lower, upper, withheld (why there is no interval). No rows for no trials.

    Examples
    --------
    Ten trials pay on the day they start, nine a day later; of 100, one began today.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 1, 2, 2], "churned": [True, False, True, False], "customers": [10, 1, 9, 80]})
    >>> trial_conversion(tenures)[["days", "at_risk", "converted", "conversion"]].round(4)
       days  at_risk  converted  conversion
    0     0      100         10       0.100
    1     1       89          9       0.191
    """
    if tenures.empty:
        return _empty(CURVE, tenures)
    curves = survival(tenures, confidence=confidence)
    told = curves["withheld"].where(curves["withheld"] == "", np.where(curves["survival"] == 0, ALL_PAID, NONE_YET))
    return pd.DataFrame({
        "group": curves["group"], "days": curves["tenure_month"] - 1, "at_risk": curves["at_risk"], "converted": curves["churned"],
        "conversion": 1 - curves["survival"], "lower": 1 - curves["upper"], "upper": 1 - curves["lower"], "withheld": told,
    })  # fmt: skip


def time_to_convert(tenures, *, share_converted=0.5, draws=2000, seed=0, min_converted=10, confidence=0.95):
    """Within how many days of the start have half of those paid who pay within the days watched?

    The first day by which the conversion curve reaches `share_converted` of its last value. Dividing by those who paid so far would
    favour the quick: of recent trials only they have had the time.

    Returns
    -------
    DataFrame, one row per group
        group, share_converted, days (0 is the same day), lower, upper (bootstrap over trials), converted, trials, withheld

    Raises
    ------
    EstimateError : for a share that is not between 0 and 1

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 15, 90], "churned": [True, True, False], "customers": [10, 30, 60]})
    >>> time_to_convert(tenures)[["days", "lower", "upper", "converted", "trials"]]
       days  lower  upper  converted  trials
    0  14.0   14.0   14.0         40     100
    """
    if not 0 < share_converted < 1:
        raise EstimateError(f"share_converted {share_converted!r} must lie strictly between 0 and 1; 0.5 asks for the median")
    if tenures.empty:
        return _empty(MEDIAN, tenures)
    counts = check_tenures(tenures)
    rows = []
    for group, trials in customers_by_group(counts).items():
        part = counts[counts["group"] == group]
        converted = int(part.loc[part["churned"], "customers"].sum())
        days, lower, upper, withheld = np.nan, np.nan, np.nan, _("fewer than {min_converted} trials have been converted").format(
            min_converted=min_converted,
        )
        if converted >= min_converted:
            at_risk, paid = part_table(part)
            days = float(_first_day(at_risk[None], paid[None], share_converted)[0])
            drawn = _first_day(*resampled_life_tables(part, draws=draws, seed=seed), share_converted)
            (lower, upper), withheld = percentile_interval(drawn, confidence=confidence), ""
        rows.append((group, share_converted, days, lower, upper, converted, int(trials), withheld))
    return pd.DataFrame(rows, columns=MEDIAN)


def trials_by_month(trials, *, within_days=90, confidence=0.95):
    """How many trials began in each month, and what share of them paid in time, where all have had the time?

    Parameters
    ----------
    trials : DataFrame as of `observe.trials`: trial_month, trials, ended, converted, converted_within, observed

    Returns
    -------
    DataFrame with `conversion`, `lower`, `upper` (Wilson) of `converted_within`, blank for months of which not all trials have been watched
        for `within_days` days, and the reason in `withheld`
    """
    columns = [*trials.columns, "conversion", "lower", "upper", "withheld"]
    if trials.empty:
        return _empty(columns, trials)
    ripe = (trials["observed"] == trials["trials"]).to_numpy()
    lower, upper = wilson_interval(trials["converted_within"], trials["trials"], confidence=confidence)
    shares = {"conversion": trials["converted_within"] / trials["trials"], "lower": lower, "upper": upper}
    told = np.where(ripe, "", _("not all of them have had {within_days} days").format(within_days=within_days))
    return trials.assign(**{name: np.where(ripe, values, np.nan) for name, values in shares.items()}, withheld=told)[columns]


def part_table(part):
    """at_risk and converted by day, of one group's counts."""
    last = int(part["tenure"].max())
    days = np.arange(1, last + 1)
    paid = np.zeros(last)
    np.add.at(paid, part.loc[part["churned"], "tenure"].to_numpy() - 1, part.loc[part["churned"], "customers"].to_numpy())
    at_risk = ((part["tenure"].to_numpy()[None] >= days[:, None]) * part["customers"].to_numpy()[None]).sum(axis=1)
    return at_risk.astype(float), paid


def _first_day(at_risk, paid, share):
    """The first day by which the curve reaches `share` of its last value; shape (draws,). NaN where nobody pays."""
    conversion = 1 - np.cumprod(1 - paid / np.maximum(at_risk, 1), axis=1)
    reached = conversion >= share * conversion[:, -1:] - 1e-12
    return np.where(conversion[:, -1] > 0, reached.argmax(axis=1), np.nan)


def _empty(columns, source):
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    frame.attrs = dict(source.attrs)
    return frame
