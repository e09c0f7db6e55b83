"""What is a customer worth? The two usual formulas next to two answers that know who has not left yet."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bootstrap import average_mrr_draws, percentile_interval, resampled_life_tables
from lifecycle_utils.estimate.counts import check_confidence, check_tenures, customers_by_group
from lifecycle_utils.estimate.formulas import revenue_over_churn, revenue_over_lifetime
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.model_check import REFUTED, disagreement
from lifecycle_utils.estimate.paid_months import discounted_payments, months_by_churn_rate, months_of_churned, restricted_months
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from lifecycle_utils.estimate.sbg_posterior import ShiftedBetaGeometricPosterior, survival_of_pairs
from lifecycle_utils.language import _

METHODS = ("mean_lifetime_of_churned", "arpu_over_churn", "restricted_mean", "shifted_beta_geometric")
_NO_LIFE_TABLE = pd.DataFrame({"tenure_month": [], "at_risk": [], "churned": []})


class MonthsPaid(NamedTuple):
    """Months that one method says a customer pays: the point, its draws (None: no interval), why not, a warning, why no interval."""

    method: str
    horizon: int | None
    months: float
    sampled: np.ndarray | None = None
    withheld: str = ""
    note: str = ""
    no_interval: str = ""


def lifetime_value(
    tenures, revenue, *, horizons_months=(12, 36, 60), gross_margin=1.0, discount_rate_annual=0.0, confidence=0.95,
    draws=2000, seed=0, min_at_risk=5, min_churned=10,
):
    """What is a customer of each group worth, computed four ways?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned); `customers` counts them; months
    revenue : DataFrame, one row per group: customers, `average_mrr` (mean over all customers ever of their average MRR
        while paying), `variance_mrr` (sample variance of the same over customers)
    horizons_months : months after the start over which the last two methods count revenue
    gross_margin : 0 to 1, applied to all four methods
    discount_rate_annual : 0.1 is 10 % a year; month k is discounted by (1 + rate)^(-k/12). The two formulas know none.
    confidence, draws, seed : of the intervals; the same inputs and seed give the same interval
    min_at_risk : the restricted mean is withheld when fewer customers were at risk in a month before the horizon
    min_churned : intervals are withheld when fewer customers left: there is too little to resample

    Returns
    -------
    DataFrame with group, method, value, lower, upper (currency per customer), horizon_months (missing: no horizon), customers,
        average_mrr, months (what average_mrr x margin is multiplied by), withheld (why there is no value, else ""),
        interval_withheld (why there is no interval), note (where the model and the customers disagree)

        mean_lifetime_of_churned : average_mrr x mean tenure of those who left
        arpu_over_churn : average_mrr / (churned / customer-months at risk)
        restricted_mean : average_mrr x sum of S(k) v^k for k = 0 .. horizon - 1, S by Kaplan-Meier; never extrapolated
        shifted_beta_geometric : the same sum, S by the fitted model, also beyond the months seen

    Notes
    -----
    Intervals hold two uncertainties: of the months (a bootstrap over customers that draws from the counts; for the model a
    posterior on a grid of its parameters) and of average_mrr (its standard error), drawn independently. If large customers
    stay longer, average_mrr x months is too low: see `revenue_weighted_value`. The intervals of the two formulas say how the
    formula would vary with other customers, not where the lifetime value is: their error is one of principle. A fitted model that
    the customers refute has no interval: with annual renewals it would hold the truth in 0 to 90 of 100 companies.

    References
    ----------
    Kaplan & Meier (1958); Fader & Hardie (2007). docs/definitions.md compares what ChartMogul, Baremetrics and Stripe print.

    Two customers pay 10 a month; one leaves in month 2, the other is still there after 4 months:

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [2, 4], "churned": [True, False], "customers": 1})
    >>> revenue = pd.DataFrame({"group": ["all"], "customers": [2], "average_mrr": [10.0], "variance_mrr": [0.0]})
    >>> values = lifetime_value(tenures, revenue, horizons_months=[4], min_at_risk=1)
    >>> values[["method", "value", "months"]].head(3)
                         method  value  months
    0  mean_lifetime_of_churned   20.0     2.0
    1           arpu_over_churn   60.0     6.0
    2           restricted_mean   30.0     3.0
    """
    horizons, discount = whole_horizons(horizons_months), monthly_discount(discount_rate_annual)
    if not 0 <= gross_margin <= 1:
        raise EstimateError(f"gross_margin is {gross_margin}; it is a share of revenue from 0 to 1")
    check_confidence(confidence)
    tenures = check_tenures(tenures)
    tables = dict(tuple(life_table(tenures).groupby("group", sort=False)))
    rows = []
    for group, customers in customers_by_group(tenures).items():
        table = tables.get(group, _NO_LIFE_TABLE)
        few = table["churned"].sum() < min_churned
        drawn = None if few else resampled_life_tables(tenures[tenures["group"] == group], draws=draws, seed=seed)
        mrr, mrr_draws = average_mrr(revenue, group, draws=draws, seed=seed)
        for answer in months_by_method(table, drawn, horizons, discount, min_at_risk=min_at_risk, draws=draws, seed=seed):
            withheld = answer.withheld or (_("no revenue is known for this group") if math.isnan(mrr) else "")
            value = lower = upper = math.nan
            no_interval = withheld
            if not withheld:
                value = revenue_over_lifetime(mrr, answer.months, gross_margin=gross_margin).value
                no_interval = answer.no_interval or _("fewer than {min_churned} customers left: too few for an interval").format(min_churned=min_churned)
            if not withheld and answer.sampled is not None:
                lower, upper = percentile_interval(gross_margin * mrr_draws * answer.sampled, confidence=confidence)
                no_interval = "" if math.isfinite(lower) else _("in some resamples there is no value")
            rows.append((group, answer.method, value, lower, upper, answer.horizon, customers, mrr, answer.months, withheld,
                         no_interval, answer.note))
    frame = pd.DataFrame(rows, columns=["group", "method", "value", "lower", "upper", "horizon_months", "customers",
                                        "average_mrr", "months", "withheld", "interval_withheld", "note"])
    return frame.astype({"horizon_months": "Int64"})


def months_by_method(table, drawn, horizons, discount, *, min_at_risk=5, draws=2000, seed=0):
    """What each of the four methods says of the months a customer pays, from the life table of one group and draws of it (None: no intervals)."""
    yield from _formulas(table, drawn)
    yield from (_restricted(table, drawn, horizon, discount, min_at_risk) for horizon in horizons)
    yield from _modelled(table, horizons, discount, 0 if drawn is None else draws, seed)


def average_mrr(revenue, group, *, draws=2000, seed=0):
    """The average MRR of a group and draws of it; NaN if the group is not in the frame."""
    rows = revenue[revenue["group"] == group]
    if len(rows) > 1:
        raise EstimateError(f"revenue has {len(rows)} rows of group {group!r}; one is needed")
    if rows.empty or not rows["customers"].iloc[0] > 0:
        return math.nan, np.full(draws, math.nan)
    row = rows.iloc[0]
    mean = float(row["average_mrr"])
    return mean, average_mrr_draws(mean, float(row["variance_mrr"]), row["customers"], draws=draws, seed=seed)


def monthly_discount(discount_rate_annual):
    """What one unit of money in a month is worth today.

    >>> round(monthly_discount(0.1) ** 12, 6) == round(1 / 1.1, 6)
    True
    """
    if not 0 <= discount_rate_annual < math.inf:
        raise EstimateError(f"discount_rate_annual is {discount_rate_annual}; it must be 0 or more (0.1 is 10 % a year)")
    return (1 + discount_rate_annual) ** (-1 / 12)


def whole_horizons(horizons_months):
    """The horizons as whole months of 1 or more, else EstimateError."""
    horizons = [int(h) for h in horizons_months]
    if any(h < 1 or h != given for h, given in zip(horizons, horizons_months, strict=True)):
        raise EstimateError(f"horizons_months {list(horizons_months)}: whole months of 1 or more are needed")
    return horizons


def why_not_seen(table, horizon, *, min_at_risk=5):
    """Why the survival up to the horizon is not known from the data, or ""."""
    months, at_risk, churned = (table[name].to_numpy() for name in ("tenure_month", "at_risk", "churned"))
    seen = np.flatnonzero(months < horizon)
    thin = seen[at_risk[seen] < min_at_risk]
    if len(thin):
        return _("only {at_risk:.0f} at risk in month {tenure_month:.0f}, fewer than {min_at_risk}").format(
            at_risk=at_risk[thin[0]], tenure_month=months[thin[0]], min_at_risk=min_at_risk,
        )
    everybody_left = len(seen) > 0 and churned[seen[-1]] == at_risk[seen[-1]]
    if len(seen) < horizon - 1 and not everybody_left:  # when all have left, the rest of the sum is known: 0
        return _("customers have been seen for {seen} months, {horizon} are needed; not extrapolated").format(seen=len(seen), horizon=horizon - 1)
    return ""


def _formulas(table, drawn):
    at_risk, churned = table["at_risk"].to_numpy(), table["churned"].to_numpy()
    if churned.sum() == 0:
        yield MonthsPaid(METHODS[0], None, math.nan, withheld=_("nobody churned: there is no lifetime to average"))
        yield MonthsPaid(METHODS[1], None, math.nan, withheld=revenue_over_churn(1, 0).withheld)
        return
    sampled = (None, None) if drawn is None else (months_of_churned(drawn[1]), months_by_churn_rate(*drawn))
    yield MonthsPaid(METHODS[0], None, float(months_of_churned(churned)), sampled[0])
    yield MonthsPaid(METHODS[1], None, revenue_over_churn(1, churned.sum() / at_risk.sum()).value, sampled[1])


def _restricted(table, drawn, horizon, discount, min_at_risk):
    withheld = why_not_seen(table, horizon, min_at_risk=min_at_risk)
    if withheld:
        return MonthsPaid("restricted_mean", horizon, math.nan, withheld=withheld)
    months = restricted_months(table["at_risk"].to_numpy(), table["churned"].to_numpy(), horizon, discount=discount)
    sampled = None if drawn is None else restricted_months(*drawn, horizon, discount=discount)
    return MonthsPaid("restricted_mean", horizon, float(months), sampled)


def _modelled(table, horizons, discount, draws, seed):
    model = ShiftedBetaGeometric.fit_table(table)
    if math.isnan(model.alpha):
        yield from (MonthsPaid("shifted_beta_geometric", horizon, math.nan, withheld=model.note) for horizon in horizons)
        return
    refuted = disagreement(model, table)
    note, no_interval = "; ".join(filter(None, [model.note, refuted])), REFUTED if refuted else ""
    drawn = None
    if draws and not refuted:
        pairs = ShiftedBetaGeometricPosterior.from_table(table, model).sample(draws, seed=seed)
        drawn = survival_of_pairs(*pairs, max(horizons, default=0))
    for horizon in horizons:
        sampled = None if drawn is None else discounted_payments(drawn, horizon, discount).sum(axis=-1)
        months = model.mean_months(horizon, monthly_discount=discount)
        yield MonthsPaid("shifted_beta_geometric", horizon, months, sampled, note=note, no_interval=no_interval)
