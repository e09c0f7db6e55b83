"""The table of what lower churn in one month would bring: every measure in its own unit in print, the numbers in the CSV."""

import math

import pandas as pd

from lifecycle_utils.language import _
from lifecycle_utils.present import formats
from lifecycle_utils.present.rows_of_text import rows_of_text
from lifecycle_utils.present.tables import CODES


def worth_of_fixing_table(worth, *, currency):
    """What lower churn in a group's worst month would bring, as a Table named worth_of_fixing.

    Parameters
    ----------
    worth : DataFrame of worth_of_fixing: group, tenure_month, measure, unit ("share", "months", or money), now, then, gain, lower, upper, withheld
    """
    title = _("What lower churn in that month would bring")
    return rows_of_text("worth_of_fixing", worth, title, worth_rows(worth, currency), figures=(1, 3, 4, 5, 6))


def worth_rows(worth, currency):
    """One row of text per group and measure: DataFrame."""
    names = [_("Group"), _("Subscription month"), _("Measure"), _("Now"), _("Then"), _("Gain"), _("95% interval")]
    return pd.DataFrame([_row(row, currency) for row in worth.to_dict("records")], columns=names)


def _row(row, currency):
    measure = str(CODES["measure"].get(row["measure"], row["measure"]))
    head = row["group"], formats.count(row["tenure_month"]), measure
    if math.isnan(row["gain"]):
        return *head, formats.BLANK, formats.BLANK, _("withheld"), row["withheld"]
    write = {"share": lambda value: formats.percent(value, decimals=1), "months": lambda value: formats.number(value, decimals=1)}
    say = write.get(row["unit"], lambda value: formats.money(value, currency))
    gain = formats.points if row["unit"] == "share" else say
    ends = _("{lower} to {upper}").format(lower=gain(row["lower"]), upper=gain(row["upper"])) if not math.isnan(row["lower"]) else row["withheld"]
    return *head, say(row["now"]), say(row["then"]), gain(row["gain"]), ends
