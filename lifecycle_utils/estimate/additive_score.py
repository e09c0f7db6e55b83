"""A score that adds up: every value of every input gives points, and the sum tells the probability of leaving."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit

from lifecycle_utils.errors import EstimateError

#: Columns of customer-months that are no inputs.
FIXED = ("month", "customer", "churned", "mrr")


@dataclass(frozen=True)
class AdditiveScore:
    """A fitted additive score.

    Attributes
    ----------
    method : "scorecard" (points that a person wrote) or "logistic" (points fitted)
    points : DataFrame, one row per (input, label): points, and share (of the training rows that had it)
    intercept, slope : the log odds of leaving are intercept + slope x (sum of points); slope is 1 where points are log odds themselves
    customers, customer_months, churned : what it was fitted to
    details : dict of what was chosen on the training data, such as the penalty
    """

    method: str
    points: pd.DataFrame = field(repr=False)
    intercept: float
    slope: float
    customers: int
    customer_months: int
    churned: int
    details: dict = field(default_factory=dict)

    def total(self, rows):
        """The sum of points of each row: array, shape (n_rows,)."""
        return sum((values for _, values in self._each(rows)), np.zeros(len(rows)))

    def predict(self, rows):
        """The probability of leaving within the horizon: array, shape (n_rows,)."""
        return expit(self.intercept + self.slope * self.total(rows))

    def contributions(self, rows):
        """The factor by which each input moves the odds of each row against the average odds of the training rows, as a logarithm.

        DataFrame, one column per input. The average is of odds, not of their logarithms: customers who can hardly leave at all (no renewal
        ahead) would otherwise make everybody else look at risk.
        """
        effect = self.slope * self.points["points"]
        average = np.log((np.exp(effect) * self.points["share"]).groupby(self.points["input"]).sum())
        return pd.DataFrame({name: self.slope * values - average[name] for name, values in self._each(rows)}, index=rows.index)

    def _each(self, rows):
        inputs = {}
        for name, label, points in self.points[["input", "label", "points"]].itertuples(index=False):
            inputs.setdefault(name, {})[label] = points
        for name, known in inputs.items():
            if name not in rows:
                raise EstimateError(f"the rows have no input {name!r}; score what was fitted with the same inputs")
            table = np.array([known.get(label, 0.0) for label in rows[name].cat.categories], dtype=float)
            yield name, table[codes_of(rows, [name])[:, 0]]


def input_names(rows):
    """The inputs among the columns of customer-months: all but month, customer, churned and mrr; each must be categorical."""
    names = [name for name in rows.columns if name not in FIXED]
    wrong = [name for name in names if not isinstance(rows[name].dtype, pd.CategoricalDtype)]
    if wrong or not names:
        raise EstimateError(f"inputs must be categorical columns; {wrong[0]!r} is {rows[wrong[0]].dtype}" if wrong else "the rows have no inputs")
    return names


def check_training(rows):
    """Can anything be learnt from these rows? Raises EstimateError if nobody left, or nobody stayed."""
    churned = int(rows["churned"].sum()) if len(rows) else 0
    if not churned or churned == len(rows):
        raise EstimateError(f"{churned} of {len(rows)} customer-months ended in churn; a score needs some that did and some that did not")
    return churned


def input_shares(rows):
    """How many of the rows have each label of each input: DataFrame input, label, customers (rows), share (without any row the same for every label)."""
    parts = []
    for name in input_names(rows):
        labels = list(rows[name].cat.categories)
        counts = np.bincount(rows[name].cat.codes, minlength=len(labels))
        share = counts / len(rows) if len(rows) else np.full(len(labels), 1 / len(labels))
        parts.append(pd.DataFrame({"input": name, "label": labels, "customers": counts, "share": share}))
    return pd.concat(parts, ignore_index=True)


def codes_of(rows, names):
    """The number of each row's label of each input: int array, shape (n_rows, n_inputs)."""
    codes = np.column_stack([rows[name].cat.codes.to_numpy() for name in names])
    for name, empty in zip(names, (codes < 0).sum(axis=0), strict=True):
        if empty:
            raise EstimateError(f"input {name!r} is empty in {empty} rows; an unknown value is a label of its own")
    return codes
