"""Step by step from a visit to a customer that stays and grows: what share goes on, with its interval and its time."""

import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import monthly_values as monthly
from lifecycle_utils.estimate.conversion import ages_as_of, conversion, conversion_at
from lifecycle_utils.estimate.survival import survival
from lifecycle_utils.months import shift_month

COLUMNS = ["step", "stage", "within", "share", "lower", "upper", "n", "withheld"]
_MISSING = "nobody was counted"


def lifecycle_funnel(counts, *, last_months=12, confidence=0.95, min_at_risk=30):
    """What share of those who reach each stage of the last months goes on to the next, within a time that they have had?

    Parameters
    ----------
    counts : as `observe.stage_counts` returns it
    last_months : visits, leads and accounts of so many months; all customers ever for staying

    Returns
    -------
    DataFrame, one row per step
        step : text, stage (of `kpi_list.STAGES`), within (text)
        share, lower, upper : of those who could take the step; n : how many there are, also those who came too recently to have taken it
        withheld : why there is no share, or no interval

    Notes
    -----
    Each step has its own denominator, and the steps are not to be multiplied: leads buy without a trial, customers return.
    """
    if not last_months >= 1:
        raise EstimateError(f"last_months = {last_months!r} must be 1 or more")
    frames, month, options = counts.frames, counts.months[-1], {"min_at_risk": min_at_risk}
    first = shift_month(month, 1 - last_months)
    cutoff = counts.cutoffs[month]

    def within(name, days):
        if name in counts.missing:
            return None, counts.missing[name]
        recent = ages_as_of(frames[name], cutoff, created_from=f"{first}-01")
        if recent.empty:
            return None, _MISSING
        row = conversion_at(conversion(recent, cutoff=cutoff, confidence=confidence), within_days=days, **options).iloc[0]
        return (row["conversion"], row["lower"], row["upper"], row["customers"]), row["withheld"]

    rows = [
        ("visits that leave a lead", "consideration", "in the same month", *_leads_of_visits(counts, first, confidence, options)),
        ("leads that start a trial", "consideration", "within 30 days", *within("trial_ages", 30)),
        ("leads that pay", "purchase", "within 90 days", *within("lead_ages", 90)),
        ("accounts that get first value", "activation", "within 7 days", *within("first_value_ages", 7)),
        ("customers that stay", "retention", "for 12 months", *_stay(counts, confidence, options)),
        ("customers that upgrade", "expansion", "in a month", *_upgrades(counts, first, confidence, options)),
    ]
    blank = (float("nan"),) * 3 + (0,)
    return pd.DataFrame([(*row[:3], *(row[3] or blank), row[4] or "") for row in rows], columns=COLUMNS).astype({"n": "int64"})


def _leads_of_visits(counts, first, confidence, options):
    for need in ("awareness", "visits", "leads"):
        if need in counts.missing:
            return None, counts.missing[need]
    both = counts.frames["leads"].merge(counts.frames["awareness"].dropna(subset="visits"), on="month")
    return _pooled(both[both["month"] >= first], "leads", "visits", confidence, options)


def _upgrades(counts, first, confidence, options):
    movements = counts.frames["movements"]
    return _pooled(movements[movements["month"] >= first], "expanded_customers", "opening_customers", confidence, options)


def _pooled(rows, events, trials, confidence, options):
    if rows.empty or not rows[trials].sum():
        return None, _MISSING
    row = monthly.share_of(["all"], [rows[events].sum()], [rows[trials].sum()], what=trials.replace("_", " "), confidence=confidence, **options).iloc[0]
    return (row["value"], row["lower"], row["upper"], row["n"]), row["withheld"]


def _stay(counts, confidence, options):
    tenures = counts.worth[counts.months[-1]][0] if counts.months[-1] in counts.worth else pd.DataFrame()
    everybody = tenures[tenures["group"] == "all"] if len(tenures) else tenures
    if everybody.empty:
        return None, _MISSING
    curve = survival(everybody, confidence=confidence)
    row = curve[curve["tenure_month"] == 12]
    at_risk = int(row["at_risk"].iloc[0]) if len(row) else 0
    if at_risk < options["min_at_risk"]:
        return None, f"only {at_risk} customers were observed in their twelfth month, at least {options['min_at_risk']} are needed"
    row = row.iloc[0]
    return (row["survival"], row["lower"], row["upper"], int(everybody["customers"].sum())), row["withheld"]
