"""What a shared report may say of few customers: nothing. Frames are made safe here, before anything is drawn, printed or said of them.

1. A count of 1 to k - 1 customers is blank (primary suppression), and so is all that would give it away: shares, intervals, its money.
2. Where parts add up to a known total, a lone blank could be computed: the smallest other parts are blanked with it, until at least two
   parts of together at least k customers are (complementary suppression).
3. What is left is written to the nearest k customers, shares to the nearest k of those they are shares of, and amounts to three digits:
   sums and differences of printed numbers, of this table or another, leave a blank open (but see docs/sharing.md for when they may not).

References
----------
Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (suppression, secondary suppression) and 5.4 (rounding).
"""

import re

import numpy as np
import pandas as pd

from lifecycle_utils.language import _

#: Columns that count customers (or accounts, leads, trials, answers: persons and companies all the same).
_COUNT = re.compile(
    r"n|n_\w+|top|at_risk|churned|churned_by_count|left|left_again|left_out|came_back|joined_and_left|other_days|late_entrants|tested|trials|ended|converted|used"
    r"|unused|answers|top_answers|leads|won|good|starts_with\w*|starts_without\w*|\w*customers\w*|\w*accounts\w*|\w+_at_risk|customer_months|asked|active"
)
#: Of whom a row's shares are shares, the first that is there.
_BASES = ("at_risk", "opening_customers", "customers", "n", "tested", "accounts", "trials", "customers_now", "customer_months", "answers")
#: Counts that may be blank while the rest of their row stands, and what would give them away.
_CELLS = {
    "churned": ("hazard", "rate", "churn_rate"),
    "late_entrants": (),
    "new_customers": ("new",),
    "reactivated_customers": ("reactivation",),
    "churned_customers": ("churn", "rate", "lower", "upper", "change", "change_lower", "change_upper", "rate_before"),
    "expanded_customers": ("expansion",),
    "contracted_customers": ("contraction",),
}
_FLOWS = ("new_customers", "reactivated_customers", "churned_customers")
_PARTS = ("group", "cohort_month", "band", "to_stage", "value")
#: Numbers that say what a row is about, not how many customers it counts.
_ABOUT = re.compile(
    r"(?!customer_months)(\w*(month|months|day|days|days_30|days_before|year|years|age)|share_left|reduction|rank|weight|points|months_in_set|within|month_by_count"
    r"|top|inputs|payback\w*|score|bin|tenth|horizon\w*|rows|rows_\w+|errors|warnings|notes|months_\w+|groups|pairs|measures|forecasts)"
)
_KEYS = ("attribute", "tenure_month", "method", "measure", "months_after", "horizon_months", "step", "month", "from_stage", "share_left", "kpi", "for_month")
#: Sentences of the estimates themselves: their numbers were counted before anything was blanked.
_PROSE = {"reason", "because", "said", "why", "remark", "note"}
_CHANCES = re.compile(r"\w*(p_value|q_value|p_holm)")
#: Units of a frame that says in every row what it measures.
_COUNTED = ("count", "customers")
_TOLERANCE = 1e-9


def safe(frame, k, *, whole_rows=False):
    """The frame as a shared report with threshold `k` may show it; the argument stays as it is.

    `whole_rows` leaves out the rows of which a cell had to be blanked.

    >>> counts = pd.DataFrame({"group": ["all", "a", "b", "c"], "customers": [100, 3, 21, 76]})
    >>> safe(counts, 5)["customers"].tolist()
    [100.0, nan, nan, 75.0]
    """
    if not len(frame):
        return frame
    frame = frame.copy()
    if is_list(frame):
        return _safe_list(frame)
    numbers = [column for column in frame if _is_number(frame[column])]
    # A whole number of which nobody has said what it counts is taken to count customers.
    counts = [column for column in numbers if is_count(frame, column) or pd.api.types.is_integer_dtype(frame[column]) and not _ABOUT.fullmatch(column)]
    frame[numbers] = frame[numbers].astype(float)
    units = frame["unit"] if "unit" in frame else pd.Series("", index=frame.index)
    base = next((frame[column] for column in _BASES if column in counts), None)
    shares = [column for column in numbers if column not in counts and _holds_shares(frame, column)]
    blank = _blank(frame, numbers, counts, base, shares, units, k)
    rounded = frame.copy()
    for column in numbers:
        if column in counts:
            rounded[column] = _nearest(frame[column], k)
        elif not _ABOUT.fullmatch(column):
            rounded[column] = _digits(frame[column], 2 if _CHANCES.fullmatch(column) else 3)
    _round_shares(rounded, frame, shares, units, base, k)
    for column in numbers:
        rounded.loc[blank[column].to_numpy(), column] = np.nan
    if "withheld" in frame:  # a sentence that finds nothing to say asks why
        silent = blank.any(axis=1) & (frame["withheld"].fillna("") == "")
        rounded.loc[silent.to_numpy(), "withheld"] = _("fewer than {k} customers").format(k=k)
    for column in _PROSE & set(frame.columns):
        rounded[column] = frame[column].where(~frame[column].astype(str).str.contains(r"\d"), "")
    return rounded[~blank.any(axis=1)] if whole_rows else rounded


def is_list(frame):
    """Is it a list of customers or leads, one pseudonym a row?"""
    return bool({"customer_id", "lead_id"} & set(frame.columns))


