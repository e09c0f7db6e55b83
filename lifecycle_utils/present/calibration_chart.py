"""What was predicted against what happened."""

from matplotlib.ticker import MaxNLocator, PercentFormatter

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats, theme

#: What the scores are called.
METHODS = {
    "scorecard": N_("scorecard"), "logistic": N_("fitted model"), "boosting": N_("gradient boosting"), "profile": N_("profile"),
    "base rate": N_("base rate"), "chance": N_("chance"),
}  # fmt: skip

#: A method has the same colour in every chart.
COLOURS = {"logistic": theme.BLUE, "scorecard": theme.VERMILLION, "boosting": theme.GREEN, "profile": theme.BLUE}


@theme.styled
def calibration_chart(calibration, *, methods=("logistic", "scorecard"), ax=None):
    """Of those to whom about the same chance was given, how many left?

    Parameters
    ----------
    calibration : DataFrame with method, group, customer_months, churned, predicted, observed, lower, upper (shares)
    methods : those drawn, of those there are
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `calibration_alt`. On the diagonal as many left as were predicted; the bars are what chance leaves open.
    """
    ax = theme.axes_or_new(ax, width=6.4, height=4.6)
    rows = calibration[calibration["method"].isin(methods)]
    highest = max(rows[["predicted", "upper"]].to_numpy(dtype=float).max(initial=0.05) * 1.04, 0.05)
    ax.plot([0, highest], [0, highest], color=theme.GHOST, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1, gid="diagonal")
    # Under the diagonal, far enough to the right of it that it does not run through the words.
    ax.annotate(_("as predicted"), (0.985, 0.72), xycoords="axes fraction", ha="right", va="top", color=theme.QUIET, fontsize=9, gid="as predicted")
    for method in methods:
        colour = COLOURS.get(method, theme.PURPLE)
        own = rows[rows["method"] == method]
        ax.vlines(own["predicted"], own["lower"], own["upper"], color=colour, linewidth=1.6, alpha=0.75, zorder=2)
        ax.plot(own["predicted"], own["observed"], "o", color=colour, markersize=6, zorder=3, label=METHODS.get(method, method), gid=method)
    ax.set_xlim(0, highest)
    ax.set_ylim(0, highest * 1.06)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10], min_n_ticks=3))  # of 2.5% the formatter would make 2%
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="both")
    ax.set_xlabel(_("predicted to leave"), loc="left")
    ax.set_ylabel(_("left"))
    ax.set_title(_("What was predicted, and what happened"))
    if len(rows):
        ax.legend(loc="upper left", frameon=False, fontsize=9.5, labelcolor="linecolor")
    else:
        theme.in_place(ax, _("Withheld: there is nothing to compare yet"))
    return theme.describe(ax, calibration_alt(calibration, methods=methods))


def calibration_alt(calibration, *, methods=("logistic", "scorecard")):
    """The chart in words: the lowest and the highest group of each method."""
    parts = []
    for method in methods:
        own = calibration[calibration["method"] == method].sort_values("predicted")
        if len(own):
            told = [
                _("{predicted} predicted and {observed} left").format(
                    predicted=formats.percent(row["predicted"]), observed=formats.measure(row["observed"], "share", row["lower"], row["upper"]),
                )
                for row in own.iloc[[0, -1]].drop_duplicates("group").to_dict("records")
            ]
            parts.append(_("{method}: in the lowest of {len} groups {told}, in the highest {told_2}").format(
                method=METHODS.get(method, method), len=formats.count(len(own)), told=told[0], told_2=told[-1],
            ))
    if not parts:
        return _("Churn predicted against observed is withheld: there is nothing to compare yet.")
    return _("Churn predicted against churn observed. {parts}.").format(parts="; ".join(parts))
