"""Rows of differences of two shares, each with its interval, around a line at none: the shape that several charts share."""

from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme


def draw_differences(rows, ax, *, title, xlabel, withheld, limits=None):
    """Draw one row per dict of `rows`: name, difference, lower, upper, beyond (bool, coloured), note (beside the plot).

    Returns
    -------
    Axes; of a new figure as high as its rows where `ax` is None
    """
    ax = theme.axes_or_new(ax, width=7.6, height=1.5 + 0.36 * max(len(rows), 3))
    ax.axvline(0, color=theme.QUIET, linewidth=1, zorder=1)
    for place, row in enumerate(rows):
        colour = theme.BLUE if row["beyond"] else theme.WITHIN_CHANCE
        ax.plot([row["lower"], row["upper"]], [place, place], color=colour, linewidth=2.4 if row["beyond"] else 1.5, zorder=2, gid="interval")
        ax.plot(row["difference"], place, "o", color=colour, markersize=7.5 if row["beyond"] else 5, zorder=3, gid="difference")
        ax.annotate(row["note"], (1, place), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points", va="center", fontsize=9,
                    color=theme.INK if row["beyond"] else theme.QUIET, annotation_clip=False, gid="note")  # fmt: skip
    ax.set_yticks(range(len(rows)), [theme.one_line(row["name"], limit=34) for row in rows])
    for label, row in zip(ax.get_yticklabels(), rows, strict=True):
        label.set(color=theme.BLUE if row["beyond"] else theme.QUIET, weight="bold" if row["beyond"] else "normal")
    ax.set_ylim(max(len(rows), 1) - 0.5, -0.6)
    low = min([row["lower"] for row in rows], default=-0.1)
    high = max([row["upper"] for row in rows], default=0.1)
    margin = 0.06 * max(high - low, 0.02)
    ax.set_xlim(*(limits or (min(low - margin, -margin), max(high + margin, margin))))
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: "0" if abs(share) < 1e-9
        else f"{'+' if share > 0 else '−'}{formats.general(abs(100 * share))}"))
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    ax.set_xlabel(xlabel, loc="left")
    ax.set_title(title)
    if not rows:
        theme.in_place(ax, _("Withheld: {withheld}").format(withheld=withheld))
    return ax


def in_points(row):
    """A difference of shares with its interval, in percentage points.

    >>> in_points({"difference": 0.156, "lower": 0.119, "upper": 0.193})
    '+15.6 percentage points (95% interval +11.9 to +19.3)'
    """
    change, low, high = (formats.points(row[name]) for name in ("difference", "lower", "upper"))
    return _("{change} percentage points (95% interval {low} to {high})").format(change=change, low=low, high=high)
