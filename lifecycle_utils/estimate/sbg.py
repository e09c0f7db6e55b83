"""The shifted-beta-geometric model: every customer has one churn probability, drawn from a beta distribution.

The churn of a cohort falls with age because the ones who churn easily leave first. Two parameters, fitted to months
that were seen, say what the months not yet seen will probably look like.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import EVERYBODY
from lifecycle_utils.estimate.life_table import life_table

FLAT = "the hazard does not fall with tenure: one churn rate for everybody fits best (alpha and beta are infinite)"
SPLIT = "after the first month nobody left: some leave at once, the others never (alpha and beta are zero)"
_SPREADS = np.concatenate([[0.0], np.geomspace(1e-6, 1e8, 85)])
_STEPS = 60  # about six are needed; halving alone would reach the last digit in these


def everybody_life_table(tenures):
    """The life table of everybody: the rows of group "all" where there are any (they are the sum of the others)."""
    if "group" in tenures.columns and (tenures["group"] == EVERYBODY).any():
        tenures = tenures[tenures["group"] == EVERYBODY]
    return life_table(tenures.assign(group=EVERYBODY))


def whole_months(t):
    """Months as an array, else EstimateError: survival is asked for at whole months, 0 or later."""
    t = np.asarray(t)
    if (t < 0).any() or (t != np.floor(t)).any():
        raise EstimateError("survival: months are whole and 0 or more")
    return t


def risk_counts(table):
    """Arrays of tenure month, at risk, churned: the months of a life table in which anybody was at risk."""
    table = table[table["at_risk"] > 0]
    return tuple(table[column].to_numpy(float) for column in ("tenure_month", "at_risk", "churned"))


def log_likelihoods(first_churn, spread, months, at_risk, churned):
    """Log-likelihood of a life table at many parameter pairs at once, shape (n_pairs,)."""
    falls = np.asarray(spread)[:, None] * (months - 1)
    stayed = special.xlogy(at_risk - churned, 1 - np.asarray(first_churn)[:, None] + falls)
    return special.xlogy(churned.sum(), first_churn) + stayed.sum(axis=1) - np.log1p(falls) @ at_risk


def best_first_churn(spread, months, at_risk, churned):
    """The most likely first_churn for each given spread, shape (n,).

    The likelihood is concave in it: Newton steps towards the root of its slope, halving the bracket where a step would leave it.
    """
    falls = np.asarray(spread)[:, None] * (months - 1)
    stayed = at_risk - churned
    total = churned.sum()
    low, high = np.zeros(len(falls)), np.ones(len(falls))
    root = total / (total + (stayed / (1 + falls)).sum(axis=1))  # exact for a spread of 0, and for one without end
    for _ in range(_STEPS):
        weight = 1 - root[:, None] + falls
        share = _stayed_over(stayed, weight)
        slope = total / root - share.sum(axis=1)
        low, high = np.where(slope > 0, root, low), np.where(slope > 0, high, root)
        step = root + slope / (total / root**2 + _stayed_over(share, weight).sum(axis=1))
        step = np.where((step > low) & (step < high), step, (low + high) / 2)
        close = np.abs(step - root) <= 1e-10 * root  # Newton doubles the digits: the step after this one would be nothing
        root = step
        if close.all():
            break
    return root


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """A fitted shifted-beta-geometric model of tenure in whole months (or any other period).

    alpha, beta : parameters of the beta distribution of churn probabilities; both infinite when the hazard is flat
    first_churn : churn probability of the first month, alpha / (alpha + beta)
    log_likelihood : of the counts it was fitted to
    churned, observed_months : customers who left, last tenure month seen
    note : "" or why the numbers are to be read with care; withheld models hold NaN and say why
    """

    alpha: float
    beta: float
    first_churn: float = math.nan
    log_likelihood: float = math.nan
    churned: int = 0
    observed_months: int = 0
    note: str = ""

    def __post_init__(self):
        if math.isnan(self.first_churn) and math.isfinite(self.alpha) and math.isfinite(self.beta):
            object.__setattr__(self, "first_churn", self.alpha / (self.alpha + self.beta))

    @property
    def spread(self):
        """1 / (alpha + beta): 0 when everybody has the same churn probability, large when they differ most."""
        if self.alpha == self.beta == 0:
            return math.inf
        return 0.0 if math.isinf(self.alpha) else 1 / (self.alpha + self.beta)

    @classmethod
    def fit(cls, tenures):
        """Which alpha and beta make these tenures most likely?

        Parameters
        ----------
        tenures : DataFrame, one row per (entry, tenure, churned), `customers` counts them; of many cohorts at once.
            With a column `group` that holds "all", those rows are used, else all rows together.

        Returns
        -------
        ShiftedBetaGeometric; with NaN and the reason in `note` where the counts do not determine it.

        Notes
        -----
        The log-likelihood of right-censored counts, given survival to `entry`, is a sum over tenure months of
        churned * log h + stayed * log(1 - h), h(k) = alpha / (alpha + beta + k - 1): a life table is all it needs.
        It is maximised over first_churn = alpha / (alpha + beta) and spread = 1 / (alpha + beta), in which the flat
        hazard is a point (spread 0) and not infinitely far away.

        References
        ----------
        Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1), 76-90.

        Of 1000 customers 131 left in year 1 and 126, 90, 60, 42, 34, 26 in the next (their "High End" cohort):

        >>> import pandas as pd
        >>> left = pd.DataFrame({"entry": 0, "tenure": [1, 2, 3, 4, 5, 6, 7, 7], "churned": [True] * 7 + [False],
        ...                      "customers": [131, 126, 90, 60, 42, 34, 26, 491]})
        >>> model = ShiftedBetaGeometric.fit(left)
        >>> round(model.alpha, 3), round(model.beta, 3), round(model.log_likelihood, 3)
        (0.668, 3.806, -1611.158)
        """
        return cls.fit_table(everybody_life_table(tenures))

    @classmethod
    def fit_table(cls, table):
        """As `fit`, from the life table of one population: columns tenure_month, at_risk, churned."""
        months, at_risk, churned = risk_counts(table)
        seen = {"churned": int(churned.sum()), "observed_months": int(months.max(initial=0))}
        if churned.sum() == 0:
            return cls(math.nan, math.nan, note="nobody churned: the churn probabilities are not known", **seen)
        if len(months) < 2:
            return cls(math.nan, math.nan, note="only one tenure month was seen: two are needed", **seen)
        counts = (months, at_risk, churned)
        first = best_first_churn(_SPREADS, *counts)
        best = int(np.argmax(log_likelihoods(first, _SPREADS, *counts)))
        if best == len(_SPREADS) - 1:
            alpha, beta, spread, note = 0.0, 0.0, _SPREADS[-1], SPLIT
        elif best == 0 and _slope(0.0, *counts) <= 0:
            alpha, beta, spread, note = math.inf, math.inf, 0.0, FLAT
        else:
            spread = optimize.brentq(_slope, _SPREADS[max(best - 1, 0)], _SPREADS[best + 1], args=counts, rtol=1e-13)
            note = ""
        mu = float(best_first_churn([spread], *counts)[0])
        if not note:
            alpha, beta = mu / spread, (1 - mu) / spread
        likelihood = float(log_likelihoods([mu], [spread], *counts)[0])
        return cls(alpha, beta, mu, likelihood, note=note, **seen)

    def hazard(self, t):
        """Churn probability of tenure month t = 1, 2, ... among those who reached it."""
        t = np.asarray(t, float)
        with np.errstate(invalid="ignore"):
            return np.where(t == 1, self.first_churn, self.first_churn / (1 + self.spread * (t - 1)))

    def survival(self, t):
        """Share of customers still there after t = 0, 1, 2, ... months."""
        t = whole_months(t)
        last = int(t.max(initial=0))
        stay = np.concatenate([[1.0], np.cumprod(1 - self.hazard(np.arange(1, last + 1)))])
        return stay[t.astype(int)]

    @property
    def expected_lifetime(self):
        """Mean number of months, the one in which the customer leaves included: (alpha + beta - 1) / (alpha - 1).

        NaN if alpha <= 1: the sum of survival then has no end (a share of customers hardly ever leaves).
        `expected_lifetime_reason` says so.
        """
        if not self.expected_lifetime_reason:
            return 1 / self.first_churn if math.isinf(self.alpha) else (self.alpha + self.beta - 1) / (self.alpha - 1)
        return math.nan

    @property
    def expected_lifetime_reason(self):
        if math.isnan(self.alpha):
            return self.note
        if self.alpha <= 1:
            return f"alpha is {self.alpha:.3g}, not above 1: without a discount the mean lifetime is infinite"
        return ""

    def mean_months(self, horizon_months, *, monthly_discount=1.0):
        """Mean number of months paid within the horizon, each month in advance: sum of S(k) v^k, k = 0 .. horizon - 1."""
        k = np.arange(horizon_months)
        return float((self.survival(k) * monthly_discount**k).sum())


def _slope(spread, months, at_risk, churned):
    """Derivative of the log-likelihood by spread, first_churn following as the most likely one."""
    first = best_first_churn([spread], months, at_risk, churned)[0]
    later = months - 1
    stayed = _stayed_over(at_risk - churned, 1 - first + spread * later)
    return ((stayed - at_risk / (1 + spread * later)) * later).sum()


def _stayed_over(stayed, weight):
    # where nobody stayed the term is 0, also when first_churn has reached 1 and the weight is 0
    return np.divide(stayed, weight, out=np.zeros(np.broadcast_shapes(stayed.shape, weight.shape)), where=(stayed > 0) & (weight > 0))
