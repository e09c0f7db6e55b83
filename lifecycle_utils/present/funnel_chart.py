"""What share goes on from each stage to the next, with the time that it has."""

import textwrap

from matplotlib.ticker import PercentFormatter

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.vocabulary import said


@theme.styled
def funnel_chart(funnel, *, ax=None):
    """Where do most get lost on the way from a visit to a customer that stays?

    Parameters
    ----------
    funnel : DataFrame, one row per step: step, within (text), share, lower, upper, n, withheld
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `funnel_alt`. Bars end at the share; the thin line on a bar's end is its interval.
    """
    ax = theme.axes_or_new(ax, height=1.3 + 0.56 * len(funnel))
    for place, row in enumerate(funnel.to_dict("records")):
        if row["share"] != row["share"]:
            why = textwrap.fill(_("withheld: {withheld}").format(withheld=theme.one_line(row["withheld"], limit=100)), 62)
            ax.text(0.01, place, why, va="center", fontsize=9, color=theme.QUIET, gid="withheld")
            continue
        ax.barh(place, row["share"], height=0.46, color=theme.BLUE, alpha=0.22, zorder=2)
        ax.plot([row["share"]] * 2, [place - 0.23, place + 0.23], color=theme.BLUE, linewidth=2.4, zorder=3, gid="share")
        if row["lower"] == row["lower"]:
            ax.plot([row["lower"], row["upper"]], [place, place], color=theme.BLUE, linewidth=1.6, zorder=3, gid="interval")
        end = row["upper"] if row["upper"] == row["upper"] else row["share"]
        ax.annotate(_("{share} of {n}").format(share=formats.point(row["share"], "share", row["lower"], row["upper"]), n=formats.count(row["n"])),
            (end, place), xytext=(7, 0),
                    textcoords="offset points", va="center", fontsize=9.5, weight="bold", color=theme.BLUE, annotation_clip=False, gid="told")
    ax.set_yticks(range(len(funnel)), [f"{said(row['step'])}\n{said(row['within'])}" for row in funnel.to_dict("records")])
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.set_xlim(0, 1.12)
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.set_ylim(len(funnel) - 0.45, -0.55)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_title(_("What share takes each step"))
    ax.set_xlabel(_("share of those who could take the step"), loc="left")
    return theme.describe(ax, funnel_alt(funnel))


def funnel_alt(funnel):
    """The chart in words: every step with its share, interval and denominator, or why it is withheld."""
    parts = [
        _("{step} {within}: withheld, {withheld}").format(step=said(row["step"]), within=said(row["within"]), withheld=row["withheld"])
        if row["share"] != row["share"]
        else _("{step} {within}: {share} of {n}").format(
            step=said(row["step"]), within=said(row["within"]), share=formats.measure(row["share"], "share", row["lower"], row["upper"]),
            n=formats.count(row["n"]),
        )
        for row in funnel.to_dict("records")
    ]
    return _("The share that takes each step. {parts}.").format(parts="; ".join(parts))
