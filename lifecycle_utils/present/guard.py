"""The door between estimates and what is said of them in a shared report: every frame that goes through is made safe (see disclosure).

In any other run the door stands open: `guarded` gives back what it is given.
"""

import dataclasses
import functools
import math
import os
import re
from contextlib import suppress

from lifecycle_utils.language import _

#: Names the environment variable that holds k while a shared report is made.
VARIABLE = "LIFECYCLE_SHARED_K"

_KINDS = ("customers", "count")
#: A sentence that counts few customers, in words that no frame has brought.
_COUNTED = re.compile(
    r"(?<![\d.,%$€£-])(\d+)\s*(?:of (?:them|these|those|the \d|\d)|customers?\b|accounts?\b|leads?\b|trials?\b|answers?\b|klient|kont\b|kont[ao]\b|社|人|件|名)"
)
#: What drawing and saying raise when all that they wanted to show is blank.
_NOTHING_LEFT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def guarded(name, found):
    """What `present` lends under a name: itself, or in a shared report a function that lets only safe frames through."""
    k = int(os.environ.get(VARIABLE) or 0)
    if not k or not callable(found) or name in ("Figure", "Finding"):
        return found

    @functools.wraps(found, updated=())
    def through(*arguments, **options):
        from lifecycle_utils.present.disclosure import safe

        for whole_rows in (False, True):  # not everything that draws or counts can do with blanks
            make_safe = functools.partial(_each, functools.partial(safe, k=k, whole_rows=whole_rows))
            with suppress(*_NOTHING_LEFT):
                return _each_shown(found(*map(make_safe, arguments), **{key: make_safe(value) for key, value in options.items()}), k)
        return _each_shown(_in_its_place(name, arguments, k), k)

    return through


def _each(act, value):
    """`value` with every frame in it acted upon."""
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        return act(value)
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(_each(act, one) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {part.name: _each(act, getattr(value, part.name)) for part in dataclasses.fields(value) if part.init}
        return dataclasses.replace(value, **changed)
    return value


def _each_shown(shown, k):
    from lifecycle_utils.present.record import Finding, Table

    if isinstance(shown, (list, tuple)):
        return type(shown)(_each_shown(one, k) for one in shown)
    if isinstance(shown, Finding):
        return _safe_finding(shown, k)
    if isinstance(shown, Table):
        shown = dataclasses.replace(shown, frame=_whole(shown.frame, k))
        shown._repr_mimebundle_()  # a table is written when it is displayed: whether it can do with blanks is to be known now
    return shown


def _safe_finding(finding, k):
    few = any(0 < int(number) < k for number in _COUNTED.findall(finding.sentence.replace(",", "")))
    few |= finding.n is not None and 0 < finding.n < k
    few |= finding.unit in _KINDS and finding.value is not None and not math.isnan(finding.value) and 0 < abs(finding.value) < k
    return _withheld(finding.key, k, finding.unit, finding.definition) if few else finding


def _withheld(key, k, unit="", definition=""):
    from lifecycle_utils.present.record import Finding

    return Finding(key, math.nan, math.nan, math.nan, None, unit, definition, _told_instead(k), _("fewer than {k} customers").format(k=k))


def _told_instead(k):
    return _("Withheld in a shared report: it would tell of fewer than {k} customers.").format(k=k)


def _whole(frame, k):
    """Counts as whole numbers again, and a list of fewer than k customers as an empty one."""
    from lifecycle_utils.present.disclosure import is_list, is_whole

    if is_list(frame) and len(frame) < k:
        return frame.iloc[:0]
    whole = [column for column in frame if is_whole(frame[column])]
    return frame.astype(dict.fromkeys(whole, "Int64"))


def _in_its_place(name, arguments, k):
    """A chart, table or sentence of which nothing is left."""
    import pandas as pd

    from lifecycle_utils.present.record import Table

    words = _told_instead(k)
    if name.endswith(("_chart", "_panels")):
        return _words_only(words)
    if name == "Table":
        return Table(arguments[0], pd.DataFrame({"told": [words]}), words)
    if name.endswith("_table"):
        return Table(name.removesuffix("_table"), pd.DataFrame({"told": [words]}), words)
    found = _withheld(name.removesuffix("s").removesuffix("_finding"), k)
    return [found] if name.endswith("s") else found


def _words_only(words):
    from lifecycle_utils.present import theme

    with theme.style():
        ax = theme.axes_or_new(None, height=1.4)
        ax.text(0, 0.5, words, va="center")
        ax.set_axis_off()
    return theme.describe(ax, words)
