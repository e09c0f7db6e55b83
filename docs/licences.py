"""The licences of everything that requirements.txt pins, as the packages themselves declare them: `make licences` writes docs/licences.md."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
#: Long texts in the field for a licence's name: what they are the text of.
_TEXTS = (
    ("Redistribution and use in source and binary forms", "BSD"), ("Permission is hereby granted, free of charge", "MIT"), ("Apache License", "Apache-2.0"),
)  # fmt: skip
#: Licences that ask more of whoever passes the program on than to keep a notice.
_COPYLEFT = re.compile(r"\b(A?GPL|LGPL|MPL|EPL|CDDL)\b|General Public|Mozilla", re.IGNORECASE)

_INTRODUCTION = """\
# Licences of the dependencies

Printed by `make licences` from what each package declares about itself. The kit itself is under the MIT licence.
Packages that only another platform or Python needs are listed without one: they are not installed where this page was printed.
"""


def pinned():
    """Names and versions in requirements.txt, in its order."""
    return _PINNED.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))


def licence(name):
    """What a package declares, in a few words; "" if it is not installed here."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return ""
    classified = [one.rpartition(" :: ")[2] for one in told.get_all("Classifier") or [] if one.startswith("License :: ")]
    classified = [one for one in classified if one != "OSI Approved"]
    written = (told.get("License-Expression") or "").strip()
    free = (told.get("License") or "").strip()
    known = next((short for text, short in _TEXTS if text in free), "")
    return written or ", ".join(classified) or (free if 0 < len(free) < 60 else known) or "not declared"


def page():
    """The page as Markdown."""
    rows = [(name, version, licence(name)) for name, version in pinned()]
    lines = [_INTRODUCTION, "| package | version | licence |", "|---|---|---|"]
    lines += [f"| {name} | {version} | {told or 'not installed here'} |" for name, version, told in rows]
    more = [f"{name} ({told})" for name, _, told in rows if _COPYLEFT.search(told)]
    lines += ["", f"Under a licence that asks for more than a notice when a changed version is passed on: {', '.join(more) or 'none'}."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
