"""Does a customer bring back what it cost to win, how many times over, and after how many months?"""

import math

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bootstrap import percentile_interval, resampled_life_tables
from lifecycle_utils.estimate.counts import check_tenures
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.lifetime_value import average_mrr, monthly_discount, whole_horizons, why_not_seen
from lifecycle_utils.estimate.paid_months import kaplan_meier, restricted_months
from lifecycle_utils.language import _

_COLUMNS = ["group", "customers", "new_customers", "spend", "cac", "lifetime_value", "ltv_to_cac", "lower", "upper", "target_ratio",
            "against_target", "payback_months", "payback_lower", "payback_upper", "simple_payback_months", "horizon_months", "withheld",
            "payback_withheld"]


def unit_economics(
    tenures, revenue, acquisition, *, horizon_months=36, target_ratio=3.0, gross_margin=1.0, discount_rate_annual=0.0,
    confidence=0.95, draws=2000, seed=0, min_at_risk=5, min_churned=10,
):
    """How many times over does a customer of each channel bring back its acquisition cost, and when?

    Parameters
    ----------
    tenures, revenue : as for `lifetime_value`, grouped by channel
    acquisition : DataFrame, one row per group: `spend` (currency) and `new_customers` (count) of the same months
    horizon_months : the lifetime value is the restricted mean within it
    target_ratio : the line to hold lifetime value / cost against; 3 is the custom of the field
    gross_margin, discount_rate_annual, confidence, draws, seed, min_at_risk, min_churned : as for `lifetime_value`

    Returns
    -------
    DataFrame, one row per row of `acquisition`: group, customers (ever), new_customers, spend, cac (spend / new_customers),
        lifetime_value (currency), ltv_to_cac, lower, upper, target_ratio,
        against_target : "above" if the whole interval is at or above the line, "below" if it is under it, else "unclear"
        payback_months : payments after which an average customer, counted also if it has left by then, has brought back its cost
        payback_lower, payback_upper : interval of it
        simple_payback_months : cac / (average MRR x margin), which forgets that customers leave
        horizon_months, withheld (why there is no ratio), payback_withheld (why there is no payback, or no interval of it)

    Notes
    -----
    Spend and new customers are taken as known; the intervals hold the uncertainty of survival and of average MRR. Payback is
    not discounted.

    Four of 200 customers leave in month 1; a customer pays 100 a month and cost 150 to win:

    >>> tenures = pd.DataFrame({"group": "ads", "entry": 0, "tenure": [1, 3], "churned": [True, False], "customers": [4, 196]})
    >>> revenue = pd.DataFrame({"group": ["ads"], "customers": [200], "average_mrr": [100.0], "variance_mrr": [0.0]})
    >>> spent = pd.DataFrame({"group": ["ads"], "spend": [30_000.0], "new_customers": [200]})
    >>> table = unit_economics(tenures, revenue, spent, horizon_months=4)
    >>> table[["cac", "lifetime_value", "payback_months", "simple_payback_months"]]
         cac  lifetime_value  payback_months  simple_payback_months
    0  150.0           394.0               2                    1.5
    """
    absent = [column for column in ("group", "spend", "new_customers") if column not in acquisition.columns]
    if absent:
        raise EstimateError(f"acquisition lacks the column(s) {', '.join(absent)}; it needs group, spend, new_customers")
    if acquisition["group"].duplicated().any():
        raise EstimateError("acquisition has several rows of one group; add their spend and new_customers up first")
    (horizon,), discount = whole_horizons([horizon_months]), monthly_discount(discount_rate_annual)
    tenures = check_tenures(tenures)
    tables = life_table(tenures)
    rows = []
    for channel in acquisition.itertuples(index=False):
        people = tenures[tenures["group"] == channel.group]
        table = tables[tables["group"] == channel.group]
        mrr, mrr_draws = average_mrr(revenue, channel.group, draws=draws, seed=seed)
        margin, margin_draws = gross_margin * mrr, gross_margin * mrr_draws
        cac = channel.spend / channel.new_customers if channel.new_customers > 0 else math.nan
        counts = table["at_risk"].to_numpy(float), table["churned"].to_numpy(float)
        drawn = None
        if counts[1].sum() >= min_churned and len(table):
            drawn = resampled_life_tables(people, draws=draws, seed=seed)
        unknown = _unknown(channel, mrr, people)
        withheld = unknown or why_not_seen(table, horizon, min_at_risk=min_at_risk)
        value = ratio = lower = upper = math.nan
        if not withheld:
            value = margin * float(restricted_months(*counts, horizon, discount=discount))
            ratio = value / cac
            if drawn is not None:
                sampled = margin_draws * restricted_months(*drawn, horizon, discount=discount)
                lower, upper = percentile_interval(sampled / cac, confidence=confidence)
        payback, early, late, unpaid = math.nan, math.nan, math.nan, unknown
        if not unknown:
            enough = np.cumprod(counts[0] >= min_at_risk).astype(bool)  # months that may be counted: before the first thin one
            payback, early, late, unpaid = _payback(counts, drawn, enough, margin, margin_draws, cac, confidence)
        rows.append((channel.group, int(people["customers"].sum()), channel.new_customers, channel.spend, cac, value, ratio, lower, upper,
                     target_ratio, _verdict(lower, upper, target_ratio), payback, early, late, cac / margin if margin > 0 else math.nan,
                     horizon, withheld, unpaid))
    whole = dict.fromkeys(["payback_months", "payback_lower", "payback_upper", "horizon_months"], "Int64")
    return pd.DataFrame(rows, columns=_COLUMNS).astype(whole)


def _unknown(channel, mrr, people):
    if not channel.new_customers > 0:
        return _("no new customer in the months of the spend")
    if not channel.spend > 0:
        return _("no spend is recorded: the ratio divides by zero")
    if people.empty:
        return _("no customer of this group is known")
    return _("no revenue is known for this group") if math.isnan(mrr) else ""


def _verdict(lower, upper, target):
    if math.isnan(lower):
        return ""
    return "above" if lower >= target else "below" if upper < target else "unclear"


def _payback(counts, drawn, enough, margin, margin_draws, cac, confidence):
    """Months until paid back with its interval, and why there is none."""
    months = _months_until(margin * np.cumsum(_paying(counts, enough), axis=-1), cac)
    if math.isinf(months):
        return math.nan, math.nan, math.nan, _("not paid back within the {enough} payments that can be counted").format(enough=enough.sum() + 1)
    if drawn is None:
        return months, math.nan, math.nan, _("too few customers left for an interval")
    sampled = _months_until(margin_draws[:, None] * np.cumsum(_paying(drawn, enough), axis=-1), cac)
    early, late = percentile_interval(sampled, confidence=confidence)
    return months, early, late, "" if math.isfinite(late) else _("in some resamples it is not paid back within the months seen")


def _paying(counts, enough):
    """Share that pays at the start of months 1, 2, ...: everybody first, then who survived the month before."""
    return kaplan_meier(counts[0][..., enough], counts[1][..., enough])


def _months_until(collected, cost):
    reached = collected >= cost
    months = np.where(reached.any(axis=-1), reached.argmax(axis=-1) + 1.0, math.inf)
    return float(months) if months.ndim == 0 else months
