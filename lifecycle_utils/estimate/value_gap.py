"""Why does average MRR / churn print another number than survival does? The gap, step by step, in money."""

import math

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.bootstrap import percentile_interval, resampled_life_tables
from lifecycle_utils.estimate.counts import check_tenures, in_group_order
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.lifetime_value import average_mrr, monthly_discount, whole_horizons, why_not_seen
from lifecycle_utils.estimate.paid_months import months_by_churn_rate, restricted_months
from lifecycle_utils.language import N_, _

STEPS = {
    "arpu_over_churn": N_("what the formula prints: one churn rate, for ever"),
    "beyond_horizon": N_("revenue that the formula counts after the horizon, in months that are not counted here"),
    "churn_by_tenure": N_("churn is not the same in every month of tenure, and months with many customers weigh most in one rate"),
    "discount": N_("money that comes later is worth less today"),
    "restricted_mean": N_("what survival within the horizon supports"),
}


def lifetime_value_gap(
    tenures, revenue, *, horizon_months=36, gross_margin=1.0, discount_rate_annual=0.0, confidence=0.95, draws=2000, seed=0,
    min_at_risk=5, min_churned=10,
):
    """Where does the gap between average MRR / churn and the restricted mean come from?

    Parameters
    ----------
    tenures, revenue : as for `lifetime_value`
    horizon_months : of the restricted mean
    gross_margin, discount_rate_annual, confidence, draws, seed, min_at_risk, min_churned : as for `lifetime_value`

    Returns
    -------
    DataFrame, five rows per group, in this order: group, step, value, lower, upper (currency per customer), running (currency,
        the sum so far), share (value over the first step's), explanation, withheld. The first four values add up to the fifth:
        arpu_over_churn + beyond_horizon + churn_by_tenure + discount = restricted_mean.

    Notes
    -----
    With c = churned / customer-months at risk, a customer that leaves at rate c pays 1 / c months, of which
    (1 - (1 - c)^horizon) / c lie within the horizon. What remains is the difference between a constant c and the churn by
    tenure that was seen. A steep early churn makes c too high for those who stay (the formula is too low in the long run);
    a company whose customers are all young sees c of young customers only.

    Of two customers one leaves in month 1, the other stays 3 months: c = 1/4, so 4 months at 10 a month.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 3], "churned": [True, False], "customers": 1})
    >>> revenue = pd.DataFrame({"group": ["all"], "customers": [2], "average_mrr": [10.0], "variance_mrr": [0.0]})
    >>> gap = lifetime_value_gap(tenures, revenue, horizon_months=2, min_at_risk=1)
    >>> gap[["step", "value", "running"]]
                  step  value  running
    0  arpu_over_churn   40.0     40.0
    1   beyond_horizon  -22.5     17.5
    2  churn_by_tenure   -2.5     15.0
    3         discount    0.0     15.0
    4  restricted_mean   15.0     15.0
    """
    (horizon,), discount = whole_horizons([horizon_months]), monthly_discount(discount_rate_annual)
    tenures = check_tenures(tenures)
    table = life_table(tenures)
    frames = []
    for group in in_group_order(tenures["group"]):
        rows = table[table["group"] == group]
        counts = rows["at_risk"].to_numpy(float), rows["churned"].to_numpy(float)
        mrr, mrr_draws = average_mrr(revenue, group, draws=draws, seed=seed)
        withheld = why_not_seen(rows, horizon, min_at_risk=min_at_risk)
        if math.isnan(mrr):
            withheld = _("no revenue is known for this group")
        elif counts[1].sum() == 0:
            withheld = _("nobody churned: average MRR / churn divides by zero")
        steps = np.full((1, 5), math.nan)
        intervals = [(math.nan, math.nan)] * 5
        if not withheld:
            steps = gross_margin * mrr * _steps(*counts, horizon, discount)
            if counts[1].sum() >= min_churned:
                drawn = _steps(*resampled_life_tables(tenures[tenures["group"] == group], draws=draws, seed=seed), horizon, discount)
                drawn = gross_margin * mrr_draws[:, None] * drawn
                intervals = [percentile_interval(drawn[:, step], confidence=confidence) for step in range(5)]
        value = steps.ravel()
        frames.append(pd.DataFrame({
            "group": group, "step": list(STEPS), "value": value, "lower": [low for low, _ in intervals],
            "upper": [high for _, high in intervals], "running": [*np.cumsum(value[:4]), value[4]], "share": value / value[0],
            "explanation": list(STEPS.values()), "withheld": withheld,
        }))
    return pd.concat(frames, ignore_index=True)


def _steps(at_risk, churned, horizon, discount):
    """The five steps in months paid, shape (draws, 5) or (1, 5)."""
    for_ever = np.atleast_1d(months_by_churn_rate(at_risk, churned))
    rate = 1 / for_ever
    within = (1 - (1 - rate) ** horizon) / rate
    seen = restricted_months(at_risk, churned, horizon)
    worth = restricted_months(at_risk, churned, horizon, discount=discount)
    total = np.broadcast_to(worth, for_ever.shape)
    return np.stack([for_ever, within - for_ever, seen - within, total - seen, total], axis=1)
