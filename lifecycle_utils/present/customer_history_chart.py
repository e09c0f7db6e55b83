"""One customer month by month: what it paid, and on how many days it used the product. For JupyterLab: in English."""

import numpy as np

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.theme import BLUE, GREEN, axes_or_new, describe, styled


@styled
def customer_history_chart(history, *, currency, name, ax=None):
    """MRR at each month's end as steps, and the days of use as bars at their foot; without use the steps alone.

    Parameters
    ----------
    history : DataFrame, one row per month in order: month "YYYY-MM", mrr (currency per month), days_used (NaN where not known)
    name : of the customer
    """
    ax = axes_or_new(ax, height=4.4)
    places = np.arange(len(history))
    ax.fill_between(places, history["mrr"], step="mid", color=BLUE, alpha=0.16, linewidth=0)
    ax.step(places, history["mrr"], where="mid", color=BLUE, gid="mrr")
    ax.set_ylim(0, max(history["mrr"].max() * 1.15, 1))
    ax.set_title(theme.one_line(name, limit=50))
    ax.yaxis.set_major_formatter(lambda value, _place: formats.money(value, currency, decimals=0))
    last = history["mrr"].iloc[-1]
    ax.annotate(formats.money(last, currency), (places[-1], last), xytext=(6, 0), textcoords="offset points", color=BLUE, weight="bold", va="center",
                annotation_clip=False)  # fmt: skip
    if history["days_used"].notna().any():
        days = ax.twinx()
        days.bar(places, history["days_used"].fillna(0), width=0.6, color=GREEN, gid="days")
        most = int(history["days_used"].max())
        days.set_ylim(0, max(4.5 * most, 1))  # at the foot, under the line
        days.set_axis_off()
        first = places[history["days_used"].eq(most)][0]
        days.annotate(_("{most} days of use").format(most=most), (first, most), xytext=(0, 3), textcoords="offset points", color=GREEN, ha="center", fontsize=9)
    every = max(len(history) // 8, 1)
    ax.set_xticks(places[::every], history["month"].iloc[::every])
    return describe(ax, customer_history_alt(history, currency=currency, name=name))


def customer_history_alt(history, *, currency, name):
    """The chart in words."""
    first, last = history.iloc[0], history.iloc[-1]
    highest = history.loc[history["mrr"].idxmax()]
    told = _("What {name} pays at each month's end: {mrr} in {month}, {mrr_2} in {month_2}, at most {mrr_3} in {month_3}.").format(
        name=name, mrr=formats.money(first["mrr"], currency), month=first["month"], mrr_2=formats.money(last["mrr"], currency),
        month_2=last["month"], mrr_3=formats.money(highest["mrr"], currency), month_3=highest["month"],
    )
    days = history["days_used"].dropna()
    if len(days):
        told += _(" Days of use in a month: {iloc} in the last, {days} on average.").format(
            iloc=formats.count(days.iloc[-1]), days=formats.number(days.mean()),
        )
    return told
