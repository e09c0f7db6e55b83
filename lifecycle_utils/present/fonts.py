"""Letters for every name that a company's data may hold: DejaVu Sans, which comes with matplotlib, and behind it the Noto fonts of two packages.

A letter is drawn in the first family of the list that has it. The fonts are registered under names of our own, so that what a machine has
installed changes no picture.
"""

import dataclasses
from contextlib import contextmanager
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


@contextmanager
def looked_up_once():
    """A context in which the files of each kind of text are looked up once.

    matplotlib asks for each family again whenever it measures a text, which takes a third of the time of a chart.
    """
    manager = font_manager.fontManager
    before = manager._find_fonts_by_props
    manager._find_fonts_by_props = lambda kind: _files(*_look_of(kind))
    try:
        yield
    finally:
        manager._find_fonts_by_props = before


def _look_of(kind):
    """All of a text's FontProperties that decide on its files; its size does not."""
    return tuple(kind.get_family()), kind.get_style(), kind.get_variant(), kind.get_weight(), kind.get_stretch(), kind.get_file()


@cache
def _files(family, style, variant, weight, stretch, file):
    kind = font_manager.FontProperties(family=family, style=style, variant=variant, weight=weight, stretch=stretch, fname=file)
    return font_manager.FontManager._find_fonts_by_props(font_manager.fontManager, kind)


def _registered(path):
    known = font_manager.ttfFontProperty(font_manager.get_font(path))
    name = f"kit {known.name}"
    for weight in _WEIGHTS:
        font_manager.fontManager.ttflist.append(dataclasses.replace(known, fname=path, name=name, weight=weight))
    return name
