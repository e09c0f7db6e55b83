"""The page docs/checks.md, printed from the rules and the settings: `python -m lifecycle_utils.sources.document`."""

import datetime as dt
from pathlib import Path

from lifecycle_utils.settings import Settings
from lifecycle_utils.settings_keys import KEYS
from lifecycle_utils.settings_values import FILE_OPTIONS
from lifecycle_utils.sources.rows import RAGGED
from lifecycle_utils.sources.rules import rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"

_INTRODUCTION = """\
# What is checked, and what lifecycle.toml decides

This page is printed from `sources/rules.py` and `settings_keys.py` (`make docs`).

`lifecycle check --data DIR` tells every problem at once: an **error** stops a report, a **warning** is told and its rows may be set aside,
a **note** is only told. The rows behind errors and warnings go to `rejects.csv` in the company's folder, numbered as in their file.
"""

_FILES = """\
## How files are written

Text files may be UTF-8, UTF-16, cp932, cp1250 or latin-1/cp1252, delimited by comma, semicolon, tab or bar: both are found out and told.
Dates are ISO (`2024-01-31`) and numbers have a point, unless `[files]` (for all tables) or `[files.subscriptions]` (for one) says otherwise:

```toml
[files]
encoding = "cp1250"
delimiter = ";"
decimal = ","
thousands = "."
dates = ["%d.%m.%Y", "%d.%m.%Y %H:%M"]
```
"""


def page():
    """The page as Markdown."""
    lines = [_INTRODUCTION, "## Policies", "", "The first choice is the default.", "", "| key | choices | about |", "|---|---|---|"]
    lines += [f"| `{name}` | {', '.join(f'`{one}`' for one in key.choices)} | {key.meaning} |" for name, key in KEYS.items() if key.choices]
    lines += ["", "## Other keys", "", "| key | kind | default | meaning |", "|---|---|---|---|"]
    defaults = Settings()
    for name, key in KEYS.items():
        if not key.choices:
            default = getattr(defaults, name)
            shown = "" if key.kind == "section" or default in ("", None) else f"`{default}`"
            lines.append(f"| `{name}` | {key.kind} | {shown} | {key.meaning} |")
    lines += ["", _FILES, "| option | value |", "|---|---|"]
    lines += [f"| `{name}` | {says} |" for name, (_, says) in FILE_OPTIONS.items()]
    lines += ["", "## Rules", "", "Under the default policies:", "", "| code | table | severity | what | set aside |", "|---|---|---|---|---|"]
    lines += [f"| {code} | any text file | error | a row {message} | |" for code, (message, _) in RAGGED.items()]
    lines += [
        "| not_a_… | any | error | a cell is not of its column's type | |",
        "| empty | any | error | a required cell is empty | |",
        "| trimmed, composed | any | note | a cell had blanks around it, or was not in Unicode's NFC | |",
        "| rounded | any | note | money has more than four decimals | |",
        "| decimal_unclear | any | error | money has three digits after the point wherever it has one | |",
        "| date_unclear | any | error | a date is another day in each of the declared formats | |",
    ]
    for rule in rules(defaults, dt.date(2000, 1, 1)):
        what = f"{rule.column} {rule.message}".replace("2000-01-01", "the day of the check").replace("|", "\\|")
        lines.append(f"| {rule.code} | {rule.table} | {rule.severity} | {what} | {'yes' if rule.sets_aside else ''} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
