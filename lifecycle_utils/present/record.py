"""How a result leaves a notebook: as the output of a cell, for people (HTML, picture) and for the report (JSON, CSV).

Nothing here writes a file. The report runner collects the MIME bundles from the executed notebook.
"""

import base64
import html
import io
import math
from dataclasses import dataclass, field, fields

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import _
from lifecycle_utils.present import theme
from lifecycle_utils.present.tables import NO_MATH, table_html

FINDING_MIME = "application/vnd.lifecycle.finding+json"
TABLE_MIME = "application/vnd.lifecycle.table+json"

_PALETTE, _MOST_COLOURS = 256, 1 << 16
#: The most frequent colours, which fill areas, stay as they are.
_EXACT = 64
#: Every other colour counts the same, however few pixels have it.
_CHOSEN = {"method": Image.Quantize.MAXCOVERAGE, "dither": Image.Dither.NONE}


@dataclass(frozen=True)
class Finding:
    """One headline number with everything needed to believe it.

    `value`, `lower`, `upper` in `unit` ("share", "customers", "months", "subscription month", "ratio", or a currency code);
    `n` is the denominator; `withheld` is the reason when there is no value, or no interval.
    """

    key: str
    value: float
    lower: float
    upper: float
    n: int | None
    unit: str
    definition: str
    sentence: str
    withheld: str | None = None

    def as_dict(self):
        """The fields as JSON values; NaN becomes None."""
        return {part.name: _json(getattr(self, part.name)) for part in fields(self)} | {"definition": _(self.definition)}

    def __str__(self):
        return self.sentence

    def _repr_mimebundle_(self, include=None, exclude=None):
        kind = "finding withheld" if self.withheld and _json(self.value) is None else "finding"
        text = f'<p class="{kind} {NO_MATH}" title="{html.escape(_(self.definition))}">{html.escape(self.sentence)}</p>'
        return {"text/html": text, "text/plain": self.sentence, FINDING_MIME: self.as_dict()}


@dataclass(frozen=True)
class Table:
    """A table: its first `rows` for the reader, all of it as `tables/NAME.csv` in the report.

    `labels` and `units` add to or replace what `present.tables` knows of columns; `show` names the columns to print, in their order,
    and leaves the others to the CSV; rows in which the flag `first` is true are printed before the others; `remarks` prints why a row has
    blank cells, or what is to be said of it, as its last column. Where it is read in another form than it is kept, `reading` is printed instead of
    the frame.
    """

    name: str
    frame: pd.DataFrame = field(repr=False)
    title: str
    rows: int = 12
    currency: str = ""
    labels: dict = field(default_factory=dict)
    units: dict = field(default_factory=dict)
    show: tuple = ()
    first: str = ""
    remarks: bool = False
    reading: pd.DataFrame | None = field(default=None, repr=False)

    def csv(self):
        """The whole frame as CSV text."""
        return self.frame.to_csv(index=False, lineterminator="\n")

    def __str__(self):
        return _("{title} ({rows} rows, {file})").format(title=_(self.title), rows=len(self.frame), file=f"tables/{self.name}.csv")

    def _repr_mimebundle_(self, include=None, exclude=None):
        text = table_html(
            self.frame if self.reading is None else self.reading, name=self.name, title=_(self.title), rows=self.rows, currency=self.currency,
            labels=self.labels, units=self.units, show=self.show, first=self.first, remarks=self.remarks,
        )
        return {"text/html": text, "text/plain": str(self), TABLE_MIME: {"name": self.name, "csv": self.csv()}}


