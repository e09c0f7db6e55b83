"""From which cohorts does each month's revenue come?"""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.months import month_index, shift_month

#: What a month is compared with: customers of earlier months, quarters, years.
PERIODS = {"month": 1, "quarter": 3, "year": 12}


def period_begin(month, period, *, fiscal_year_start=1):
    """The first month of the month, quarter or (fiscal) year that a month lies in.

    >>> period_begin("2026-05", "quarter"), period_begin("2026-05", "year", fiscal_year_start=4), period_begin("2026-02", "year", fiscal_year_start=4)
    ('2026-04', '2026-04', '2025-04')
    """
    if period not in PERIODS:
        raise EstimateError(f"period = {period!r} is not one of {', '.join(PERIODS)}")
    return shift_month(month, -((month_index(month) - (fiscal_year_start - 1)) % PERIODS[period]))


def revenue_by_month(cohort_revenue):
    """The known rows of `observe.cohort_revenue` with their calendar `month`: month, cohort_month, customers, mrr."""
    missing = [name for name in ("cohort_month", "tenure_month", "customers", "mrr") if name not in cohort_revenue.columns]
    if missing:
        raise EstimateError(f"cohort_revenue lacks {', '.join(missing)}; observe.cohort_revenue makes them")
    known = cohort_revenue.dropna(subset="mrr")
    index = known["cohort_month"].map(month_index).astype(int) + known["tenure_month"].astype(int)
    month = index.map(lambda number: f"{number // 12:04d}-{number % 12 + 1:02d}")
    columns = {"month": month, "cohort_month": known["cohort_month"], "customers": known["customers"].astype("int64"), "mrr": known["mrr"].astype(float)}
    return pd.DataFrame(columns).sort_values(["month", "cohort_month"], ignore_index=True)


def layer_cake(cohort_revenue, *, period="year", fiscal_year_start=1):
    """How much of each month's MRR comes from the customers of each year (quarter, month)?

    Parameters
    ----------
    cohort_revenue : DataFrame, as `observe.cohort_revenue` returns it
    period : "year", "quarter" or "month": how cohorts are layered
    fiscal_year_start : calendar month in which the company's year begins

    Returns
    -------
    DataFrame, one row per month and layer that had begun by then
        month, layer (first month of the layer's period), customers, mrr (currency per month), share of the month's MRR (NaN if it has none)

    Raises
    ------
    EstimateError : for another period, or if columns are missing

    Examples
    --------
    >>> cohorts = pd.DataFrame({"cohort_month": ["2025-12", "2025-12", "2026-01"], "tenure_month": [0, 1, 0], "customers": [3, 2, 1],
    ...                         "mrr": [30.0, 20.0, 60.0]})
    >>> layer_cake(cohorts)[["month", "layer", "mrr", "share"]].values.tolist()
    [['2025-12', '2025-01', 30.0, 1.0], ['2026-01', '2025-01', 20.0, 0.25], ['2026-01', '2026-01', 60.0, 0.75]]
    """
    rows = revenue_by_month(cohort_revenue)
    layers = {cohort: period_begin(cohort, period, fiscal_year_start=fiscal_year_start) for cohort in rows["cohort_month"].unique()}
    cake = rows.assign(layer=rows["cohort_month"].map(layers)).groupby(["month", "layer"], as_index=False)[["customers", "mrr"]].sum()
    total = cake.groupby("month")["mrr"].transform("sum")
    return cake.assign(share=cake["mrr"] / total.where(total > 0))


def share_of_earlier_customers(cohort_revenue, *, fiscal_year_start=1):
    """What share of a month's MRR comes from customers won before this month, this quarter, this year?

    Parameters
    ----------
    cohort_revenue : DataFrame, as `observe.cohort_revenue` returns it
    fiscal_year_start : calendar month in which the company's year begins

    Returns
    -------
    DataFrame, one row per month and period
        month, period ("month", "quarter", "year"), begins (first month of that period)
        earlier_mrr : MRR of customers whose cohort month is before `begins`; mrr : of all; currency per month
        share : earlier_mrr / mrr; NaN in a month without MRR
        share_year_before, change : the same twelve months earlier, and the difference; NaN where there is none

        These are counts of all customers, not of a sample: they have no interval.

    Examples
    --------
    >>> cohorts = pd.DataFrame({"cohort_month": ["2025-12", "2025-12", "2026-01"], "tenure_month": [0, 1, 0], "customers": [3, 2, 1],
    ...                         "mrr": [30.0, 20.0, 60.0]})
    >>> share_of_earlier_customers(cohorts).query("month == '2026-01'")[["period", "share"]].values.tolist()
    [['month', 0.25], ['quarter', 0.25], ['year', 0.25]]
    """
    rows = revenue_by_month(cohort_revenue)
    total = rows.groupby("month")["mrr"].sum()
    frames = []
    for period in PERIODS:
        begins = {month: period_begin(month, period, fiscal_year_start=fiscal_year_start) for month in total.index}
        earlier = rows[rows["cohort_month"] < rows["month"].map(begins)].groupby("month")["mrr"].sum().reindex(total.index, fill_value=0.0)
        frame = pd.DataFrame({"month": total.index, "period": period, "begins": list(begins.values())})
        frame = frame.assign(earlier_mrr=earlier.to_numpy(), mrr=total.to_numpy())
        share = pd.Series((frame["earlier_mrr"] / frame["mrr"].where(frame["mrr"] > 0)).to_numpy(), index=total.index)
        before = np.array([share.get(shift_month(month, -12), np.nan) for month in total.index])
        frames.append(frame.assign(share=share.to_numpy(), share_year_before=before, change=share.to_numpy() - before))
    return pd.concat(frames, ignore_index=True).sort_values(["month"], kind="stable", ignore_index=True)