def is_count(frame, column):
    """Does the column count customers?"""
    return bool(_COUNT.fullmatch(str(column))) and is_whole(frame[column])


def is_whole(values):
    """Are they whole numbers, or blank?"""
    return _is_number(values) and not (values.dropna() % 1).any()


def _is_number(values):
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _safe_list(frame):
    """One pseudonym a row: amounts to two digits, days to their month."""
    for column in frame:
        if pd.api.types.is_float_dtype(frame[column]):
            frame[column] = _digits(frame[column], 2)
        elif pd.api.types.is_datetime64_any_dtype(frame[column]):
            frame[column] = frame[column].dt.to_period("M").dt.start_time
    return frame


def _blank(frame, numbers, counts, base, shares, units, k):
    """Which cells are not shown: frame of bool."""
    blank = pd.DataFrame(False, index=frame.index, columns=numbers)
    told = [column for column in numbers if not _ABOUT.fullmatch(column) or column in counts]
    for column in counts:
        _hide(blank, _few(frame[column], k), column, told)
    for column in told if "unit" in frame else ():
        _hide(blank, _few(frame[column].abs(), k) & units.isin(_COUNTED), column, told)
    for column in shares:
        if base is not None:
            few = _few(frame[column] * base, k) | _few((1 - frame[column]) * base, k)
            own = [column, *(end for end in ("lower", "upper") if end in numbers)]
            blank.loc[few & _is_share(frame, column, units), own] = True
    part = next((one for one in _PARTS if one in frame and one not in numbers and frame[one].nunique() > 1), None)
    for column in counts:
        if part:
            _complement_parts(frame, blank, column, part, told, k)
    flows = [column for column in _FLOWS if column in counts]
    if len(flows) == len(_FLOWS):
        _complement_flows(frame, blank, flows, told, k)
    return blank


def _few(values, k):
    return (values > _TOLERANCE) & (values < k - _TOLERANCE)


def _hide(blank, where, column, told):
    cells = [column, *(one for one in _CELLS[column] if one in blank)] if column in _CELLS else told
    blank.loc[where.to_numpy(), cells] = True


def _complement_parts(frame, blank, column, part, told, k):
    parts = frame[frame[part] != "all"]
    keys = [key for key in _KEYS if key in frame and key != part]
    slices = parts.groupby([parts[key].astype(str) for key in keys], sort=False).groups.values() if keys else [parts.index]
    for rows in slices:
        if blank.loc[rows, column].any():
            for row in _to_complement(frame.loc[rows, column], blank.loc[rows, column], k):
                _hide(blank, pd.Series(blank.index == row, index=blank.index), column, told)


def _complement_flows(frame, blank, flows, told, k):
    for row in frame.index[blank[flows].any(axis=1)]:
        for column in _to_complement(frame.loc[row, flows].astype(float), blank.loc[row, flows].astype(bool), k):
            _hide(blank, pd.Series(blank.index == row, index=blank.index), column, told)


def _to_complement(values, blank, k):
    """Labels of what has to be blanked too: the smallest, until two parts of together k customers are.

    >>> _to_complement(pd.Series([3.0, 40, 9]), pd.Series([True, False, False]), 5)
    [2]
    """
    hidden, more = int(blank.sum()), []
    total = values[blank].sum()
    for label, value in values[~blank & (values > 0)].sort_values(kind="stable").items():
        if hidden >= 2 and total >= k:
            break
        more.append(label)
        hidden, total = hidden + 1, total + value
    return more


def _holds_shares(frame, column):
    values = frame[column].dropna()
    if _ABOUT.fullmatch(column) or _CHANCES.fullmatch(column) or column in ("lower", "upper"):
        return False
    return column == "value" and "unit" in frame or bool(len(values)) and values.between(0, 1).all()


def _is_share(frame, column, units):
    return units == "share" if column == "value" and "unit" in frame else pd.Series(True, index=frame.index)


def _round_shares(rounded, frame, shares, units, base, k):
    """Shares of n customers in steps of k / n, and the ends of their intervals with them."""
    for column in shares:
        where = _is_share(frame, column, units)
        ends = [end for end in ("lower", "upper") if end in frame]
        for one in (column, *ends):
            within = where & frame[one].between(0, 1)
            if base is None:
                rounded.loc[within, one] = frame.loc[within, one].round(2)
            else:
                steps = frame.loc[within, one] * base[within]
                # The rounded share of the rounded base, so that both say the same.
                rounded.loc[within, one] = (_nearest(steps, k) / _nearest(base[within], k).replace(0, np.nan)).clip(0, 1)
    counted = units.isin(_COUNTED)
    for column in (one for one in rounded if counted.any() and pd.api.types.is_float_dtype(rounded[one]) and not _ABOUT.fullmatch(one)):
        rounded.loc[counted, column] = _nearest(frame.loc[counted, column], k)


def _nearest(values, k):
    return (np.floor(values / k + 0.5) * k).where(values.notna())


def _digits(values, digits):
    size = values.where((values != 0) & np.isfinite(values))
    shown = [float(f"{value:.{digits}g}") for value in values.where(size.notna(), 0.0)]
    return pd.Series(shown, index=values.index).where(size.notna(), values)
