"""The month arithmetic of `lifecycle_utils.months`, for numpy arrays of days. A property test holds the two together."""

import numpy as np

DAY = "datetime64[D]"


def add_months(days, months):
    """The monthly anniversaries of many days: the same day `months` later, or the last day of a shorter month.

    >>> add_months(np.array(["2023-01-31"], dtype=DAY), np.array([1]))
    array(['2023-02-28'], dtype='datetime64[D]')
    """
    month = days.astype("datetime64[M]")
    day_of_month = days - month.astype(DAY)
    target = month + np.asarray(months).astype("timedelta64[M]")
    length = (target + np.timedelta64(1, "M")).astype(DAY) - target.astype(DAY)
    return target.astype(DAY) + np.minimum(day_of_month, length - np.timedelta64(1, "D"))


def complete_months(starts, ends):
    """How many subscription months from `starts` are over by the exclusive days `ends`?

    >>> complete_months(np.array(["2023-01-31", "2023-01-31"], dtype=DAY), np.array(["2023-02-28", "2023-02-27"], dtype=DAY))
    array([1, 0])
    """
    ends = np.broadcast_to(np.asarray(ends, dtype=DAY), starts.shape)
    apart = (ends.astype("datetime64[M]") - starts.astype("datetime64[M]")).astype(np.int64)
    return apart - (add_months(starts, apart) > ends)


def plus_days(days, number):
    """Days later, by whole numbers."""
    return days + np.asarray(number).astype("timedelta64[D]")
