"""Which values reach which notebook? Names are allow-listed and values typed before papermill, which writes both as code, sees them."""

import math
import re

from lifecycle_utils.errors import UsageError
from lifecycle_utils.report.catalogue import did_you_mean
from lifecycle_utils.sources.groupings import no_such_grouping

#: Parameters that name a column of customers or subscriptions, mostly what customers are grouped by.
GROUPING_PARAMETERS = ("by", "interval", "mix_by", "seats")

_OWN_OPTION = {"data": "--data", "month": "--month"}
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def assign(notebooks, given, *, data, month):
    """The parameters of every notebook.

    Parameters
    ----------
    notebooks : list of Notebook
    given : list of (name, text) as typed on the command line
    data, month : passed to every notebook that declares them

    Returns
    -------
    dict of notebook name to dict of parameter name to value; a parameter goes to every notebook that declares it

    Raises
    ------
    UsageError : a name that no notebook declares, or a value that is not of its default's type or is not allowed

    >>> from lifecycle_utils.report.catalogue import Notebook
    >>> survival = Notebook("survival", None, "Survival", defaults={"month": "", "by": "", "horizon_months": 24})
    >>> assign([survival], [("horizon_months", "36")], data="", month="2026-10")
    {'survival': {'month': '2026-10', 'horizon_months': 36}}
    """
    _refuse_unknown(notebooks, [name for name, _ in given])
    assigned = {}
    for notebook in notebooks:
        values = {"data": data, "month": month} | {
            name: typed(name, text, notebook.defaults[name], notebook.allowed.get(name)) for name, text in given if name in notebook.defaults
        }
        assigned[notebook.name] = {name: value for name, value in values.items() if name in notebook.defaults}
    return assigned


def check_groupings(given, known):
    """Refuse what customers cannot be grouped by, before any notebook runs.

    Parameters
    ----------
    given : list of (name, text) as typed on the command line
    known : what the company's customers can be grouped by

    Raises
    ------
    UsageError
    """
    for name, text in given:
        if name in GROUPING_PARAMETERS and text not in known:
            raise UsageError(no_such_grouping(text, known, parameter=name))


def _refuse_unknown(notebooks, names):
    known = list(dict.fromkeys(name for notebook in notebooks for name in notebook.defaults if name not in _OWN_OPTION))
    for name in names:
        if name in _OWN_OPTION:
            raise UsageError(f"the parameter {name!r} is set by {_OWN_OPTION[name]}")
        if name not in known:
            raise UsageError(f"none of the selected notebooks has a parameter {name!r}{did_you_mean(name, known)}")
        if names.count(name) > 1:
            raise UsageError(f"the parameter {name!r} is given twice")


def typed(name, text, default, allowed=None):
    """`text` as a value of the type of `default`, one of the words of `allowed` or within its two numbers.

    >>> typed("min_at_risk", "50", 30)
    50
    >>> typed("pooled", "yes", False)
    True
    >>> typed("span", "yaer", "year", ("year", "quarter"))
    Traceback (most recent call last):
    lifecycle_utils.errors.UsageError: the parameter 'span' cannot be 'yaer'; did you mean 'year'?
    """
    value = _of_type(name, text, default)
    if allowed and isinstance(value, str) and value not in allowed:
        raise UsageError(f"the parameter {name!r} cannot be {text!r}{did_you_mean(text, allowed)}")
    if allowed and not isinstance(value, str) and not allowed[0] <= value <= allowed[1]:
        raise UsageError(f"the parameter {name!r} is a number from {allowed[0]:g} to {allowed[1]:g}, not {text!r}")
    return value


def _of_type(name, text, default):
    if isinstance(default, bool):
        if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        raise UsageError(f"the parameter {name!r} is true or false, not {text!r}")
    if isinstance(default, int):
        if re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            return int(text)
        raise UsageError(f"the parameter {name!r} is a whole number such as {default}, not {text!r}")
    if isinstance(default, float):
        value = float(text) if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]{1,3})?", text) else math.nan
        if math.isfinite(value):
            return value
        raise UsageError(f"the parameter {name!r} is a number such as {default}, not {text!r}")
    if isinstance(default, str) or default is None:
        return text
    raise UsageError(f"the parameter {name!r} holds a {type(default).__name__}; change it in the notebook, not on the command line")
