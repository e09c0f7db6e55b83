"""The kinds of customers that a comparison of attributes is fitted to."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_tenures
from lifecycle_utils.estimate.efron import RiskSets


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
            if counts[name].isna().any():
                raise EstimateError(f"{name} is missing in {int(counts[name].isna().sum())} rows of the counts; name it or leave the rows out")
        checked = check_tenures(counts.assign(group=""))
        at_risk = ((checked["tenure"] > checked["entry"]) & (checked["customers"] > 0)).to_numpy()
        checked, traits = checked[at_risk], counts.loc[at_risk, names]
        if not checked["churned"].any():
            raise EstimateError("nobody has left: there is no hazard to compare")
        pattern = traits.groupby(attributes, sort=False, observed=True).ngroup().to_numpy()
        stratum, labels = pd.factorize(traits[strata], sort=True) if strata else (np.zeros(len(traits), dtype=int), [""])
        first = np.unique(pattern, return_index=True)[1]
        columns = (checked[name].to_numpy() for name in ("entry", "tenure", "churned", "customers"))
        return cls(pattern, stratum, *columns, traits[attributes].iloc[first].reset_index(drop=True), list(labels))

    def per_pattern(self):
        """Customers, and those of them who left, of each pattern."""
        size = len(self.patterns)
        return tuple(np.bincount(self.pattern, weights, size).astype("int64") for weights in (self.customers, self.customers * self.churned))

    def without(self, gone):
        """The kinds whose pattern is not among `gone` (bool array); patterns keep their numbers."""
        keep = ~gone[self.pattern]
        columns = (getattr(self, name)[keep] for name in ("pattern", "stratum", "entry", "tenure", "churned", "customers"))
        return Kinds(*columns, self.patterns, self.strata)

    def risk_sets(self):
        """The RiskSets of these kinds."""
        return RiskSets.of(self.pattern, self.stratum, self.entry, self.tenure, self.churned, self.customers, patterns=len(self.patterns))