class Figure:
    """A chart as a picture at twice the screen's resolution, with its caption and the text that stands for it.

    `ax` is the chart's Axes (or any of its figure's); `alt` defaults to what the chart function made from its own frame.
    The figure is rendered and closed at once, so that a notebook does not show it a second time.
    """

    def __init__(self, ax, caption, alt=None):
        figure = ax.get_figure(root=True)
        self.caption = _(caption)
        self.alt = alt or theme.description(figure)
        if not self.alt:
            raise UsageError("a figure needs alt text: draw it with a chart of present, or pass alt=")
        self.width, self.height = (round(inches * theme.CSS_DPI) for inches in figure.get_size_inches())
        figure.set_size_inches(self.width / theme.CSS_DPI, self.height / theme.CSS_DPI)  # whole pixels
        with theme.style():  # the pixels of savefig, which would draw everything twice
            figure.set_dpi(2 * theme.CSS_DPI)
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
        self.words = _words(figure)
        self.png = _thinned(np.asarray(canvas.buffer_rgba()))
        plt.close(figure)

    def __repr__(self):
        return _("Figure: {caption}").format(caption=self.caption) + f"\n{self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": repr(self)}
        about = {"alt": self.alt, "caption": self.caption, "width": self.width, "height": self.height, "words": self.words}
        return data, {"image/png": about}


def _words(figure):
    """What is written in a picture but for its numbers, once each: nobody can search a picture."""
    texts = (text.get_text() for text in figure.findobj(Text) if text.get_visible())
    return list(dict.fromkeys(text for text in texts if any(letter.isalpha() for letter in text)))


def _thinned(pixels):
    """A picture in 256 colours of its own, which no eye tells from the original and which takes a third of the room: bytes of a PNG.

    What fills areas keeps its colour; the palette covers all others that there are, however few pixels have one: no part of one moves by more
    than a dozen or so of 255.
    Paper stays white to the last bit, so that the picture and the page around it are one.

    Parameters
    ----------
    pixels : uint8 array, shape (height, width, 4): red, green, blue and opacity, which is not looked at
    """
    few = _in_few_colours(pixels)
    palette = few.getpalette()
    nearest = min(range(0, len(palette), 3), key=lambda place: sum(255 - part for part in palette[place : place + 3]))
    palette[nearest : nearest + 3] = [255, 255, 255]
    few.putpalette(palette)
    thin = io.BytesIO()
    # Nothing but the picture is written, so that the bytes depend on the chart only.
    few.save(thin, "PNG")
    return thin.getvalue()


def _in_few_colours(pixels):
    """The picture with a palette of 256. It is chosen from the colours there are, once each: a chart has thousands of them in millions of pixels."""
    height, width, _parts = pixels.shape
    packed = np.ascontiguousarray(pixels).view("<u4").ravel()
    # lines of one colour are looked at once: most of a chart is paper
    begins = np.flatnonzero(np.append(True, packed[1:] != packed[:-1]))
    lengths = np.diff(begins, append=len(packed))
    found, which = np.unique(packed[begins] & 0xFFFFFF, return_inverse=True)
    colours = found[:, np.newaxis] >> np.array([0, 8, 16], dtype=np.uint32) & 0xFF
    if len(found) > _MOST_COLOURS:
        return Image.fromarray(pixels[..., :3]).quantize(_PALETTE, **_CHOSEN)
    order = np.lexsort((*colours.T[::-1], np.bincount(which, weights=lengths)))[::-1]
    ordered = colours[order].astype(np.uint8)
    frequent, others = ordered[:_EXACT], ordered[_EXACT:]
    palette, places = frequent.ravel().tolist(), np.arange(len(found))
    if len(others):
        chosen = Image.fromarray(others[np.newaxis]).quantize(_PALETTE - _EXACT, **_CHOSEN)
        palette += chosen.getpalette()
        places[_EXACT:] = np.asarray(chosen)[0].astype(int) + _EXACT
    index = np.empty(len(found), dtype=np.uint8)
    index[order] = places
    few = Image.fromarray(np.repeat(index[which], lengths).reshape(height, width), "P")
    few.putpalette(palette)
    return few


def _json(value):
    if value is None or isinstance(value, (str, bool)):
        return str(value) if isinstance(value, str) else value
    value = value.item() if hasattr(value, "item") else value
    return None if math.isnan(value) or math.isinf(value) else value
