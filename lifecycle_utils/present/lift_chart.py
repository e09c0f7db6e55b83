"""What top customers have more of than everybody: lift with its interval, and which of it is beyond chance."""

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme


@theme.styled
def lift_chart(profile, *, most=15, ax=None):
    """Which traits set the top customers apart?

    Parameters
    ----------
    profile : DataFrame with attribute, value, customers, top_customers, share, top_share, lift, lower, upper, significant,
        in the order in which they are to be read
    most : rows drawn: the significant ones and then the first others
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `lift_alt`. A lift of 1 means as frequent among the top customers as among all.
    """
    rows = _shown(profile, most)
    ax = theme.axes_or_new(ax, width=7.6, height=1.3 + 0.33 * max(len(rows), 3))
    ax.axvline(1, color=theme.QUIET, linewidth=1, zorder=1)
    for place, row in enumerate(rows.to_dict("records")):
        colour = theme.BLUE if row["significant"] else theme.WITHIN_CHANCE
        ax.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=2.4 if row["significant"] else 1.5, zorder=2, gid="interval")
        ax.plot(row["lift"], place, "o", color=colour, markersize=7.5 if row["significant"] else 5, zorder=3, gid="lift")
        ax.annotate(_("{top_share} of top, {share} of all").format(top_share=formats.percent(row["top_share"]), share=formats.percent(row["share"])),
            (1, place),
                    xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9,
                    color=theme.INK if row["significant"] else theme.QUIET, annotation_clip=False)
    ax.set_yticks(range(len(rows)), [_name(row) for row in rows.to_dict("records")])
    for label, significant in zip(ax.get_yticklabels(), rows["significant"], strict=True):
        label.set(color=theme.BLUE if significant else theme.QUIET, weight="bold" if significant else "normal")
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.6)
    ax.set_xlim(0, max(rows["upper"].max() * 1.05, 2) if len(rows) else 2)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_xlabel(_("lift: 1 is as frequent among top customers as among all\nblue: beyond chance; grey: within it"), loc="left")
    ax.set_title(_("What sets the top customers apart"))
    if not len(rows):
        theme.in_place(ax, _("Withheld: no trait could be tested"))
    return theme.describe(ax, lift_alt(profile, most=most))


def lift_alt(profile, *, most=15):
    """The chart in words: every significant trait with its lift and interval; the others by number."""
    rows = _shown(profile, most)
    if not len(rows):
        return _("What sets the top customers apart is withheld: no trait could be tested.")
    significant = rows[rows["significant"]].to_dict("records")
    parts = [
        _("{name}, lift {lift}, {top_share} of top and {share} of all customers").format(
            name=_name(row), lift=formats.measure(row["lift"], "ratio", row["lower"], row["upper"]), top_share=formats.percent(row["top_share"]),
            share=formats.percent(row["share"]),
        )
        for row in significant
    ]
    others = len(rows) - len(significant)
    text = _("Beyond chance: {parts}.").format(parts="; ".join(parts)) if parts else _("No trait is more frequent among the top customers than chance allows.")
    if not others:
        return text
    best = max((row for row in rows.to_dict("records") if not row["significant"]), key=lambda row: row["lift"])
    return _("{text} {others} further traits are drawn in grey, within chance; the highest is {best}, lift {lift}.").format(
        text=text, others=formats.count(others), best=_name(best), lift=formats.measure(best["lift"], "ratio", best["lower"], best["upper"]),
    )


def _shown(profile, most):
    tested = profile[profile["lift"].notna()]
    return tested.sort_values("significant", ascending=False, kind="stable").head(most)


def _name(row):
    return f"{theme.one_line(formats.words(row['attribute']), limit=22)}: {theme.one_line(row['value'], limit=24)}"
