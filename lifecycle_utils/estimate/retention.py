"""Does a newer cohort keep more of its customers? Retention at fixed months, cohort by cohort, and its trend."""

import datetime as dt

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from lifecycle_utils.estimate.counts import EVERYBODY, check_confidence, check_tenures
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.language import _
from lifecycle_utils.months import complete_months, month_end, month_index

COLUMNS = ["cohort_month", "tenure_month", "customers", "retention", "lower", "upper", "mature", "late_entrants", "withheld"]


def is_mature(cohort_month, tenure_month, month):
    """Could the whole cohort have reached that subscription month by the end of `month`?

    The youngest possible member began on the last day of the cohort month; it must have had that many complete months.

    >>> is_mature("2026-01", 2, "2026-03"), is_mature("2026-01", 2, "2026-02")
    (True, False)
    """
    youngest = month_end(cohort_month) - dt.timedelta(days=1)
    return complete_months(youngest, month_end(month)) >= tenure_month


def retention_trend(tenures, *, month, tenure_months=(2, 12), confidence=0.95, min_at_risk=30):
    """What share of each cohort was still there after 2, and after 12, months?

    A cohort that could not yet have reached the month as a whole is blank: its early leavers are known and its late
    ones are not. A cohort followed from its first day counts heads (Wilson interval); one that has late entrants
    (it began before the data did) takes the Kaplan-Meier share and interval.

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned), groups are cohort months "YYYY-MM" (and "all").
    month : the snapshot's calendar month "YYYY-MM"; what ended by its last day is known.
    tenure_months : subscription months after which retention is read.
    min_at_risk : smaller cohorts keep their share but get no interval.

    Returns
    -------
    DataFrame, one row per cohort and tenure month, "all" first
        cohort_month, tenure_month, customers (ever), retention (share), lower, upper, mature, late_entrants (customers
        first seen after their first month), withheld (the reason). "all" pools the mature cohorts without late entrants.

    Raises
    ------
    EstimateError
        If the counts cannot be used; UsageError if a group or `month` is no calendar month.

    Examples
    --------
    Of 100 customers of January 20 left in their month 1 and 10 in month 2; of February's nobody can have had two months by the end of March.

    >>> tenures = pd.DataFrame({"group": ["2026-01"] * 3 + ["2026-02"], "entry": 0, "tenure": [1, 2, 2, 1],
    ...                         "churned": [True, True, False, False], "customers": [20, 10, 70, 80]})
    >>> retention_trend(tenures, month="2026-03", tenure_months=[2])[["cohort_month", "customers", "retention", "lower", "upper", "mature"]].round(3)
      cohort_month  customers  retention  lower  upper  mature
    0          all        100        0.7  0.604  0.781    True
    1      2026-01        100        0.7  0.604  0.781    True
    2      2026-02         80        NaN    NaN    NaN   False
    """
    counts = check_tenures(tenures)
    cohorts = {cohort: {name: rows[name].to_numpy() for name in counts} for cohort, rows in counts[counts["group"] != EVERYBODY].groupby("group")}
    curves = {(row.group, row.tenure_month): row for row in survival(counts, confidence=confidence).itertuples()}
    rows = []
    for tenure_month in sorted(set(tenure_months)):
        cells = [_cell(cohort, rows_of, tenure_month, month, curves, confidence) for cohort, rows_of in sorted(cohorts.items())]
        rows += [_pooled(cells, tenure_month, confidence), *cells]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    thin = frame["mature"] & (frame["customers"] < min_at_risk) & (frame["withheld"] == "")
    frame.loc[thin, ["lower", "upper"]] = np.nan
    frame.loc[thin, "withheld"] = _("fewer than {min_at_risk} customers").format(min_at_risk=min_at_risk)
    return frame


