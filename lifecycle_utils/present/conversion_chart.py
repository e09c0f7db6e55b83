"""Who gets there by which day, and the same by the month in which they came: beside it what won / all would have said."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

_NOTHING = N_("Withheld: nobody has been watched for long enough")


@theme.styled
def conversion_chart(curves, *, title, what, min_watched=30, ax=None):
    """What share has got there by each day?

    Parameters
    ----------
    curves : DataFrame, one row per group and day: group, days, conversion, lower, upper (shares), watched (count)
    title : text over the chart
    what : what they get to, for the text that stands for the chart, such as "leads that pay"
    min_watched : a curve ends with the last day that so many have been watched for
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `conversion_alt`
    """
    ax = theme.axes_or_new(ax, height=3.9)
    drawn = _drawn(curves, min_watched)
    right = max((float(rows["days"].max()) for _group, rows in drawn), default=30.0)
    ends = []
    for (group, rows), colour in zip(drawn, theme.PALETTE, strict=False):
        days = np.append(0, rows["days"])
        ax.fill_between(days, np.append(0, rows["lower"]), np.append(0, rows["upper"]), step="post", color=colour, alpha=0.16, linewidth=0, zorder=2)
        ax.step(days, np.append(0, rows["conversion"]), where="post", color=colour, label=group, zorder=3)
        ends.append((float(rows["days"].iloc[-1]), float(rows["conversion"].iloc[-1]), _name(group), colour))
    highest = max((float(rows[["conversion", "upper"]].max().max()) for _group, rows in drawn), default=1)
    top = min(1.02, 1.15 * highest) if highest > 0 else 1
    ax.set_ylim(0, top)
    # names are spread on a scale from 0 to 1
    theme.name_ends(ax, ends, right=right) if top >= 1 else _names(ax, ends, top)
    ax.set_xlim(0, right)
    _shares(ax)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("end of day"), loc="left")
    ax.set_title(_(title))
    if not drawn:
        theme.in_place(ax, _NOTHING)
    return theme.describe(ax, conversion_alt(curves, what=what, min_watched=min_watched))


def conversion_alt(curves, *, what, min_watched=30):
    """The chart in words: where each curve stands after 7, 30 and 90 days and at its end."""
    parts = []
    for group, rows in _drawn(curves, min_watched):
        told = rows[rows["days"].isin([7, 30, 90, rows["days"].max()])].to_dict("records")
        said = [_("{conversion} by day {days}").format(
            conversion=formats.measure(row["conversion"], "share", row["lower"], row["upper"]), days=formats.count(row["days"]),
        ) for row in told]
        parts.append(_("{group}: {said}, of {iloc}").format(group=_name(group), said=", ".join(said), iloc=formats.count(rows["customers"].iloc[0])))
    return _("Share of {what}, by day. {parts}.").format(what=_(what), parts="; ".join(parts)) if parts else _(
        "The share of {what} is withheld: fewer than {min_watched} have been watched."
    ).format(what=_(what), min_watched=min_watched)


@theme.styled
def conversion_trend_chart(trend, *, within_days, ax=None):
    """Does conversion change from month to month, and what would won / all have said?

    Parameters
    ----------
    trend : DataFrame, one row per month of leads: group ("YYYY-MM"), conversion, lower, upper, naive (shares), customers
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `conversion_trend_alt`. Months whose leads are too young have no dot; the grey line falls on them all the same.
    """
    ax = theme.axes_or_new(ax, height=3.7)
    rows = trend.sort_values("group").reset_index(drop=True)
    known = rows[rows["conversion"].notna()]
    ax.plot(rows.index, rows["naive"], color=theme.WITHIN_CHANCE, linewidth=1.3, linestyle=(0, (4, 2)), zorder=2, gid="naive")
    bars = np.abs(known[["lower", "upper"]].to_numpy(dtype=float).T - known["conversion"].to_numpy(dtype=float))
    ax.errorbar(known.index, known["conversion"], yerr=bars, fmt="o", color=theme.BLUE, markersize=5, elinewidth=1.3, zorder=3)
    highest = max(float(np.nanmax(rows[["upper", "naive"]].to_numpy(dtype=float), initial=0)), 0.01)
    ax.set_ylim(0, 1.12 * highest)
    ends = [(len(rows) - 1, float(rows["naive"].iloc[-1]), _("won / all leads"), theme.QUIET)] if len(rows) else []
    if len(known):
        ends.append((float(known.index[-1]), float(known["conversion"].iloc[-1]), _("within {within_days} days").format(within_days=within_days), theme.BLUE))
    _names(ax, ends, 1.12 * highest)
    step = max(1, -(-len(rows) // 8))
    ax.set_xticks(rows.index[::step], rows["group"][::step])
    ax.set_xlim(-0.6, max(len(rows) - 0.4, 1))
    _shares(ax)
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("month in which the leads came"), loc="left")
    ax.set_title(_("Leads that pay, by the month they came in"))
    return theme.describe(ax, conversion_trend_alt(trend, within_days=within_days))


def conversion_trend_alt(trend, *, within_days):
    """The chart in words: the first and the newest month that can be judged, and the newest months' won / all."""
    rows = trend.sort_values("group")
    known = rows[rows["conversion"].notna()]
    if not len(known):
        return _("Leads that pay within {within_days} days, by month: withheld, no month's leads are old enough.").format(within_days=within_days)
    told = [_("{conversion} of the {customers} leads of {group}").format(
        conversion=formats.measure(row["conversion"], "share", row["lower"], row["upper"]), customers=formats.count(row["customers"]),
        group=row["group"],
    )
            for row in known.iloc[[0, -1]].drop_duplicates("group").to_dict("records")]
    young = rows[rows["conversion"].isna()]
    late = _(" Of {young} the leads are too young to say.").format(young=formats.counted(len(young), "month", "months")) if len(young) else ""
    newest = rows.iloc[-1]
    return _(
        "Leads that pay within {within_days} days, by the month they came in: {join}.{late} Won by all leads would say {naive} of {group}, "
        "because its leads have had no time."
    ).format(within_days=within_days, join=formats.listing(told), late=late, naive=formats.percent(newest["naive"]), group=newest["group"])


def _drawn(curves, min_watched):
    usable = curves[(curves["watched"] >= min_watched) & curves["conversion"].notna()]
    return list(usable.groupby("group", sort=True))


def _names(ax, ends, top):
    for (x, y, name, colour), place in zip(ends, theme.spread([end[1] for end in ends], gap=0.08 * top, low=0.02 * top, high=top), strict=True):
        ax.annotate(theme.one_line(name, limit=26), (1, place), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points",
                    color=colour, va="center", weight="bold", fontsize=10, gid="name", annotation_clip=False)
        ax.plot([x], [y], "o", color=colour, markersize=3, zorder=4, gid="end")


def _shares(ax):
    """Ticks at round shares: 12.5 % written as 12 % would be a lie."""
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{formats.general(100 * share, digits=6)}%"))


def _name(group):
    return _("All") if group == "all" else theme.one_line(group)
