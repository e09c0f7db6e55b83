"""The last look at a report before it is published: is everything there, and can nothing in it run or call out?"""

from html.parser import HTMLParser

from lifecycle_utils.errors import Incomplete
from lifecycle_utils.report.job import DONE
from lifecycle_utils.report.share import leaks

_FORBIDDEN = {"script", "iframe", "object", "embed", "form", "base", "frame", "applet", "portal"}
_LOADING = {"src", "srcset", "poster", "background", "action", "formaction", "ping", "manifest", "xlink:href"}


def verify(folder, notebooks, outcomes):
    """Raise Incomplete with every fault of the built report, if it has any."""
    expected = set(_expected(notebooks, outcomes))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    faults = [f"{name} is missing" for name in sorted(expected - there)]
    faults += [f"{name} is none of the report's files; did a notebook write it?" for name in sorted(there - expected)]
    for page in sorted(folder.glob("*.html")):
        inspector = _Inspector()
        inspector.feed(page.read_text(encoding="utf-8"))
        inspector.close()
        faults += [f"{page.name}: {fault}" for fault in inspector.all_faults()]
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


class _Inspector(HTMLParser):
    """Collects what no page may hold."""

    def __init__(self):
        super().__init__()
        self.faults, self.ids, self.links, self.has_policy = [], [], [], False

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag in _FORBIDDEN:
            self.faults.append(f"a <{tag}>")
        if tag == "img" and not (found.get("alt") or "").strip():
            self.faults.append("a picture without alt text")
        if tag == "meta":
            self.has_policy |= found.get("http-equiv") == "Content-Security-Policy"
            if (found.get("http-equiv") or "").lower() == "refresh":
                self.faults.append("a <meta refresh>")
        for name, value in attributes:
            if name.startswith("on"):
                self.faults.append(f"the event handler {name}")
            if name in _LOADING and not (value or "").startswith("data:"):
                self.faults.append(f"{name} loads {value!r}")
        if found.get("id"):
            self.ids.append(found["id"])
        if tag == "a" and (found.get("href") or "").startswith("#"):
            self.links.append(found["href"][1:])

    def all_faults(self):
        twice = sorted({one for one in self.ids if self.ids.count(one) > 1})
        faults = [*self.faults, *(f"the id {one!r} stands twice" for one in twice)]
        faults += [f"the link #{one} leads nowhere" for one in self.links if one not in self.ids]
        return faults if self.has_policy else [*faults, "no Content-Security-Policy"]
