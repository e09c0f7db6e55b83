"""Efron's partial likelihood from counts: what a month costs does not depend on how many left in it.

Efron's method takes those who left in the same month out of the risk set one after the other, so d departures are d terms. With
frequency weights, as lifelines' and R's `weights`, that becomes another likelihood than the rows' own. Here the d terms are those of
the rows, added up in closed form: with r = d S0 / D0 they are sums of 1 / (r - l) and its square over l = 0 .. d - 1.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import gammaln

#: Terms that are added one by one before the asymptotic series is exact to 15 digits.
_ONE_BY_ONE = 16


@dataclass(frozen=True)
class RiskSets:
    """Who was at risk when somebody left: sparse counts of shape (months in which somebody left, patterns).

    leave : customers whose last month at risk is the row's
    enter : customers who were not at risk in the row's month or before, but after (late entry)
    left : customers that left in the row's month
    departures : array, shape (months,): the sum of `left`
    """

    leave: sparse.csr_array
    enter: sparse.csr_array
    left: sparse.csr_array
    departures: np.ndarray

    @classmethod
    def of(cls, pattern, stratum, entry, tenure, churned, customers, *, patterns):
        """From counts: one element of each array per kind of customer; `pattern` and `stratum` are numbers from 0 on."""
        # months of one stratum after those of another: a customer enters and leaves within its own
        span = int(tenure.max()) + 2
        months = np.unique((stratum * span + tenure)[churned & (customers > 0)])
        leave = np.searchsorted(months, stratum * span + tenure, side="right") - 1
        enter = np.searchsorted(months, stratum * span + entry, side="right") - 1
        seen = leave > enter

        def counted(month, which):
            which = which & (month >= 0)
            return sparse.csr_array((customers[which].astype(float), (month[which], pattern[which])), shape=(len(months), patterns))

        left = counted(leave, seen & churned)
        return cls(counted(leave, seen), counted(enter, seen), left, left.sum(axis=1))

    def at_risk(self, columns):
        """Sums over the customers at risk in each month, and over those who left in it, of what a pattern holds in each of its `columns`."""
        changes = self.leave @ columns - self.enter @ columns
        return np.cumsum(changes[::-1], axis=0)[::-1], self.left @ columns


def derivatives(risk_sets, design, coefficients):
    """The logarithm of Efron's partial likelihood of the rows that the counts stand for, its gradient and minus its second derivatives.

    Parameters
    ----------
    risk_sets : RiskSets
    design : array, shape (patterns, covariates)
    coefficients : array, shape (covariates,)

    Returns
    -------
    (log_likelihood, gradient, information) : float; arrays, shape (covariates,) and (covariates, covariates)

    References
    ----------
    Efron (1977), The efficiency of Cox's likelihood function for censored data, JASA 72, 557-565.
    """
    size = design.shape[1]
    upper = np.triu_indices(size)
    predictor = design @ coefficients
    highest = predictor.max()
    weight = np.exp(predictor - highest)[:, None]
    columns = np.hstack([weight, weight * design, weight * design[:, upper[0]] * design[:, upper[1]]])
    all_, own = risk_sets.at_risk(columns)
    terms = tied_terms(all_[:, 0], own[:, 0], risk_sets.departures)
    s1, d1, s2, d2 = all_[:, 1 : size + 1], own[:, 1 : size + 1], all_[:, size + 1 :], own[:, size + 1 :]
    sums = risk_sets.left @ np.column_stack([predictor - highest, design])
    log_likelihood = sums[:, 0].sum() - terms.logarithm.sum()
    gradient = sums[:, 1:].sum(axis=0) - (terms.c @ s1 - terms.fc @ d1)
    crossed = (terms.fcc[:, None] * s1).T @ d1
    squares = (terms.cc[:, None] * s1).T @ s1 - crossed - crossed.T + (terms.ffcc[:, None] * d1).T @ d1
    second = np.zeros((size, size))
    second[upper] = terms.c @ s2 - terms.fc @ d2
    return float(log_likelihood), gradient, second + np.triu(second, 1).T - squares


@dataclass(frozen=True)
class TiedTerms:
    """Sums over the l = 0 .. d - 1 departures of each month, with f = l / d and c = 1 / (S0 - f D0).

    Attributes
    ----------
    logarithm : of log(1 / c)
    c, fc, cc, fcc, ffcc : of c, f c, c^2, f c^2 and f^2 c^2
    """

    logarithm: np.ndarray
    c: np.ndarray
    fc: np.ndarray
    cc: np.ndarray
    fcc: np.ndarray
    ffcc: np.ndarray


def tied_terms(s0, d0, departures):
    """`TiedTerms` of months with the sums `s0` over those at risk and `d0` over those who left.

    Four at risk, two of them leave, all alike: 4 and then 3 are left to choose from.

    >>> terms = tied_terms(np.array([4.0]), np.array([2.0]), np.array([2.0]))
    >>> bool(np.isclose(terms.c[0], 1 / 4 + 1 / 3)), bool(np.isclose(terms.fcc[0], 0.5 / 9)), bool(np.isclose(terms.logarithm[0], np.log(12)))
    (True, True, True)
    """
    d, share = departures, departures / d0
    ratio = np.maximum(share * s0, d)  # at least all who left were at risk
    last = ratio - d + 1
    h1, h2 = reciprocal_sums(last, d)
    return TiedTerms(
        gammaln(last + d) - gammaln(last) - d * np.log(share),
        share * h1,
        (ratio * h1 - d) / d0,
        share**2 * h2,
        share * (ratio * h2 - h1) / d0,
        (d - 2 * ratio * h1 + ratio**2 * h2) / d0**2,
    )


def reciprocal_sums(first, count):
    """The sums of 1 / x and of 1 / x^2 over x = first, first + 1, ..., first + count - 1, to 14 digits whatever the count.

    The differences of two digamma functions, and of two trigamma functions, without the digits that subtracting them would lose.

    References
    ----------
    Abramowitz & Stegun (1964), 6.3.18 and 6.4.12.

    >>> one, squared = reciprocal_sums(np.array([3.0]), np.array([1000.0]))
    >>> x = np.arange(3, 1003)
    >>> bool(abs(one[0] - (1 / x).sum()) < 1e-14), bool(abs(squared[0] - (1 / x**2).sum()) < 1e-14)
    (True, True)
    """
    one, squared = np.zeros_like(first), np.zeros_like(first)
    for step in range(_ONE_BY_ONE):
        x = np.where(step < count, first + step, np.inf)
        one, squared = one + 1 / x, squared + 1 / x**2
    low, rest = first + _ONE_BY_ONE, np.maximum(count - _ONE_BY_ONE, 0.0)
    high = low + rest

    def fall(power):
        return low**-power - high**-power

    gap = rest / (low * high)  # 1 / low - 1 / high
    one += np.log1p(rest / low) + gap / 2 + fall(2.0) / 12 - fall(4.0) / 120 + fall(6.0) / 252 - fall(8.0) / 240
    squared += gap + fall(2.0) / 2 + fall(3.0) / 6 - fall(5.0) / 30 + fall(7.0) / 42 - fall(9.0) / 30
    return one, squared
