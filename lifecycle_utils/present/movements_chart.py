"""The MRR movements of each month: what came up, what went down, and what was left of it."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

#: The movements in the order in which they are stacked away from zero, with their names and colours.
MOVEMENTS = {
    "new": (N_("new"), theme.BLUE), "reactivation": (N_("returned"), theme.PURPLE), "expansion": (N_("expansion"), theme.GREEN),
    "churn": (N_("churn"), theme.VERMILLION), "contraction": (N_("contraction"), theme.ORANGE), "fx": (N_("exchange rates"), theme.GHOST),
}  # fmt: skip


@theme.styled
def movements_chart(movements, *, currency, most=24, ax=None):
    """Where did each month's MRR come from and go to?

    Parameters
    ----------
    movements : DataFrame, one row per month: month, new, reactivation, expansion, contraction, churn, fx (currency per month)
    currency : ISO code
    most : newest months drawn
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `movements_alt`. Bars above zero are gains, bars below are losses.
    """
    rows = movements.tail(most).reset_index(drop=True)
    ax = theme.axes_or_new(ax, height=3.9)
    x, above, below = np.arange(len(rows)), np.zeros(len(rows)), np.zeros(len(rows))
    for column, (name, colour) in MOVEMENTS.items():
        values = rows[column].to_numpy(dtype=float)
        if not values.any():
            continue
        base = np.where(values > 0, above, below)
        bars = ax.bar(x, values, bottom=base, width=0.74, color=colour, label=name, linewidth=0, zorder=2)
        for bar in bars:
            bar.set_gid(column)
        above, below = above + np.maximum(values, 0), below + np.minimum(values, 0)
    ax.axhline(0, color=theme.INK, linewidth=0.9, zorder=3)
    step = max(1, -(-len(rows) // 8))
    ticks = range((len(rows) - 1) % step, len(rows), step)  # so that the newest month is named
    ax.set_xticks(ticks, [rows["month"].iloc[tick] for tick in ticks])
    ax.set_xlim(-0.6, max(len(rows) - 0.4, 1))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.money(value, currency, decimals=0)))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_visible(False)
    ax.set_title(_("MRR gained and lost in each month"), pad=30)
    if ax.containers:
        ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=6, frameon=False, fontsize=9, handlelength=0.9, handletextpad=0.4,
                  columnspacing=1.3, labelcolor=theme.QUIET, borderaxespad=0.2)
    else:
        theme.in_place(ax, _("Withheld: there is no month to compare"))
    return theme.describe(ax, movements_alt(movements, currency=currency, most=most))


def movements_alt(movements, *, currency, most=24):
    """The chart in words: the newest month, movement by movement."""
    rows = movements.tail(most)
    if not len(rows):
        return _("MRR movements are withheld: there is no month to compare.")
    last = rows.iloc[-1]
    parts = [f"{name} {formats.money(last[column], currency)}" for column, (name, _) in MOVEMENTS.items() if rows[column].any()]
    return _("MRR gained and lost in each of {len}, {iloc} to {month}. In {month_2}: {parts}; MRR went from {opening_mrr} to {closing_mrr}.").format(
        len=formats.counted(len(rows), "month", "months"), iloc=rows["month"].iloc[0], month=last["month"],
        month_2=formats.calendar_month(last["month"]), parts=", ".join(parts) or _("nothing moved"),
        opening_mrr=formats.money(last["opening_mrr"], currency), closing_mrr=formats.money(last["closing_mrr"], currency),
    )
