"""The one month arithmetic: calendar months, month ends, and complete subscription months.

A calendar month is the text ``"YYYY-MM"``; a snapshot of it is taken at its end. Dates are calendar dates, and every end is exclusive.
The k-th monthly anniversary of a start clamps to the last day of its month: 31 January + 1 month is the last day of February.

The counting rules exist twice, for dates and for engine columns, side by side; a property test holds them together.
"""

import datetime as dt
import re
from calendar import monthrange

import narwhals as nw

from lifecycle_utils.errors import UsageError

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def check_month(month):
    """Return `month` if it is a calendar month written "YYYY-MM", else raise UsageError.

    >>> check_month("2026-10")
    '2026-10'
    """
    if not isinstance(month, str) or not _MONTH.fullmatch(month) or month < "0001":
        raise UsageError(f"month {month!r} is not a calendar month written YYYY-MM, for example 2026-10")
    return month


def month_of(day):
    """The calendar month of a date.

    >>> month_of(dt.date(2024, 2, 29))
    '2024-02'
    """
    return f"{day.year:04d}-{day.month:02d}"


def first_day(month):
    """The first day of a calendar month."""
    year, number = map(int, check_month(month).split("-"))
    return dt.date(year, number, 1)


def shift_month(month, by):
    """The calendar month `by` months later (earlier if negative).

    >>> shift_month("2026-11", 3)
    '2027-02'
    """
    return month_of(add_months(first_day(month), by))


def month_end(month):
    """The exclusive end of a calendar month: the first day after it. A snapshot knows what happened before this day.

    >>> month_end("2024-02")
    datetime.date(2024, 3, 1)
    """
    return first_day(shift_month(month, 1))


def month_range(first, last):
    """Every calendar month from `first` to `last`, both included; empty if `last` is earlier.

    >>> month_range("2025-11", "2026-01")
    ['2025-11', '2025-12', '2026-01']
    """
    count = month_index(last) - month_index(first) + 1
    return [shift_month(first, number) for number in range(max(count, 0))]


def month_index(month):
    """Months since year 0, so that differences count calendar months.

    >>> month_index("2026-01") - month_index("2025-11")
    2
    """
    year, number = map(int, check_month(month).split("-"))
    return year * 12 + number - 1


def add_months(start, months):
    """The monthly anniversary: the same day `months` later, or the last day of that month if it is shorter.

    >>> add_months(dt.date(2023, 1, 31), 1)
    datetime.date(2023, 2, 28)
    """
    year, zero_based = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, zero_based + 1, min(start.day, monthrange(year, zero_based + 1)[1]))


def complete_months(start, end):
    """How many subscription months that began on `start` are over by the exclusive day `end`?

    The largest k with `add_months(start, k) <= end`; negative if `end` is before `start`.

    >>> complete_months(dt.date(2023, 1, 31), dt.date(2023, 2, 28))
    1
    >>> complete_months(dt.date(2023, 1, 31), dt.date(2023, 2, 27))
    0
    """
    apart = (end.year - start.year) * 12 + end.month - start.month
    return apart if _anniversary_reached(start.day, end.day, _is_last_day(end)) else apart - 1


def begun_months(start, end):
    """How many subscription months that began on `start` have begun before the exclusive day `end`?

    The smallest k with `add_months(start, k) >= end`: the subscription month in which a customer that ends on `end` churned,
    and the number of months that are lost to observation when it begins on `end`.

    >>> begun_months(dt.date(2023, 1, 15), dt.date(2023, 2, 15))
    1
    >>> begun_months(dt.date(2023, 1, 15), dt.date(2023, 2, 16))
    2
    """
    complete = complete_months(start, end)
    return complete if add_months(start, complete) == end else complete + 1


def _is_last_day(day):
    return day.day == monthrange(day.year, day.month)[1]


def _anniversary_reached(start_day, end_day, end_is_last_day):
    return start_day <= end_day or end_is_last_day


# The same rules for engine columns ---------------------------------------------------------------


def month_column(day):
    """`month_of` for an engine column: text "YYYY-MM"."""
    return day.dt.to_string("%Y-%m")


def complete_months_column(start, end):
    """`complete_months` for engine columns; `end` may be a date or a column. Integer column, null where an input is."""
    return _months_apart(start, end) - nw.when(_reached_column(start, end)).then(0).otherwise(1)


def begun_months_column(start, end):
    """`begun_months` for engine columns; `end` may be a date or a column. Integer column, null where an input is."""
    start_day, end_day, last = start.dt.day(), _day(end), _last_day_column(end)
    exact = (start_day == end_day) | (last & (start_day >= end_day))
    return complete_months_column(start, end) + nw.when(exact).then(0).otherwise(1)


def days_column(start, end):
    """Days from `start` to the exclusive `end`; each may be a date or an engine column. Integer column.

    Through the proleptic Gregorian ordinal (`datetime.date.toordinal`), because engines disagree on what subtracting two dates gives.
    """
    return _ordinal(end) - _ordinal(start)


def _ordinal(day):
    if isinstance(day, dt.date):
        return nw.lit(day.toordinal())
    before = day.dt.year().cast(nw.Int64) - 1
    return before * 365 + before // 4 - before // 100 + before // 400 + day.dt.ordinal_day()


def _months_apart(start, end):
    return (_year(end) - _year(start)) * 12 + _month(end) - _month(start)


def _reached_column(start, end):
    return (start.dt.day() <= _day(end)) | _last_day_column(end)


def _last_day_column(day):
    return nw.lit(_is_last_day(day)) if isinstance(day, dt.date) else day.dt.offset_by("1d").dt.day() == 1


def _year(day):
    return nw.lit(day.year) if isinstance(day, dt.date) else day.dt.year().cast(nw.Int64)


def _month(day):
    return nw.lit(day.month) if isinstance(day, dt.date) else day.dt.month().cast(nw.Int64)


def _day(day):
    return nw.lit(day.day) if isinstance(day, dt.date) else day.dt.day().cast(nw.Int64)
