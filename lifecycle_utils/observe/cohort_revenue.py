"""How much of each cohort's customers and revenue is still there, month by month?"""

import numpy as np
import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.months import month_index
from lifecycle_utils.observe.flows import flows
from lifecycle_utils.observe.levels import amounts
from lifecycle_utils.observe.money import UNIT
from lifecycle_utils.observe.movements import month_text
from lifecycle_utils.observe.rates import month_rates

COLUMNS = [
    "cohort_month", "tenure_month", "customers", "mrr", "customer_retention", "revenue_retention", "mature",
    "revenue_retention_constant_rates", "withheld",
]  # fmt: skip
_NOT_YET = N_("this month end is after the snapshot")
_NOT_SEEN = N_("this month end is before the data begin")
_NO_BASE = N_("the cohort began before the data: how many it was is not known")


def cohort_revenue(snapshot):
    """How many customers of each cohort pay at each month's end, and how much?

    Parameters
    ----------
    snapshot : Snapshot

    Returns
    -------
    DataFrame, one row per cohort and tenure month, every cohort up to the tenure of the oldest
        cohort_month : "YYYY-MM", the month of the customers' first paid subscription
        tenure_month : calendar months since then; 0 is the end of the cohort month itself
        customers : how many of the cohort pay at that month's end; count
        mrr : what they pay, at that month's exchange rates; currency per month
        customer_retention, revenue_retention : both as a share of month 0. Returners and expansion count, so either may pass 1.
        mature : the month's end is over, so the whole cohort could have reached it; otherwise the row is blank
        revenue_retention_constant_rates : the share of revenue had exchange rates been those of the snapshot's month all along
        withheld : why a row or a retention is blank, or ""

    In every calendar month the `mrr` of all cohorts adds up to the closing MRR of `mrr_movements`.

    Notes
    -----
    Tenure months here are calendar months between month ends, not the subscription months of `tenures`: revenue changes hands at month
    ends, and all customers of a cohort reach them together. With `observed_from`, the cohorts of earlier months have revenue but no
    retention, and no row is given for month ends before it.
    """
    moved = flows(snapshot)
    if moved.empty:
        return pd.DataFrame(columns=COLUMNS)
    last = month_index(snapshot.month)
    months = np.arange(moved["cohort"].min(), last + 1)
    cohorts = np.sort(moved["cohort"].unique())
    left = moved["kind"].map({"new": 1, "reactivation": 1, "churn": -1}).fillna(0).astype("int64")
    moved = moved.assign(customers=moved["customers"] * left)
    customers = _balances(moved, "customers", cohorts, months)
    units = {name: _balances(moved, name, cohorts, months) for name in amounts(snapshot)}
    rates = month_rates(snapshot).reindex(months)
    mrr = _converted(units, rates)
    constant = _converted(units, rates.assign(**rates.iloc[-1]))
    row, tenure = np.divmod(np.arange(len(cohorts) * len(months)), len(months))
    place = np.minimum(cohorts[row] - months[0] + tenure, len(months) - 1)
    base = cohorts - months[0]
    frame = pd.DataFrame(
        {
            "cohort_month": [month_text(cohort) for cohort in cohorts[row]],
            "tenure_month": tenure,
            "customers": pd.array(customers[row, place], dtype="Int64"),
            "mrr": mrr[row, place] / UNIT,
            "customer_retention": _share(customers[row, place], customers[row, base[row]]),
            "revenue_retention": _share(mrr[row, place], mrr[row, base[row]]),
            "mature": cohorts[row] + tenure <= last,
            "revenue_retention_constant_rates": _share(constant[row, place], constant[row, base[row]]),
        }
    )
    observed_from = snapshot.settings.observed_from
    seen = month_index(f"{observed_from:%Y-%m}") if observed_from else months[0]
    return _withhold(frame, cohorts[row] + tenure < seen, cohorts[row] < seen)[COLUMNS]


def _balances(moved, column, cohorts, months):
    """Running sums of a column's changes: array (cohorts, months)."""
    changes = moved.pivot_table(index="cohort", columns="month", values=column, aggfunc="sum", fill_value=0)
    return changes.reindex(index=cohorts, columns=months, fill_value=0).to_numpy(dtype="int64").cumsum(axis=1)


def _converted(units, rates):
    """Amounts (cohorts, months) per currency in company currency at each month's rates; whole ten-thousandths."""
    total = units["home"]
    for currency in rates.columns:
        foreign = units[f"in_{currency}"]
        total = total + np.rint(foreign * np.where(foreign == 0, 0.0, rates[currency].fillna(0.0).to_numpy())).astype("int64")
    return total


def _share(values, base):
    return np.where(base > 0, values / np.where(base > 0, base, 1), np.nan)


def _withhold(frame, unseen, baseless):
    """Blank what is not over, not seen, or has no base, and say why."""
    shares = ["customer_retention", "revenue_retention", "revenue_retention_constant_rates"]
    frame = frame.assign(withheld=np.select([~frame["mature"], unseen, baseless], [_(reason) for reason in (_NOT_YET, _NOT_SEEN, _NO_BASE)], default=""))
    frame.loc[frame["withheld"] != "", shares] = np.nan
    blank = ~frame["mature"] | unseen
    frame.loc[blank, "mrr"] = np.nan
    frame.loc[blank, "customers"] = pd.NA
    return frame
