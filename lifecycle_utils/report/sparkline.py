"""Small pictures beside a number, as SVG in the page: how it came about. No script, no style attribute, told in words to who cannot see them."""

from markupsafe import Markup

WIDTH, HEIGHT, _EDGE = 132, 34, 3


def line(values, told):
    """A line through the values, with a dot at the last. Returns Markup, "" for fewer than three values.

    Parameters
    ----------
    values : list of float, oldest first
    told : text that stands for the picture

    >>> line([1, 2, 3], "from 1 to 3").partition("<polyline ")[2]
    Markup('points="3.0,31.0 66.0,17.0 129.0,3.0"/><circle cx="129.0" cy="3.0" r="2.6"/></svg>')
    """
    if len(values) < 3:
        return ""
    low, high = min(values), max(values)
    step = (WIDTH - 2 * _EDGE) / (len(values) - 1)
    heights = [(value - low) / (high - low) if high > low else 0.5 for value in values]
    places = [(_EDGE + step * number, HEIGHT - _EDGE - share * (HEIGHT - 2 * _EDGE)) for number, share in enumerate(heights)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    return _picture(told, Markup('<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2.6"/>').format(points, x, y))


def bars(values, marked, told):
    """One bar a value, those at the places in `marked` in another colour. Returns Markup, "" for fewer than three values.

    >>> bars([0.1, 0.3, 0.2], {1}, "highest in month 2").count('class="marked"')
    1
    """
    if len(values) < 3 or max(values) <= 0:
        return ""
    step, high = WIDTH / len(values), max(values)
    drawn = Markup("")
    for number, value in enumerate(values):
        tall = max(HEIGHT * value / high, 1)
        kind = Markup(' class="marked"') if number in marked else ""
        drawn += Markup('<rect{} x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(kind, number * step, HEIGHT - tall, step * 0.72, tall)
    return _picture(told, drawn)


def _picture(told, drawn):
    return Markup('<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(WIDTH, HEIGHT, told, drawn)
