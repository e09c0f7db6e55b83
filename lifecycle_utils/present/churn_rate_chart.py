"""Churn month by month with its intervals: which changes are news, and which are noise."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme


@theme.styled
def churn_rate_chart(rates, *, most=24, ax=None):
    """Is last month's churn any different?

    Parameters
    ----------
    rates : DataFrame of monthly_churn_rate: month, rate, lower, upper (shares), verdict ("news" where it changed beyond chance)
    most : newest months drawn
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `churn_rate_alt`. Months that changed beyond chance from the month before are drawn in red.
    """
    rows = _shown(rates, most)
    ax = theme.axes_or_new(ax, height=3.2)
    x, news = np.arange(len(rows)), (rows["verdict"] == "news").to_numpy()
    ax.plot(x, rows["rate"], color=theme.BLUE, linewidth=0.9, alpha=0.5, zorder=2)
    for chosen, colour, gid in ((~news, theme.BLUE, "noise"), (news, theme.VERMILLION, "news")):
        own = rows[chosen]
        bars = np.abs(own[["lower", "upper"]].to_numpy(dtype=float).T - own["rate"].to_numpy(dtype=float))
        drawn = ax.errorbar(x[chosen], own["rate"], yerr=bars, fmt="o", color=colour, markersize=4.5, elinewidth=1.3, capsize=0, zorder=3)
        drawn.lines[0].set_gid(gid)
    step = max(1, -(-len(rows) // 8))
    ticks = range((len(rows) - 1) % step, len(rows), step)  # so that the newest month is named
    ax.set_xticks(ticks, [rows["month"].iloc[tick] for tick in ticks])
    ax.set_xlim(-0.6, max(len(rows) - 0.4, 1))
    highest = rows[["rate", "upper"]].max().max()
    ax.set_ylim(0, highest * 1.12 if highest > 0 else 1)
    ax.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{formats.general(100 * share)}%"))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("calendar month; red: another share than the month before, beyond chance") if news.any() else _("calendar month"), loc="left")
    ax.set_title(_("Customers who left in each month"))
    if not len(rows):
        theme.in_place(ax, _("Withheld: nobody has paid for a month"))
    return theme.describe(ax, churn_rate_alt(rates, most=most))


def churn_rate_alt(rates, *, most=24):
    """The chart in words: the newest month, the range, and the months that were news."""
    rows = _shown(rates, most)
    if not len(rows):
        return _("Churn by calendar month is withheld: nobody has paid for a month.")
    last, low, high = rows.iloc[-1], rows.loc[rows["rate"].idxmin()], rows.loc[rows["rate"].idxmax()]
    news = rows.loc[rows["verdict"] == "news", "month"].tolist()
    told = _("Months that changed beyond chance: {news}.").format(news=formats.listing(news)) if news else _(
        "No month differs from the one before beyond chance.")
    ends = [_("{rate} in {month}").format(rate=formats.percent(row["rate"], decimals=1), month=row["month"]) for row in (low, high)]
    newest = _("{rate} in {month}").format(rate=formats.measure(last["rate"], "share", last["lower"], last["upper"]), month=last["month"])
    return _("Share of customers who left in each of {len}: from {ends} to {ends_2}; {newest}. {told}").format(
        len=formats.counted(len(rows), "month", "months"), ends=ends[0], ends_2=ends[1], newest=newest, told=told,
    )


def _shown(rates, most):
    return rates[rates["rate"].notna()].tail(most).reset_index(drop=True)
