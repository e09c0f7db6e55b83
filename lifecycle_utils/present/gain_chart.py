"""How soon those are found that are looked for, going down a list from the top."""

from matplotlib.ticker import PercentFormatter

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.calibration_chart import COLOURS, METHODS

#: Where the curve is read aloud: a fifth of the list.
_READ_AT = 0.2


@theme.styled
def gain_chart(gains, *, looked_for="those who left", through="customers", ax=None):
    """Going through the list from the top, how many of those looked for are found how soon?

    Parameters
    ----------
    gains : DataFrame with method, share (of the list gone through), found (share of those looked for)
    looked_for, through : what is found, and what the list is of
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `gain_alt`. The dashed diagonal is a list in no order.
    """
    ax = theme.axes_or_new(ax, width=6.4, height=4.6)
    ax.plot([0, 1], [0, 1], color=theme.GHOST, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1, gid="diagonal")
    methods = list(dict.fromkeys(gains["method"]))
    for method in methods:
        colour = COLOURS.get(method, theme.PURPLE)
        own = gains[gains["method"] == method]
        ax.plot(own["share"], own["found"], color=colour, label=METHODS.get(method, method), zorder=3, gid=method)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.02)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.grid(axis="both")
    ax.set_xlabel(_("{through} gone through, from the top of the list").format(through=_(through)), loc="left")
    ax.set_ylabel(_("found of {looked_for}").format(looked_for=_(looked_for)))
    ax.set_title(_("How soon they are found"))
    if methods:
        ax.legend(loc="lower right", frameon=False, fontsize=9.5, labelcolor="linecolor")
    else:
        theme.in_place(ax, _("Withheld: there is nobody to find yet"))
    return theme.describe(ax, gain_alt(gains, looked_for=_(looked_for), through=_(through)))


def gain_alt(gains, *, looked_for="those who left", through="customers"):
    """The chart in words: what the first fifth of each list finds."""
    parts = []
    for method in dict.fromkeys(gains["method"]):
        own = gains[gains["method"] == method]
        at = own.iloc[(own["share"] - _READ_AT).abs().to_numpy().argmin()]
        parts.append(f"{METHODS.get(method, method)}: {formats.percent(at['found'])}")
    if not parts:
        return _("How soon {looked_for} are found is withheld: there is nobody to find yet.").format(looked_for=_(looked_for))
    fifth = formats.percent(_READ_AT)
    return _("Of {looked_for}, found in the first {fifth} of the {through}, where a list in no order finds {fifth}: {parts}.").format(
        looked_for=_(looked_for), fifth=fifth, through=_(through), parts=", ".join(parts),
    )
