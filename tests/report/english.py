"""Is anything left in English? What a reader sees of a page, without names, code and what the company itself has written."""

import csv
import gzip
import json
import re
from functools import cache

from bs4 import BeautifulSoup, NavigableString

from lifecycle_utils import messages
from lifecycle_utils.estimate.scorecard import POINTS
from lifecycle_utils.sources import SAMPLE

#: Names: of methods, vendors, abbreviations that every language uses, files, settings, and the columns that scripts know.
_NAMES = re.compile(
    r"[\w./]+\.(?:csv|html|json|toml|md)\b|\[[a-z_]+\]|\b[a-z]+(?:_[a-z0-9]+)+\b|\bfight-churn\b|lifecycle_utils|lifecycle check|started_on|"
    r"Sample Company \(simulated\)|[A-Z]\. Tunguz.*?\d{4}s?[^;)]*|Newcombe|Fader|Hardie|Holm|Kaplan|Meier"
)
_QUOTED = re.compile("“[^”]*”|„[^”]*”|「[^」]*」")


def left_in_english(path, language):
    """Texts of a page that hold an English word: list of (words, text)."""
    soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for part in soup.select("style, script, code, pre, .highlight, bdi"):
        part.decompose()
    told = [str(text) for text in soup.find_all(string=True) if type(text) is NavigableString]  # no doctype, no comment
    told += [tag[name] for tag in soup.find_all(True) for name in ("alt", "title", "aria-label", "aria-description", "summary") if tag.get(name)]
    return _left(told, language)


def left_in_pictures(path, language):
    """Texts drawn in the pictures of an executed notebook that hold an English word: list of (words, text)."""
    outputs = [output for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for output in cell.get("outputs", ())]
    pictures = [output["metadata"]["image/png"] for output in outputs if "image/png" in output.get("metadata", {})]
    assert all(picture["words"] for picture in pictures)
    return _left([text for picture in pictures for text in picture["words"]], language)


def _left(told, language):
    return [(words, text) for text in map(_plain, dict.fromkeys(told)) for words in [sorted(_english(text, language))] if words]


@cache
def _plain(text):
    text = _QUOTED.sub(" ", _NAMES.sub(" ", " ".join(text.split())))
    if _letters(text) and _letters(text) in _answers():
        return ""
    for value in _values():
        text = text.replace(value, " ")
    return text


def _english(text, language):
    own, english = _vocabulary(language)
    if language == "ja":  # Japanese has no small Latin letters of its own: whatever is written in them is looked at
        small = set(re.findall(r"(?<![A-Za-z])[a-z]{3,}(?![A-Za-z])", text)) - own - _keys()
        return small | set(_words(text, latin=True)) & english - _keys()
    return set(_words(text)) & (english - _keys() if text.strip() in _keys() else english)


@cache
def _vocabulary(language):
    """Words of the catalogue's translations, and words that are in its messages only."""
    texts = [(message.id, message.string) for message in messages.catalogue(language) if message.id]
    own, english = ({word for pair in texts for word in _words(pair[side], latin=language == "ja")} for side in (1, 0))
    return own, english - own


def _words(text, *, latin=False):
    told = " ".join(text) if isinstance(text, (tuple, list)) else text
    return [word.lower() for word in re.findall(r"[A-Za-z]{3,}" if latin else r"[^\W\d_]{3,}", re.sub(r"\{[^}]*\}", " ", told))]


@cache
def _keys():
    """What `[scorecard]` of lifecycle.toml calls its inputs."""
    return frozenset(POINTS)


@cache
def _values():
    """What stands in the company's text columns, the longest first: names, plans, channels, features, questions."""
    found = set()
    for name, columns in {"customers": ("name", "industry", "country", "acquisition_channel", "brand_colour", "newsletter"), "leads": ("channel", "industry"),
                          "subscriptions": ("plan",), "usage": ("feature",), "feedback": ("question",)}.items():  # fmt: skip
        for row in _rows(name):
            found |= {row[column] for column in columns if len(row[column]) > 2}
    return sorted(found | {" ".join(value.split()) for value in found}, key=len, reverse=True)


@cache
def _answers():
    """All that customers answered, as letters: phrases of it are quoted in tables."""
    return " ".join(_letters(row["answer"]) for row in _rows("feedback"))


def _letters(text):
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _rows(name):
    path = next(path for path in SAMPLE.iterdir() if path.name.startswith(f"{name}."))
    with _opened(path) as file:
        return list(csv.DictReader(file))


def _opened(path):
    return gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else open(path, encoding="utf-8", newline="")
