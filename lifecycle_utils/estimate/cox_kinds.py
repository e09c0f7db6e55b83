"""The kinds of customers that a comparison of attributes is fitted to."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_tenures
from lifecycle_utils.estimate.efron import RiskSets

_COLUMNS = ("entry", "tenure", "churned", "customers")


@dataclass(frozen=True)
class Kinds:
    """Arrays of one length, one element per kind of customer at risk, and what the patterns are.

    Attributes
    ----------
    pattern : row of `patterns`, the attributes' values
    stratum : number of the name in `strata`
    """

    pattern: np.ndarray
    stratum: np.ndarray
    entry: np.ndarray
    tenure: np.ndarray
    churned: np.ndarray
    customers: np.ndarray
    patterns: pd.DataFrame
    strata: list

    @classmethod
    def of(cls, counts, attributes, strata):
        """From counts that are checked here; `strata` names a column or is None."""
        names = [*attributes, *([strata] if strata else [])]
        for name in names:
            if name not in counts.columns:
                raise EstimateError(f"tenures have no column {name!r}; they have {', '.join(map(str, counts.columns))}")
        checked = check_tenures(counts[[name for name in _COLUMNS if name in counts]].assign(group=""))
        at_risk = ((checked["tenure"] > checked["entry"]) & (checked["customers"] > 0)).to_numpy()
        checked = checked[at_risk]
        if not checked["churned"].any():
            raise EstimateError("nobody has left: there is no hazard to compare")
        coded = {name: _codes(counts[name], at_risk) for name in names}
        stratum, labels = coded[strata] if strata else (np.zeros(len(checked), dtype=int), [""])
        pattern, first = np.zeros(len(checked), dtype="int64"), np.zeros(1, dtype="int64")
        for name in attributes:  # numbered anew with each attribute, so that no product of numbers of values overflows
            codes, values = coded[name]
            first, pattern = np.unique(pattern * len(values) + codes, return_index=True, return_inverse=True)[1:]
        patterns = pd.DataFrame({name: np.asarray(coded[name][1])[coded[name][0][first]] for name in attributes})
        columns = (checked[name].to_numpy() for name in _COLUMNS)
        return cls(pattern, stratum, *columns, patterns, list(labels))

    def per_pattern(self):
        """Customers, and those of them who left, of each pattern."""
        size = len(self.patterns)
        return tuple(np.bincount(self.pattern, weights, size).astype("int64") for weights in (self.customers, self.customers * self.churned))

    def without(self, gone):
        """The kinds whose pattern is not among `gone` (bool array); patterns keep their numbers."""
        keep = ~gone[self.pattern]
        columns = (getattr(self, name)[keep] for name in ("pattern", "stratum", *_COLUMNS))
        return Kinds(*columns, self.patterns, self.strata)

    def risk_sets(self):
        """The RiskSets of these kinds."""
        return RiskSets.of(self.pattern, self.stratum, self.entry, self.tenure, self.churned, self.customers, patterns=len(self.patterns))


def _codes(column, at_risk):
    """Numbers of the values of those at risk, and the values in order."""
    codes, values = pd.factorize(column, sort=True)
    if (codes < 0).any():
        raise EstimateError(f"{column.name} is missing in {int((codes < 0).sum())} rows of the counts; name it or leave the rows out")
    return codes[at_risk], values
