"""The table of the stages: one row per key figure of one month, every month of it in the CSV."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.months import shift_month
from lifecycle_utils.present import formats
from lifecycle_utils.present.rows_of_text import rows_of_text
from lifecycle_utils.present.stage_words import change_in_words, name_of
from lifecycle_utils.present.vocabulary import said

#: What stands for an interval where nothing was estimated.
_COUNTED = N_("counted")
#: An empty cell: tables write text without characters as "(empty)", and this has one that takes no room.
_NOTHING = "\u200b"


def kpi_table(kpis, *, month):
    """The key figures of a month as a Table named lifecycle_kpis.

    Parameters
    ----------
    kpis : DataFrame of stage_kpis
    """
    title = _("The seven stages in {month}").format(month=formats.calendar_month(month))
    return rows_of_text("lifecycle_kpis", kpis, title, kpi_rows(kpis, month), figures=(1, 2, 3, 4, 5))


def kpi_rows(kpis, month):
    """One row of text per key figure of a month, and one before each stage with its name: DataFrame."""
    names = [_("Key figure"), _("Value"), _("95% interval"), *(_("On {month}").format(month=shift_month(month, lag)) for lag in (-1, -12)), _("Of")]
    rows = []
    for stage, figures in kpis[kpis["month"] == month].groupby("stage", sort=False):
        rows.append((said(stage.capitalize()).upper(), *[_NOTHING] * 5))
        rows += [_row(row) for row in figures.to_dict("records")]
    return pd.DataFrame(rows, columns=names)


def _row(row):
    if math.isnan(row["value"]):
        return name_of(row["kpi"]), _("withheld"), row["withheld"], *[formats.BLANK] * 3
    measured = row["value"], row["unit"], row["lower"], row["upper"]
    value, interval = formats.point(*measured), formats.interval(*measured) or row["withheld"] or str(_COUNTED)
    n = formats.BLANK if row["unit"] == "count" or math.isnan(row["n"]) else formats.count(row["n"])
    return name_of(row["kpi"]), value, interval, *(_change(row, name) for name in ("month", "year")), n


def _change(row, name):
    text = change_in_words(row[f"change_{name}"], row["unit"], row["value"]) or formats.BLANK
    return _("{text} beyond chance").format(text=text) if row[f"{name}_verdict"] == "news" else text
