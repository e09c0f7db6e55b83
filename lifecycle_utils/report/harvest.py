"""What an executed notebook leaves besides its page: findings, tables and figures, out of its cells' MIME bundles."""

import csv
import io
import json
import math
import re

from lifecycle_utils.report import prose
from lifecycle_utils.report.execute import RunFailed
from lifecycle_utils.report.job import Failure
from lifecycle_utils.spreadsheet import csv_line, harmless

FINDING = "application/vnd.lifecycle.finding+json"
TABLE = "application/vnd.lifecycle.table+json"
IMAGES = ("image/png", "image/jpeg", "image/svg+xml")

_TABLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
csv.field_size_limit(2**31 - 1)  # survey answers may be long; Python's own limit is 128 KiB
_FINDING_FIELDS = ("key", "value", "lower", "upper", "n", "unit", "definition", "sentence", "withheld")


def bundles(notebook):
    """Every rich output of the code cells: (cell number, data, metadata)."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        for output in cell.outputs:
            if output.output_type in ("display_data", "execute_result"):
                yield number, output.data, output.get("metadata", {})


def findings(notebook):
    """The headline numbers in the notebook's order: list of dict with the fields of present's Finding.

    Raises
    ------
    RunFailed : a finding without a key or a sentence, or a key that stands twice with different contents
    """
    found = {}
    for number, data, _ in bundles(notebook):
        if FINDING in data:
            raw = _mapping(data[FINDING])
            finding = {name: _plain(raw.get(name)) for name in _FINDING_FIELDS}
            if not finding["key"] or not finding["sentence"]:
                raise _incomplete(number, "a finding has no key or no sentence")
            if found.setdefault(finding["key"], finding) != finding:
                raise _incomplete(number, f"the finding {finding['key']!r} stands twice with different contents")
    return list(found.values())


def tables(notebook, *, with_html=()):
    """The tables behind the figures: list of dict of name and csv; of those named in `with_html` also the safe html.

    Raises
    ------
    RunFailed : a name that is not a plain file stem, or one that stands twice with different contents
    """
    found = {}
    for number, data, _ in bundles(notebook):
        if TABLE in data:
            raw = _mapping(data[TABLE])
            name = str(raw.get("name", ""))
            if not _TABLE_NAME.fullmatch(name):
                raise _incomplete(number, f"a table is named {name!r}; a name has small letters, digits and _ only")
            table = {"name": name, "csv": neutralised_csv(str(raw.get("csv", "")))}
            if name in with_html:
                table["html"] = prose.table(data.get("text/html", ""))
            if found.setdefault(name, table)["csv"] != table["csv"]:
                raise _incomplete(number, f"the table {name!r} stands twice with different contents")
    return list(found.values())


def count_figures(notebook):
    """How many figures are there? Raises RunFailed if one has no alt text: a reader who cannot see it would get nothing."""
    figures = 0
    for number, data, metadata in bundles(notebook):
        image = next((kind for kind in IMAGES if kind in data), None)
        if image:
            figures += 1
            if not str(metadata.get(image, {}).get("alt", "")).strip():
                raise _incomplete(number, "a figure has no alt text; show it with present.Figure(ax, caption, alt)")
    return figures


def messages(notebook):
    """What the cells wrote to standard error, as one text."""
    streams = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if output.output_type == "stream")
    return "".join(stream.text for stream in streams if stream.name == "stderr").strip()


def neutralised_csv(text):
    """The same table, with cells that a spreadsheet would run as a formula made into text by a leading apostrophe.

    Numbers stay numbers.

    >>> neutralised_csv('group,change\\n=1+1,-0.5\\n')
    "group,change\\n'=1+1,-0.5\\n"
    """
    return "".join(csv_line([harmless(cell) for cell in row]) for row in csv.reader(io.StringIO(text, newline="")))


def _mapping(value):
    """A JSON bundle arrives as a mapping, or as text from some front ends."""
    value = json.loads(value) if isinstance(value, str) else value
    return value if isinstance(value, dict) else {}


def _plain(value):
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _incomplete(cell, message):
    return RunFailed(Failure("incomplete", f"code cell {cell}: {message}"))
