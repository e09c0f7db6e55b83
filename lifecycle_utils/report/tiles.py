"""The front page's numbers: which findings become headlines and tiles, and how a tile is written."""

from dataclasses import dataclass

from lifecycle_utils.present import formats

#: More tiles than this are a table, not a glance.
MOST_TILES = 8

_ABBREVIATIONS = {"mrr": "MRR", "arr": "ARR", "arpu": "ARPU", "ltv": "LTV", "cac": "CAC", "nps": "NPS", "icp": "ICP", "sbg": "sBG"}


@dataclass(frozen=True)
class Tile:
    """A number with its interval and what it is counted on, as text."""

    label: str
    value: str
    interval: str
    basis: str
    withheld: bool


def headlines(outcomes, titles):
    """The first finding of every notebook, which is its answer: list of dict of name, title and finding."""
    return [{"name": one.name, "title": titles[one.name], "finding": one.findings[0]} for one in outcomes if one.findings]


def tiles(outcomes):
    """Numbers for a glance: every notebook's first finding, then every second, until there are `MOST_TILES`."""
    depth = max((len(one.findings) for one in outcomes), default=0)
    ranked = [(rank, place, one.findings[rank]) for rank in range(depth) for place, one in enumerate(outcomes) if rank < len(one.findings)]
    chosen = sorted(ranked[:MOST_TILES], key=lambda entry: (entry[1], entry[0]))
    return [tile(finding) for _, _, finding in chosen]


def tile(finding, *, locale="en"):
    """One finding as a tile.

    >>> tile({"key": "month_2_retention", "value": 0.71, "lower": 0.69, "upper": 0.73, "n": 2481, "unit": "share", "withheld": None})
    Tile(label='Month 2 retention', value='71%', interval='95% interval 69% to 73%', basis='n = 2,481', withheld=False)
    """
    basis = f"n = {formats.count(finding['n'], locale=locale)}" if finding["n"] is not None else ""
    if finding["value"] is None:
        return Tile(label(finding["key"]), "withheld", finding["withheld"] or "", basis, True)
    text = formats.measure(finding["value"], finding["unit"], finding["lower"], finding["upper"], locale=locale)
    value, _, interval = text.partition(" (")
    if finding["unit"] == "subscription month":
        value = f"month {value}"
    return Tile(label(finding["key"]), value, interval.removesuffix(")") or finding["withheld"] or "", basis, False)


def label(key):
    """A finding's key as words.

    >>> label("ltv_cac_ratio")
    'LTV CAC ratio'
    """
    words = [_ABBREVIATIONS.get(word, word) for word in key.split("_")]
    return words[0][:1].upper() + words[0][1:] + "".join(f" {word}" for word in words[1:])
