"""The layer cake: each month's MRR by the year (or quarter, or month) in which its customers were won."""

import numpy as np
import seaborn
from matplotlib.ticker import FuncFormatter, MaxNLocator

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme

#: Layers thinner than this share of the newest month keep their colour and lose their name.
_NAMED_FROM = 0.03


@theme.styled
def layer_cake_chart(cake, *, currency, ax=None):
    """How much of each month's MRR comes from customers of earlier years?

    Parameters
    ----------
    cake : DataFrame, one row per month and layer: month, layer (first month of its period), mrr (currency per month), share (of the month's MRR)
    currency : ISO code
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `layer_cake_alt`. The oldest customers are at the bottom.
    """
    ax = theme.axes_or_new(ax, height=4.0)
    layers = cake.pivot_table(index="month", columns="layer", values="mrr", aggfunc="sum", fill_value=0.0, sort=True)
    x = np.arange(len(layers))
    colours = seaborn.light_palette(theme.BLUE, n_colors=len(layers.columns) + 2, reverse=True)[: len(layers.columns)]
    if len(layers):
        for drawn, layer in zip(ax.stackplot(x, layers.to_numpy().T, colors=colours, edgecolor=theme.PAPER, linewidth=0.6), layers.columns, strict=True):
            drawn.set_gid(layer)
        _name_layers(ax, layers, cake)
    else:
        theme.in_place(ax, _("Withheld: nobody has paid at a month's end"))
    step = max(1, -(-len(layers) // 7))
    ticks = range((len(layers) - 1) % step, len(layers), step) if len(layers) else []
    ax.set_xticks(ticks, [layers.index[tick] for tick in ticks])
    ax.set_xlim(0, max(len(layers) - 1, 1))
    ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: formats.money(value, currency, decimals=0)))
    ax.grid(axis="y")
    ax.spines["left"].set_visible(False)
    ax.set_title(_("MRR by when its customers were won"))
    return theme.describe(ax, layer_cake_alt(cake, currency=currency))


def _name_layers(ax, layers, cake):
    """Each layer's name and share of the newest month, beside the middle of its right edge."""
    newest = layers.iloc[-1].to_numpy()
    top = newest.sum()
    if top <= 0:
        return
    shares = cake[cake["month"] == layers.index[-1]].set_index("layer")["share"]
    middles = (np.cumsum(newest) - newest / 2) / ax.get_ylim()[1]
    named = [place for place, layer in enumerate(layers.columns) if shares.get(layer, 0) >= _NAMED_FROM]
    for place, height in zip(named, theme.spread(middles[named], gap=0.06, low=0.01, high=0.98), strict=True):
        layer = layers.columns[place]
        ax.annotate(f"{layer_name(layer, layers.columns)}: {formats.percent(shares[layer])}", (1, height), xycoords="axes fraction", xytext=(8, 0),
                    textcoords="offset points", color=theme.INK, va="center", fontsize=9.5, gid="name", annotation_clip=False)


def layer_name(layer, layers):
    """What a layer is called: its year where layers begin twelve months apart in January, else its first month.

    >>> layer_name("2025-01", ["2024-01", "2025-01"]), layer_name("2025-04", ["2025-01", "2025-04"]), layer_name("2025-04", ["2024-04", "2025-04"])
    ('2025', '2025-04', 'year from 2025-04')
    """
    begins = {one[5:] for one in layers}
    if begins == {"01"}:
        return layer[:4]
    return _("year from {layer}").format(layer=layer) if len(begins) == 1 and len(layers) > 1 else layer


def layer_cake_alt(cake, *, currency):
    """The cake in words: the newest month's layers, the oldest first."""
    if not len(cake):
        return _("MRR by cohort is withheld: nobody has paid at a month's end.")
    last = cake["month"].max()
    rows, layers = cake[cake["month"] == last], sorted(cake["layer"].unique())
    parts = [f"{layer_name(row.layer, layers)} {formats.percent(row.share)} ({formats.money(row.mrr, currency)})" for row in rows.itertuples() if row.mrr > 0]
    return _("MRR of each month by when its customers were won. In {last}, from customers won in: {parts}.").format(
        last=formats.calendar_month(last), parts=", ".join(parts) or _("none"),
    )
