"""Bring an aggregate back from the engine: the one place where a lazy frame becomes pandas."""


def fetch(lazy, *, sort=None):
    """Collect a small lazy frame as pandas, rows sorted by `sort`, so that two runs and two engines agree."""
    frame = lazy.collect("pandas").to_native()
    return frame if sort is None else frame.sort_values(sort, kind="stable").reset_index(drop=True)


def fetch_one(lazy):
    """Collect a lazy frame of one row and one column as its value."""
    return lazy.collect("pandas").item()
