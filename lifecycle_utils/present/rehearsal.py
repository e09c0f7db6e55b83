"""What drawing and printing do slower the first time in a process, done once before other processes are forked from it."""

import pandas as pd
from matplotlib.figure import Figure as Drawing

from lifecycle_utils.present import theme
from lifecycle_utils.present.record import Figure, Table


def rehearse():
    """Print a little table and draw a little chart that nobody sees."""
    Table("rehearsal", pd.DataFrame({"name": ["one", "two"], "share": [0.25, 0.75]}), "Table")._repr_mimebundle_()
    Figure(_chart(), "A chart.")._repr_mimebundle_()


@theme.styled
def _chart():
    # not by pyplot: with it comes the backend that shows a notebook's figures, which a kernel has to import itself
    ax = Drawing(figsize=(2, 1), layout="constrained").subplots()
    ax.plot([1, 2, 3], [0.25, 0.5, 0.75], label="one")
    ax.set_title("A title", weight="bold")
    ax.legend()
    return theme.describe(ax, "A chart.")
