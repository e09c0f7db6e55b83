"""The matrix of moves between stages: accounts come back, shrink and try again."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, PowerNorm

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

#: What the stages of an account are called in print.
ACCOUNTS = {
    "arrived": N_("first known"), "lead": N_("lead"), "trial": N_("on trial"), "trial_over": N_("trial over"), "new": N_("new"),
    "paying": N_("paying, the same"),
    "expanded": N_("paying more"), "contracted": N_("paying less"), "returned": N_("returned"),
    "churned": N_("left"), "trial_again": N_("on trial again"),
}  # fmt: skip
_COLOURS = LinearSegmentedColormap.from_list("moves", [theme.PAPER, "#9ec7e6", theme.BLUE])
# Rare moves are the interesting ones: without a power they would all be white.
_NORM = PowerNorm(0.45, vmin=0, vmax=1)
#: From this share on a cell is dark enough for white numbers.
_DARK = 0.5


@theme.styled
def transitions_chart(shares, *, ax=None):
    """Of the accounts in a stage, what share is in which stage a month later?

    Parameters
    ----------
    shares : DataFrame of transition_shares: from_stage, to_stage, accounts, at_risk, share, months, in the order of the stages
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `transitions_alt`. An empty cell is a move that nobody made.
    """
    rows, columns = _stages(shares, "from_stage"), _stages(shares, "to_stage")
    ax = theme.axes_or_new(ax, width=8.4, height=1.9 + 0.42 * max(len(rows), 2))
    share = np.full((max(len(rows), 1), max(len(columns), 1)), np.nan)
    for row in shares.to_dict("records"):
        share[rows.index(row["from_stage"]), columns.index(row["to_stage"])] = row["share"]
    ax.pcolormesh(np.nan_to_num(share), cmap=_COLOURS, norm=_NORM, edgecolors=theme.PAPER, linewidth=1.5)
    for (down, across), value in np.ndenumerate(share):
        if value == value:
            ax.text(across + 0.5, down + 0.5, _told(value), ha="center", va="center", fontsize=9, gid="share",
                    color=theme.PAPER if value >= _DARK else theme.INK)
    sizes = shares.groupby("from_stage")["at_risk"].first()
    for place, stage in enumerate(rows):
        ax.annotate(formats.count(sizes[stage]), (1, place + 0.5), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points",
                    va="center", fontsize=9, color=theme.QUIET, annotation_clip=False, gid="at_risk")
    ax.annotate(_("account\nmonths"), (1, 0), xycoords=ax.get_yaxis_transform(), xytext=(8, 4), textcoords="offset points", va="bottom", fontsize=8.5,
                color=theme.QUIET, annotation_clip=False)
    ax.set_xticks(np.arange(len(columns)) + 0.5, [str(ACCOUNTS.get(stage, stage)).replace(", ", ",\n").replace(" ", "\n", 1) for stage in columns], fontsize=9)
    ax.set_yticks(np.arange(len(rows)) + 0.5, [ACCOUNTS.get(stage, stage) for stage in rows])
    ax.tick_params(axis="both", length=0, labelcolor=theme.INK)
    ax.xaxis.tick_top()
    ax.invert_yaxis()
    ax.spines[:].set_visible(False)
    ax.set_title(_("From the stage on the left to the stage above within a month"), pad=18)
    if shares.empty:
        theme.in_place(ax, _("Withheld: no account has been seen at two month ends"))
    return theme.describe(ax, transitions_alt(shares))


def transitions_alt(shares):
    """The matrix in words: where the accounts of each stage go other than to the stage they are in, the most frequent moves first."""
    if shares.empty:
        return _("Moves between stages are withheld: no account has been seen at 2 month ends.")
    parts = []
    for stage, rows in shares.groupby("from_stage", sort=False):
        moved = rows[rows["to_stage"] != stage].sort_values("share", ascending=False, kind="stable").head(3).to_dict("records")
        told = [_("{share} to {to_stage}").format(share=_told(row["share"]), to_stage=ACCOUNTS.get(row["to_stage"], row["to_stage"])) for row in moved]
        if told:
            parts.append(f"{ACCOUNTS.get(stage, stage)}: {', '.join(told)}")
    months = formats.counted(int(shares["months"].iloc[0]), "month", "months")
    return _("Share of the accounts of each stage that are in another a month later, over {months}. {parts}.").format(
        months=months, parts="; ".join(parts),
    )


def _told(share):
    # 0.0 % and 100.0 % would say nobody and everybody
    if 0 < share < 0.0005:
        return f"<{formats.percent(0.001, decimals=1)}"
    return f">{formats.percent(0.999, decimals=1)}" if 0.9995 <= share < 1 else formats.percent(share)


def _stages(shares, side):
    found = set(shares[side])
    return [stage for stage in ACCOUNTS if stage in found] + sorted(found - set(ACCOUNTS))
