"""Sentences on what was forecast and what has happened."""

import math

import pandas as pd

from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding

_MADE = (
    "Recomputed from what was known at the end of {made_in}: the customers who were there then, with the hazards known then by billing interval and month, "
    "against what has happened to the same customers by {for_month}. The interval is a prediction interval: it holds what was not known about the hazards, "
    "the chance of these very customers, and the scatter of calendar months or cohorts where the data showed any."
)
_WHAT = {
    "retention": "The share of the customers there then who have not left since.",
    "mrr": (
        "The MRR of the customers who paid then, without later customers and without those who left and came back; those who stay are taken to go on "
        "expanding as in the year before."
    ),
    "lifetime_value": "What the customers who paid then have paid each since: the MRR of each month at its start, without margin or discount.",
}
_SUBJECT = {"retention": "the share of customers who stay", "mrr": "MRR from existing customers", "lifetime_value": "the revenue of existing customers"}
_COVERAGE = (
    "Of the forecasts for single groups, the share whose 95% prediction interval holds what happened. All groups lived through the same months, "
    "so they miss together."
)
_CHECKED = (
    "Of the forecasts for all customers (who stays, their MRR, what they bring) made again from what was known in earlier months, the share whose 95% "
    "prediction interval holds what has happened."
)
_DISPERSION = (
    "Whether {between} differ in churn by more than the chance of independent customers: the variance of departures against those expected "
    "from the pooled hazards by billing interval and subscription month."
)
_NO_INTERVAL = "the forecasts share the same months: no interval"


def forecast_check_finding(summary):
    """Did the forecasts for all customers hold, altogether?

    Parameters
    ----------
    summary : DataFrame as for `forecast_findings`
    """
    told = summary[summary["withheld"] == ""]
    common = {"key": "forecast_check", "lower": math.nan, "upper": math.nan, "n": len(told), "unit": "share", "definition": _CHECKED}
    if not len(told):
        why = summary["withheld"].iloc[0]
        return Finding(**common, value=math.nan, withheld=why, sentence=f"Whether forecasts of earlier months have held is withheld: {why}.")
    held = int(told["covered"].sum())
    worst = told.loc[told["relative_error"].abs().idxmax()]
    whole = "all" if held == len(told) else formats.count(held)
    sentence = f"Of {formats.counted(len(told), 'forecast', 'forecasts')} that could have been made for all customers in earlier months, {whole} held "
    sentence += f"within their interval; the furthest off was {_SUBJECT[worst['measure']]} as of {formats.calendar_month(worst['made_in'])}, {_off(worst)}."
    return Finding(**common, value=held / len(told), withheld=_NO_INTERVAL, sentence=sentence)


def forecast_findings(summary, *, currency):
    """What was forecast for all customers, and what came: one sentence per forecast.

    Parameters
    ----------
    summary : DataFrame of forecast_summary: measure, made_in, for_month, forecast, lower, upper, actual, relative_error, covered, customers, withheld
    currency : ISO code

    Returns
    -------
    list of Finding, `value` the forecast, `lower` and `upper` its prediction interval
    """
    return [_finding(row, currency) for row in summary.to_dict("records")]


def forecast_coverage_findings(coverage, *, currency):
    """How many intervals of single groups held, and were the forecasts too high or too low on average?

    Parameters
    ----------
    coverage : DataFrame of forecast_coverage: measure, forecasts, covered, coverage, bias, mean_absolute_error (shares, currency per customer)
    currency : ISO code
    """
    return [_coverage(row, currency) for row in coverage.to_dict("records")]


def churn_dispersion_findings(dispersion):
    """Do calendar months, or cohorts, differ by more than chance?

    Parameters
    ----------
    dispersion : DataFrame of churn_dispersion: between, units, departures, variation, p_value, used
    """
    return [_dispersion(row) for row in dispersion.to_dict("records")]


