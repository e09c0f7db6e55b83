"""The table of the stages: one row per key figure of one month, every month of it in the CSV."""

import math
from dataclasses import dataclass

import pandas as pd

from lifecycle_utils.months import shift_month
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import TABLE_MIME, Table
from lifecycle_utils.present.stage_words import change_in_words, name_of
from lifecycle_utils.present.tables import table_html

_BEYOND = {(True, True): "both", (True, False): "the month", (False, True): "the year", (False, False): ""}


@dataclass(frozen=True)
class KpiTable(Table):
    """Key figures in their own units: the rows of `month` as text for the reader, the frame as it is for the CSV."""

    month: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = table_html(kpi_rows(self.frame, self.month), name=self.name, title=self.title, rows=self.rows)
        return {"text/html": text, "text/plain": str(self), TABLE_MIME: {"name": self.name, "csv": self.csv()}}


def kpi_table(kpis, *, month):
    """The key figures of a month as a Table named lifecycle_kpis.

    Parameters
    ----------
    kpis : DataFrame of stage_kpis
    """
    return KpiTable("lifecycle_kpis", kpis, f"The seven stages in {formats.calendar_month(month)}", rows=80, month=month)


def kpi_rows(kpis, month):
    """One row of text per key figure of a month: DataFrame."""
    before, year = (formats.calendar_month(shift_month(month, lag)) for lag in (-1, -12))
    return pd.DataFrame([_row(row, before, year) for row in kpis[kpis["month"] == month].to_dict("records")])


def _row(row, before, year):
    blank = math.isnan(row["value"])
    value, _, interval = ("withheld", "", "") if blank else formats.measure(row["value"], row["unit"], row["lower"], row["upper"]).partition(" (")
    changes = [change_in_words(row[f"change_{name}"], row["unit"], row["value"]) or formats.BLANK for name in ("month", "year")]
    return {
        "Key figure": name_of(row["kpi"]), "Stage": row["stage"], "Value": value, "95% interval": interval.removesuffix(")").removeprefix("95% interval "),
        "Of": formats.count(row["n"]) if row["n"] == row["n"] and row["unit"] != "count" else "", f"On {before}": changes[0], f"On {year}": changes[1],
        "Beyond chance": _BEYOND[row["month_verdict"] == "news", row["year_verdict"] == "news"], "Remark": row["withheld"],
    }  # fmt: skip
