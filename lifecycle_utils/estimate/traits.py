"""What do the top customers have more of than everybody else?"""

import numpy as np
from scipy import special, stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.language import _

_COLUMNS = ["attribute", "value", "customers", "top_customers"]
_PRECISIONS = np.geomspace(0.5, 1e6, 127)


def ideal_customer_profile(trait_counts, *, known_later=(), confidence=0.95, false_discovery_rate=0.05, min_customers=5):
    """Which traits are over-represented among the top customers, beyond chance?

    Parameters
    ----------
    trait_counts : DataFrame, one row per (attribute, value): `customers` ever (churned included), `top_customers`
        of them; the values of one attribute partition the customers
    known_later : attributes that are not tested, because they were not known at the start (`changing_attributes`)
    confidence : float, of the interval of the lift
    false_discovery_rate : float, share of false traits tolerated among those called significant
    min_customers : int, values with fewer customers are not tested

    Returns
    -------
    DataFrame with attribute, value, customers, top_customers,
        share, top_share : share of the value among all customers, among the top ones
        lift, lower, upper : top rate of the value over the top rate of everybody (1 = like everybody); the interval is
            Wilson's for the value's rate, with everybody's rate taken as fixed
        p_value : one-sided Fisher exact test that the top customers have MORE of it
        q_value, significant : Benjamini-Hochberg over every value tested, of all attributes together
        shrunken_lift : lift drawn towards 1 as far as the spread between the values of the attribute is what chance
            would give (beta-binomial, empirical Bayes); use it to rank small groups
        withheld : why a value was not tested, else empty
    Sorted by p_value, untested values last. An empty `significant` is an answer: nothing distinguishes them.

    Raises
    ------
    EstimateError : counts that are not counts, more top customers than customers, a value listed twice

    References
    ----------
    Fisher (1935); Wilson (1927); Benjamini & Hochberg (1995).

    Ten of a hundred customers are top; four of ten banks are: a lift of 4.

    >>> import pandas as pd
    >>> counts = pd.DataFrame({"attribute": "industry", "value": ["bank", "shop"],
    ...                        "customers": [10, 90], "top_customers": [4, 6]})
    >>> profile = ideal_customer_profile(counts)
    >>> profile[["value", "share", "top_share", "lift", "significant"]]
      value  share  top_share      lift  significant
    0  bank    0.1        0.4  4.000000         True
    1  shop    0.9        0.6  0.666667        False
    """
    counts = _checked(trait_counts)
    by_attribute = counts.groupby("attribute", sort=False)
    everybody = by_attribute["customers"].transform("sum")
    top = by_attribute["top_customers"].transform("sum")
    base = top / everybody
    counts["share"] = counts["customers"] / everybody
    with np.errstate(invalid="ignore"):
        counts["top_share"] = counts["top_customers"] / top
    counts["withheld"] = _reasons(counts, everybody, top, min_customers, list(known_later))
    tested = counts["withheld"] == ""

    n, k = counts["customers"], counts["top_customers"]
    low, high = wilson_interval(k, n, confidence=confidence)
    estimates = {
        "lift": k / n / base,
        "lower": low / base,
        "upper": high / base,
        # P(X >= k) when `n` of the customers are drawn without looking at who is top
        "p_value": stats.hypergeom.sf(k - 1, everybody, top, n),
    }
    found = {name: np.where(tested, values, np.nan) for name, values in estimates.items()}
    q_value, shrunken = np.full(len(counts), np.nan), np.full(len(counts), np.nan)
    if tested.any():
        q_value[tested] = stats.false_discovery_control(found["p_value"][tested], method="bh")
    for attribute, rows in by_attribute.indices.items():
        shrunken[rows] = np.nan if attribute in set(known_later) else _shrunken_lift(n.to_numpy(float)[rows], k.to_numpy(float)[rows])
    counts = counts.assign(**found, q_value=q_value, significant=q_value <= false_discovery_rate, shrunken_lift=shrunken)
    counts = counts.sort_values(["p_value", "attribute", "value"], na_position="last", ignore_index=True)
    first = [*_COLUMNS, "share", "top_share", "lift", "lower", "upper", "p_value", "q_value", "significant"]
    return counts[[*first, "shrunken_lift", "withheld"]]


def _checked(trait_counts):
    missing = [c for c in _COLUMNS if c not in trait_counts.columns]
    if missing:
        raise EstimateError(f"trait_counts lack {', '.join(missing)}; observe.traits makes them")
    counts = trait_counts[_COLUMNS].reset_index(drop=True).astype({"customers": "int64", "top_customers": "int64"})  # no trait at all has no type
    wrong = (counts["customers"] < 1) | (counts["top_customers"] < 0) | (counts["top_customers"] > counts["customers"])
    if wrong.any():
        row = counts[wrong].iloc[0]
        raise EstimateError(
            f"trait_counts: {row['attribute']} = {row['value']} has {row['customers']} customers of whom "
            f"{row['top_customers']} are top ({wrong.sum()} rows); customers must be 1 or more, top ones among them"
        )
    twice = counts.duplicated(["attribute", "value"])
    if twice.any():
        row = counts[twice].iloc[0]
        raise EstimateError(f"trait_counts: {row['attribute']} = {row['value']} is listed twice ({twice.sum()} rows)")
    return counts


def _reasons(counts, everybody, top, min_customers, known_later):
    values = counts.groupby("attribute", sort=False)["value"].transform("size")
    return np.select(
        [counts["attribute"].isin(known_later), values == 1, (top == 0) | (top == everybody), counts["customers"] < min_customers],
        [
            _("looks as if it was written after the start"),
            _("everybody has this value"),
            _("no contrast: none of the customers is top, or all are"),
            _("fewer than {min_customers} customers").format(min_customers=min_customers),
        ],
        default="",
    )


def _shrunken_lift(n, k):
    if k.sum() == 0 or len(n) == 1:
        return np.full(len(n), np.nan)
    base = k.sum() / n.sum()
    if base == 1:
        return np.ones(len(n))
    a, b = _PRECISIONS[:, None] * base, _PRECISIONS[:, None] * (1 - base)
    likelihood = (special.betaln(a + k, b + n - k) - special.betaln(a, b)).sum(axis=1)
    precision = _PRECISIONS[np.argmax(likelihood)]
    return (k + precision * base) / (n + precision) / base