def _finding(row, currency):
    measure, made_in, for_month = row["measure"], formats.calendar_month(row["made_in"]), formats.calendar_month(row["for_month"])
    unit = "share" if measure == "retention" else currency
    customers = int(row["customers"])
    common = {
        "key": f"forecast_{measure}:{row['made_in']}", "value": float(row["forecast"]), "lower": float(row["lower"]), "upper": float(row["upper"]),
        "n": customers, "unit": unit, "definition": f"{_WHAT[measure]} {_MADE.format(made_in=made_in, for_month=for_month)}",
    }  # fmt: skip
    if math.isnan(row["forecast"]):
        return Finding(**common, withheld=row["withheld"],
                       sentence=f"Whether {made_in} could have forecast {_SUBJECT[measure]} up to {for_month} is withheld: {row['withheld']}.")
    told, came = _in_unit(row["forecast"], unit, row), formats.point(row["actual"], unit, row["lower"], row["upper"])
    of = formats.counted(customers, "customer", "customers")
    sentence = {
        "retention": f"At the end of {made_in} the forecast was that {told} of {of} would still be there in {for_month}; {came} are",
        "mrr": f"At the end of {made_in} the forecast was that {of} would pay {told} a month in {for_month}; they pay {came}",
        "lifetime_value": f"At the end of {made_in} the forecast was that {of} would bring {told} each up to {for_month}; they brought {came}",
    }[measure]
    return Finding(**common, sentence=f"{sentence}: {_verdict(row)}.")


def _verdict(row):
    held = "inside the interval" if row["covered"] else "outside the interval"
    off = _off(row)
    return f"{off}, {held}" if off.startswith("as") else f"the forecast was {off}, {held}"


def _off(row):
    points = row["measure"] == "retention"
    size = abs(row["error"]) * 100 if points else abs(row["relative_error"]) * 100
    if size < 0.05:
        return "as forecast"
    off = f"{formats.number(size)} percentage points" if points else formats.percent(size / 100, decimals=1)
    return f"{off} too {'high' if row['error'] > 0 else 'low'}"


def _in_unit(value, unit, row):
    return formats.measure(value, unit, row["lower"], row["upper"])


def _coverage(row, currency):
    measure = row["measure"]
    what = {"retention": "the share that stays", "lifetime_value": "the revenue per customer"}[measure]
    common = {"key": f"forecast_coverage_{measure}", "value": float(row["coverage"]), "lower": math.nan, "upper": math.nan, "n": int(row["forecasts"]),
              "unit": "share", "definition": _COVERAGE}
    if not row["forecasts"]:
        told = "no group was large enough, or followed for long enough"
        return Finding(**common, withheld=told, sentence=f"How many forecasts of {what} held, group by group, is withheld: {told}.")
    held = f"Group by group, {formats.count(row['covered'])} of {formats.counted(row['forecasts'], 'interval', 'intervals')} for {what} held what came"
    sentence = f"{held} ({formats.percent(row['coverage'])}; 95% are meant to); the forecasts were {_bias(row, currency)} on average"
    return Finding(**common, withheld=_NO_INTERVAL, sentence=f"{sentence}.")


def _bias(row, currency):
    way = "too high" if row["bias"] > 0 else "too low"
    if row["measure"] == "retention":
        return f"{formats.number(abs(row['bias']) * 100)} percentage points {way}, and {formats.number(row['mean_absolute_error'] * 100)} points off"
    return f"{formats.money(abs(row['bias']), currency)} {way}, and {formats.money(row['mean_absolute_error'], currency)} off"


def _dispersion(row):
    between = row["between"]
    common = {"key": f"churn_dispersion_{between.replace(' ', '_')}", "value": float(row["variation"]), "lower": math.nan, "upper": math.nan,
              "n": int(row["units"]), "unit": "share", "definition": _DISPERSION.format(between=between)}
    units = formats.counted(row["units"], between.removesuffix("s"), between)
    if pd.isna(row["p_value"]):
        told = f"fewer than six {between} to compare"
        return Finding(**(common | {"value": math.nan}), withheld=told, sentence=f"Whether {between} differ in churn by more than chance is withheld: {told}.")
    if row["used"]:
        sentence = (f"{between.capitalize()} differ in churn by more than chance, by about {formats.percent(row['variation'])} up or down "
                    f"(p {formats.p_value(row['p_value'])}, {units}); the intervals are wider for it.")
    else:
        sentence = (f"{between.capitalize()} do not differ in churn by more than chance (p {formats.p_value(row['p_value'])}, {units}); "
                    "the intervals assume that they do not.")
    return Finding(**common, withheld="the estimate has no interval", sentence=sentence)
