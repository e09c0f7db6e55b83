"""Text files: encoding and delimiter found out and told, then the engine's own reader, or ours where the file needs care."""

import csv
import io
import itertools
from dataclasses import dataclass

from lifecycle_utils.sources.parse import literal
from lifecycle_utils.sources.rows import BrokenQuote, column_names, load
from lifecycle_utils.sources.survey import open_bytes, survey

DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 20


@dataclass(frozen=True)
class TextFile:
    """How a text file is written: what `survey` saw, the delimiter, and the header's cells."""

    path: object
    seen: object
    delimiter: str
    header: tuple[str, ...]
    rivals: tuple[str, ...] = ()

    @property
    def encoding(self):
        return "utf-8-sig" if self.seen.encoding in ("utf-8", "utf-8-sig") else self.seen.encoding


def look(path, options, known):
    """Find out how a text file is written.

    Parameters
    ----------
    options : `[files]` of the table: encoding and delimiter where they are declared
    known : column names that speak for a delimiter when the header holds them

    Returns
    -------
    TextFile; `rivals` are other delimiters that fit as well
    """
    seen = survey(path, encoding=options.get("encoding", ""))
    if seen.empty or seen.has_nul or seen.broken_line:
        return TextFile(path, seen, ",", ())
    with open_bytes(path) as file, io.TextIOWrapper(file, TextFile(path, seen, ",", ()).encoding, newline="") as decoded:
        text = decoded.read(_HEAD)
    declared = options.get("delimiter") or _excel_hint(text)
    readings = {one: _header(text, one) for one in ([declared] if declared else DELIMITERS)}
    scores = {one: (len(known & {name.strip() for name in header}), len(header)) for one, header in readings.items()}
    best = max(scores, key=scores.get)
    rivals = tuple(one for one in scores if one != best and scores[one] == scores[best] and scores[one][1] > 1)
    return TextFile(path, seen, best, tuple(readings[best]), rivals)


def engine_scan(found):
    """SQL that has the engine read a plain UTF-8 file itself."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in column_names(found.header))
    return (
        f"read_csv({literal(found.path)}, columns = {{{columns}}}, header = true, auto_detect = false,"
        f" delim = {literal(found.delimiter)}, quote = '\"', escape = '\"', nullstr = '', strict_mode = true)"
    )


def load_carefully(connection, table, found, *, folder=None):
    """Have our own reader load the file; see `rows.load`."""
    with open_bytes(found.path) as file, io.TextIOWrapper(file, found.encoding, newline="") as text:
        return load(connection, table, _numbered(text, found.delimiter), folder=folder)


def _numbered(text, delimiter):
    """(row, cells) of a text: rows are counted as a spreadsheet does, blank ones too, a line break inside quotes not."""
    kept = _Remembering(text)
    reader = csv.reader(kept, delimiter=delimiter, strict=True)
    for row in itertools.count(1):
        kept.lines.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BrokenQuote(row, "".join(kept.lines[:1]).strip()) from None
        if row == 1 and delimiter.join(cells).lower() == f"sep={delimiter}":
            continue  # what Excel writes to name the delimiter
        yield row, cells


class _Remembering:
    """Lines of a text, with those of the row in hand kept for a message."""

    def __init__(self, lines):
        self._source, self.lines = iter(lines), []

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self._source)
        if len(self.lines) < 2:
            self.lines.append(line)
        return line


def _excel_hint(text):
    first = text.split("\n", 1)[0].rstrip("\r")
    return first[4] if first.lower().startswith("sep=") and len(first) == 5 else ""


def _header(text, delimiter):
    try:
        return next((cells for _, cells in _numbered(io.StringIO(text, newline=""), delimiter) if any(cell.strip() for cell in cells)), [])
    except BrokenQuote:
        return [text.strip().splitlines()[0]]
