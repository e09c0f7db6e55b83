"""Customer churn and revenue churn side by side: do those who pay most stay?"""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

#: The two measures, how far each is moved off its group's line, its name and colour.
_SIDES = {"customer_retention": (-0.14, N_("customers lost"), theme.BLUE), "net_revenue_retention": (0.14, N_("revenue lost, net"), theme.VERMILLION)}


@theme.styled
def churn_side_by_side_chart(retention, *, limit=None, title="Customers and revenue lost", ax=None):
    """Does revenue leave as fast as customers do?

    Parameters
    ----------
    retention : DataFrame, one row per group and measure: group, measure, churn, churn_lower, churn_upper (shares), customers
    limit : churn up to which customers and revenue hold, drawn as a line; None draws none
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `churn_side_by_side_alt`. A hollow dot has no interval: too few customers, or revenue from too few of them.
    """
    groups = [group for group in dict.fromkeys(retention["group"]) if retention.loc[retention["group"] == group, "churn"].notna().any()]
    ax = theme.axes_or_new(ax, height=1.5 + 0.42 * max(len(groups), 2))
    for measure, (aside, name, colour) in _SIDES.items():
        own = retention[retention["measure"] == measure].set_index("group").loc[groups]
        places = np.arange(len(groups)) + aside
        for place, row in zip(places, own.itertuples(), strict=True):
            known = np.isfinite([row.churn_lower, row.churn_upper]).all()
            if known:
                ax.plot([row.churn_lower, row.churn_upper], [place, place], color=colour, linewidth=2, zorder=2, gid="interval")
            ax.plot(row.churn, place, "o", color=colour, markerfacecolor=colour if known else theme.PAPER, markersize=6.5, zorder=3, gid=measure)
        ax.plot([], [], "o-", color=colour, markersize=6, linewidth=2, label=name)
    ax.axvline(0, color=theme.GHOST, linewidth=0.9, zorder=1)
    if limit is not None:
        ax.axvline(limit, color=theme.QUIET, linewidth=1, linestyle=(0, (4, 3)), zorder=1, gid="limit")
    ax.set_ylim(max(len(groups), 1) - 0.45, -0.55)
    ax.set_yticks(range(len(groups)), [_name(group) for group in groups])
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: formats.percent(share, decimals=0)))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    sizes = retention.drop_duplicates("group").set_index("group")["customers"]
    for place, group in enumerate(groups):
        ax.annotate(formats.count(sizes[group]), (1, place), xycoords=ax.get_yaxis_transform(), xytext=(52, 0), textcoords="offset points",
                    ha="right", va="center", fontsize=9, color=theme.QUIET, gid="customers", annotation_clip=False)
    ax.annotate(_("customers"), (1, 1), xycoords="axes fraction", xytext=(52, 5), textcoords="offset points", ha="right", fontsize=9,
                color=theme.QUIET, annotation_clip=False)
    ax.set_title(_(title), pad=28)
    ax.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, fontsize=9, labelcolor=theme.QUIET, borderaxespad=0.2)
    if not groups:
        theme.in_place(ax, _("Withheld: no group is old enough"))
    return theme.describe(ax, churn_side_by_side_alt(retention))


def churn_side_by_side_alt(retention):
    """The chart in words: both churns of every group, with their intervals."""
    parts = []
    for group, own in retention[retention["churn"].notna()].groupby("group", sort=False):
        told = own.set_index("measure")
        if set(_SIDES) <= set(told.index):
            shares = [told.loc[measure, ["churn", "churn_lower", "churn_upper"]] for measure in _SIDES]
            lost = [formats.measure(share["churn"], "share", share["churn_lower"], share["churn_upper"]) for share in shares]
            parts.append(_("{group}: customers {lost}, revenue {lost_2}").format(group=_name(group), lost=lost[0], lost_2=lost[1]))
    return _("Customers and revenue lost, group by group. {parts}.").format(parts="; ".join(parts)) if parts else _(
        "Customer and revenue churn are withheld: no group is old enough.")


def _name(group):
    return _("All customers") if group == "all" else theme.one_line(group, limit=22)
