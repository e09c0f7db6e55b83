"""Does asking for a payment card bring more in the end? Two pages compared per trial started, and per lead that saw the page."""

import numpy as np
import pandas as pd
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.intervals import newcombe_interval
from lifecycle_utils.language import _

WITH, WITHOUT = "with card", "without card"
COLUMNS = [
    "per", "months_after", "measure", "with_card", "without_card", "difference", "lower", "upper", "starts_with_card", "starts_without_card", "withheld",
]  # fmt: skip


def card_effect(outcomes, *, min_starts=30, confidence=0.95):
    """What does the page with a card bring, less what the page without it brings, per start?

    Parameters
    ----------
    outcomes : DataFrame as of `observe.card_outcomes`: per, months_after, group, starts, converted, paying, revenue, revenue_squared
    min_starts : with fewer on either side nothing is compared

    Returns
    -------
    DataFrame, one row per (per, months_after, measure)
        measure : "converted" (paid at least once by then), "still paying" (then), both shares of starts; "revenue" (currency per start)
        with_card, without_card : share, or mean revenue; difference, lower, upper : of the two (Newcombe for shares, Welch for revenue)
        starts_with_card, starts_without_card : denominators; withheld : why nothing is compared

    References
    ----------
    Newcombe (1998), method 10; Welch (1947).

    Examples
    --------
    >>> outcomes = pd.DataFrame({"per": "trial started", "months_after": 6, "group": ["with card", "without card"], "starts": [100, 200],
    ...                          "converted": [40, 50], "paying": [30, 44], "revenue": [9000.0, 14000.0], "revenue_squared": [3e6, 4e6]})
    >>> card_effect(outcomes)[["measure", "with_card", "without_card", "difference"]].round(3)
            measure  with_card  without_card  difference
    0     converted        0.4          0.25        0.15
    1  still paying        0.3          0.22        0.08
    2       revenue       90.0         70.00       20.00
    """
    check_confidence(confidence)
    if outcomes.empty:
        frame = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
        frame.attrs = dict(outcomes.attrs)
        return frame
    if ((outcomes[["converted", "paying"]].max(axis=1) > outcomes["starts"]) | (outcomes["starts"] < 0)).any():
        raise EstimateError("card outcomes: more converted or paying than started; count every start once")
    rows = []
    for (per, months), part in outcomes.groupby(["per", "months_after"], sort=False):
        sides = part.set_index("group").reindex([WITH, WITHOUT]).fillna({"starts": 0})
        starts = sides["starts"].astype(int).tolist()
        few = _("fewer than {min_starts} had {months} months on one of the two pages").format(min_starts=min_starts,
            months=months) if min(starts) < min_starts else ""
        for measure, compare in _MEASURES.items():
            values = [np.nan] * 5 if few else compare(sides, confidence)
            rows.append((per, months, measure, *values, *starts, few))
    return pd.DataFrame(rows, columns=COLUMNS)


def _share(column):
    def compare(sides, confidence):
        (a, n), (b, m) = sides[[column, "starts"]].astype(float).to_numpy()
        lower, upper = newcombe_interval(a, n, b, m, confidence=confidence)
        return a / n, b / m, a / n - b / m, float(lower), float(upper)

    return compare


def _revenue(sides, confidence):
    n, total, squares = sides[["starts", "revenue", "revenue_squared"]].astype(float).to_numpy().T
    mean = total / n
    error = np.maximum(squares - n * mean**2, 0) / (n - 1) / n
    if error.sum() == 0:
        return *mean, mean[0] - mean[1], np.nan, np.nan
    freedom = error.sum() ** 2 / (error**2 / (n - 1)).sum()
    reach = stats.t.isf((1 - confidence) / 2, freedom) * np.sqrt(error.sum())
    gap = mean[0] - mean[1]
    return *mean, gap, gap - reach, gap + reach


_MEASURES = {"converted": _share("converted"), "still paying": _share("paying"), "revenue": _revenue}
