"""Survival curves with their intervals, and the number at risk under the plot."""

import re

import numpy as np
from matplotlib.ticker import PercentFormatter

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.months_axis import below_axis, month_ticks, months_in_words

#: More groups than this are drawn in grey behind the curve of all; a reader cannot tell ten colours apart.
MOST_GROUPS = 6

#: Months for which the level after the last month is drawn, so that it can be seen at all.
LAST_LEVEL = 0.7

_MONTH = re.compile(r"\d{4}-\d{2}")


@theme.styled
def survival_chart(survival, *, highlight=None, min_at_risk=30, ax=None):
    """What share of the customers is still paying after each subscription month?

    Parameters
    ----------
    survival : DataFrame with group, tenure_month, at_risk, survival, lower, upper (shares)
    highlight : names of groups to draw in colour; by default all of up to six. Of more, the six largest are drawn in colour
        and the rest in grey; cohort months are all drawn in grey, for no six of them say more than the others.
    min_at_risk : a curve ends with the last month that still has this many customers at risk
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `survival_alt`
    """
    curves = reliable(survival, min_at_risk=min_at_risk)
    coloured, grey = _choose(curves, highlight, survival["group"].nunique())
    ax = theme.axes_or_new(ax, height=3.6 + 0.24 * len(coloured))
    last = max((int(curve["tenure_month"].max()) for curve in curves.values()), default=12)
    for group in grey:
        ax.plot(*_steps(curves[group], "survival"), color=theme.GHOST, linewidth=0.9, alpha=0.7, label=group, zorder=1)
    for group, colour in coloured.items():
        months, lower = _steps(curves[group], "lower")
        ax.fill_between(months, lower, _steps(curves[group], "upper")[1], color=colour, alpha=0.16, linewidth=0, zorder=2)
        ax.plot(*_steps(curves[group], "survival"), color=colour, label=group, zorder=3)
    ax.set_xlim(0, last + LAST_LEVEL)
    ax.set_ylim(0, 1.02)
    ax.set_yticks(np.arange(0, 1.01, 0.25))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ticks = month_ticks(last)
    ax.set_xticks(ticks, [formats.count(tick) for tick in ticks])
    ax.set_title(_("Customers still paying"))
    ax.set_xlabel(_("end of subscription month"), loc="left")
    _label_ends(ax, curves, coloured, grey, last)
    _write_at_risk(ax, curves, coloured, ticks)
    if not curves:
        theme.in_place(ax, _("Withheld: no group has {min_at_risk} customers at risk").format(min_at_risk=min_at_risk))
    return theme.describe(ax, survival_alt(survival, highlight=highlight, min_at_risk=min_at_risk))


def survival_alt(survival, *, highlight=None, min_at_risk=30):
    """The chart in words: where each coloured curve stands after 12 months (or ends, if sooner), with its interval."""
    curves = reliable(survival, min_at_risk=min_at_risk)
    if not curves:
        return _("Survival curves are withheld: no group has {min_at_risk} customers at risk.").format(min_at_risk=min_at_risk)
    coloured, grey = _choose(curves, highlight, survival["group"].nunique())
    parts = [_in_words(group, curves[group]) for group in coloured]
    if grey:
        parts.append(_("{grey} further groups in grey").format(grey=formats.count(len(grey))))
    return _("Survival curves: the share of customers still paying by subscription month. {parts}.").format(parts="; ".join(parts))


def _in_words(group, curve):
    rows = [curve[curve["tenure_month"] == 12], curve.tail(1)]
    told = dict.fromkeys(
        _("{survival} after {tenure_month}").format(
            survival=formats.measure(row.survival, "share", row.lower, row.upper), tenure_month=months_in_words(row.tenure_month),
        )
        for part in rows
        for row in part.itertuples()
    )
    return f"{theme.one_line(group)}: {', '.join(told)}"


def reliable(survival, *, min_at_risk):
    """The rows of each group up to the last month with `min_at_risk` customers at risk, in the frame's order."""
    curves = {}
    for group, curve in survival.groupby("group", sort=False):
        enough = curve[(curve["at_risk"] >= min_at_risk) & curve["survival"].notna()]
        if len(enough):
            curves[group] = curve[(curve["tenure_month"] <= enough["tenure_month"].max()) & curve["survival"].notna()]
    return curves


def _choose(curves, highlight, groups):
    """The groups in colour (name to colour, "all" in ink) and those in grey, of `groups` in the frame."""
    others = [group for group in curves if group != "all"]
    if highlight is None:
        if groups <= MOST_GROUPS + ("all" in curves):
            highlight = others
        elif all(_MONTH.fullmatch(str(group)) for group in others):
            highlight = ()
        else:
            highlight = sorted(others, key=lambda group: -curves[group]["at_risk"].max())[:MOST_GROUPS]
    named = [group for group in others if group in highlight][: len(theme.PALETTE)]
    coloured = {"all": theme.INK} if "all" in curves else {}
    coloured |= dict(zip(named, theme.PALETTE, strict=False))
    return coloured, [group for group in others if group not in named]


def _steps(curve, column):
    """The corners of the step function: level until a month's end, then down. Everybody is there at the start."""
    last = curve["tenure_month"].iloc[-1]
    months = np.concatenate([[0], np.repeat(curve["tenure_month"], 2), [last + LAST_LEVEL]])
    level = np.concatenate([[1.0], curve[column]])
    return months, np.repeat(level, 2)


def _label_ends(ax, curves, coloured, grey, last):
    ends = [(group, colour, curves[group].iloc[-1]) for group, colour in coloured.items()]
    theme.name_ends(
        ax, [(end["tenure_month"] + LAST_LEVEL, end["survival"], _name(group), colour) for group, colour, end in ends], right=last + LAST_LEVEL,
    )
    if grey:
        # Below the beginning of the curves, where there never is one.
        ax.text(0.01, 0.03, _("grey: {grey} further groups").format(grey=formats.count(len(grey))), transform=ax.transAxes, color=theme.QUIET, fontsize=9.5)


def _write_at_risk(ax, curves, coloured, ticks):
    """The customers at risk in the month of each tick, one line of numbers per coloured group."""
    if coloured:
        below_axis(ax, _("Customers at risk in that month"), (0, 0), 0, "left", theme.QUIET, ax.transAxes)
    for line, (group, colour) in enumerate(coloured.items(), start=1):
        at_risk = curves[group].set_index("tenure_month")["at_risk"]
        for tick in (tick for tick in ticks if tick in at_risk.index):
            below_axis(ax, formats.count(at_risk[tick]), (tick, 0), line, "center", colour, ax.get_xaxis_transform(), gid="at_risk")
        below_axis(ax, _name(group), (1, 0), line, "left", colour, ax.transAxes, shift=24)


def _name(group):
    return _("All customers") if group == "all" else theme.one_line(group, limit=22)
