"""Beyond the months that were seen, what share leaves? As the year before, changed as it had changed from year to year."""

from dataclasses import dataclass

import numpy as np

YEAR = 12
#: How far from 0 (no change) the logarithm of a year-on-year ratio is taken to lie before the data are asked: one standard deviation.
RIDGE = 0.5


@dataclass(frozen=True)
class Trend:
    """The change of hazards from one year of being a customer to the next, per billing interval.

    weights : array (intervals, months), what each month counts for, held against the month twelve before; 0 where not both were seen
    middle : array (intervals,), the average of these months
    continuity : array (intervals,), what one departure adds to the weighted hazards if it is shared out by those at risk
    shrinkage : array (intervals,), between 0 (nothing is known of a change) and 1
    log_ratio : array (intervals,), logarithm of the later over the earlier hazards, shrunk
    """

    weights: np.ndarray
    middle: np.ndarray
    continuity: np.ndarray
    shrinkage: np.ndarray
    log_ratio: np.ndarray

    @classmethod
    def fit(cls, hazard, effective, usable):
        """Hold every month from 25 on against the month twelve before; never the first year, in which customers leave as they never do again.

        Parameters
        ----------
        hazard, effective, usable : arrays (intervals, months), as `ForecastHazards` has them

        Notes
        -----
        The ratio is that of Mantel & Haenszel (1959), the months being the strata; its variance is that of no change. Its logarithm is shrunk towards 0
        by ridge^2 / (ridge^2 + variance), as by a normal penalty (Greenland 2000): few departures say little of a change, none say nothing. Nothing is
        tested: a forecast that picks its rule by a test is too sure of the one it picked.

        References
        ----------
        Mantel & Haenszel (1959), JNCI 22, 719-748. Greenland (2000), When should epidemiologic regressions use random coefficients?, Biometrics 56, 915-921.

        Of 1000 at risk 20 left in each month of the second year, 10 in each of the third:

        >>> hazard = np.repeat([[0.05, 0.02, 0.01]], 12, axis=1)
        >>> trend = Trend.fit(hazard, np.full((1, 36), 1000.0), np.full((1, 36), True))
        >>> trend.middle.tolist(), np.exp(trend.log_ratio).round(2).tolist()
        ([30.5], [0.52])
        """
        later = np.arange(hazard.shape[1]) >= 2 * YEAR
        before = _year_before(effective)
        pair = later & usable & _year_before(usable) & (effective > 0) & (before > 0)
        weights = np.where(pair, effective * before / np.where(pair, effective + before, 1.0), 0.0)
        known = np.nan_to_num(hazard)
        both = np.where(pair, effective + before, 1.0)
        # both years together: what the variance is if nothing has changed, and none where nobody left
        shared = np.where(pair, (known * effective + _year_before(known) * before) / both, 0.0)
        total, level, variance = weights.sum(axis=1), (weights * shared).sum(axis=1), (weights * shared * (1 - shared)).sum(axis=1)
        seen = level > 0
        shrinkage = np.where(seen, RIDGE**2 / (RIDGE**2 + variance / np.where(seen, level, 1.0) ** 2), 0.0)
        # one departure is shared out by those at risk, so that no departure is not certainty
        continuity = np.where(seen, total / np.maximum((both * pair).sum(axis=1), 1.0), 1.0)
        later, earlier = _sums(known, weights) + continuity
        middle = weights @ np.arange(1, hazard.shape[1] + 1) / np.where(seen, total, 1.0)
        return cls(weights, middle, continuity, shrinkage, shrinkage * np.log(later / earlier))

    def log_ratios(self, hazard, expected):
        """The logarithm of the ratio under other hazards, shape (draws, intervals), around that of the data.

        Parameters
        ----------
        hazard : array (draws, intervals, months), `expected` (intervals, months) on average
        """
        drawn, usual = (np.log(_sums(part, self.weights) + self.continuity) for part in (hazard, expected))
        return self.log_ratio + self.shrinkage * (drawn[0] - drawn[1] - usual[0] + usual[1])

    def factor(self, log_ratio, interval, seen, month):
        """By what to multiply the hazard of the month `seen` for the later `month`.

        Where customers differ, those who leave easily leave first: the hazard falls like 1 / (constant + month), ever more slowly, as in the
        shifted-beta-geometric of Fader & Hardie (2007). A rise slows down alike.

        >>> trend = Trend(np.zeros((1, 36)), np.array([30.0]), np.zeros(1), np.ones(1), np.zeros(1))
        >>> trend.factor(np.log([0.5, 1.0, 2.0]), 0, 30, 42).round(3).tolist()
        [0.667, 1.0, 1.5]
        """
        fall = 1 - np.exp(-np.abs(log_ratio))
        middle = self.middle[interval]
        # months more than a year before the middle are never repeated: they stand for themselves, and their factor is 1
        slower = np.maximum(YEAR + fall * (seen - middle), 1e-9) / np.maximum(YEAR + fall * (month - middle), 1e-9)
        return np.where(log_ratio > 0, 1 / slower, slower)


def _year_before(part):
    return np.concatenate([np.zeros_like(part[..., :YEAR]), part[..., :-YEAR]], axis=-1)[..., : part.shape[-1]]


def _sums(hazard, weights):
    """Weighted hazards of the later months, and of those twelve months before, shape (2, …, intervals)."""
    return np.array([(hazard * weights).sum(axis=-1), (_year_before(hazard) * weights).sum(axis=-1)])
