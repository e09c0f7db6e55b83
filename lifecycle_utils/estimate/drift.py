"""Are today's customers like those the score has learnt from?"""

import numpy as np
import pandas as pd
from scipy.stats import chi2

from lifecycle_utils.errors import EstimateError

#: What credit scoring calls a moderate and a large shift (Siddiqi 2006); chance alone reaches them in small companies.
MODERATE, LARGE = 0.1, 0.25
#: A value nobody has is counted as half a customer, for the logarithm of 0 does not exist.
_HALF = 0.5
#: An input whose values move the odds by less than 2 % is not relied on.
_LEAST_WEIGHT = 0.02


def drift(then, now, *, weights=None, customers_then=None, confidence=0.95):
    """Which inputs are distributed otherwise than when the score was fitted?

    Parameters
    ----------
    then : DataFrame, one row per (input, label): `customers` counts customer-months of the training data
    now : DataFrame alike, of the customers scored now
    weights : DataFrame input, weight, as of `input_weights`: how much the score relies on each; without it all are taken to matter
    customers_then : how many different customers those customer-months belong to; rows of one customer are alike, so chance is
        judged by customers. By default every row is taken for a customer of its own.

    Returns
    -------
    DataFrame, one row per input, largest shift first: psi (population stability index, sum of (q - p) log(q / p) over the labels),
        by_chance (what a PSI does not exceed with probability `confidence` where nothing has changed), verdict ("none", "within chance", "small",
        "moderate", "large"), most_changed (the label whose share changed most), share_then, share_now (of it),
        customers_then, customers_now, matters (bool: the score relies on it). No rows where nobody was there then, or nobody is now.

    References
    ----------
    Siddiqi (2006), Credit Risk Scorecards, ch. 9; its distribution by chance: Yurdakul & Naranjo (2020), Journal of Risk Model Validation 14(4).

    >>> then = pd.DataFrame({"input": "use", "label": ["no", "yes"], "customers": [500, 500]})
    >>> now = pd.DataFrame({"input": "use", "label": ["no", "yes"], "customers": [200, 800]})
    >>> print(drift(then, now)[["input", "psi", "verdict", "most_changed"]].round(3).to_string(index=False))
    input   psi verdict most_changed
      use 0.416   large           no
    """
    merged = then[["input", "label", "customers"]].merge(now[["input", "label", "customers"]], on=["input", "label"], how="outer", suffixes=("_then", "_now"))
    merged = merged.fillna({"customers_then": 0, "customers_now": 0})
    empty = not merged["customers_then"].sum() or not merged["customers_now"].sum()
    merged = merged.iloc[:0] if empty else merged
    rows = [_one(name, part, customers_then, confidence) for name, part in merged.groupby("input", sort=True)]
    columns = ["input", "psi", "by_chance", "verdict", "most_changed", "share_then", "share_now", "customers_then", "customers_now"]
    table = pd.DataFrame(rows, columns=columns).sort_values(["psi", "input"], ascending=[False, True], ignore_index=True)
    relied_on = table["input"] if weights is None else weights.loc[weights["weight"] >= _LEAST_WEIGHT, "input"]
    return table.assign(matters=table["input"].isin(relied_on))


def _one(name, part, customers_then, confidence):
    part = part[(part["customers_then"] > 0) | (part["customers_now"] > 0)]
    m, n = part["customers_then"].sum(), part["customers_now"].sum()
    if not m or not n:
        raise EstimateError(f"input {name!r} has {m:.0f} rows to compare with and {n:.0f} now; both are needed")
    p, q = (np.maximum(part[column].to_numpy(float), _HALF) / total for column, total in (("customers_then", m), ("customers_now", n)))
    psi = float(((q - p) * np.log(q / p)).sum())
    different = m if customers_then is None else min(customers_then, m)
    by_chance = float(chi2.ppf(confidence, max(len(part) - 1, 1)) * (1 / different + 1 / n)) if len(part) > 1 else 0.0
    place = int(np.abs(q - p).round(12).argmax())
    verdict = "none" if psi == 0 else "within chance" if psi <= by_chance else "large" if psi > LARGE else "moderate" if psi > MODERATE else "small"
    return {
        "input": name, "psi": psi, "by_chance": by_chance, "verdict": verdict, "most_changed": part["label"].iloc[place], "share_then": float(p[place]),
        "share_now": float(q[place]), "customers_then": int(different), "customers_now": int(n),
    }
