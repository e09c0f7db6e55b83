"""What a customer is worth, method by method: the usual formulas beside the answers that know who has not left yet."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

#: What the methods are called in print. The first two are the formulas everybody knows.
METHODS = {
    "mean_lifetime_of_churned": N_("Average MRR × lifetime of those who left"),
    "arpu_over_churn": N_("Average MRR ÷ monthly churn"),
    "restricted_mean": N_("Observed survival, first {} months"),
    "revenue_weighted_mean": N_("The same, weighted by MRR, {} months"),
    "shifted_beta_geometric": N_("Fitted model, first {} months"),
}
# Paper behind a text, so that no line runs through it.
_HALO = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1.2}
SIMPLE = ("mean_lifetime_of_churned", "arpu_over_churn")


@theme.styled
def lifetime_value_chart(values, *, currency, group="all", ax=None):
    """How far is the simple formula from what can be shown?

    Parameters
    ----------
    values : DataFrame with group, method, value, lower, upper (currency per customer), horizon_months, withheld
    currency : ISO code
    group : which group to draw
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `lifetime_value_alt`. The dashed line is ARPU / churn; a thin line shows each honest answer's gap to it.
    """
    rows = values[values["group"] == group].reset_index(drop=True)
    ax = theme.axes_or_new(ax, height=1.3 + 0.42 * max(len(rows), 2))
    told = rows[rows["value"].notna()]
    simple = told.loc[told["method"] == "arpu_over_churn", "value"].tolist()
    highest = np.nanmax(told[["value", "upper"]].to_numpy(dtype=float), initial=0) if len(told) else 1
    for line in simple:
        ax.axvline(line, color=theme.VERMILLION, linewidth=1, linestyle=(0, (4, 3)), zorder=1, gid="simple_formula")
    for place, row in rows.iterrows():
        if pd.isna(row["value"]):
            why = textwrap.fill(_("withheld: {withheld}").format(withheld=theme.one_line(row.get("withheld") or _("not enough customers"), limit=90)), 58)
            ax.text(0.01, place, why, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5, color=theme.QUIET,
                    bbox=_HALO, gid="withheld", zorder=4)
            continue
        colour = theme.VERMILLION if row["method"] in SIMPLE else theme.BLUE
        if simple and row["method"] not in SIMPLE:
            ax.plot([row["value"], simple[0]], [place, place], color=theme.GHOST, linewidth=1, zorder=1, gid="gap")
        if pd.notna(row["lower"]) and pd.notna(row["upper"]):
            ax.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=2.2, marker="|", markersize=9, zorder=2, gid="interval")
        ax.plot(row["value"], place, "o", color=colour, markersize=6, zorder=3, gid="value")
        amount = formats.point(row["value"], currency, row["lower"], row["upper"])
        near_axis = row["value"] < 0.1 * highest  # centred, it would run into the name of its row
        ax.annotate(amount, (row["value"], place), xytext=(-2 if near_axis else 0, 9), textcoords="offset points", ha="left" if near_axis else "center",
                    fontsize=9, weight="bold", color=colour, bbox=_HALO, annotation_clip=False, zorder=4)
    ax.set_xlim(0, highest * 1.08 if highest > 0 else 1)
    ax.set_ylim(len(rows) - 0.5, -0.75)
    ax.set_yticks(range(len(rows)), [_label(row) for _place, row in rows.iterrows()])
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: formats.money(amount, currency, decimals=0)))
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("per customer"), loc="left")
    ax.set_title(_("What a customer is worth") + ("" if group == "all" else f": {theme.one_line(group)}"))
    return theme.describe(ax, lifetime_value_alt(values, currency=currency, group=group))


def lifetime_value_alt(values, *, currency, group="all"):
    """The chart in words: every method with its value and interval, or why it is withheld."""
    whom = _("a customer") if group == "all" else _("a customer of {group}").format(group=theme.one_line(group))
    parts = [
        _("{label}: withheld, {withheld}").format(label=_label(row), withheld=row.get("withheld") or _("not enough customers")) if pd.isna(row["value"])
        else f"{_label(row)}: {formats.measure(row['value'], currency, row['lower'], row['upper'])}"
        for _place, row in values[values["group"] == group].iterrows()
    ]
    return _("What {whom} is worth, by method. {parts}.").format(whom=whom, parts="; ".join(parts))


def _label(row):
    horizon = row["horizon_months"]
    return METHODS.get(row["method"], str(row["method"]).replace("_", " ")).format(formats.count(horizon) if pd.notna(horizon) else "")
