"""Sentences on what it would be worth if fewer customers left in their worst month."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.billing import customers_who_pay
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_YEARLY = N_(
    "Revenue of one year: of the customers who begin that subscription month in a year, the given share of those who would have left stay, and pay what "
    "such customers pay in the twelve months after it. Before the cost of serving and of keeping them."
)
_VALUE = N_(
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
        told = _("no month of highest churn stands out")
        return Finding(key=key, unit=currency, definition=_YEARLY, value=math.nan, lower=math.nan, upper=math.nan, n=int(value["customers"]),
                       withheld=told, sentence=_("What it would be worth if fewer {whom} left is withheld: {told}.").format(whom=whom, told=told))
    row, definition = (yearly, _YEARLY) if not math.isnan(yearly["gain"]) else (value, _VALUE)
    common = {"key": key, "unit": currency, "definition": definition, "n": int(row["customers"]), "value": float(row["gain"]),
              "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": row["withheld"] or None}
    month = formats.count(row["tenure_month"])
    if math.isnan(row["gain"]):
        return Finding(**common, sentence=_("What it would be worth if fewer {whom} left in subscription month {month} is withheld: {withheld}.").format(
            whom=whom, month=month, withheld=row["withheld"],
        ))
    opening = _("If {reduction} fewer {whom} left in subscription month {month}").format(
        reduction=formats.percent(row["reduction"]), whom=whom, month=month,
    )
    later = _("a new customer would bring {gain} more in its first {horizon_months}").format(
        gain=formats.measure(value["gain"], currency, value["lower"], value["upper"]), horizon_months=months_in_words(value["horizon_months"]),
    )
    if row is value:
        return Finding(**common, sentence=_("{opening}, {later}.").format(opening=opening, later=later))
    count = (customers_per_year or {}).get(group)
    basis = _(" ({count} began that month in the last twelve months)").format(
        count=formats.counted(count, "customer", "customers")) if count is not None else ""
    sentence = _("{opening}, revenue would be about {gain} a year higher{basis}.").format(
        opening=opening, gain=formats.measure(row["gain"], currency, row["lower"], row["upper"]), basis=basis,
    )
    return Finding(**common, sentence=sentence if math.isnan(value["gain"])
        else _("{sentence} Seen from its start, {later}, after margin and discount.").format(
        sentence=sentence, later=later,
    ))


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
        told = _("no month of highest churn stands out")
        sentence = _("What it would be worth a year if fewer customers left in their worst month is withheld: {told}.").format(told=told)
        return [Finding(**common | {"withheld": told}, sentence=sentence)]
    if math.isnan(row["gain"]):
        sentence = _("What it would be worth a year if fewer customers left in their worst month is withheld: {withheld}.").format(
            withheld=row["withheld"],
        )
        return [Finding(**common, sentence=sentence), *each]
    fixed = worth[(worth["measure"] == "yearly_revenue") & worth["gain"].notna() & worth["group"].isin(groups)].to_dict("records")
    where = formats.listing([_("month {tenure_month} for {customers}").format(
        tenure_month=formats.count(one["tenure_month"]), customers=customers_who_pay(one["group"]),
    ) for one in fixed])
    sentence = _("If {share} fewer customers left in their worst month ({where}), revenue would be about {gain} a year higher.").format(
        share=share, where=where, gain=formats.measure(row["gain"], currency, row["lower"], row["upper"]),
    )
    return [Finding(**common, sentence=sentence), *each]
