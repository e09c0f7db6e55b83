"""Counts as hypothesis draws them: any that `check_tenures` accepts."""

import pandas as pd
from hypothesis import settings
from hypothesis import strategies as st

# Two cores are shared and lifelines is slow per call: fewer examples, no stopwatch.
quick = settings(deadline=None, max_examples=30)


@st.composite
def tenure_rows(draw, groups=("a", "b", "c"), late_entry=True, longest=24):
    entry = draw(st.integers(0, 6)) if late_entry else 0
    churned = draw(st.booleans())
    tenure = draw(st.integers(entry + 1 if churned else 0, longest))
    return draw(st.sampled_from(groups)), entry, tenure, churned, draw(st.integers(0, 40))


def tenures_frames(**options):
    rows = st.lists(tenure_rows(**options), min_size=1, max_size=30)
    return rows.map(lambda each: pd.DataFrame(each, columns=["group", "entry", "tenure", "churned", "customers"]))
