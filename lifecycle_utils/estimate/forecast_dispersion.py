"""Do calendar months, or cohorts, differ in churn by more than chance? Then a forecast is less certain than counting customers says."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm


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
    table = _triangle(followed)
    rows = []
    for between, unit in (("calendar months", table["age"] - table["month"]), ("cohorts", table["age"])):
        sums = table.groupby(unit)[["churned", "expected", "variance"]].sum()
        sums = sums[sums["variance"] > 0]
        excess = ((sums["churned"] - sums["expected"]) ** 2 - sums["variance"]).sum()
        scale = (sums["expected"] ** 2).sum()
        # the variance of (D - E)^2 for a count near Poisson
        error = np.sqrt((2 * sums["variance"] ** 2 + sums["variance"]).sum())
        p = float(norm.sf(excess / error)) if len(sums) >= 6 else np.nan
        variation = float(np.sqrt(max(excess, 0) / scale)) if scale > 0 else 0.0
        effective = float(sums["expected"].sum() ** 2 / scale) if scale > 0 else 0.0
        rows.append((between, len(sums), effective, int(sums["churned"].sum()), variation, p, bool(p < level)))
    return pd.DataFrame(rows, columns=["between", "units", "effective", "departures", "variation", "p_value", "used"])


def _triangle(followed):
    """At risk, churned, expected and its variance per (billing_interval, age, month)."""
    inside = followed[followed["tenure"] > followed["entry"]]
    kinds = inside.groupby(["billing_interval", "age"], sort=True).ngroup().to_numpy()
    months = int(inside["tenure"].max()) if len(inside) else 1
    change = np.zeros((kinds.max() + 1 if len(kinds) else 0, months + 1))
    churned = np.zeros_like(change)
    entry, tenure, customers = (inside[column].to_numpy() for column in ("entry", "tenure", "customers"))
    np.add.at(change, (kinds, entry), customers)
    np.subtract.at(change, (kinds, tenure), customers)
    left = inside["churned"].to_numpy(dtype=bool)
    np.add.at(churned, (kinds[left], tenure[left] - 1), customers[left])
    at_risk = np.cumsum(change, axis=1)
    names = inside[["billing_interval", "age"]].drop_duplicates().sort_values(["billing_interval", "age"])
    where = np.nonzero(at_risk[:, :-1] > 0)
    table = pd.DataFrame({
        "billing_interval": names["billing_interval"].to_numpy()[where[0]], "age": names["age"].to_numpy()[where[0]],
        "month": where[1] + 1, "at_risk": at_risk[where], "churned": churned[where],
    })
    whole = table.groupby(["billing_interval", "month"])[["at_risk", "churned"]].transform("sum")
    hazard = whole["churned"] / whole["at_risk"]
    table["expected"] = table["at_risk"] * hazard
    # the pooled hazard holds the cell's own customers: what is left to differ is smaller by their share
    table["variance"] = table["expected"] * (1 - hazard) * (1 - table["at_risk"] / whole["at_risk"])
    return table
