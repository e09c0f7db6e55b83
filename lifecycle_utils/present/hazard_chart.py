"""Hazards by subscription month with their intervals, the peak and the months that cannot be told from it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import _, pgettext
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.months_axis import below_axis, month_ticks


@theme.styled
def hazard_chart(hazard, peaks=None, *, group="all", ax=None):
    """In which subscription month do customers leave?

    Parameters
    ----------
    hazard : DataFrame with group, tenure_month, at_risk, churned, hazard, lower, upper (shares);
        months whose interval is withheld (too few customers at risk) are not drawn
    peaks : DataFrame of highest_churn_month: group, tenure_month, in_confidence_set, is_peak, eligible, verdict; None marks no peak.
        Nothing is marked where the verdict is "none". Months that are not eligible (too few at risk to be the peak) are drawn in grey
    group : which group to draw
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `hazard_alt`
    """
    ax = theme.axes_or_new(ax, height=3.8)
    shown = _shown(hazard, group)
    last = int(shown["tenure_month"].max()) if len(shown) else 12
    peak, candidates, thin = _peak(peaks, group)
    for month in candidates:
        ax.axvspan(month - 0.5, month + 0.5, color=theme.VERMILLION, alpha=0.1, linewidth=0, gid="confidence_set", zorder=0)
    is_peak, is_thin = shown["tenure_month"] == peak, shown["tenure_month"].isin(thin)
    layers = ((shown[is_thin], theme.GHOST, 3.5), (shown[~is_peak & ~is_thin], theme.BLUE, 4.5), (shown[is_peak], theme.VERMILLION, 7))
    for rows, colour, size in layers:
        ends = np.abs(rows[["lower", "upper"]].to_numpy().T - rows["hazard"].to_numpy())
        ax.errorbar(rows["tenure_month"], rows["hazard"], yerr=ends, fmt="o", markersize=size, color=colour, elinewidth=1.4, capsize=0, zorder=3)
    if len(shown):
        ax.set_ylim(0, shown["upper"].max() * 1.15)
    ax.set_xlim(0.4, last + 0.6)
    _label_peak(ax, shown[is_peak], last)
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{formats.general(100 * share)}%"))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ticks = month_ticks(last)
    ax.set_xticks(ticks, [formats.count(tick) for tick in ticks])
    ax.set_xlabel(_("subscription month"), loc="left")
    ax.set_title(_("Customers who leave in each subscription month") + ("" if group == "all" else f": {theme.one_line(group)}"))
    _write_at_risk(ax, shown, ticks)
    if not len(shown):
        theme.in_place(ax, _("Withheld: too few customers at risk in every month"))
    return theme.describe(ax, hazard_alt(hazard, peaks, group=group))


@theme.styled
def hazard_panels(hazard, peaks=None, *, groups=None):
    """`hazard_chart` for several groups, one under the other, for groups that must not be pooled (billing intervals).

    Parameters
    ----------
    groups : names in the order of the panels; by default every group but "all", the four largest if there are more,
        and "all" where a single group is everybody

    Returns
    -------
    Axes of the first panel
    """
    if groups is None:
        largest = hazard[hazard["group"] != "all"].groupby("group")["at_risk"].max().sort_values(ascending=False, kind="stable")
        groups = list(largest.index[:4]) if len(largest) > 1 else ["all"]
    figure, axes = plt.subplots(len(groups), 1, figsize=(7.2, 3.5 * len(groups)), layout="constrained", squeeze=False)
    for group, ax in zip(groups, axes[:, 0], strict=True):
        hazard_chart(hazard, peaks, group=group, ax=ax)
    return axes[0, 0]


def hazard_alt(hazard, peaks=None, *, group="all"):
    """The chart in words: the peak with its interval, the range of the other months."""
    shown = _shown(hazard, group)
    whom = pgettext("customers of a group", "customers") if group == "all" else _("customers of {group}").format(group=theme.one_line(group))
    if not len(shown):
        return _("The share of {whom} who leave by subscription month is withheld: too few are at risk in every month.").format(whom=whom)
    peak, candidates, thin = _peak(peaks, group)
    first, last = shown["tenure_month"].iloc[[0, -1]]
    lowest, highest = (shown.loc[pick] for pick in (shown["hazard"].idxmin(), shown["hazard"].idxmax()))
    text = _("Share of {whom} who leave in each subscription month, {first} to {last}: ").format(whom=whom, first=first, last=last)
    text += _("from {lowest} in month {tenure_month} to {highest} in month {tenure_month_2}.").format(
        lowest=_in_words(lowest), tenure_month=lowest["tenure_month"], highest=_in_words(highest), tenure_month_2=highest["tenure_month"],
    )
    if peak is not None and len(at := shown[shown["tenure_month"] == peak]):
        text += _(" The peak is marked: month {peak}, {iloc} of {at_risk} at risk.").format(
            peak=peak, iloc=_in_words(at.iloc[0]), at_risk=formats.count(at.iloc[0]["at_risk"]),
        )
    elif peaks is not None:
        text += _(" No month stands out beyond chance.")
    if thin:
        text += _(" Months {thin} are in grey: too few customers at risk to be the peak.").format(thin=formats.runs(thin))
    if len(candidates) > 1:
        text += _(" Shaded: months {candidates}, which may be the peak.").format(candidates=formats.runs(candidates))
    return text


def _in_words(row):
    return formats.measure(row["hazard"], "share", row["lower"], row["upper"])


def _shown(hazard, group):
    return hazard[(hazard["group"] == group) & hazard["lower"].notna()]


def _peak(peaks, group):
    """The peak's month (or None), the months that may be it, and those with too few customers to be it."""
    if peaks is None:
        return None, [], []
    rows = peaks[peaks["group"] == group]
    peak = rows.loc[rows["is_peak"].astype(bool), "tenure_month"].tolist()
    if "verdict" in rows and (rows["verdict"] == "none").any():
        peak, rows = [], rows.assign(in_confidence_set=False)
    candidates = rows.loc[rows["in_confidence_set"].astype(bool), "tenure_month"].tolist()
    thin = rows.loc[~rows["eligible"].astype(bool), "tenure_month"].tolist() if "eligible" in rows else []
    return (int(peak[0]) if peak else None), candidates, thin


def _label_peak(ax, rows, last):
    for row in rows.to_dict("records"):
        right = row["tenure_month"] > last * 0.6
        ax.annotate(_("month {tenure_month}: {hazard}").format(tenure_month=row["tenure_month"], hazard=formats.percent(row["hazard"])),
            (row["tenure_month"], row["upper"]),
                    xytext=(5 if right else -5, 5), textcoords="offset points", ha="right" if right else "left",
                    color=theme.VERMILLION, weight="bold", gid="peak")


def _write_at_risk(ax, shown, ticks):
    at_risk = shown.set_index("tenure_month")["at_risk"]
    below_axis(ax, _("Customers at risk in that month"), (0, 0), 0, "left", theme.QUIET, ax.transAxes)
    for tick in (tick for tick in ticks if tick in at_risk.index):
        below_axis(ax, formats.count(at_risk[tick]), (tick, 0), 1, "center", theme.QUIET, ax.get_xaxis_transform(), gid="at_risk")
