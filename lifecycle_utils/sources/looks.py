"""What does a cell look like that cannot be read? Only to say the remedy; nothing is ever read by its looks."""

import datetime as dt
import re

_EXCEL = re.compile(r"[2-7][0-9]{4}(\.[0-9]+)?")
_EPOCH = re.compile(r"[0-9]{9,10}(\.[0-9]+)?")
_EPOCH_MS = re.compile(r"[0-9]{12,13}")
_THREE_PARTS = re.compile(r"([0-9]{1,4})([/.\- ])([0-9]{1,2})\2([0-9]{1,4})(.*)")
_TIME = re.compile(r"[ T]([0-9]{1,2}):[0-9]{2}(:[0-9]{2})?( ?[AaPp][Mm])?")


def remedy(type, values, how, table):
    """What to do about cells that are not of their type, or None if nothing better is known than the rule's own fix.

    Parameters
    ----------
    values : list of the offending texts, or some of them
    how : Written, what is declared already
    """
    if not values or type not in ("date", "month", "money", "number", "integer"):
        return None
    return _of_dates(values, table) if type in ("date", "month") else _of_numbers(values, how, table)


def _of_dates(values, table):
    iso = "write dates as YYYY-MM-DD"
    section = f"[files.{table}]"
    if all(map(_EXCEL.fullmatch, values)):
        day = dt.date(1899, 12, 30) + dt.timedelta(days=int(float(values[0])))
        way_out = f'format the column as a date and export again, or set dates = "excel" under {section}'
        return f"{iso}: it looks like Excel's day number ({values[0]} is {day}); {way_out}"
    for pattern, name, divisor in ((_EPOCH, "epoch", 1), (_EPOCH_MS, "epoch_ms", 1000)):
        if all(map(pattern.fullmatch, values)):
            day = dt.datetime.fromtimestamp(float(values[0]) / divisor, dt.UTC).date()
            unit = "seconds" if divisor == 1 else "milliseconds"
            return f'{iso}: it looks like {unit} since 1970 ({values[0]} is {day}); convert it, or set dates = "{name}" under {section}'
    parts = [_THREE_PARTS.fullmatch(value) for value in values]
    if not all(parts):
        return None
    formats = sorted({_format(part) for part in parts})
    if len(formats) == 1 and "?" not in formats[0]:
        return f'{iso}, or set dates = "{formats[0]}" under {section} of lifecycle.toml; other orders are never guessed'
    if any("?" in one for one in formats):
        open_one = next(one for one in formats if "?" in one)
        both = " or ".join(f'"{open_one.replace("?", first).replace("!", second)}"' for first, second in (("%d", "%m"), ("%m", "%d")))
        return f"{iso}: day and month cannot be told apart, so say which it is: dates = {both} under {section} of lifecycle.toml"
    return f"{iso}: there are several formats, list them under {section}: dates = {formats}"


def _format(part):
    """The strptime format of a date of three parts; `?` and `!` where day and month cannot be told apart."""
    first, mark, second, third, rest = part.groups()
    if len(first) == 4:
        day = f"%Y{mark}%m{mark}%d"
    else:
        year = "%Y" if len(third) == 4 else "%y"
        order = ("%d", "%m") if int(first) > 12 or mark == "." else ("%m", "%d") if int(second) > 12 else ("?", "!")
        day = f"{order[0]}{mark}{order[1]}{mark}{year}"
    time = _TIME.fullmatch(rest)
    if not time:
        return day
    seconds = ":%S" if time[2] else ""
    clock = f"%I:%M{seconds}{' ' if ' ' in time[3] else ''}%p" if time[3] else f"%H:%M{seconds}"
    return f"{day}{rest[0]}{clock}"


_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}|[+-]?[0-9]+,[0-9]{4,}")
_GERMAN = re.compile(r"[+-]?[0-9]{1,3}([.' \xa0\u202f][0-9]{3})+(,[0-9]+)?")
_ENGLISH = re.compile(r"[+-]?[0-9]{1,3}([,' \xa0\u202f][0-9]{3})+(\.[0-9]+)?")
_UNCLEAR = re.compile(r"[+-]?[0-9]{1,3},[0-9]{3}")


def _of_numbers(values, how, table):
    section = f"[files.{table}] of lifecycle.toml"
    if all(map(_UNCLEAR.fullmatch, values)):
        return f'is the comma for decimals or for thousands? say which: decimal = "," or thousands = "," under {section}'
    if all(_COMMA.fullmatch(value) or _GERMAN.fullmatch(value) or _UNCLEAR.fullmatch(value) for value in values) and any("," in value for value in values):
        mark = next((one[1][0] for one in map(_GERMAN.fullmatch, values) if one), "")
        return f'it has a decimal comma: set decimal = ","{_thousands(mark)} under {section}'
    if all(map(_ENGLISH.fullmatch, values)):
        mark = _ENGLISH.fullmatch(values[0])[1][0]
        return f"it has separators between thousands: set{_thousands(mark).removeprefix(' and')} under {section}"
    if any(re.search(r"[€$£¥zł]|[A-Z]{3}", value) for value in values):
        return "write it as 1234.50, without a currency sign; the currency has a column of its own"
    if any(re.fullmatch(r"\(.*\)|[\u2212\u2013].*", value) for value in values):
        return "write it as 1234.50, a negative one as -1234.50 with a plain minus"
    if any(value.lower().strip("+-") in ("nan", "inf", "infinity") for value in values):
        return "it is no amount: a division by zero or an empty value upstream; leave the cell empty or correct it"
    return None


def _thousands(mark):
    shown = " " if mark in "\xa0\u202f" and mark else mark
    return f' and thousands = "{shown}"' if mark else ""
