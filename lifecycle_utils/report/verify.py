"""The last look at a report before it is published: is everything there, and can nothing in it run or call out?"""

import html
import re
from collections import Counter

from lifecycle_utils.errors import Incomplete
from lifecycle_utils.report.job import DONE
from lifecycle_utils.report.share import leaks

_FORBIDDEN = {"script", "iframe", "object", "embed", "form", "base", "frame", "applet", "portal"}
#: A tag in the one form that the kit writes. To a browser whatever else begins with < might mean something else than to this look.
_TAG = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z_:][\w:.-]*(?:=(?:"[^"]*"|'[^']*'))?)*)\s*/?>""", re.ASCII)
_ATTRIBUTE = re.compile(r"""\s([a-zA-Z_:][\w:.-]*)(?:=(?:"([^"]*)"|'([^']*)'))?""", re.ASCII)
_BEGINNING = "<!DOCTYPE html>"
_LOADING = {"src", "srcset", "poster", "background", "action", "formaction", "ping", "manifest", "xlink:href"}


def verify(folder, notebooks, outcomes):
    """Raise Incomplete with every fault of the built report, if it has any."""
    expected = set(_expected(notebooks, outcomes))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    faults = [f"{name} is missing" for name in sorted(expected - there)]
    faults += [f"{name} is none of the report's files; did a notebook write it?" for name in sorted(there - expected)]
    for page in sorted(folder.glob("*.html")):
        faults += [f"{page.name}: {fault}" for fault in faults_of(page.read_text(encoding="utf-8"))]
    if faults:
        raise Incomplete("the report is not complete:\n" + "\n".join(faults))


def refuse_private_words(folder, words):
    """Raise Incomplete if a file of a shared report names what it may not."""
    found = leaks(folder, words) if words else []
    if found:
        raise Incomplete("the report cannot be shared:\n" + "\n".join(found))


def _expected(notebooks, outcomes):
    yield from ("index.html", "report.html", "findings.json")
    for notebook, outcome in zip(notebooks, outcomes, strict=True):
        if outcome.status == DONE:
            yield f"{notebook.name}.html"
            yield f"notebooks/{notebook.path.name}"
            yield from (f"tables/{table['name']}.csv" for table in outcome.tables)


def faults_of(page):
    """What a page of a report may not hold, or lacks: list of str."""
    faults, ids, links, has_policy = [], [], [], False
    for end, tag, text in _TAG.findall(page):
        if end:
            continue
        attributes = [(name.lower(), html.unescape(value or quoted)) for name, value, quoted in _ATTRIBUTE.findall(text)] if text else []
        found = dict(reversed(attributes))  # of two of one name a browser takes the first
        if tag in _FORBIDDEN:
            faults.append(f"a <{tag}>")
        if tag == "img" and not found.get("alt", "").strip():
            faults.append("a picture without alt text")
        if tag == "meta":
            has_policy |= found.get("http-equiv") == "Content-Security-Policy"
            if found.get("http-equiv", "").lower() == "refresh":
                faults.append("a <meta refresh>")
        for name, value in attributes:
            if name.startswith("on"):
                faults.append(f"the event handler {name}")
            if name in _LOADING and not value.startswith("data:"):
                faults.append(f"{name} loads {value!r}")
        if found.get("id"):
            ids.append(found["id"])
        if tag == "a" and found.get("href", "").startswith("#"):
            links.append(found["href"][1:])
    known = Counter(ids)
    faults += [f"the id {one!r} stands twice" for one, times in sorted(known.items()) if times > 1]
    faults += [f"the link #{one} leads nowhere" for one in links if one not in known]
    rest = _TAG.sub("", page.removeprefix(_BEGINNING))
    faults += [f"unusual markup, {found[0]!r}" for found in re.finditer(r"<.{0,40}", rest)]
    return faults if has_policy else [*faults, "no Content-Security-Policy"]
