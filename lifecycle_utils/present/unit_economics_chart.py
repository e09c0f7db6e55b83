"""How many times over a customer of each channel brings back what it cost to win."""

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme

# Paper behind a text, so that the line does not run through it.
_HALO = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1.2}
_COLOURS = {"above": theme.BLUE, "below": theme.VERMILLION}


@theme.styled
def unit_economics_chart(economics, *, currency, ax=None):
    """Which channels bring back what they cost, how many times over, and when?

    Parameters
    ----------
    economics : DataFrame of unit_economics: group, cac (currency), ltv_to_cac, lower, upper, target_ratio, against_target ("above", "below",
        "unclear" or ""), payback_months, withheld
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `unit_economics_alt`. The dashed line is the target; blue is above it, red below it, grey too near to tell.
    """
    rows = _shown(economics)
    ax = theme.axes_or_new(ax, width=7.6, height=1.5 + 0.42 * max(len(rows), 2))
    line = rows["target_ratio"].iloc[0]
    ax.axvline(line, color=theme.INK, linewidth=1, linestyle=(0, (4, 3)), zorder=1, gid="target")
    for place, row in enumerate(rows.to_dict("records")):
        if pd.isna(row["ltv_to_cac"]):
            ax.text(0.01, place, theme.one_line(_("withheld: {withheld}").format(withheld=row["withheld"]), limit=62), transform=ax.get_yaxis_transform(),
                va="center", fontsize=8.5,
                    color=theme.QUIET, gid="withheld")
            continue
        colour = _COLOURS.get(row["against_target"], theme.WITHIN_CHANCE)
        if pd.notna(row["lower"]):
            ax.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=2.2, zorder=2, gid="interval")
        ax.plot(row["ltv_to_cac"], place, "o", color=colour, markersize=7, zorder=3, gid="ratio")
        ax.annotate(f"{formats.number(row['ltv_to_cac'])}×", (row["ltv_to_cac"], place), xytext=(0, 8), textcoords="offset points", ha="center",
                    fontsize=9, weight="bold", color=colour, bbox=_HALO, annotation_clip=False, gid="times", zorder=4)
        ax.annotate(_cost(row, currency), (1, place), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points", va="center",
                    fontsize=9, color=theme.INK, annotation_clip=False, gid="cost")
    ax.set_yticks(range(len(rows)), [_name(group) for group in rows["group"]])
    for label, group in zip(ax.get_yticklabels(), rows["group"], strict=True):
        label.set(color=theme.INK, weight="bold" if group == "all" else "normal")
    ax.set_ylim(len(rows) - 0.5, -0.75)
    highest = rows[["ltv_to_cac", "upper"]].max().max()
    ax.set_xlim(0, max(highest if pd.notna(highest) else 0, line) * 1.08)
    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda times, _: f"{formats.general(times, digits=6)}×"))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("lifetime value over cost to win; dashed: {line}×").format(line=formats.number(line, decimals=0)), loc="left")
    ax.set_title(_("What customers bring back of what they cost to win"))
    return theme.describe(ax, unit_economics_alt(economics, currency=currency))


def unit_economics_alt(economics, *, currency):
    """The chart in words: every channel with its ratio, cost and payback."""
    rows = _shown(economics)
    parts = [
        _("{group}: withheld, {withheld}").format(group=_name(row["group"]), withheld=row["withheld"]) if pd.isna(row["ltv_to_cac"])
        else f"{_name(row['group'])}: {formats.measure(row['ltv_to_cac'], 'ratio', row['lower'], row['upper'])}, {_cost(row, currency)}"
        for row in rows.to_dict("records")
    ]
    return _("Lifetime value over cost to win, by channel; the line is at {iloc}. {parts}.").format(
        iloc=formats.number(rows["target_ratio"].iloc[0], decimals=0), parts="; ".join(parts),
    )


def _cost(row, currency):
    cost = _("{cac} to win").format(cac=formats.money(row["cac"], currency, decimals=0))
    if pd.isna(row["payback_months"]):
        return _("{cost}, not paid back").format(cost=cost)
    return _("{cost}, back after {payback_months}").format(cost=cost, payback_months=formats.counted(int(row["payback_months"]), "payment", "payments"))


def _shown(economics):
    """Everybody first, then the channels by their ratio; those without one last."""
    ordered = economics.sort_values("ltv_to_cac", ascending=False, kind="stable", na_position="last")
    return pd.concat([ordered[ordered["group"] == "all"], ordered[ordered["group"] != "all"]], ignore_index=True)


def _name(group):
    return _("All channels") if group == "all" else theme.one_line(group, limit=24)
