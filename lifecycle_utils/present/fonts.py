"""Letters for every name that a company's data may hold: DejaVu Sans, which comes with matplotlib, and behind it the Noto fonts of two packages.

A letter is drawn in the first family of the list that has it. The fonts are registered under names of our own, so that what a machine has
installed changes no picture.
"""

import dataclasses
from functools import cache
from importlib.resources import files
from importlib.util import find_spec

from matplotlib import font_manager

#: Package and file, in the order in which letters are looked for. Every further file costs every text of a chart a little time.
FONTS = (
    ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),  # Chinese, Japanese and Korean
    *(("manimgx_fonts", f"Noto{name}[wght].ttf") for name in ("Emoji", "Sans", "SansThai", "SansDevanagari", "SansBengali", "SansSymbols")),
)
# One file for every weight that charts ask for: a name in bold is drawn rather than warned of.
_WEIGHTS = (400, 500, 600, 700)


@cache
def families():
    """The families of a chart's text, in the order in which a letter is looked for: tuple of names that matplotlib knows.

    Where the packages are not installed the list is DejaVu Sans alone, and matplotlib says which letters it cannot draw.
    """
    return ("DejaVu Sans", *(_registered(str(files(package).joinpath(name))) for package, name in FONTS if find_spec(package)))


def _registered(path):
    known = font_manager.ttfFontProperty(font_manager.get_font(path))
    name = f"kit {known.name}"
    for weight in _WEIGHTS:
        font_manager.fontManager.ttflist.append(dataclasses.replace(known, fname=path, name=name, weight=weight))
    return name
