"""Retention after a month of interest, cohort by cohort: are newer customers staying longer?"""

import numpy as np
from matplotlib.ticker import PercentFormatter

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.months_axis import months_in_words


@theme.styled
def retention_trend_chart(retention, *, tenure_months=(2, 12), ax=None):
    """Does retention change from cohort to cohort?

    Parameters
    ----------
    retention : DataFrame with cohort_month, tenure_month, customers, retention, lower, upper (shares), mature (bool)
    tenure_months : the subscription months after which retention is compared; only mature cohorts are drawn
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `retention_trend_alt`. A hollow dot is a cohort too small for an interval.
    """
    ax = theme.axes_or_new(ax, height=3.8)
    cohorts = sorted(cohort for cohort in retention["cohort_month"].unique() if cohort != "all")
    place = {cohort: number for number, cohort in enumerate(cohorts)}
    ends, right = [], max(len(cohorts) - 0.4, 1)
    for month, colour in zip(tenure_months, theme.PALETTE, strict=False):
        rows = _mature(retention, month)
        x = rows["cohort_month"].map(place).to_numpy(dtype=float)
        bars = np.abs(rows[["lower", "upper"]].to_numpy(dtype=float).T - rows["retention"].to_numpy(dtype=float))
        ax.errorbar(x, rows["retention"], yerr=bars, fmt="o", color=colour, markersize=4.5, elinewidth=1.3, capsize=0, zorder=3)
        ax.plot(x, rows["retention"], color=colour, linewidth=0.9, alpha=0.5, zorder=2)
        thin = rows["lower"].isna().to_numpy()
        ax.plot(x[thin], rows["retention"][thin], "o", color=colour, markerfacecolor=theme.PAPER, markersize=4.5, zorder=4, gid="thin")
        if len(rows):
            ends.append((x[-1], rows["retention"].iloc[-1], _("after {month}").format(month=months_in_words(month)), colour))
    step = max(1, -(-len(cohorts) // 8))
    ax.set_xticks(range(0, len(cohorts), step), [theme.one_line(cohort) for cohort in cohorts[::step]])
    theme.name_ends(ax, ends, right=right)
    ax.set_xlim(-0.6, right)
    ax.set_ylim(0, 1.02)
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("cohort: month of the first payment"), loc="left")
    ax.set_title(_("Still paying, cohort by cohort"))
    return theme.describe(ax, retention_trend_alt(retention, tenure_months=tenure_months))


def retention_trend_alt(retention, *, tenure_months=(2, 12)):
    """The trend in words: the first and the newest mature cohort for each month of interest."""
    parts = []
    for month in tenure_months:
        rows = _mature(retention, month)
        if len(rows):
            ends = rows.iloc[[0, -1]].drop_duplicates("cohort_month").to_dict("records")
            told = [_("{retention} of cohort {cohort_month}").format(
                retention=formats.measure(row["retention"], "share", row["lower"], row["upper"]), cohort_month=row["cohort_month"],
            ) for row in ends]
            parts.append(_("after {month}, {join} ({len} mature cohorts)").format(
                month=months_in_words(month), join=formats.listing(told), len=formats.count(len(rows)),
            ))
        else:
            parts.append(_("after {month}, withheld: no cohort is mature").format(month=months_in_words(month)))
    return _("Share still paying, cohort by cohort: {parts}.").format(parts="; ".join(parts))


def _mature(retention, month):
    known = retention["mature"].astype(bool) & retention["retention"].notna()
    rows = retention[(retention["tenure_month"] == month) & (retention["cohort_month"] != "all") & known]
    return rows.sort_values("cohort_month")
