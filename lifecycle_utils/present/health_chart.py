"""How many customers are in each health band, and how many of such customers left before."""

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.vocabulary import said

#: From the riskiest on.
COLOURS = {"at risk": theme.VERMILLION, "watch": theme.ORANGE, "steady": theme.WITHIN_CHANCE, "healthy": theme.GREEN}

_GAP = 7  # points between a bar and its words


@theme.styled
def health_chart(bands, tested=None, *, currency, ax=None):
    """How many customers are in each health band today?

    Parameters
    ----------
    bands : DataFrame, one row per band, the riskiest first: band, customers, mrr (currency per month)
    tested : DataFrame band, observed, lower, upper (shares that left in the back-test), or None
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `health_alt`
    """
    ax = theme.axes_or_new(ax, width=7.4, height=1.5 + 0.55 * max(len(bands), 2))
    for place, row in enumerate(_with_test(bands, tested)):
        colour = COLOURS.get(row["band"], theme.BLUE)
        ax.barh(place, row["customers"], height=0.62, color=colour, zorder=2, gid="band")
        told = ax.annotate(_beside(row, currency), (row["customers"], place), xytext=(_GAP, 0), textcoords="offset points", va="center", fontsize=9,
                           annotation_clip=False)
        told.set_in_layout(False)  # the axes stay as wide as the figure lets them: the bars make the room
    ax.set_yticks(range(len(bands)), [said(band) for band in bands["band"]])
    for label, band in zip(ax.get_yticklabels(), bands["band"], strict=True):
        label.set(color=COLOURS.get(band, theme.BLUE), weight="bold")
    ax.set_ylim(len(bands) - 0.4, -0.6)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_xticks([])
    ax.set_title(_("Customers by health"))
    ax.set_xlim(0, _end_of_axis(ax, bands["customers"]))
    return theme.describe(ax, health_alt(bands, tested, currency=currency))


def health_alt(bands, tested=None, *, currency):
    """The chart in words: every band with its customers, their MRR, and how many of such customers left in the back-test."""
    parts = [f"{said(row['band'])}, {_beside(row, currency)}" for row in _with_test(bands, tested)]
    return _("Customers by health band, the riskiest first: {parts}.").format(parts="; ".join(parts)) if parts else _("There are no customers to show.")


def _end_of_axis(ax, customers):
    """The number at the right edge that leaves every bar the room its words need."""
    ax.figure.draw_without_rendering()  # the layout decides how wide the axes are
    width, gap = ax.get_window_extent().width, _GAP * ax.figure.dpi / 72
    rooms = [max(width - text.get_window_extent().width - 1.5 * gap, width / 50) for text in ax.texts]
    return max([1.0, *(number * width / room for number, room in zip(customers, rooms, strict=True))])


def _with_test(bands, tested):
    columns = ["band", "observed", "lower", "upper"]
    return (bands if tested is None else bands.merge(tested[columns], on="band", how="left")).to_dict("records")


def _beside(row, currency):
    told = _("{customers} customers, {mrr} MRR").format(customers=formats.count(row["customers"]), mrr=formats.money(row["mrr"], currency))
    observed = row.get("observed", float("nan"))
    return told if observed != observed else _("{told}; of such, {observed} left").format(
        told=told, observed=formats.measure(observed, "share", row["lower"], row["upper"]),
    )
