"""What share leaves in each subscription month, per billing interval, as far as is known at a snapshot; and draws of what it may be instead."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.forecast_dispersion import Variation, dispersions
from lifecycle_utils.estimate.forecast_trend import YEAR, Trend

COLUMNS = ("billing_interval", "age", "entry", "tenure", "churned", "customers", "weight", "weight_squares")
#: Beyond what was seen the last year seen repeats, but never the first one: in it customers leave as they never do again.
LEAST_TO_REPEAT = 2 * YEAR


@dataclass(frozen=True)
class ForecastHazards:
    """Hazards by subscription month and what is uncertain about them.

    intervals : billing intervals, in order
    churned : customers who left, of all intervals
    hazard : array (intervals, months), share of the weight at risk that leaves; NaN where nobody was at risk
    effective : array (intervals, months), equal customers that would be as informative as the weighted ones at risk (Kish)
    usable : array (intervals, months) of bool, at least `min_at_risk` customers at risk
    min_at_risk : customers
    between_months, between_cohorts : Variation of the factor by which calendar months, and cohorts, differ from the pooled hazards
    """

    intervals: tuple
    churned: int
    hazard: np.ndarray
    effective: np.ndarray
    usable: np.ndarray
    min_at_risk: int
    between_months: Variation
    between_cohorts: Variation
    trend: Trend

    @classmethod
    def fit(cls, followed, *, min_at_risk=10):
        """Pool everything known at the snapshot.

        Parameters
        ----------
        followed : DataFrame (or dict of arrays), one row per (billing_interval, age, entry, tenure, churned); customers, weight, weight_squares sum up the row;
            ForecastHazards already fitted are returned as they are
        min_at_risk : customers that a month needs to be used; beyond the last such month the year before it repeats

        Examples
        --------
        Of 100 monthly customers 10 left in month 1 and 9 in month 2:

        >>> followed = pd.DataFrame({"billing_interval": "monthly", "age": 2, "entry": 0, "tenure": [1, 2, 2], "churned": [True, True, False],
        ...                          "customers": [10, 9, 81], "weight": [10, 9, 81], "weight_squares": [10, 9, 81]})
        >>> ForecastHazards.fit(followed).hazard
        array([[0.1, 0.1]])
        """
        if isinstance(followed, cls):
            return followed
        _check(followed)
        billing_interval, age, entry, tenure, left, customers, weight, squares = (np.asarray(followed[name]) for name in COLUMNS)
        found = dispersions(billing_interval, age, entry, tenure, left, customers)
        between = {name: Variation(variation if used else 0.0, effective) for name, _, effective, _, variation, _, used in found}
        row, intervals = pd.factorize(billing_interval, sort=True)
        shape = len(intervals), max(int(tenure.max()), 1)
        heads, at_risk, squares_at_risk = (_at_risk(shape, row, entry, tenure, amount) for amount in (customers, weight, squares))
        left = left.astype(bool)
        churned = np.zeros(shape)
        np.add.at(churned, (row[left], tenure[left] - 1), weight[left])
        with np.errstate(invalid="ignore", divide="ignore"):
            hazard, effective = churned / at_risk, np.where(squares_at_risk > 0, at_risk**2 / squares_at_risk, 0.0)
        departures, usable = int(customers[left].sum()), heads >= min_at_risk
        trend = Trend.fit(hazard, effective, usable)
        return cls(tuple(intervals), departures, hazard, effective, usable, min_at_risk, between["calendar months"], between["cohorts"], trend)

    def months_used(self, intervals, tenures, horizon_months):
        """Which month of its interval stands for each of the next `horizon_months` months, shape (cells, horizon); -1 where none can.

        Beyond the last usable month the year before it repeats, so that annual contracts keep their renewals: month k is month k - 12. With less
        than two years seen nothing repeats.

        >>> none, seen = Variation(0.0, 1.0), np.full((1, 26), True)
        >>> hazards = ForecastHazards(("monthly",), 99, 0.1 * seen, 50.0 * seen, seen, 10, none, none, Trend.fit(0.1 * seen, 50.0 * seen, seen))
        >>> hazards.months_used(["monthly", "monthly", "other"], [0, 25, 0], 3).tolist()
        [[1, 2, 3], [26, 15, 16], [-1, -1, -1]]
        """
        known = np.isin(intervals, self.intervals)[:, None]
        row = np.array(self._rows(intervals), dtype=int)[:, None]
        last = np.where(self.usable, np.arange(1, self.usable.shape[1] + 1), 0).max(axis=1)[row]
        months = np.asarray(tenures, dtype=int)[:, None] + np.arange(1, horizon_months + 1)
        beyond = np.maximum(months - last, 0)
        months = np.where(last >= LEAST_TO_REPEAT, months - YEAR * -(-beyond // YEAR), months)
        seen = known & (months >= 1) & (months <= last)
        return np.where(seen & self.usable[row, np.clip(months, 1, self.usable.shape[1]) - 1], months, -1)

    def survival(self, intervals, tenures, horizon_months):
        """Share of such customers still there 0, 1, …, `horizon_months` months later, shape (cells, horizon + 1); NaN rows where not known."""
        months = self.months_used(intervals, tenures, horizon_months)
        rows = np.array(self._rows(intervals), dtype=int)[:, None]
        ahead = np.asarray(tenures, dtype=int)[:, None] + np.arange(1, horizon_months + 1)
        hazard = self.hazard[rows, np.maximum(months, 1) - 1] * self.trend.factor(self.trend.log_ratio[rows], rows, np.where(months > 0, months, ahead), ahead)
        return _running(np.where(months > 0, np.minimum(hazard, 1.0), np.nan))

    def survival_draws(self, intervals, tenures, horizon_months, *, draws=1000, seed=0):
        """`survival` under other hazards that the same data allow, shape (draws, cells, horizon + 1).

        Each month's hazard is drawn from a beta distribution of the effective counts. Half a departure is shared among the months of a horizon:
        a fifty-fifty compromise between the two exact limits (mid-p), without which no departure at all would mean certainty.
        Calendar months ahead, and cohorts, multiply the hazard by gamma factors where the data show such differences.
        """
        rng = np.random.default_rng([seed, 3])
        months = self.months_used(intervals, tenures, horizon_months)
        known = np.nan_to_num(self.hazard)
        events = known * self.effective
        left, stayed = events + 0.5 / horizon_months, np.maximum(self.effective - events, 0) + 0.5
        hazard = rng.beta(left, stayed, size=(draws, *known.shape))
        log_ratio = self.trend.log_ratios(hazard, left / (left + stayed))
        hazard = hazard.reshape(draws, -1)
        ages, cohort = np.unique(np.asarray(tenures, dtype=int), return_inverse=True)
        by_month = self.between_months.factors(rng, draws, horizon_months)
        by_cohort = self.between_cohorts.factors(rng, draws, len(ages))
        vary = self.between_months.size > 0 or self.between_cohorts.size > 0
        rows = np.array(self._rows(intervals), dtype=int)
        place = rows[:, None] * known.shape[1] + np.maximum(months, 1) - 1
        # month by month, so that no array is larger than (draws, cells)
        survival = np.empty((horizon_months + 1, draws, len(months)))
        survival[0] = np.where(months[:, 0] > 0, 1.0, np.nan)
        for step in range(horizon_months):
            leave = hazard[:, place[:, step]]
            month = np.asarray(tenures, dtype=int) + step + 1
            beyond = np.flatnonzero((month != months[:, step]) & (months[:, step] > 0))
            if len(beyond):
                of = rows[beyond]
                leave[:, beyond] = np.minimum(leave[:, beyond] * self.trend.factor(log_ratio[:, of], of, months[beyond, step], month[beyond]), 1.0)
            if vary:
                leave = np.minimum(leave * by_month[:, [step]] * by_cohort[:, cohort], 1.0)
            survival[step + 1] = survival[step] * (1 - leave)
            survival[step + 1][:, months[:, step] < 0] = np.nan
        return np.moveaxis(survival, 0, -1)

    def _rows(self, intervals):
        return [self.intervals.index(interval) if interval in self.intervals else 0 for interval in intervals]


def _running(hazard):
    survival = np.cumprod(1 - hazard, axis=-1)
    return np.concatenate([np.ones((*survival.shape[:-1], 1)) + 0 * survival[..., :1], survival], axis=-1)


def _at_risk(shape, row, entry, tenure, amount):
    inside = tenure > entry
    change = np.zeros((shape[0], shape[1] + 1))
    np.add.at(change, (row[inside], entry[inside]), amount[inside])
    np.subtract.at(change, (row[inside], tenure[inside]), amount[inside])
    return np.cumsum(change, axis=1)[:, :-1]


def _check(followed):
    absent = [column for column in COLUMNS if column not in followed]
    if absent:
        raise EstimateError(f"followed lacks the column(s) {', '.join(absent)}; observe.hindsight makes it")
    if not len(followed["tenure"]):
        raise EstimateError("followed has no rows: nobody was a customer then")
