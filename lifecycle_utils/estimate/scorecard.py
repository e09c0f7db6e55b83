"""The scorecard: points that a person can read, argue about and change in lifecycle.toml."""

import difflib
from dataclasses import replace

import numpy as np
import pandas as pd

from lifecycle_utils.errors import InputError
from lifecycle_utils.estimate.additive_score import AdditiveScore, input_shares

#: Points where lifecycle.toml says nothing: above 0 speaks for staying. Common sense in steps of five, not fitted to any company:
#: what a scorecard that people discuss in a meeting looks like, and what a fitted model must beat.
POINTS = {
    "stage": {
        "month 1": -10, "month 2": -10, "month 3": -10, "months 4-6": -5, "year 2": 5, "year 3 or later": 10,
        "fixed term, first renewal ahead": -10, "fixed term, later renewal ahead": -5, "fixed term, no renewal ahead": 10,
    },
    "mrr_change": {"fell": -10, "rose": 10},
    "frequency": {"3 or more": 5},
    "returned": {"yes": -5},
    "usage_level": {"none": -20, "1": -10, "8-14": 5, "15-21": 10, "22 or more": 10},
    "usage_trend": {"none before, none now": -10, "stopped": -20, "fell by more than half": -15, "fell": -5, "rose": 5},
    "usage_trend_3": {"none before, none now": -10, "stopped": -10, "fell by more than half": -10, "fell": -5, "rose": 5},
    "features_used": {"none": -10, "1": -5, "5 or more": 5},
    "users": {"none": -10, "1": -5, "10 or more": 5},
    "nps": {"0-6": -10, "9-10": 10},
    "csat": {"1-2": -10, "3": -5, "4-5": 5},
    "peers": {"falling": 5, "rising": -5},
}
#: Log odds of a point where too few have left to tell: ten points are a third more or less.
_USUAL_SLOPE = -0.03


def scorecard_points(inputs, *, changes=None):
    """The scorecard's points for the inputs that a company has.

    Parameters
    ----------
    inputs : DataFrame, one row per (input, label)
    changes : dict of input to dict of label to points, the section [scorecard] of lifecycle.toml; they replace the usual points label by label

    Returns
    -------
    DataFrame, rows as of `inputs`: input, label, points (above 0 speaks for staying)

    Raises
    ------
    InputError : for an input or label that does not exist, with the nearest that does

    >>> inputs = pd.DataFrame({"input": "nps", "label": ["no answer", "0-6", "7-8", "9-10"]})
    >>> scorecard_points(inputs, changes={"nps": {"7-8": -2}})["points"].tolist()
    [0.0, -10.0, -2.0, 10.0]
    """
    known = inputs.groupby("input", sort=False)["label"].agg(list).to_dict()
    for name, labels in (changes or {}).items():
        if name not in known and name not in POINTS:
            raise InputError(f"lifecycle.toml: [scorecard] names the unknown input {name!r}{_did_you_mean(name, [*known, *POINTS])}")
        for label in labels:
            if name in known and label not in known[name]:
                raise InputError(f"lifecycle.toml: [scorecard.{name}] names the unknown value {label!r}{_did_you_mean(label, known[name])}")
    merged = {name: POINTS.get(name, {}) | (changes or {}).get(name, {}) for name in known}
    told = [float(merged[name].get(label, 0)) for name, label in zip(inputs["input"], inputs["label"], strict=True)]
    return pd.DataFrame({"input": inputs["input"].to_numpy(), "label": inputs["label"].to_numpy(), "points": told})


def fit_scorecard(rows, points, *, min_churned=10):
    """What does a sum of points mean in probability? The points stay as written; only two numbers are fitted.

    Parameters
    ----------
    rows : DataFrame of customer-months: month, customer, churned, mrr and categorical inputs
    points : DataFrame of `scorecard_points`
    min_churned : where fewer left (or stayed) nothing can be fitted: customers are ranked by their points, and `details["withheld"]` says
        why no chance can be told

    Returns
    -------
    AdditiveScore of method "scorecard"; its slope is negative where points mean what they say

    References
    ----------
    Platt (1999): a logistic curve through the outcomes on a score.
    """
    merged = points.merge(input_shares(rows), on=["input", "label"], how="inner")[["input", "label", "points", "share"]]
    customers, churned = int(rows["customer"].nunique()), int(rows["churned"].sum())
    card = AdditiveScore("scorecard", merged, 0.0, 1.0, customers, len(rows), churned)
    total = card.total(rows)
    few = min(churned, len(rows) - churned)
    if few < min_churned or np.ptp(total) == 0:
        rate, middle = (churned + 0.5) / (len(rows) + 1), total.mean() if len(rows) else 0.0
        told = "every customer has the same points" if few >= min_churned else f"only {churned} of {len(rows)} past customer-months ended in churn"
        return replace(card, intercept=float(np.log(rate / (1 - rate)) - _USUAL_SLOPE * middle), slope=_USUAL_SLOPE, details={"withheld": told})
    from sklearn.linear_model import LogisticRegression  # half a second that only scoring pays

    fitted = LogisticRegression(C=1e6).fit(total[:, None] / total.std(), rows["churned"])
    return replace(card, intercept=float(fitted.intercept_[0]), slope=float(fitted.coef_[0, 0] / total.std()))


def _did_you_mean(name, known):
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f" (known: {', '.join(dict.fromkeys(known))})"
