"""The table of forecasts and outcomes: for all customers in print, every group and month in the CSV."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.rows_of_text import rows_of_text

_WHAT = {"retention": N_("Customers still there"), "mrr": N_("MRR a month"), "lifetime_value": N_("Revenue per customer")}


def forecast_check_table(check, *, currency):
    """Forecasts and outcomes as a Table named forecast_check.

    Parameters
    ----------
    check : DataFrame of forecast_check
    """
    title = _("Forecast then, and what came: all customers")
    return rows_of_text("forecast_check", check, title, forecast_rows(check, currency), figures=(3, 4, 5))


def forecast_rows(check, currency):
    """One row of text per forecast of all customers for the last month: DataFrame."""
    names = [_("What"), _("As of"), _("For"), _("Forecast"), _("95% interval"), _("Came"), _("Held")]
    last = check["for_month"] == check.groupby("made_in")["for_month"].transform("max")
    rows = [_row(row, currency) for row in check[last & (check["group"] == "all")].to_dict("records")]
    return pd.DataFrame(rows, columns=names)


def _row(row, currency):
    head = str(_WHAT[row["measure"]]), row["made_in"], row["for_month"]
    if math.isnan(row["forecast"]):
        return *head, _("withheld"), row["withheld"], formats.BLANK, formats.BLANK
    unit = "share" if row["measure"] == "retention" else currency
    forecast = row["forecast"], unit, row["lower"], row["upper"]
    came = formats.point(row["actual"], unit, row["lower"], row["upper"])
    return *head, formats.point(*forecast), formats.interval(*forecast), came, _("yes") if row["covered"] else _("no")
