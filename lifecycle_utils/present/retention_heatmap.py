"""The retention triangle: cohorts down, subscription months across; what is not over yet is hatched, never 0 or 100 %."""

from functools import cache

import numpy as np
import seaborn
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme


@theme.styled
def retention_heatmap(retention, *, most_cohorts=24, most_months=24, ax=None):
    """How does each cohort's retention fade, and are newer cohorts better?

    Parameters
    ----------
    retention : DataFrame with cohort_month, tenure_month, customers, retention (share), mature (bool); "all" is not drawn
    most_cohorts, most_months : the newest cohorts and the first months that fit a page; the table holds all
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `retention_alt`
    """
    shares, sizes = _grid(retention, most_cohorts, most_months)
    rows, columns = shares.shape
    ax = theme.axes_or_new(ax, width=7.6, height=1.3 + 0.245 * max(rows, 3))
    known = shares.to_numpy(dtype=float)
    low = np.floor(np.nanmin(known) * 10) / 10 if np.isfinite(known).any() else 0.0
    colours = seaborn.light_palette(theme.BLUE, as_cmap=True)
    mesh = ax.pcolormesh(np.ma.masked_invalid(known), cmap=colours, vmin=min(low, 0.9), vmax=1, edgecolors=theme.PAPER, linewidth=1)
    # What is written and hatched inside of cells needs no room of its own, and finding that out takes longer than to draw it.
    for row, column in np.argwhere(~np.isfinite(known)):
        ax.add_patch(Rectangle((column, row), 1, 1, facecolor="#f4f6f8", edgecolor="#d5dbe2", hatch="////", linewidth=0, gid="immature", in_layout=False))
    filled = colours(mesh.norm(np.ma.masked_invalid(known)))
    for row, column in np.argwhere(np.isfinite(known)):
        ax.text(column + 0.5, row + 0.5, formats.whole_percent(known[row, column]), ha="center", va="center", fontsize=7.5,
                color=readable_on(tuple(filled[row, column])), gid="cell", in_layout=False)
    ax.set_ylim(rows, 0)
    ax.set_xticks(np.arange(columns) + 0.5, [formats.count(month) for month in shares.columns])
    ax.set_yticks(np.arange(rows) + 0.5, [theme.one_line(cohort) for cohort in shares.index])
    ax.tick_params(length=0, labelsize=8)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    ax.set_xlabel(_("after subscription month"), loc="left", fontsize=9)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    for row, size in enumerate(sizes):
        ax.annotate(formats.count(size), (1, row + 0.5), xycoords=ax.get_yaxis_transform(), xytext=(46, 0), textcoords="offset points",
                    ha="right", va="center", fontsize=8, color=theme.QUIET, annotation_clip=False, gid="customers")
    ax.annotate(_("customers"), (1, 0), xycoords=ax.get_yaxis_transform(), xytext=(46, 12), textcoords="offset points", ha="right",
                fontsize=8, color=theme.QUIET, annotation_clip=False)
    ax.set_title(_("Percent of each cohort still paying"))
    return theme.describe(ax, retention_alt(retention, most_cohorts=most_cohorts, most_months=most_months))


def retention_alt(retention, *, most_cohorts=24, most_months=24):
    """The triangle in words: the oldest and the newest cohort that can be compared, and what is hatched."""
    shares, sizes = _grid(retention, most_cohorts, most_months)
    if not shares.notna().to_numpy().any():
        return _("The retention triangle is withheld: no cohort is mature.")
    parts = []
    for month in shares.columns[shares.notna().any()]:
        told = shares[month].dropna()
        if month in (1, 2, 6, 12, 24):
            ends = dict.fromkeys([told.index[0], told.index[-1]])
            parts.append(_("after month {month}: ").format(month=month) + ", ".join(_("{percent} of cohort {cohort}").format(
                percent=formats.percent(told[cohort]), cohort=cohort,
            ) for cohort in ends))
    hatched = int(shares.isna().to_numpy().sum())
    return _(
        "Retention triangle of {shares} cohorts, {index} to {index_2}, with {sizes} customers; {parts}. {hatched} cells are not over yet or "
        "too thin, and hatched."
    ).format(
        shares=formats.count(len(shares)), index=shares.index[0], index_2=shares.index[-1], sizes=formats.count(sum(sizes)), parts="; ".join(parts),
        hatched=formats.count(hatched),
    )


@cache
def readable_on(background):
    """Black or white, whichever has the higher contrast on a background colour: at least 4.58 (WCAG 2 asks for 4.5).

    >>> readable_on("#ffffff"), readable_on("#0072B2")
    ('#000000', '#ffffff')
    """
    return max(("#000000", "#ffffff"), key=lambda colour: contrast(colour, background))


def contrast(one, other):
    """The contrast ratio of two colours by WCAG 2, 1 to 21.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 3)


def _luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def _grid(retention, most_cohorts, most_months):
    """Shares as cohorts x months, blank where immature, and the cohorts' sizes."""
    part = retention[(retention["tenure_month"] <= most_months) & (retention["cohort_month"] != "all")]
    part = part[part["cohort_month"].isin(sorted(part["cohort_month"].unique())[-most_cohorts:])]
    mature = part.assign(retention=part["retention"].where(part["mature"].astype(bool)))
    shares = mature.pivot(index="cohort_month", columns="tenure_month", values="retention")
    return shares.loc[:, shares.notna().any()], part.groupby("cohort_month")["customers"].max().tolist()
