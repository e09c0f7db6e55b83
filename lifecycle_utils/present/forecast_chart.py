"""What was forecast, with its interval, and what came: over the months for all customers, and group by group."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from lifecycle_utils.language import N_, _
from lifecycle_utils.months import month_index, month_range
from lifecycle_utils.present import formats, theme

_NAMES = {"retention": N_("Customers still there"), "mrr": N_("MRR of the customers who paid then"), "lifetime_value": N_("Revenue per customer since then")}


@theme.styled
def forecast_path_chart(check, *, currency, ax=None):
    """Did the customers who paid then go on paying as forecast, month after month?

    Parameters
    ----------
    check : DataFrame of forecast_check; its rows of measure "mrr" and group "all" are drawn, one path per `made_in`
    currency : ISO code
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `forecast_path_alt`. Bands are 95 % prediction intervals, dashed lines forecasts, dots what came; a dot outside its band is red.
    """
    ax = theme.axes_or_new(ax, height=4.0)
    rows = _path(check)
    first = rows["made_in"].min() if len(rows) else ""
    for (made_in, path), colour in zip(rows.groupby("made_in"), theme.PALETTE, strict=False):
        x = np.array([month_index(month) - month_index(first) for month in path["for_month"]])
        ax.fill_between(x, path["lower"], path["upper"], color=colour, alpha=0.16, linewidth=0, zorder=1)
        ax.plot(x, path["forecast"], color=colour, linestyle=(0, (4, 2)), linewidth=1.4, zorder=2, label=made_in)
        held = path["covered"].astype(bool).to_numpy()
        for where, shade in ((held, colour), (~held, theme.VERMILLION)):
            ax.plot(x[where], path["actual"].to_numpy(dtype=float)[where], "o", color=shade, markersize=4.5, zorder=3, gid="actual")
        ax.annotate(_("as of {made_in}").format(made_in=made_in), (x[0], path["upper"].iloc[0]), xytext=(0, 7), textcoords="offset points", color=colour,
            weight="bold",
                    fontsize=9.5, gid="name", annotation_clip=False)
    _months(ax, rows, first)
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.money(value, currency, decimals=0)))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("end of calendar month; band: forecast; dots: what came"), loc="left")
    ax.set_title(_NAMES["mrr"])
    if not len(rows):
        theme.in_place(ax, _("Withheld: nothing could have been forecast then"))
    return theme.describe(ax, forecast_path_alt(check, currency=currency))


def forecast_path_alt(check, *, currency):
    """The chart in words: for each path where it ended, and what was forecast."""
    rows = _path(check)
    parts = []
    for made_in, path in rows.groupby("made_in"):
        last = path.iloc[-1]
        outside = int((~path["covered"].astype(bool)).sum())
        told = formats.measure(last["forecast"], currency, last["lower"], last["upper"])
        came = formats.point(last["actual"], currency, last["lower"], last["upper"])
        parts.append(_("as of {made_in}, forecast for {for_month} {told}, came {came}, {outside} of {path} months outside the band").format(
            made_in=made_in, for_month=last["for_month"], told=told, came=came, outside=outside, path=len(path),
        ))
    return _("MRR of the customers who paid then, forecast and what came: {parts}.").format(parts="; ".join(parts) or _("withheld"))


@theme.styled
def forecast_groups_chart(check, *, measure="retention", made_in=None, currency="", most=40, ax=None):
    """Group by group: does the interval hold what came?

    Parameters
    ----------
    check : DataFrame of forecast_check
    measure : "retention" or "lifetime_value"
    made_in : month of the forecasts; by default the earliest with forecasts of groups
    currency : ISO code, for lifetime_value
    most : groups drawn, the last of them by name if there are more
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `forecast_groups_alt`. Lines are 95 % prediction intervals, bars across them forecasts, dots what came, red where outside.
    """
    ax = theme.axes_or_new(ax, height=3.9)
    rows, made_in = _groups(check, measure, made_in, most)
    x = np.arange(len(rows))
    ax.vlines(x, rows["lower"], rows["upper"], color=theme.BLUE, alpha=0.3, linewidth=5, zorder=1)
    ax.plot(x, rows["forecast"], "_", color=theme.BLUE, markersize=9, markeredgewidth=1.6, zorder=2, gid="forecast")
    held = rows["covered"].astype(bool).to_numpy()
    for where, shade in ((held, theme.INK), (~held, theme.VERMILLION)):
        ax.plot(x[where], rows["actual"].to_numpy(dtype=float)[where], "o", color=shade, markersize=4.5, zorder=3, gid="actual")
    step = max(1, -(-len(rows) // 8))
    ax.set_xticks(x[::step], [theme.one_line(group, limit=16) for group in rows["group"]][::step])
    ax.set_xlim(-0.6, max(len(rows) - 0.4, 1))
    if measure == "retention":
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    else:
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.money(value, currency, decimals=0)))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    for_month = rows["for_month"].iloc[0] if len(rows) else ""
    ax.set_title(_("{NAMES}, group by group").format(NAMES=_NAMES[measure]) + (_(": {made_in} to {for_month}").format(made_in=made_in, for_month=for_month)
        if len(rows) else ""))
    ax.set_xlabel(_("group; line: forecast interval; dot: what came"), loc="left")
    if not len(rows):
        theme.in_place(ax, _("Withheld: no group was large enough then"))
    return theme.describe(ax, forecast_groups_alt(check, measure=measure, made_in=made_in, currency=currency, most=most))


def forecast_groups_alt(check, *, measure="retention", made_in=None, currency="", most=40):
    """The chart in words: how many intervals held, and where not."""
    rows, made_in = _groups(check, measure, made_in, most)
    if not len(rows):
        return _("{NAMES}, group by group, forecast and what came: withheld.").format(NAMES=_NAMES[measure])
    missed = rows[~rows["covered"].astype(bool)]
    unit = "share" if measure == "retention" else currency
    where = [_("{group} ({forecast} forecast, {actual} came)").format(
        group=theme.one_line(row["group"]), forecast=formats.point(row["forecast"], unit, row["lower"], row["upper"]),
        actual=formats.point(row["actual"], unit, row["lower"], row["upper"]),
    ) for row in missed.to_dict("records")[:5]]
    text = _("{NAMES}, forecast at the end of {made_in} for {iloc}: ").format(NAMES=_NAMES[measure], made_in=made_in, iloc=rows["for_month"].iloc[0])
    text += _("the intervals of {len} of {len_2} groups hold what came").format(len=formats.count(len(rows) - len(missed)), len_2=formats.count(len(rows)))
    return _("{text}; not those of {where}.").format(text=text, where=formats.listing(where)) if where else f"{text}."


def _path(check):
    rows = check[(check["measure"] == "mrr") & (check["group"] == "all") & (check["withheld"] == "")]
    return rows.sort_values(["made_in", "for_month"])


def _groups(check, measure, made_in, most):
    rows = check[(check["measure"] == measure) & (check["group"] != "all") & (check["withheld"] == "")]
    made_in = made_in or (rows["made_in"].min() if len(rows) else "")
    return rows[rows["made_in"] == made_in].sort_values("group").tail(most), made_in


def _months(ax, rows, first):
    if not len(rows):
        ax.set_xticks([])
        return
    months = month_range(first, rows["for_month"].max())
    step = max(1, -(-len(months) // 7))
    places = range((len(months) - 1) % step, len(months), step)
    ax.set_xticks(places, [months[place] for place in places])
    ax.set_xlim(0, len(months) - 0.6)
