"""What was forecast some months ago, against what has happened."""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.counts import EVERYBODY
from lifecycle_utils.estimate.forecast import forecast_mrr, forecast_retention, forecastable
from lifecycle_utils.estimate.forecast_hazards import ForecastHazards
from lifecycle_utils.language import _
from lifecycle_utils.months import shift_month

COLUMNS = ["measure", "made_in", "for_month", "forecast", "lower", "upper", "actual", "covered", "group", "error", "customers", "left_out", "withheld"]


def forecast_check(hindsights, *, confidence=0.95, min_at_risk=10, min_customers=10, draws=2000, seed=0):
    """Do the forecasts that could have been made some months ago hold against what has happened since?

    Three forecasts are made from what was known at the end of `made_in`, for the customers who were there then:

    retention : the share still there after as many further subscription months as have passed (`forecast_retention`); per group
    mrr : what those who paid then pay now and in each month between, without later customers and without returns (`forecast_mrr`); of all
    lifetime_value : what they paid per customer over these months, the MRR of each month at its start: the part of their lifetime value that
        has been realised; per group

    Customers of a kind that nobody had been followed for long enough are left out of forecast and outcome alike.

    Parameters
    ----------
    hindsights : list of observe.Hindsight, one per month in which forecasts are made
    confidence : of the prediction intervals
    min_at_risk, min_customers : as in `forecast_retention`

    Returns
    -------
    DataFrame, one row per forecast
        measure, made_in, for_month, forecast, lower, upper, actual (share, currency per month, currency per customer), covered (whether the
        interval holds the outcome; missing where withheld), group, error (forecast - actual), customers (forecast), left_out (share of
        customers, or of MRR, not forecast), withheld (the reason, or "")
    """
    options = {"confidence": confidence, "min_at_risk": min_at_risk, "min_customers": min_customers, "draws": draws, "seed": seed}
    parts = [part for seen in hindsights for part in _checked(seen, options)]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)
    inside = (frame["lower"] <= frame["actual"]) & (frame["actual"] <= frame["upper"])
    frame["covered"] = inside.astype("boolean").mask(frame["withheld"] != "")
    frame["error"] = frame["forecast"] - frame["actual"]
    return frame[COLUMNS]


def forecast_summary(check):
    """How far off were the forecasts, in which direction, and how many intervals held?

    Parameters
    ----------
    check : DataFrame, as `forecast_check` returns it

    Returns
    -------
    DataFrame, one row per (measure, made_in), newest first
        forecast, lower, upper, actual, error, relative_error (error / actual), covered : of all customers, for the last month
        groups (forecast for that month, without "all"), groups_covered, coverage (share of them), bias (their mean error), mean_absolute_error,
        withheld (why there is nothing on all customers)
    """
    last = check[check["for_month"] == check.groupby("made_in")["for_month"].transform("max")]
    rows = []
    for (measure, made_in), part in last.groupby(["measure", "made_in"], sort=False):
        overall = part[part["group"] == EVERYBODY].iloc[0]
        groups = part[(part["group"] != EVERYBODY) & (part["withheld"] == "")]
        held = int(groups["covered"].sum()) if len(groups) else 0
        rows.append({
            "measure": measure, "made_in": made_in, **overall[["for_month", "forecast", "lower", "upper", "actual", "error"]],
            "relative_error": overall["error"] / overall["actual"] if overall["actual"] else np.nan, "covered": overall["covered"],
            "groups": len(groups), "groups_covered": held, "coverage": held / len(groups) if len(groups) else np.nan,
            "bias": groups["error"].mean(), "mean_absolute_error": groups["error"].abs().mean(),
            "customers": overall["customers"], "withheld": overall["withheld"],
        })
    order = {"retention": 0, "mrr": 1, "lifetime_value": 2}
    frame = pd.DataFrame(rows)
    return frame.sort_values(["measure", "made_in"], key=lambda c: c.map(order) if c.name == "measure" else c.map(_newest_first), ignore_index=True)


