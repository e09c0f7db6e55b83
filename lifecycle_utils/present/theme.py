"""One look for every chart: colours, type, and names that are drawn as they are.

`@styled` wraps a chart function; matplotlib's global settings are the same before and after.
"""

import functools
import re
from contextlib import contextmanager

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import isotonic_regression

from lifecycle_utils.present import fonts
from lifecycle_utils.present.vocabulary import said

#: CSS pixels per inch: a chart of 7.2 inches is 691 px wide on a page.
CSS_DPI = 96

INK = "#1c2430"
QUIET = "#5b6675"
GRID = "#e3e7ec"
GHOST = "#b9c1cc"
WITHIN_CHANCE = "#7f8a99"
PAPER = "#ffffff"

# The hues of Okabe & Ito (2008), "Color Universal Design", darkened until a name written in them reaches a contrast
# of 4.5 on white paper. Sky blue would darken into blue, so an olive takes its place; their black is INK.
BLUE = "#0072B2"
VERMILLION = "#C25400"
GREEN = "#007A58"
PURPLE = "#A94F86"
ORANGE = "#946000"
OLIVE = "#5F6B00"
PALETTE = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, OLIVE)

_RC = {
    "text.parse_math": False,  # a plan named "$x_{" is a name, not a formula
    "font.size": 10.5,
    "text.color": INK,
    "figure.facecolor": PAPER,
    "figure.dpi": CSS_DPI,
    "savefig.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": GHOST,
    "axes.labelcolor": QUIET,
    "axes.labelsize": 10,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GHOST,
    "ytick.color": GHOST,
    "xtick.labelcolor": QUIET,
    "ytick.labelcolor": QUIET,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "ytick.major.size": 0,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "figure.constrained_layout.h_pad": 0.09,
    "figure.constrained_layout.w_pad": 0.09,
    "hatch.linewidth": 0.7,
    "hatch.color": "#dfe4ea",
}


@contextmanager
def style():
    """A context in which figures are made and rendered in this look."""
    with matplotlib.rc_context(_RC | {"font.family": list(fonts.families())}), fonts.looked_up_once():
        yield


def styled(chart):
    """Run a chart function inside the look, and leave matplotlib's settings as they were."""

    @functools.wraps(chart)
    def inside(*args, **kwargs):
        with style():
            return chart(*args, **kwargs)

    return inside


def axes_or_new(ax, *, width=7.2, height=4.2):
    """The Axes given, or those of a new figure of `width` x `height` inches that makes room for what is written on it."""
    return ax if ax is not None else plt.subplots(figsize=(width, height), layout="constrained")[1]


def in_place(ax, reason):
    """Write into an empty chart why nothing is drawn."""
    ax.text(0.5, 0.5, reason, transform=ax.transAxes, ha="center")


def describe(ax, alt):
    """Attach the text that stands for the chart where it cannot be seen; `present.Figure` reads it."""
    ax.set_label(alt)
    return ax


def description(figure):
    """The texts attached to the Axes of a figure, in the order they were added."""
    texts = [str(ax.get_label()) for ax in figure.axes]
    return " ".join(text for text in texts if text and not text.startswith("<"))


#: Runs of white space but for no-break spaces.
_SPACES = re.compile("[^\\S\u00a0\u202f]+")


def one_line(name, *, limit=30):
    """A name from the data on one line, cut with an ellipsis when it is long.

    >>> one_line("a\\nb"), one_line("x" * 40, limit=5)
    ('a b', 'xxxx…')
    """
    return _cut(said(_in_a_line(name)), limit)


def plain_line(name, *, limit=30):
    """A name that is nobody's to translate, on one line: of a customer, a file, a setting.

    >>> plain_line("returned\\nyes", limit=9)
    'returned…'
    """
    return _cut(_in_a_line(name), limit)


def _in_a_line(name):
    # no-break spaces stay: they hold a number and its unit together
    return _SPACES.sub(" ", str(name)).strip() or said("(empty)")


def _cut(text, limit):
    return text if len(text) <= limit else text[: limit - 1] + "…"


def name_ends(ax, ends, *, right, gap=0.07):
    """Write each line's name beside the plot at the height of its end; a dotted leader joins them where the line ends early or the name had to move.

    Parameters
    ----------
    ends : list of (x, y, name, colour), y between 0 and 1
    right : the x of the plot's right edge
    """
    for (x, y, name, colour), place in zip(ends, spread([end[1] for end in ends], gap=gap, low=0.02, high=1), strict=True):
        if right - x > 0.01 * right:
            ax.plot([x, right], [y, place], color=colour, linewidth=0.8, linestyle=(0, (1, 3)), gid="leader", zorder=2)
        ax.annotate(one_line(name, limit=22), (1, place), xycoords=ax.get_yaxis_transform(), xytext=(8, 0), textcoords="offset points",
                    color=colour, va="center", weight="bold", fontsize=10, gid="name", annotation_clip=False)


def spread(positions, *, gap, low, high):
    """Move label positions apart, as little as possible, until neighbours are `gap` away, keeping their order within low..high.

    >>> spread([0.5, 0.5, 0.9], gap=0.1, low=0, high=1).round(2).tolist()
    [0.45, 0.55, 0.9]
    """
    positions = np.asarray(positions, dtype=float)
    order = np.argsort(positions, kind="stable")
    gap = min(gap, (high - low) / max(len(positions) - 1, 1))
    steps = gap * np.arange(len(positions))
    # "At least `gap` apart" is "rising" once the steps are taken off, so the nearest such places are an isotonic regression.
    level = isotonic_regression(positions[order] - steps).x if len(positions) else positions
    placed = np.empty_like(positions)
    placed[order] = np.clip(level, low, high - steps[-1:].sum()) + steps
    return placed
