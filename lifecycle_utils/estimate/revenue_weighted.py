"""What is a customer worth where the large ones stay longer?

Average MRR times average months is only right if what customers pay and how long they stay have nothing to do with each
other: the mean of a product is the product of the means plus their covariance. Weighing every customer by its MRR, in the risk
sets and among those who leave, estimates the mean of the product itself.
"""

import math

import numpy as np
import pandas as pd
from scipy.stats import norm

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bootstrap import skewed_limits
from lifecycle_utils.estimate.counts import check_confidence, check_tenures, customers_by_group
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.lifetime_value import monthly_discount, whole_horizons, why_not_seen
from lifecycle_utils.estimate.paid_months import restricted_months
from lifecycle_utils.language import _

METHOD = "revenue_weighted_mean"
_CELLS_AT_ONCE = 4_000_000


def revenue_weighted_value(
    tenures, *, horizons_months=(12, 36, 60), gross_margin=1.0, discount_rate_annual=0.0, confidence=0.95, draws=2000, seed=0,
    min_at_risk=5, min_churned=10,
):
    """What is a customer worth, if what it pays may go with how long it stays?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; `mrr` is the sum of their average
        MRR while paying and `mrr_squared` the sum of its squares
    horizons_months, gross_margin, discount_rate_annual, confidence, draws, seed, min_at_risk, min_churned : as for `lifetime_value`

    Returns
    -------
    DataFrame like `lifetime_value`'s: group, method (revenue_weighted_mean), value, lower, upper, horizon_months, customers,
        average_mrr (of customers seen from their start, where there are any), months (weighted by MRR), customer_months (the same,
        each customer counted once), withheld, interval_withheld. months above customer_months: large customers stay longer.

    Notes
    -----
    value = average MRR x sum of S_w(k) v^k, where S_w is the Kaplan-Meier product with MRR at risk and MRR of those who left in
    place of customers; it estimates E[MRR 1(T > k)] / E[MRR]. The standard error is that of a bootstrap over customers: how many of each
    kind come up is multinomial, and what they pay together is gamma with the mean and variance of that many of them. The interval around it
    is corrected for the skewness of amounts paid (`bootstrap.skewed_limits`): percentiles of the draws hold the truth too seldom.

    Of two customers one pays 10 and leaves in month 1, the other pays 90 and stays. In two months they bring 10 + 2 x 90, on average
    95; average MRR x average months would be 50 x 1.5 = 75.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2], "churned": [True, False], "customers": 1,
    ...                         "mrr": [10.0, 90.0], "mrr_squared": [100.0, 8100.0]})
    >>> revenue_weighted_value(tenures, horizons_months=[2], min_at_risk=1)[["value", "average_mrr", "months", "customer_months"]]
       value  average_mrr  months  customer_months
    0   95.0         50.0     1.9              1.5
    """
    absent = [column for column in ("mrr", "mrr_squared") if column not in tenures.columns]
    if absent:
        raise EstimateError(f"tenures lacks the column(s) {', '.join(absent)}: the sum of average MRR (and of its squares) of each row's customers")
    horizons, discount = whole_horizons(horizons_months), monthly_discount(discount_rate_annual)
    z = norm.isf((1 - check_confidence(confidence)) / 2) * np.array([-1.0, 1.0])
    counts = check_tenures(tenures).assign(mrr=tenures["mrr"].to_numpy(float), squares=tenures["mrr_squared"].to_numpy(float))
    tables = life_table(counts)
    rows = []
    for group, customers in customers_by_group(counts).items():
        table, kinds = tables[tables["group"] == group], counts[(counts["group"] == group) & (counts["customers"] > 0)]
        # in a fixed order, so that the rows' order does not move the draws
        kinds = kinds.sort_values(["entry", "tenure", "churned"], ignore_index=True)
        weigh = _Weights(kinds)
        few = table["churned"].sum() < min_churned
        drawn = None if few else _resampled(kinds, weigh, horizons, discount, draws, seed)
        mean = float(weigh.average(kinds["customers"].to_numpy()[None, :], kinds["mrr"].to_numpy()[None, :])[0])
        for place, horizon in enumerate(horizons):
            withheld = why_not_seen(table, horizon, min_at_risk=min_at_risk)
            if math.isnan(mean) or mean <= 0:
                withheld = _("these customers pay nothing")
            value = lower = upper = months = plain = math.nan
            if not withheld:
                months = float(restricted_months(*weigh.life_table(kinds["mrr"].to_numpy()[None, :]), horizon, discount=discount)[0])
                plain = float(restricted_months(*(table[c].to_numpy() for c in ("at_risk", "churned")), horizon, discount=discount))
                value = gross_margin * mean * months
            why = withheld or (_("fewer than {min_churned} customers left: too few for an interval").format(min_churned=min_churned) if few else "")
            if not why:
                lower, upper = gross_margin * skewed_limits(mean * months, drawn[:, place].std(ddof=1), z)
            rows.append((group, METHOD, value, lower, upper, horizon, customers, mean, months, plain, withheld, why))
    columns = ["group", "method", "value", "lower", "upper", "horizon_months", "customers", "average_mrr", "months", "customer_months",
               "withheld", "interval_withheld"]
    return pd.DataFrame(rows, columns=columns).astype({"horizon_months": "Int64"})


class _Weights:
    """Sums over the kinds of customers of one group: what is at risk and lost in each month, in MRR."""

    def __init__(self, kinds):
        months = np.arange(1, int(kinds["tenure"].max()) + 1)
        entry, tenure = kinds["entry"].to_numpy()[:, None], kinds["tenure"].to_numpy()[:, None]
        self._at_risk = ((entry < months) & (months <= tenure)).astype(float)
        self._churned = ((months == tenure) & kinds["churned"].to_numpy()[:, None]).astype(float)
        # late entrants are survivors: where large customers stay longer, they are larger than new customers are
        started = (kinds["entry"] == 0).to_numpy()
        self._started = (started if started.any() else np.ones(len(kinds), bool)).astype(float)

    def life_table(self, mrr):
        return mrr @ self._at_risk, mrr @ self._churned

    def average(self, customers, mrr):
        with np.errstate(invalid="ignore", divide="ignore"):
            return (mrr @ self._started) / (customers @ self._started)


def _resampled(kinds, weigh, horizons, discount, draws, seed):
    """Draws of average MRR x weighted months, shape (draws, horizons)."""
    rng = np.random.default_rng([seed, 3])
    customers = kinds["customers"].to_numpy()
    mean = kinds["mrr"].to_numpy() / customers
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(customers > 1, (kinds["squares"].to_numpy() - customers * mean**2) / (customers - 1), 0.0).clip(min=0.0)
    # relative to the mean rounding leaves a variance of 1e-16 where all pay the same: no gamma has that shape
    shape = np.divide(mean**2, variance, out=np.zeros_like(mean), where=variance > 1e-12 * mean**2)
    size = max(1, _CELLS_AT_ONCE // len(kinds))
    parts = []
    for start in range(0, draws, size):
        drawn = rng.multinomial(customers.sum(), customers / customers.sum(), size=min(size, draws - start))
        varied = rng.gamma(drawn * shape, np.where(shape > 0, mean / np.where(shape > 0, shape, 1), 1.0))
        paid = np.where(shape > 0, varied, drawn * mean)
        average = weigh.average(drawn, paid)
        table = weigh.life_table(paid)
        parts.append(np.stack([average * restricted_months(*table, horizon, discount=discount) for horizon in horizons], axis=1))
    return np.concatenate(parts)
