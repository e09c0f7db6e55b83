"""Sentences on what it would be worth if fewer customers left in their worst month."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.billing import customers_who_pay
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_YEARLY = (
    "Revenue of one year: of the customers who begin that subscription month in a year, the given share of those who would have left stay, and pay what "
    "such customers pay in the twelve months after it. Before the cost of serving and of keeping them."
)
_VALUE = (
    "What a new customer would bring more within the horizon, by the survival curve with only the hazard of that one month lowered; "
    "gross margin and discount as in the settings."
)


def worth_of_fixing_finding(worth, *, currency, group="all", customers_per_year=None):
    """What would it bring if fewer left in that month?

    Parameters
    ----------
    worth : DataFrame of worth_of_fixing: group, tenure_month, reduction (share), measure, gain, lower, upper, horizon_months, customers, withheld
    customers_per_year : dict of group to the customers who begin that month in a year, to be told
    """
    rows = worth[worth["group"] == group].set_index("measure")
    yearly, value = rows.loc["yearly_revenue"], rows.loc["lifetime_value"]
    key = "worth_of_fixing" if group == "all" else f"worth_of_fixing:{group}"
    whom = customers_who_pay(group)
    if math.isnan(value["tenure_month"]):
        told = "no month of highest churn stands out"
        return Finding(key=key, unit=currency, definition=_YEARLY, value=math.nan, lower=math.nan, upper=math.nan, n=int(value["customers"]),
                       withheld=told, sentence=f"What it would be worth if fewer {whom} left is withheld: {told}.")
    row, definition = (yearly, _YEARLY) if not math.isnan(yearly["gain"]) else (value, _VALUE)
    common = {"key": key, "unit": currency, "definition": definition, "n": int(row["customers"]), "value": float(row["gain"]),
              "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": row["withheld"] or None}
    month = formats.count(row["tenure_month"])
    if math.isnan(row["gain"]):
        return Finding(**common, sentence=f"What it would be worth if fewer {whom} left in subscription month {month} is withheld: {row['withheld']}.")
    opening = f"If {formats.percent(row['reduction'])} fewer {whom} left in subscription month {month}"
    later = (f"a new customer would bring {formats.measure(value['gain'], currency, value['lower'], value['upper'])} more "
             f"in its first {months_in_words(value['horizon_months'])}")
    if row is value:
        return Finding(**common, sentence=f"{opening}, {later}.")
    count = (customers_per_year or {}).get(group)
    basis = f" ({formats.counted(count, 'customer', 'customers')} began that month in the last twelve months)" if count is not None else ""
    sentence = f"{opening}, revenue would be about {formats.measure(row['gain'], currency, row['lower'], row['upper'])} a year higher{basis}."
    return Finding(**common, sentence=sentence if math.isnan(value["gain"]) else f"{sentence} Seen from its start, {later}, after margin and discount.")


def worth_of_fixing_findings(worth, total, *, currency, customers_per_year=None):
    """`worth_of_fixing_finding` for every group but "all", and before them what they add up to if there are several, as a list.

    Parameters
    ----------
    total : DataFrame of worth_in_total, one row: gain, lower, upper, groups, withheld
    """
    groups = [group for group in worth["group"].unique() if group != "all"]
    if len(groups) < 2:  # one interval is everybody
        everybody = worth[worth["group"].isin(groups)].assign(group="all")
        count = next(iter((customers_per_year or {}).values()), None)
        return [worth_of_fixing_finding(everybody, currency=currency, customers_per_year=None if count is None else {"all": count})]
    each = [worth_of_fixing_finding(worth, currency=currency, group=group, customers_per_year=customers_per_year) for group in groups]
    row = total.iloc[0]
    customers = int(worth.loc[worth["group"] != "all"].groupby("group")["customers"].first().sum())
    common = {"key": "worth_of_fixing", "unit": currency, "definition": _YEARLY, "n": customers, "value": float(row["gain"]),
              "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": row["withheld"] or None}
    share = formats.percent(worth["reduction"].iloc[0])
    if worth.loc[worth["group"].isin(groups), "tenure_month"].isna().all():
        told = "no month of highest churn stands out"
        sentence = f"What it would be worth a year if fewer customers left in their worst month is withheld: {told}."
        return [Finding(**common | {"withheld": told}, sentence=sentence)]
    if math.isnan(row["gain"]):
        sentence = f"What it would be worth a year if fewer customers left in their worst month is withheld: {row['withheld']}."
        return [Finding(**common, sentence=sentence), *each]
    fixed = worth[(worth["measure"] == "yearly_revenue") & worth["gain"].notna() & worth["group"].isin(groups)].to_dict("records")
    where = formats.listing([f"month {formats.count(one['tenure_month'])} for {customers_who_pay(one['group'])}" for one in fixed])
    sentence = (f"If {share} fewer customers left in their worst month ({where}), revenue would be about "
                f"{formats.measure(row['gain'], currency, row['lower'], row['upper'])} a year higher.")
    return [Finding(**common, sentence=sentence), *each]
