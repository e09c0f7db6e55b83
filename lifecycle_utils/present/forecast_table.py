"""The table of forecasts and outcomes: for all customers in print, every group and month in the CSV."""

import math
from dataclasses import dataclass

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import TABLE_MIME, Table
from lifecycle_utils.present.tables import table_html

_WHAT = {"retention": N_("Customers still there"), "mrr": N_("MRR a month"), "lifetime_value": N_("Revenue per customer")}


@dataclass(frozen=True)
class ForecastTable(Table):
    """Forecasts in their own units: text for the reader, the frame as it is for the CSV."""

    def _repr_mimebundle_(self, include=None, exclude=None):
        rows = forecast_rows(self.frame, self.currency)
        text = table_html(rows, name=self.name, title=self.title, rows=len(rows), labels={name: name for name in rows.columns})
        return {"text/html": text, "text/plain": str(self), TABLE_MIME: {"name": self.name, "csv": self.csv()}}


def forecast_check_table(check, *, currency):
    """Forecasts and outcomes as a Table named forecast_check.

    Parameters
    ----------
    check : DataFrame of forecast_check
    """
    return ForecastTable("forecast_check", check, _("Forecast then, and what came: all customers"), currency=currency)


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
