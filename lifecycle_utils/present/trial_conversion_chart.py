"""What share of trials has paid, day by day since their start, with the number of trials still watched under the plot."""

from matplotlib.ticker import MaxNLocator, PercentFormatter

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.months_axis import below_axis

# as the survival chart colours the same two groups
_COLOURS = {"all": theme.INK, "with card": theme.BLUE, "without card": theme.VERMILLION, "(unknown)": theme.GREEN}
_NAMES = {"all": N_("all trials"), "with card": N_("card asked for"), "without card": N_("no card"), "(unknown)": N_("page not known")}
_TICKS = (0, 7, 14, 21, 30, 45, 60, 75, 90, 120, 150, 180, 270, 365)


@theme.styled
def trial_conversion_chart(conversion, *, min_at_risk=30, ax=None):
    """What share of trials has paid by each day since its start?

    Parameters
    ----------
    conversion : DataFrame of estimate.trial_conversion: group, days, at_risk, conversion, lower, upper (shares)
    min_at_risk : a curve ends with the last day on which so many trials were still watched and not converted
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `trial_conversion_alt`
    """
    curves = _reliable(conversion, min_at_risk)
    ax = theme.axes_or_new(ax, height=3.5 + 0.24 * len(curves))
    last = max((int(curve["days"].max()) for curve in curves.values()), default=30)
    top = max((float(curve["upper"].fillna(curve["conversion"]).max()) for curve in curves.values()), default=0.5) * 1.1 or 0.1
    for group, curve in curves.items():
        ax.fill_between(curve["days"], curve["lower"], curve["upper"], step="post", color=_COLOURS[group], alpha=0.16, linewidth=0, zorder=2)
        ax.step(curve["days"], curve["conversion"], where="post", color=_COLOURS[group], label=group, zorder=3)
    ax.set_xlim(0, max(last, 1))
    ax.set_ylim(0, top)
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ticks = [day for day in _TICKS if day <= last and (last <= 60 or day not in (7, 21))]
    ax.set_xticks(ticks, [formats.count(tick) for tick in ticks])
    ax.set_title(_("Trials that have become paying customers"))
    ax.set_xlabel(_("days since the start of the trial"), loc="left")
    heights = theme.spread([curve["conversion"].iloc[-1] for curve in curves.values()], gap=0.07 * top, low=0.02 * top, high=top)
    for group, height in zip(curves, heights, strict=True):
        ax.annotate(_NAMES[group], (1, height), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points", color=_COLOURS[group],
                    va="center", weight="bold", fontsize=10, gid="name", annotation_clip=False)  # fmt: skip
    _write_at_risk(ax, curves, ticks)
    if not curves:
        theme.in_place(ax, _("Withheld: fewer than {min_at_risk} trials").format(min_at_risk=min_at_risk))
    return theme.describe(ax, trial_conversion_alt(conversion, min_at_risk=min_at_risk))


def trial_conversion_alt(conversion, *, min_at_risk=30):
    """The chart in words: where each curve stands after 30 days and at its end."""
    curves = _reliable(conversion, min_at_risk)
    if not curves:
        return _("The share of trials that have paid is withheld: fewer than {min_at_risk} trials were watched.").format(min_at_risk=min_at_risk)
    parts = []
    for group, curve in curves.items():
        rows = [curve[curve["days"] == 30], curve.tail(1)]
        told = {row.days: formats.measure(row.conversion, "share", row.lower, row.upper) for part in rows for row in part.itertuples()}
        parts.append(_("{NAMES}: {text}").format(
            NAMES=_NAMES[group], text=", ".join((_("{text} by day {day}").format(text=text, day=day) for day, text in told.items())),
        ))
    return _("Curves of the share of trials that have paid by each day since their start. {parts}.").format(parts="; ".join(parts))


def _reliable(conversion, min_at_risk):
    """The rows of each group up to the last day with `min_at_risk` trials; a single page is everybody and is not drawn twice."""
    curves = {}
    for group, curve in conversion.groupby("group", sort=False):
        enough = curve[curve["at_risk"] >= min_at_risk]
        if len(enough) and group in _COLOURS:
            curves[group] = curve[curve["days"] <= enough["days"].max()]
    return curves if len(curves) > 2 else {group: curve for group, curve in curves.items() if group == "all"}


def _write_at_risk(ax, curves, ticks):
    if curves:
        below_axis(ax, _("Trials neither converted nor out of sight on that day"), (0, 0), 0, "left", theme.QUIET, ax.transAxes)
    for line, (group, curve) in enumerate(curves.items(), start=1):
        at_risk = dict(zip(curve["days"], curve["at_risk"], strict=True))
        for tick in (tick for tick in ticks if tick in at_risk):
            align = "center" if tick else "left"
            below_axis(ax, formats.count(at_risk[tick]), (tick, 0), line, align, _COLOURS[group], ax.get_xaxis_transform(), gid="at_risk")
        below_axis(ax, _NAMES[group], (1, 0), line, "left", _COLOURS[group], ax.transAxes, shift=24)
