"""The pages of a report: one per notebook, the index, and all in one file."""

import csv
import datetime as dt
import io
import platform
import re
from dataclasses import dataclass, replace
from pathlib import Path

import jinja2
from babel.dates import format_date, format_skeleton
from markupsafe import Markup

from lifecycle_utils import __version__, months
from lifecycle_utils.language import _, ngettext, spoken
from lifecycle_utils.present import formats
from lifecycle_utils.report import TEMPLATES
from lifecycle_utils.report.front import front
from lifecycle_utils.report.job import DONE, FAILED, SKIPPED, Heading
from lifecycle_utils.report.sanitise import clean_text
from lifecycle_utils.report.tiles import in_short, sentence

#: Nothing may run and nothing may be fetched; pictures and fonts are in the page itself.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"

_INNER_LINK = re.compile(r'<a href="(#[^"]*|[a-z0-9_]+\.html)"[^>]*>')
#: How dates are written where a language alone does not say it.
_LOCALES = {"en": "en_GB"}


@dataclass(frozen=True)
class Report:
    """What the pages are made of."""

    company: object
    notebooks: list
    outcomes: list

    def having(self, status):
        """Pairs of Notebook and Outcome with that status, in the order of the notebooks."""
        return [(notebook, outcome) for notebook, outcome in zip(self.notebooks, self.outcomes, strict=True) if outcome.status == status]


def write_pages(report, folder):
    """Write index.html, one page per notebook that ran, and report.html."""
    environment = _environment()
    shared = _shared(report)
    done = report.having(DONE)
    names = [notebook.name for notebook, _outcome in done]
    for place, (notebook, outcome) in enumerate(done):
        page = environment.get_template("notebook.html.j2").render(
            **shared, notebook=notebook, findings=outcome.findings,
            fragment=_with_live_links(outcome.page, [f"{name}.html" for name in names]),
            before=done[place - 1][0] if place else None, after=done[place + 1][0] if place + 1 < len(done) else None,
        )  # fmt: skip
        _write(folder / f"{notebook.name}.html", page)
    front_page = _front(report)
    _write(folder / "index.html", environment.get_template("index.html.j2").render(**shared, **front_page))
    _write(folder / "report.html", environment.get_template("report.html.j2").render(**shared, **front_page, **_chapters(done)))


def _with_live_links(fragment, pages):
    """A link to a notebook that is not in this report, or to a heading that JupyterLab names otherwise, becomes plain text."""
    alive = {*pages, *(f"#{heading.id}" for heading in fragment.headings)}
    html = _INNER_LINK.sub(lambda match: match[0] if match[1] in alive else "<a>", fragment.html)
    return replace(fragment, html=Markup(html))


def _environment():
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"plain": clean_text, "sentence": sentence, "in_short": in_short}
    environment.globals |= {"_": _}
    return environment


def _shared(report):
    company, locale = report.company, _LOCALES.get(spoken(), spoken())
    return {
        "company": company,
        "as_of": format_date(company.cutoff - dt.timedelta(days=1), "long", locale=locale),
        "month_name": format_skeleton("yMMMM", months.first_day(company.month), locale=locale),
        "language": spoken(),
        "policy": POLICY,
        "style": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        "provenance": {
            "version": __version__,
            "python": platform.python_version(),
            "data_sha256": company.data_sha256,
            "files": formats.counted(len(company.inputs), "file", "files"),
            "settings": _settings(company.settings),
        },
    }


def _settings(settings):
    told = [
        _("currency {currency}").format(currency=settings.currency),
        _("gross margin {share}").format(share=formats.percent(settings.gross_margin)),
        _("discount rate {share} a year").format(share=formats.percent(settings.discount_rate_annual)),
    ]
    if settings.observed_from:
        told.append(_("observed from {date}").format(date=settings.observed_from))
    if settings.grace_days:
        told.append(_("{days} days of grace").format(days=settings.grace_days))
    return ", ".join(told)


def _front(report):
    outcomes = [outcome for _notebook, outcome in report.having(DONE)]
    return front(report) | {
        "tables": [table | {"rows": formats.counted(_rows(table["csv"]), "row", "rows")} for one in outcomes for table in one.tables],
        "skipped": [_not_run(notebook, outcome) for notebook, outcome in report.having(SKIPPED)],
        "problems": report.company.problems,
        "failed": [_not_run(notebook, outcome) for notebook, outcome in report.having(FAILED)],
    }


def _not_run(notebook, outcome):
    if outcome.status == SKIPPED:
        told = ngettext(
            "was skipped: it needs the table {tables}, which the company folder does not have.",
            "was skipped: it needs the tables {tables}, which the company folder does not have.", len(outcome.missing),
        ).format(tables=formats.listing(outcome.missing))  # fmt: skip
        detail = ""
    else:
        told, detail = _("failed; its section is missing from this report."), str(outcome.failure)
    return {"title": notebook.title, "status": outcome.status, "told": told, "detail": detail}


def _chapters(done):
    chapters, headings = [], []
    for notebook, outcome in done:
        chapters.append({
            "name": notebook.name, "title": notebook.title, "question": notebook.question,
            "findings": outcome.findings, "fragment": _with_live_links(outcome.chapter, [f"#{one.name}" for one, _outcome in done]),
        })  # fmt: skip
        headings.append(Heading(2, notebook.name, notebook.title))
        headings += [heading for heading in outcome.chapter.headings if heading.level == 3]
    return {"chapters": chapters, "headings": headings}


def _rows(text):
    return max(sum(1 for _ in csv.reader(io.StringIO(text, newline=""))) - 1, 0)


def _write(path: Path, text):
    path.write_text(text + "\n", encoding="utf-8", errors="replace", newline="\n")
