"""Writing a company folder: the same frames give the same bytes on every machine."""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd

from lifecycle_utils.contract import TABLES as CONTRACT
from lifecycle_utils.simulate.company import CUSTOMERS, LAST_MONTH, MONTHS, SEED, TABLES, company
from lifecycle_utils.simulate.truth import TRUTH

_SETTINGS = """\
# Settings of this company; every key is optional. See data/README.md.
company = "Sample Company (simulated)"
currency = "USD"
gross_margin = 0.8
discount_rate_annual = 0.1
"""
# The last value of each band: the usual size classes and decades, not chosen by any outcome.
_BANDS = """\

[bands]
employees = [10, 50, 250, 1000]
founded_year = [1989, 1999, 2009, 2019]
"""
# What others say of other companies: context beside the number, not a target.
_BENCHMARKS = """\

[benchmarks.annual_customer_churn]
small_business = [0.31, 0.58]
enterprise = [0.06, 0.1]
as_of = "2010s, looked up in November 2026"
source = "T. Tunguz, The Innovator's Dilemma for SaaS Startups"
"""


def write_company(out, *, customers=CUSTOMERS, months=MONTHS, seed=SEED, last_month=LAST_MONTH, truth=TRUTH, tables=TABLES, observed_from=None):
    """Simulate a company and write it as a folder that the kit reads; returns the paths written. Parameters as in `company`."""
    frames = company(
        customers=customers, months=months, seed=seed, last_month=last_month, truth=truth, tables=tables, observed_from=observed_from
    )
    return write_frames(out, frames, observed_from=observed_from)


def write_frames(out, frames, *, observed_from=None):
    """Write tables as `company` returns them, with settings beside them; returns the paths written.

    Existing files of the same names are replaced, others are left alone.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    settings = _SETTINGS + (f"observed_from = {observed_from}\n" if observed_from is not None else "") + _BANDS + _BENCHMARKS
    files = {"lifecycle.toml": settings.encode()} | dict(table_file(name, frame) for name, frame in frames.items())
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in sorted(files)]


def table_file(name, frame):
    """The file of a table: (name, bytes). `usage` is by far the longest, so it is compressed, without a time stamp."""
    text = io.StringIO()
    as_text(name, frame).to_csv(text, index=False, lineterminator="\n")
    content = text.getvalue().encode()
    if name != "usage":
        return f"{name}.csv", content
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0, compresslevel=6) as file:
        file.write(content)
    return f"{name}.csv.gz", packed.getvalue()


def as_text(name, frame):
    """Every cell as the contract writes it, empty where there is nothing."""
    return pd.DataFrame({column: _cells(frame[column], CONTRACT[name].column(column)) for column in frame.columns})


def _cells(values, column):
    missing = values.isna().to_numpy()
    if pd.api.types.is_datetime64_any_dtype(values):
        text = np.datetime_as_string(values.to_numpy().astype("datetime64[D]")).astype(object)
    elif column is not None and column.type == "money":
        text = _each(values, "{:.2f}")
    elif column is not None and column.name == "rate":
        text = _each(values, "{:.4f}")
    elif column is not None and column.type == "number":
        text = _each(values, "{:g}")
    elif column is not None and column.type == "boolean":
        text = np.where(values.fillna(False).to_numpy(dtype=bool), "true", "false").astype(object)
    else:
        text = values.astype(object).map(str, na_action="ignore").to_numpy(dtype=object)
    return np.where(missing, "", text)


def _each(values, form):
    return np.array([form.format(value) for value in values], dtype=object)
