"""What a customer is worth by every method of the kit, in one frame, and up to which month that can be said."""

import pandas as pd

from lifecycle_utils.estimate.counts import EVERYBODY
from lifecycle_utils.estimate.lifetime_value import METHODS, lifetime_value, whole_horizons
from lifecycle_utils.estimate.revenue_weighted import METHOD, revenue_weighted_value


def lifetime_value_by_method(paying_tenures, revenue, *, horizons_months=(12, 36, 60), **options):
    """What is a customer of each group worth, by the two formulas, by survival, by survival weighted by MRR, and by the model?

    Parameters
    ----------
    paying_tenures : DataFrame, as `revenue_weighted_value` needs it (tenures with `mrr` and `mrr_squared`)
    revenue : DataFrame, as for `lifetime_value`
    horizons_months, options : as for both

    Returns
    -------
    DataFrame with the columns of `lifetime_value` and `customer_months` (of the weighted rows), groups in order, methods in the order
        mean_lifetime_of_churned, arpu_over_churn, restricted_mean, revenue_weighted_mean, shifted_beta_geometric

    Examples
    --------
    >>> tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": [1, 2], "churned": [True, False], "customers": 1,
    ...                         "mrr": [10.0, 90.0], "mrr_squared": [100.0, 8100.0]})
    >>> revenue = pd.DataFrame({"group": ["all"], "customers": [2], "average_mrr": [50.0], "variance_mrr": [3200.0]})
    >>> values = lifetime_value_by_method(tenures, revenue, horizons_months=[2], min_at_risk=1)
    >>> values[["method", "value"]].iloc[1:4]
                      method  value
    1        arpu_over_churn  150.0
    2        restricted_mean   75.0
    3  revenue_weighted_mean   95.0
    """
    horizons = whole_horizons(horizons_months)
    plain = lifetime_value(paying_tenures, revenue, horizons_months=horizons, **options)
    weighted = revenue_weighted_value(paying_tenures, horizons_months=horizons, **options)
    place = {method: number for number, method in enumerate([*METHODS[:3], METHOD, *METHODS[3:]])}
    groups = {group: number for number, group in enumerate(plain["group"].unique())}
    frame = pd.concat([plain, weighted], ignore_index=True).fillna({"note": ""})
    keys = frame.assign(_group=frame["group"].map(groups), _method=frame["method"].map(place))
    return frame.loc[keys.sort_values(["_group", "_method", "horizon_months"], kind="stable").index].reset_index(drop=True)


def longest_horizon(values, *, group=EVERYBODY):
    """The longest horizon within which survival was seen, so that every number of a report is about the same months.

    Parameters
    ----------
    values : DataFrame, as `lifetime_value` returns it

    Returns
    -------
    int, months; the shortest horizon asked for if none was reached

    >>> values = pd.DataFrame({"group": "all", "method": "restricted_mean", "value": [9.0, 20.0, None], "horizon_months": [12, 36, 60]})
    >>> longest_horizon(values)
    36
    """
    rows = values[(values["group"] == group) & (values["method"] == "restricted_mean")]
    reached = rows.loc[rows["value"].notna(), "horizon_months"]
    return int(reached.max()) if len(reached) else int(rows["horizon_months"].min())
