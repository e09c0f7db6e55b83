"""Features: who uses them, on trial and paying, and with which of them staying goes."""

from matplotlib.ticker import PercentFormatter

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.difference_rows import draw_differences, in_points

_SIDES = {"trial": (N_("on trial"), theme.VERMILLION, -0.13), "paying": (N_("paying"), theme.BLUE, 0.13)}


@theme.styled
def feature_gap_chart(gap, *, most=12, ax=None):
    """What share of accounts uses each feature, on trial and paying?

    Parameters
    ----------
    gap : DataFrame with feature, trial_share, trial_lower, trial_upper, paying_share, paying_lower, paying_upper, in the order to be read
    most : features drawn
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `feature_gap_alt`
    """
    rows = gap[gap["difference"].notna()].head(most).to_dict("records")
    ax = theme.axes_or_new(ax, width=7.2, height=1.5 + 0.42 * max(len(rows), 3))
    for place, row in enumerate(rows):
        for side, (_name, colour, shift) in _SIDES.items():
            ax.plot([row[f"{side}_lower"], row[f"{side}_upper"]], [place + shift] * 2, color=colour, linewidth=2, zorder=2, gid="interval")
            ax.plot(row[f"{side}_share"], place + shift, "o", color=colour, markersize=6.5, zorder=3, gid=side)
    ax.set_yticks(range(len(rows)), [theme.one_line(row["feature"], limit=30) for row in rows])
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.6)
    ax.set_xlim(0, 1.01)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("share of accounts that used it in the window"), loc="left")
    ax.set_title(_("Feature use on trial and paying"))
    for number, (name, colour, _shift) in enumerate(_SIDES.values() if rows else ()):
        ax.annotate(name, (1, 1), xycoords="axes fraction", xytext=(-62 * (1 - number), 14), textcoords="offset points", ha="right", va="center", color=colour,
                    weight="bold", fontsize=10, gid="name", annotation_clip=False)  # fmt: skip
    if not rows:
        theme.in_place(ax, _("Withheld: too few accounts to compare"))
    return theme.describe(ax, feature_gap_alt(gap, most=most))


def feature_gap_alt(gap, *, most=12):
    """The chart in words: both shares of every feature drawn."""
    rows = gap[gap["difference"].notna()].head(most).to_dict("records")
    if not rows:
        return _("The shares of accounts that use each feature, on trial and paying, are withheld: too few accounts to compare.")
    parts = [_("{feature}: {trial_share} on trial, {paying_share} paying").format(
        feature=theme.one_line(row["feature"]), trial_share=formats.percent(row["trial_share"]), paying_share=formats.percent(row["paying_share"]),
    ) for row in rows]
    return _("Share of accounts that used each feature. {parts}.").format(parts="; ".join(parts))


@theme.styled
def feature_association_chart(association, *, title, outcome, most=12, ax=None):
    """With which early features does an outcome go, among equally active accounts?

    Parameters
    ----------
    association : DataFrame with feature, used, used_share, unused_share, difference, lower, upper, significant, in the order to be read
    title : of the chart
    outcome : what the shares are of, such as "became customers"
    most : features drawn
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `feature_association_alt`
    """
    rows = [
        row | {"name": row["feature"], "beyond": row["significant"], "note": _shares(row)} for row in _tested(association, most)
    ]
    xlabel = _("percentage points more (or fewer) who {outcome}, among equally active accounts\nblue: beyond chance; grey: within it").format(
        outcome=_(outcome),
    )
    ax = draw_differences(rows, ax, title=title, xlabel=xlabel, withheld=_("no feature could be tested"))
    return theme.describe(ax, feature_association_alt(association, outcome=outcome, most=most))


def feature_association_alt(association, *, outcome, most=12):
    """The chart in words: every feature beyond chance with its difference and interval; the others by name."""
    rows = _tested(association, most)
    if not rows:
        return _("Which early features go with accounts that {outcome} is withheld: no feature could be tested.").format(outcome=_(outcome))
    found = [f"{theme.one_line(row['feature'])}, {in_points(row)}" for row in rows if row["significant"]]
    others = [f"{theme.one_line(row['feature'])} ({formats.points(row['difference'])})" for row in rows if not row["significant"]]
    text = _("Difference in the share of accounts that {outcome} between early users of a feature and equally active others. ").format(outcome=_(outcome))
    text += _("Beyond chance: {found}.").format(found="; ".join(found)) if found else _("None is beyond chance.")
    return _("{text} Within chance, in percentage points: {others}.").format(text=text, others=formats.listing(others)) if others else text


def _shares(row):
    return _("{used_share} of users, {unused_share} of others").format(
        used_share=formats.percent(row["used_share"]), unused_share=formats.percent(row["unused_share"]),
    )


def _tested(association, most):
    return association[association["difference"].notna()].sort_values("significant", ascending=False, kind="stable").head(most).to_dict("records")
