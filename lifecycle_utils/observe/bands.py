"""Numeric attributes in readable bands, chosen from the attribute alone, without looking at any outcome."""

import math

import narwhals as nw

from lifecycle_utils.language import _
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.once_a_run import once_a_run

#: Where bands are cut: the quartiles, and the top twentieth, because the largest customers are few and differ most.
_CUTS = (0.25, 0.5, 0.75, 0.95)
#: What a band's end is rounded to, times a power of ten.
_READABLE = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
#: An attribute with so few values is shown by value.
_FEW_VALUES = 8


def band_column(snapshot, table, attribute, column):
    """The band of every value of a table's numeric attribute that stands in `column`, as an engine column of labels; null stays null.

    The edges (each the last value of its band) are those of `[bands]` in lifecycle.toml, or else quantiles rounded to readable numbers.
    """
    value = nw.col(column)
    edges = snapshot.settings.bands.get(attribute)
    values, edges = ([], edges) if edges is not None else _values_or_edges(snapshot, table, attribute)
    if edges is None:
        return _first_match([(value == one, f"{one:g}") for one in values[:-1]], f"{values[-1]:g}" if values else "", value)
    labels = band_labels(edges)
    return _first_match([(value <= edge, label) for edge, label in zip(edges, labels, strict=False)], labels[-1], value)


@once_a_run
def _values_or_edges(snapshot, table, attribute):
    """The values of an attribute that has few, and None; or else no values, and the edges of its bands."""
    whole, own = snapshot.table(table), nw.col(attribute)
    few = fetch(whole.select(own).drop_nulls().unique().head(_FEW_VALUES + 1), sort=[attribute])[attribute].tolist()
    if len(few) <= _FEW_VALUES:
        return few, None
    cuts = [own.quantile(cut, interpolation="linear").alias(f"cut_{number}") for number, cut in enumerate(_CUTS)]
    return [], readable_edges(fetch(whole.select(*cuts)).iloc[0])


def readable_edges(quantiles):
    """Quantiles rounded to readable numbers, repeats merged.

    >>> readable_edges([5, 15, 27.5, 64])
    [5, 15, 30, 60]
    """
    return sorted({_readable(quantile) for quantile in quantiles})


def band_labels(edges):
    """Names of the bands that the edges cut: the first ends at the first edge, included; the last is open.

    >>> band_labels([5, 15, 30])
    ['up to 5', '6-15', '16-30', '31+']
    >>> band_labels([0.5, 2])
    ['up to 0.5', 'over 0.5 to 2', 'over 2']
    >>> band_labels([800_000, 4_000_000])
    ['up to 800k', 'over 800k to 4M', 'over 4M']
    """
    text = [_short(edge) for edge in edges]
    if all(0 <= edge < 10_000 and float(edge).is_integer() for edge in edges):
        above = [str(int(edge) + 1) for edge in edges]
        middle = [high if low == high else f"{low}-{high}" for low, high in zip(above, text[1:], strict=False)]
        return [_("up to {edge}").format(edge=text[0]), *middle, f"{above[-1]}+"]
    between = [_("over {low} to {high}").format(low=low, high=high) for low, high in zip(text, text[1:], strict=False)]
    return [_("up to {edge}").format(edge=text[0]), *between, _("over {edge}").format(edge=text[-1])]


def _short(edge):
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(edge) >= max(size, 1e4):
            return f"{edge / size:g}{unit}"
    return f"{edge:g}"


def _readable(number):
    if number == 0:
        return 0
    scale = 10 ** math.floor(math.log10(abs(number)))
    nearest = min(_READABLE, key=lambda step: abs(math.log(abs(number) / scale / step)))
    rounded = math.copysign(nearest * scale, number)
    return int(rounded) if rounded == int(rounded) else rounded


def _first_match(conditions, otherwise, value):
    label = nw.lit(otherwise)
    for condition, name in reversed(conditions):
        label = nw.when(condition).then(nw.lit(name)).otherwise(label)
    return nw.when(~value.is_null()).then(label)
