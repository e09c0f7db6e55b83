"""From the usual formula to the number that survival supports, step by step: a waterfall."""

from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

_LABELS = {
    "arpu_over_churn": N_("Average MRR ÷ churn, for ever"),
    "beyond_horizon": N_("what lies after month {}"),
    "churn_by_tenure": N_("churn differs by tenure"),
    "discount": N_("later money is worth less"),
    "restricted_mean": N_("Observed survival, {} months"),
}
_ENDS = ("arpu_over_churn", "restricted_mean")


@theme.styled
def value_gap_chart(gap, *, currency, horizon_months, group="all", ax=None):
    """Why does average MRR / churn print another number than survival does?

    Parameters
    ----------
    gap : DataFrame of lifetime_value_gap: group, step, value, lower, upper, running (currency per customer), withheld
    horizon_months : that it was computed with
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `value_gap_alt`
    """
    rows = _steps(gap, group)
    ax = theme.axes_or_new(ax, height=3.5)
    told = rows["value"].notna().all() and len(rows) > 0
    before = 0.0
    for place, row in rows.iterrows() if told else ():
        whole = row["step"] in _ENDS
        start = 0.0 if whole else before
        colour = theme.VERMILLION if row["step"] == _ENDS[0] else theme.BLUE if whole else theme.WITHIN_CHANCE
        ax.barh(place, row["value"], left=start, height=0.56, color=colour, alpha=1 if whole else 0.75, zorder=2, gid=row["step"])
        before = row["running"]
        if place < len(rows) - 1:
            ax.plot([before, before], [place - 0.28, place + 1.28], color=theme.GHOST, linewidth=1, zorder=1, gid="level")
        amount = formats.point(row["value"], currency, row["lower"], row["upper"]) if whole else formats.signed_money(row["value"], currency, decimals=0)
        ax.annotate(amount, (max(start, start + row["value"]), place), xytext=(6, 0), textcoords="offset points", va="center", weight="bold",
                    fontsize=9.5, color=colour if whole else theme.INK, annotation_clip=False, gid="amount", zorder=4)
    highest = rows[["value", "running"]].max().max() if told else 1
    ax.set_xlim(0, highest * 1.16)
    ax.set_ylim(len(rows) - 0.5, -0.6)
    ax.set_yticks(range(len(rows)), [_label(step, horizon_months) for step in rows["step"]])
    ax.tick_params(axis="y", labelcolor=theme.INK)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: formats.money(amount, currency, decimals=0)))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("per customer"), loc="left")
    ax.set_title(_("From the usual formula to what survival supports") + ("" if group == "all" else f": {theme.one_line(group)}"))
    if not told:
        why = rows["withheld"].iloc[0] if len(rows) else _("no such group")
        ax.text(0.5, 0.5, _("Withheld: {why}").format(why=theme.one_line(why, limit=70)), transform=ax.transAxes, ha="center", gid="withheld")
    return theme.describe(ax, value_gap_alt(gap, currency=currency, horizon_months=horizon_months, group=group))


def value_gap_alt(gap, *, currency, horizon_months, group="all"):
    """The waterfall in words: where it starts, every step, where it ends."""
    rows = _steps(gap, group)
    if not len(rows) or rows["value"].isna().any():
        return _("The gap between the usual formula and survival is withheld: {iloc}.").format(
            iloc=rows["withheld"].iloc[0] if len(rows) else _("no such group"),
        )
    parts = [
        f"{_label(row['step'], horizon_months)} {formats.measure(row['value'], currency, row['lower'], row['upper'])}" if row["step"] in _ENDS
        else f"{_label(row['step'], horizon_months)} {formats.signed_money(row['value'], currency, decimals=0)}"
        for row in rows.to_dict("records")
    ]
    return _("A waterfall per customer. {parts}.").format(parts="; ".join(parts))


def _steps(gap, group):
    """The steps that are there: without a discount rate there is none for it."""
    rows = gap[gap["group"] == group]
    return rows[(rows["step"] != "discount") | (rows["value"] != 0)].reset_index(drop=True)


def _label(step, horizon_months):
    return _LABELS.get(step, str(step)).format(formats.count(horizon_months))