def forecast_coverage(check):
    """Of the forecasts for single groups, how many intervals held, and how far off were the forecasts on average?

    Parameters
    ----------
    check : DataFrame, as `forecast_check` returns it

    Returns
    -------
    DataFrame, one row per measure with groups
        measure, forecasts, covered (counts), coverage (share), bias (mean error), mean_absolute_error (share, or currency per customer)
    """
    rows = []
    for measure in ("retention", "lifetime_value"):
        told = check[(check["measure"] == measure) & (check["group"] != EVERYBODY) & (check["withheld"] == "")]
        held = int(told["covered"].sum()) if len(told) else 0
        rows.append((measure, len(told), held, held / len(told) if len(told) else np.nan, told["error"].mean(), told["error"].abs().mean()))
    return pd.DataFrame(rows, columns=["measure", "forecasts", "covered", "coverage", "bias", "mean_absolute_error"])


def _newest_first(month):
    return -int(month.replace("-", ""))


def _checked(seen, options):
    none_then = "" if len(seen.retained) and len(seen.realised) else _("nobody was a customer at the end of {made_in}").format(made_in=seen.made_in)
    withheld = seen.withheld or none_then
    if withheld:
        yield pd.concat([_nothing(seen, measure, withheld) for measure in ("retention", "mrr", "lifetime_value")], ignore_index=True)
        return
    yield _retention(seen, options)
    yield _money(seen, options)


def _retention(seen, options):
    there = seen.retained
    # with a grace period whole months may pass a little sooner or later; the forecast is for the months that most were followed
    rows = there[there["followed_months"] == seen.months]
    if rows.empty:
        return _nothing(seen, "retention", _("no customer was followed for the whole time"))
    hazards = ForecastHazards.fit(seen.followed, min_at_risk=options["min_at_risk"])
    forecast = forecast_retention(hazards, rows, horizon_months=seen.months, **options)
    known = rows[forecastable(hazards, rows, horizon_months=seen.months)]
    sums = known.groupby("group")[["customers", "stayed"]].sum()
    forecast["actual"] = forecast["group"].map(sums["stayed"] / sums["customers"])
    return _labelled(forecast, seen, "retention", seen.for_month)


def _money(seen, options):
    rows = seen.realised
    there = rows[rows["months_ahead"] == 0]
    hazards = ForecastHazards.fit(seen.followed_at_month_ends, min_at_risk=options["min_at_risk"])
    forecast = forecast_mrr(hazards, there, seen.stayers, horizon_months=seen.months, **options)
    known = rows[forecastable(hazards, rows, horizon_months=seen.months)]
    actual = known.groupby(["group", "months_ahead"])["mrr"].sum().unstack()
    path = forecast[(forecast["measure"] == "mrr") & (forecast["group"] == EVERYBODY)].copy()
    path["actual"] = actual.loc[EVERYBODY].reindex(path["months_ahead"]).to_numpy() if EVERYBODY in actual.index else np.nan
    value = forecast[forecast["measure"] == "revenue"].copy()
    value["actual"] = value["group"].map(actual.iloc[:, : seen.months].sum(axis=1))
    per_customer = ["forecast", "lower", "upper", "actual"]
    value[per_customer] = value[per_customer].div(value["customers"].where(value["customers"] > 0), axis=0)
    return pd.concat([
        _labelled(path, seen, "mrr", [shift_month(seen.made_in, ahead) for ahead in path["months_ahead"]]),
        _labelled(value, seen, "lifetime_value", seen.for_month),
    ], ignore_index=True)


def _labelled(frame, seen, measure, for_month):
    labelled = frame.assign(measure=measure, made_in=seen.made_in, for_month=for_month)
    return labelled.assign(actual=frame["actual"].where(frame["withheld"] == ""))


def _nothing(seen, measure, withheld):
    empty = pd.DataFrame([{"group": EVERYBODY, "forecast": np.nan, "lower": np.nan, "upper": np.nan, "actual": np.nan, "customers": 0, "left_out": 0,
                           "withheld": withheld}])
    return _labelled(empty, seen, measure, seen.for_month)
