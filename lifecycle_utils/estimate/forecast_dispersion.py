"""Do calendar months, or cohorts, differ in churn by more than chance? Then a forecast is less certain than counting customers says."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

#: With fewer calendar months, or cohorts, nothing can be said of how they differ.
LEAST_UNITS = 6


@dataclass(frozen=True)
class Variation:
    """How units (calendar months, cohorts) multiply the hazards.

    size : standard deviation of the factor, 0 for none; units : how many equally large ones it was seen in
    """

    size: float
    units: float

    def factors(self, rng, draws, units):
        """Factors of new units, shape (draws, units).

        Those of the past are not known either: their mean lies in the pooled hazards (one more factor for all units of a draw), and
        `size` is itself an estimate (its chi-square distribution).

        >>> factors = Variation(0.2, 30).factors(np.random.default_rng(1), 20_000, 2)
        >>> print(f"{factors.mean():.2f} {factors.std():.2f}")
        1.00 0.21
        """
        if self.size == 0:
            return np.ones((draws, units))
        freedom = max(self.units - 1, 3.0)
        size = np.minimum(self.size * np.sqrt(freedom / rng.chisquare(freedom, size=(draws, 1))), 3 * self.size)
        mean = rng.gamma(self.units / size**2, size**2 / self.units)
        return mean * rng.gamma(size**-2, size**2, size=(draws, units))


def churn_dispersion(followed, *, level=0.05):
    """By how much do calendar months, and cohorts, multiply the pooled hazards, beyond what chance does?

    Departures are compared with those that the pooled hazards (by billing interval and subscription month) lead to expect. With D departures, E
    expected and V their variance, (D - E)^2 - V estimates variation^2 E^2 without bias; summed over calendar months (over cohorts) it gives the
    variation, and its own standard error gives a one-sided test. Variation that the test does not show is not used: a forecast that always
    adds what it finds is too wide for a company that has none.

    Parameters
    ----------
    followed : DataFrame, one row per (billing_interval, age, entry, tenure, churned), `customers` counts them
    level : of the test

    Returns
    -------
    DataFrame, one row for "calendar months" and one for "cohorts"
        between, units (how many), effective (equally large ones), departures, variation (standard deviation of the factor, 0.1 is 10 %;
        0 if the estimate is negative), p_value (NaN with fewer than six units), used (bool)

    References
    ----------
    The moment estimator of DerSimonian & Laird (1986), Controlled Clinical Trials 7, 177-188, for counts.
    """
    rows = dispersions(*(followed[name].to_numpy() for name in ("billing_interval", "age", "entry", "tenure", "churned", "customers")), level=level)
    return pd.DataFrame(rows, columns=["between", "units", "effective", "departures", "variation", "p_value", "used"])


def dispersions(interval, age, entry, tenure, churned, customers, *, level=0.05):
    """The rows of `churn_dispersion`, from arrays."""
    age, month, churned, expected, variance = _triangle(interval, age, entry, tenure, churned, customers)
    rows = []
    for between, unit in (("calendar months", age - month), ("cohorts", age)):
        _, place = np.unique(unit, return_inverse=True)
        d, e, v = (np.bincount(place, weights=part) for part in (churned, expected, variance))
        d, e, v = d[v > 0], e[v > 0], v[v > 0]
        excess, scale = ((d - e) ** 2 - v).sum(), (e**2).sum()
        # the variance of (D - E)^2 for a count near Poisson
        error = np.sqrt((2 * v**2 + v).sum())
        p = float(norm.sf(excess / error)) if len(v) >= LEAST_UNITS else np.nan
        variation, effective = (float(np.sqrt(max(excess, 0) / scale)), float(e.sum() ** 2 / scale)) if scale > 0 else (0.0, 0.0)
        rows.append((between, len(v), effective, int(d.sum()), variation, p, bool(p < level)))
    return rows


def _triangle(interval, age, entry, tenure, left, customers):
    """Arrays over the cells (billing interval, age, month) in which anybody was at risk: age, month, churned, expected and its variance."""
    inside = tenure > entry
    age, entry, tenure, left, customers = (column[inside] for column in (age, entry, tenure, left.astype(bool), customers))
    interval = pd.factorize(interval[inside])[0]
    shape = (interval.max(initial=-1) + 1, age.max(initial=0) + 1, tenure.max(initial=0) + 1)
    change, churned = np.zeros(shape), np.zeros(shape)
    np.add.at(change, (interval, age, entry), customers)
    np.subtract.at(change, (interval, age, tenure), customers)
    np.add.at(churned, (interval[left], age[left], tenure[left] - 1), customers[left])
    at_risk = np.cumsum(change, axis=2)
    pooled = at_risk.sum(axis=1, keepdims=True)
    hazard = np.divide(churned.sum(axis=1, keepdims=True), pooled, out=np.zeros_like(pooled), where=pooled > 0)
    expected = at_risk * hazard
    # the pooled hazard holds the cell's own customers: what is left to differ is smaller by their share
    variance = expected * (1 - hazard) * (1 - np.divide(at_risk, pooled, out=np.zeros_like(at_risk), where=pooled > 0))
    there = at_risk > 0
    _, ages, months = np.nonzero(there)
    return ages, months + 1, churned[there], expected[there], variance[there]
