"""What are the customers worth who are already there?"""

import math

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.bootstrap import percentile_interval
from lifecycle_utils.estimate.counts import check_tenures, in_group_order
from lifecycle_utils.estimate.life_table import life_table
from lifecycle_utils.estimate.lifetime_value import monthly_discount, whole_horizons
from lifecycle_utils.estimate.model_check import REFUTED, disagreement
from lifecycle_utils.estimate.residual_lifetime import periods_to_sum
from lifecycle_utils.estimate.sbg import ShiftedBetaGeometric
from lifecycle_utils.estimate.sbg_posterior import ShiftedBetaGeometricPosterior, survival_of_pairs
from lifecycle_utils.language import _

_NO_LIFE_TABLE = pd.DataFrame({"tenure_month": [], "at_risk": [], "churned": []})


def residual_value(
    tenures, revenue, *, horizon_months=36, gross_margin=1.0, discount_rate_annual=0.0, confidence=0.95, draws=1000, seed=0,
    min_churned=10,
):
    """What will the customers who are there today still pay, if they go on as customers of their age did?

    Parameters
    ----------
    tenures : DataFrame, one row per (group, entry, tenure, churned), `customers` counts them; rows not churned are still there
    revenue : DataFrame, one row per group: `mrr`, what the active customers pay now (currency per month)
    horizon_months : how far ahead to count; None counts for ever and needs a discount
    gross_margin, discount_rate_annual, confidence, draws, seed, min_churned : as for `lifetime_value`

    Returns
    -------
    DataFrame, one row per group: group, customers (still there), mrr, horizon_months, months (payments still expected of an
        average one, discounted), value (mrr x margin x months), lower, upper, withheld, interval_withheld (why there is no
        interval), note

    Notes
    -----
    Fader & Hardie's discounted expected residual lifetime, averaged over the tenures of the customers who are there: who has
    stayed long is likelier to stay. Right before their next renewal, whose payment is not discounted. The interval is that of
    the expectation (posterior of the model); what these very customers will pay scatters around it. MRR is taken as unrelated
    to tenure.

    References
    ----------
    Fader & Hardie (2010), Customer-base valuation in a contractual setting, Marketing Science 29(1), 85-93.

    Everybody leaves with one half a month: within two months an average customer makes 1/2 + 1/4 further payments.

    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2, 2], "churned": [True, True, False],
    ...                         "customers": [2000, 1000, 1000]})
    >>> revenue = pd.DataFrame({"group": ["all"], "mrr": [1000.0]})
    >>> worth = residual_value(tenures, revenue, horizon_months=2)
    >>> print(worth["customers"][0], round(worth["months"][0], 3), round(worth["value"][0]))
    1000 0.75 750
    """
    discount = monthly_discount(discount_rate_annual)
    if horizon_months is None and discount == 1:
        raise EstimateError("horizon_months is None (for ever) without a discount: give a horizon or discount_rate_annual above 0")
    horizon = periods_to_sum(discount) if horizon_months is None else whole_horizons([horizon_months])[0]
    tenures = check_tenures(tenures)
    tables = dict(tuple(life_table(tenures).groupby("group", sort=False)))
    paid = revenue.set_index("group")["mrr"]
    rows = []
    for group in in_group_order(tenures["group"]):
        here = tenures[(tenures["group"] == group) & ~tenures["churned"]].groupby("tenure")["customers"].sum()
        here = here[here > 0]
        table = tables.get(group, _NO_LIFE_TABLE)
        model = ShiftedBetaGeometric.fit_table(table)
        mrr = float(paid.get(group, math.nan))
        withheld = model.note if math.isnan(model.alpha) else ""
        if here.empty:
            withheld = _("no customer of this group is still there")
        elif math.isnan(mrr):
            withheld = _("no revenue is known for this group")
        months = lower = upper = math.nan
        if not withheld:
            point = np.atleast_1d(model.first_churn), np.atleast_1d(model.spread)
            months = float(_mean_payments(point, here, horizon, discount)[0])
        refuted = "" if withheld else disagreement(model, table)
        no_interval = withheld
        if not withheld:
            few = table["churned"].sum() < min_churned
            no_interval = _("fewer than {min_churned} customers left: too few for an interval").format(
                min_churned=min_churned) if few else REFUTED if refuted else ""
        if not no_interval:
            pairs = ShiftedBetaGeometricPosterior.from_table(table, model).sample(draws, seed=seed)
            lower, upper = percentile_interval(_mean_payments(pairs, here, horizon, discount), confidence=confidence)
        worth = gross_margin * mrr
        note = "" if withheld else "; ".join(filter(None, [model.note, refuted]))
        rows.append((group, int(here.sum()), mrr, horizon_months, months, worth * months, worth * lower, worth * upper, withheld, no_interval, note))
    columns = ["group", "customers", "mrr", "horizon_months", "months", "value", "lower", "upper", "withheld", "interval_withheld", "note"]
    return pd.DataFrame(rows, columns=columns).astype({"horizon_months": "Int64"})


def _mean_payments(pairs, here, horizon, discount):
    """Discounted payments still to come from an average customer, shape (pairs,); `here` counts customers by tenure."""
    tenure = here.index.to_numpy()
    survival = survival_of_pairs(*pairs, int(tenure.max()) + horizon)
    total = np.zeros(len(survival))
    for completed, customers in zip(tenure, here.to_numpy(), strict=True):
        alive = survival[:, completed]
        ahead = survival[:, completed + 1 : completed + 1 + horizon] @ discount ** np.arange(horizon)
        # where the model leaves nobody alive at that tenure, nobody pays
        total += customers * np.divide(ahead, alive, out=np.zeros_like(ahead), where=alive > 0)
    return total / here.sum()