def retention_trend_test(trend, *, confidence=0.95):
    """Is retention rising or falling from cohort to cohort?

    The Cochran-Armitage test for a linear trend over the calendar months of the mature cohorts (the score test of a logistic
    trend), and the change per year of the least-squares line through the same shares. What the line leaves
    unexplained is tested as well: a small `p_scatter` says that cohorts differ by more than chance around it.

    Parameters
    ----------
    trend : DataFrame, as `retention_trend` returns it; immature cohorts, and those with late entrants, are not used.

    Returns
    -------
    DataFrame, one row per tenure month
        tenure_month, cohorts, customers, change_per_year (share per year), lower, upper, z, p_value, p_scatter,
        withheld. NaN with fewer than three cohorts, or where all or none left.

    References
    ----------
    Cochran (1954), Biometrics 10, 417-451; Armitage (1955), Biometrics 11, 375-386.

    Examples
    --------
    >>> trend = pd.DataFrame({"cohort_month": ["2025-01", "2025-02", "2025-03"], "tenure_month": 2, "customers": 100,
    ...                       "retention": [0.8, 0.7, 0.6], "mature": True, "late_entrants": 0})
    >>> retention_trend_test(trend)[["cohorts", "change_per_year", "z", "p_value", "p_scatter"]].round(4)
       cohorts  change_per_year       z  p_value  p_scatter
    0        3             -1.2 -3.0861    0.002        1.0
    """
    z_limit = norm.isf((1 - check_confidence(confidence)) / 2)
    used = trend[trend["mature"] & (trend["cohort_month"] != EVERYBODY) & (trend["late_entrants"] == 0) & trend["retention"].notna()]
    rows = [(tenure_month, *_cochran_armitage(used[used["tenure_month"] == tenure_month], z_limit))
            for tenure_month in sorted(trend["tenure_month"].unique())]
    return pd.DataFrame(rows, columns=["tenure_month", "cohorts", "customers", "change_per_year", "lower", "upper", "z",
                                       "p_value", "p_scatter", "withheld"])


def _cell(cohort, counts, tenure_month, month, curves, confidence):
    customers = int(counts["customers"].sum())
    late = int(counts["customers"][counts["entry"] > 0].sum())
    mature = is_mature(cohort, tenure_month, month)
    head = (cohort, tenure_month, customers)
    if not mature:
        return *head, np.nan, np.nan, np.nan, False, late, _("the youngest customers cannot have reached this month yet")
    followed = (counts["entry"] == 0) & (counts["churned"] | (counts["tenure"] >= tenure_month))
    if counts["customers"][~followed].sum() == 0:
        kept = customers - int(counts["customers"][counts["churned"] & (counts["tenure"] <= tenure_month)].sum())
        lower, upper = wilson_interval(kept, customers, confidence=confidence)
        return *head, kept / customers if customers else np.nan, float(lower), float(upper), True, late, ""
    if (cohort, tenure_month) not in curves:
        return *head, np.nan, np.nan, np.nan, True, late, _("nobody was observed in this month")
    point = curves[cohort, tenure_month]
    return *head, point.survival, point.lower, point.upper, True, late, point.withheld


def _pooled(cells, tenure_month, confidence):
    used = [cell for cell in cells if cell[6] and cell[7] == 0 and np.isfinite(cell[3])]
    customers = sum(cell[2] for cell in used)
    if not customers:
        return EVERYBODY, tenure_month, 0, np.nan, np.nan, np.nan, False, 0, _("no cohort is old enough")
    kept = sum(cell[2] * cell[3] for cell in used)
    lower, upper = wilson_interval(round(kept), customers, confidence=confidence)
    return EVERYBODY, tenure_month, customers, kept / customers, float(lower), float(upper), True, 0, ""


def _cochran_armitage(cohorts, z_limit):
    n = cohorts["customers"].to_numpy(dtype=float)
    share = cohorts["retention"].to_numpy(dtype=float)
    head = (len(cohorts), int(n.sum()))
    nothing = (np.nan,) * 6
    if len(cohorts) < 3:
        return *head, *nothing, _("fewer than three mature cohorts")
    pooled = np.average(share, weights=n)
    if not 0 < pooled < 1:
        return *head, *nothing, _("all or none of the customers left")
    time = cohorts["cohort_month"].map(month_index).to_numpy(dtype=float)
    time -= np.average(time, weights=n)
    leverage = np.sum(n * time**2)
    covariance = np.sum(n * time * (share - pooled))
    z = covariance / np.sqrt(pooled * (1 - pooled) * leverage)
    scatter = np.sum(n * (share - pooled) ** 2) / (pooled * (1 - pooled)) - z**2
    slope = covariance / leverage
    error = np.sqrt(np.sum(n * time**2 * share * (1 - share))) / leverage
    change, reach = 12 * slope, 12 * z_limit * error
    return (*head, change, change - reach, change + reach, z, 2 * norm.sf(abs(z)), chi2.sf(max(scatter, 0), len(cohorts) - 2), "")
