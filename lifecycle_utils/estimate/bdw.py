"""The beta-discrete-Weibull model: as the shifted-beta-geometric, but a customer's own churn may change with tenure."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from lifecycle_utils.estimate.sbg import everybody_life_table, risk_counts, whole_months

# log(alpha), log(beta), log(c): wide enough for any company, and the gamma functions keep ten digits inside
_BOUNDS = [(-9.0, 11.0), (-9.0, 11.0), (-4.0, 3.0)]
# with 27 starts on 25 simulated companies no likelihood was better than with these by more than 1e-6
_STARTS = [(-1.5, 0.5, 0.4), (1.0, 2.5, -0.5), (4.0, 6.0, 0.4), (0.0, 1.0, 0.0)]
EDGE = "a parameter is at the edge of its range: fewer than three are enough for these counts; read the curve, not the parameters"


@dataclass(frozen=True)
class BetaDiscreteWeibull:
    """A fitted beta-discrete-Weibull model of tenure in whole months (or any other period).

    alpha, beta : parameters of the beta distribution of churn probabilities
    c : 1 is the shifted-beta-geometric; above 1 a customer's own churn rises with tenure, below 1 it falls
    log_likelihood, churned, observed_months, note : as in ShiftedBetaGeometric
    """

    alpha: float
    beta: float
    c: float
    log_likelihood: float = math.nan
    churned: int = 0
    observed_months: int = 0
    note: str = ""

    @classmethod
    def fit(cls, tenures):
        """Which alpha, beta and c make these tenures most likely?

        Parameters
        ----------
        tenures : DataFrame, as for `ShiftedBetaGeometric.fit`

        References
        ----------
        Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to project customer retention" revisited: the role of duration
        dependence, Journal of Interactive Marketing 43, 1-16.

        >>> import pandas as pd
        >>> left = pd.DataFrame({"entry": 0, "tenure": [1, 2, 3, 4, 4], "churned": [True] * 4 + [False],
        ...                      "customers": [131, 126, 90, 60, 593]})
        >>> model = BetaDiscreteWeibull.fit(left)
        >>> round(model.alpha, 3), round(model.beta, 3), round(model.c, 3)
        (0.259, 1.723, 1.584)
        """
        return cls.fit_table(everybody_life_table(tenures))

    @classmethod
    def fit_table(cls, table):
        """As `fit`, from the life table of one population: columns tenure_month, at_risk, churned."""
        counts = risk_counts(table)
        months, at_risk, churned = counts
        seen = {"churned": int(churned.sum()), "observed_months": int(months.max(initial=0))}
        if churned.sum() == 0:
            return cls(*[math.nan] * 3, note="nobody churned: the churn probabilities are not known", **seen)
        if len(months) < 3:
            return cls(*[math.nan] * 3, note=f"only {len(months)} tenure months were seen: three are needed", **seen)
        scale = at_risk.max()  # so that the optimiser's tolerances do not depend on the number of customers
        fits = [
            optimize.minimize(_loss, start, args=(months, at_risk / scale, churned / scale), jac=True, method="L-BFGS-B",
                              bounds=_BOUNDS, options={"ftol": 1e-15, "gtol": 1e-11, "maxiter": 1000})
            for start in _STARTS
        ]
        best = min(fits, key=lambda fit: fit.fun)
        edge = any(min(x - low, high - x) < 1e-6 for x, (low, high) in zip(best.x, _BOUNDS, strict=True))
        return cls(*(float(x) for x in np.exp(best.x)), float(-best.fun * scale), note=EDGE if edge else "", **seen)

    def survival(self, t):
        """Share of customers still there after t = 0, 1, 2, ... months: B(alpha, beta + t^c) / B(alpha, beta)."""
        t = whole_months(t).astype(float)
        return np.exp(special.betaln(self.alpha, self.beta + t**self.c) - special.betaln(self.alpha, self.beta))

    def hazard(self, t):
        """Churn probability of tenure month t = 1, 2, ... among those who reached it."""
        t = np.asarray(t, float)
        return 1 - self.survival(t) / self.survival(t - 1)


def _loss(logs, months, at_risk, churned):
    """Minus the log-likelihood and its gradient by log(alpha), log(beta), log(c).

    Given survival to `entry` the likelihood is a product over months of churning (1 - r) or staying (r), r = S(t) / S(t - 1).
    """
    alpha, beta, c = np.exp(logs)
    before, after = beta + (months - 1) ** c, beta + months**c
    log_stay = np.minimum(special.betaln(alpha, after) - special.betaln(alpha, before), -1e-300)
    log_leave = np.log(-np.expm1(log_stay))
    value = (churned * log_leave + (at_risk - churned) * log_stay).sum()

    def slopes(b, age):
        by_b = special.digamma(b) - special.digamma(alpha + b)
        power = np.where(age > 0, age**c * np.log(np.maximum(age, 1)), 0.0)
        return np.array([-special.digamma(alpha + b), by_b, by_b * power])

    by_parameter = slopes(after, months) - slopes(before, months - 1)
    # d log(1 - r) = -r / (1 - r) d log r
    weight = (at_risk - churned) - churned * np.exp(log_stay - log_leave)
    gradient = (by_parameter * weight).sum(axis=1) * np.array([alpha, beta, c])
    return -value, -gradient
