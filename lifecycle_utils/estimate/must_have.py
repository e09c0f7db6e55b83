"""Which of the traits that were found stand by themselves, and which only shadow another?"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.intervals import wilson_interval


def must_have_traits(combinations, found, *, confidence=0.95):
    """Which traits are more frequent among the top customers also among customers who are alike in the clearer traits?

    Traits go together: large companies have high revenues, so if size tells the best customers, revenue seems to tell them too. Traits are
    taken in their order, the clearest first; each is compared within the groups of customers who have the same of the traits already kept.

    Parameters
    ----------
    combinations : DataFrame, one row per combination: trait_0, trait_1, … (bool, in the order of `found`), customers, top_customers
    found : DataFrame attribute, value, the clearest trait first
    confidence : of the odds ratio's interval; the test is one-sided at half of what is left of it

    Returns
    -------
    DataFrame, rows as of `found` (as many as `combinations` has traits): attribute, value, customers, top_customers, odds_ratio, lower, upper (of being a top
    customer, with and without the trait, the kept traits being equal), p_value (one-sided), kept

    References
    ----------
    Mantel & Haenszel (1959), JNCI 22, 719-748; the interval: Robins, Breslow & Greenland (1986), Biometrics 42, 311-323.
    """
    flags = [name for name in combinations.columns if name.startswith("trait_")]
    rows, kept = [], []
    for number, flag in enumerate(flags):
        tables = _tables(combinations, flag, kept)
        ratio, lower, upper, p_value = mantel_haenszel(tables, confidence=confidence)
        stands = bool(p_value <= (1 - confidence) / 2)
        kept += [flag] if stands else []
        having = combinations[combinations[flag]]
        rows.append((found["attribute"].iloc[number], found["value"].iloc[number], int(having["customers"].sum()), int(having["top_customers"].sum()),
                     ratio, lower, upper, p_value, stands))
    columns = ["attribute", "value", "customers", "top_customers", "odds_ratio", "lower", "upper", "p_value", "kept"]
    return pd.DataFrame(rows, columns=columns).astype({"kept": bool})


def mantel_haenszel(tables, *, confidence=0.95):
    """The odds ratio that several fourfold tables have in common, and whether it is above 1.

    Parameters
    ----------
    tables : int array, shape (n_tables, 2, 2): [[with and top, with and not], [without and top, without and not]]

    Returns
    -------
    (odds_ratio, lower, upper, p_value) : floats; p_value one-sided, without continuity correction; NaN (p_value 1) where no table tells anything

    Two tables whose odds ratio is 2.

    >>> ratio, lower, upper, p_value = mantel_haenszel([[[20, 10], [10, 10]], [[40, 20], [20, 20]]])
    >>> print(round(ratio, 6))
    2.0
    """
    tables = np.asarray(tables, dtype=float)
    if tables.ndim != 3 or tables.shape[1:] != (2, 2) or (tables < 0).any():
        raise EstimateError(f"fourfold tables of counts are needed, got an array of shape {tables.shape}")
    a, b, c, d = tables[:, 0, 0], tables[:, 0, 1], tables[:, 1, 0], tables[:, 1, 1]
    n = tables.sum(axis=(1, 2))
    told = n > 1
    a, b, c, d, n = a[told], b[told], c[told], d[told], n[told]
    expected = (a + b) * (a + c) / n
    variance = (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
    right, left = a * d / n, b * c / n
    if not variance.sum() or not right.sum() or not left.sum():
        return np.nan, np.nan, np.nan, 1.0 if not variance.sum() else float(norm.sf((a - expected).sum() / np.sqrt(variance.sum())))
    ratio = right.sum() / left.sum()
    same, other = (a + d) / n, (b + c) / n
    error = np.sqrt(
        (same * right).sum() / (2 * right.sum() ** 2) + (same * left + other * right).sum() / (2 * right.sum() * left.sum())
        + (other * left).sum() / (2 * left.sum() ** 2)
    )
    reach = norm.isf((1 - check_confidence(confidence)) / 2) * error
    p_value = float(norm.sf((a - expected).sum() / np.sqrt(variance.sum())))
    return float(ratio), float(ratio * np.exp(-reach)), float(ratio * np.exp(reach)), p_value


def trait_pairs(combinations, must_have, *, confidence=0.95, min_customers=5):
    """Do two traits together tell more than each by itself?

    Parameters
    ----------
    combinations : as of `must_have_traits`
    must_have : DataFrame of `must_have_traits`; pairs of the traits that are kept, of different attributes, are looked at

    Returns
    -------
    DataFrame, one row per pair, the highest lift first: first, second (attribute: value), customers, top_customers, lift, lower, upper, expected (the
    product of the two lifts, what the pair has if the traits only add), adds (bool: the interval lies above it)
    """
    everybody, top = combinations["customers"].sum(), combinations["top_customers"].sum()
    base, rows, kept = top / max(everybody, 1), [], must_have[must_have["kept"]]
    for place, (i, one) in enumerate(kept.iterrows()):
        for j, other in list(kept.iterrows())[place + 1 :]:
            both = combinations[combinations[f"trait_{i}"] & combinations[f"trait_{j}"]]
            customers, hits = int(both["customers"].sum()), int(both["top_customers"].sum())
            if one["attribute"] == other["attribute"] or customers < min_customers:
                continue
            lower, upper = (float(end) / base for end in wilson_interval(hits, customers, confidence=confidence))
            expected = (one["top_customers"] / one["customers"]) * (other["top_customers"] / other["customers"]) / base**2
            names = [f"{row['attribute']}: {row['value']}" for row in (one, other)]
            rows.append((*names, customers, hits, hits / customers / base, lower, upper, float(expected), bool(lower > expected)))
    columns = ["first", "second", "customers", "top_customers", "lift", "lower", "upper", "expected", "adds"]
    return pd.DataFrame(rows, columns=columns).sort_values("lift", ascending=False, ignore_index=True)


def _tables(combinations, flag, kept):
    """A fourfold table per group of customers who are alike in the kept traits."""
    counts = combinations.assign(others=combinations["customers"] - combinations["top_customers"])
    strata = [part for _, part in counts.groupby(kept, sort=True)] if kept else [counts]
    return np.array([[part.loc[part[flag] == having, ["top_customers", "others"]].sum().to_list() for having in (True, False)] for part in strata])
