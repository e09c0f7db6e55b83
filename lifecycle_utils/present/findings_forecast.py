"""Sentences on what was forecast and what has happened."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.billing import capital
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.vocabulary import said

_MADE = N_(
    "Recomputed from what was known at the end of {made_in}: the customers who were there then, with the hazards known then by billing interval and month, "
    "against what has happened to the same customers by {for_month}. The interval is a prediction interval: it holds what was not known about the hazards, "
    "the chance of these very customers, and the scatter of calendar months or cohorts where the data showed any."
)
_WHAT = {
    "retention": N_("The share of the customers there then who have not left since."),
    "mrr": N_(
    "The MRR of the customers who paid then, without later customers and without those who left and came back; those who stay are taken to go on "
        "expanding as in the year before."
),
    "lifetime_value": N_("What the customers who paid then have paid each since: the MRR of each month at its start, without margin or discount."),
}
_SUBJECT = {"retention": N_("the share of customers who stay"), "mrr": N_("MRR from existing customers"),
    "lifetime_value": N_("the revenue of existing customers")}
_COVERAGE = N_(
    "Of the forecasts for single groups, the share whose 95% prediction interval holds what happened. All groups lived through the same months, "
    "so they miss together."
)
_CHECKED = N_(
    "Of the forecasts for all customers (who stays, their MRR, what they bring) made again from what was known in earlier months, the share whose 95% "
    "prediction interval holds what has happened."
)
_DISPERSION = N_(
    "Whether {between} differ in churn by more than the chance of independent customers: the variance of departures against those expected "
    "from the pooled hazards by billing interval and subscription month."
)
_NO_INTERVAL = N_("the forecasts share the same months: no interval")


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
        return Finding(**common, value=math.nan, withheld=why, sentence=_("Whether forecasts of earlier months have held is withheld: {why}.").format(
            why=why,
        ))
    held = int(told["covered"].sum())
    worst = told.loc[told["relative_error"].abs().idxmax()]
    sentence = (
        _("Of {forecasts} that could have been made for all customers in earlier months, all held within their interval; the furthest off was "
          "{subject} as of {made_in}, {worst}.") if held == len(told)
        else _("Of {forecasts} that could have been made for all customers in earlier months, {held} held within their interval; the furthest off was "
               "{subject} as of {made_in}, {worst}.")
    ).format(
        forecasts=formats.counted(len(told), "forecast", "forecasts"), held=formats.count(held), subject=_SUBJECT[worst["measure"]],
        made_in=formats.calendar_month(worst["made_in"]), worst=_off(worst),
    )  # fmt: skip
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
                       sentence=_("Whether {made_in} could have forecast {SUBJECT} up to {for_month} is withheld: {withheld}.").format(
                           made_in=made_in, SUBJECT=_SUBJECT[measure], for_month=for_month, withheld=row["withheld"],
                       ))
    told, came = _in_unit(row["forecast"], unit, row), formats.point(row["actual"], unit, row["lower"], row["upper"])
    of = formats.counted(customers, "customer", "customers")
    sentence = {
        "retention": _("At the end of {made_in} the forecast was that {told} of {of} would still be there in {for_month}; {came} are").format(
            made_in=made_in, told=told, of=of, for_month=for_month, came=came,
        ),
        "mrr": _("At the end of {made_in} the forecast was that {of} would pay {told} a month in {for_month}; they pay {came}").format(
            made_in=made_in, of=of, told=told, for_month=for_month, came=came,
        ),
        "lifetime_value": _("At the end of {made_in} the forecast was that {of} would bring {told} each up to {for_month}; they brought {came}").format(
            made_in=made_in, of=of, told=told, for_month=for_month, came=came,
        ),
    }[measure]
    return Finding(**common, sentence=_("{sentence}: {verdict}.").format(sentence=sentence, verdict=_verdict(row)))


def _verdict(row):
    held = _("inside the interval") if row["covered"] else _("outside the interval")
    off = _off(row)
    return _("{off}, {held}").format(off=off, held=held) if off == _("as forecast") else _("the forecast was {off}, {held}").format(off=off, held=held)


def _off(row):
    points = row["measure"] == "retention"
    size = abs(row["error"]) * 100 if points else abs(row["relative_error"]) * 100
    if size < 0.05:
        return _("as forecast")
    off = _("{size} percentage points").format(size=formats.number(size)) if points else formats.percent(size / 100, decimals=1)
    return (_("{off} too high") if row["error"] > 0 else _("{off} too low")).format(off=off)


def _in_unit(value, unit, row):
    return formats.measure(value, unit, row["lower"], row["upper"])


def _coverage(row, currency):
    measure = row["measure"]
    what = {"retention": _("the share that stays"), "lifetime_value": _("the revenue per customer")}[measure]
    common = {"key": f"forecast_coverage_{measure}", "value": float(row["coverage"]), "lower": math.nan, "upper": math.nan, "n": int(row["forecasts"]),
              "unit": "share", "definition": _COVERAGE}
    if not row["forecasts"]:
        told = _("no group was large enough, or followed for long enough")
        return Finding(**common, withheld=told, sentence=_("How many forecasts of {what} held, group by group, is withheld: {told}.").format(
            what=what, told=told,
        ))
    held = _("Group by group, {covered} of {forecasts} for {what} held what came").format(
        covered=formats.count(row["covered"]), forecasts=formats.counted(row["forecasts"], "interval", "intervals"), what=what,
    )
    sentence = _("{held} ({coverage}; 95% are meant to); the forecasts were {bias} on average").format(
        held=held, coverage=formats.percent(row["coverage"]), bias=_bias(row, currency),
    )
    return Finding(**common, withheld=_NO_INTERVAL, sentence=formats.full_stop(sentence))


def _bias(row, currency):
    way = _("too high") if row["bias"] > 0 else _("too low")
    if row["measure"] == "retention":
        return _("{bias} percentage points {way}, and {mean_absolute_error} points off").format(
            bias=formats.number(abs(row["bias"]) * 100), way=way, mean_absolute_error=formats.number(row["mean_absolute_error"] * 100),
        )
    return _("{bias} {way}, and {mean_absolute_error} off").format(
        bias=formats.money(abs(row["bias"]), currency), way=way, mean_absolute_error=formats.money(row["mean_absolute_error"], currency),
    )


def _dispersion(row):
    between = row["between"]
    common = {"key": f"churn_dispersion_{between.replace(' ', '_')}", "value": float(row["variation"]), "lower": math.nan, "upper": math.nan,
              "n": int(row["units"]), "unit": "share", "definition": _DISPERSION.format(between=said(between))}
    number = row["units"]
    units = formats.counted(number, "cohort", "cohorts") if between == "cohorts" else formats.counted(number, "calendar month", "calendar months")
    between = said(between)
    if pd.isna(row["p_value"]):
        told = _("fewer than six {between} to compare").format(between=between)
        return Finding(**(common | {"value": math.nan}), withheld=told, sentence=_(
            "Whether {between} differ in churn by more than chance is withheld: {told}."
        ).format(between=between, told=told))
    if row["used"]:
        sentence = _(
            "{between} differ in churn by more than chance, by about {variation} up or down (p {p_value}, {units}); the intervals are wider "
            "for it."
        ).format(between=capital(between), variation=formats.percent(row["variation"]), p_value=formats.p_value(row["p_value"]), units=units)
    else:
        sentence = _("{between} do not differ in churn by more than chance (p {p_value}, {units}); the intervals assume that they do not.").format(
            between=capital(between), p_value=formats.p_value(row["p_value"]), units=units,
        )
    return Finding(**common, withheld=_("the estimate has no interval"), sentence=sentence)
