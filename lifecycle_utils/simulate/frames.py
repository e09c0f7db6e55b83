"""Putting frames on top of each other."""

import numpy as np
import pandas as pd


def stacked(frames):
    """Rows of all frames, by the columns of the first; a column that is empty everywhere in one frame keeps its type.

    >>> stacked([pd.DataFrame({"day": [pd.NaT]}), pd.DataFrame({"day": [pd.Timestamp("2026-10-01")]})])["day"].dtype
    dtype('<M8[ns]')
    """
    return pd.DataFrame({name: np.concatenate([frame[name].to_numpy() for frame in frames]) for name in frames[0].columns})
