"""Sentences on how long customers stay."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

_RETENTION = N_(
    "The share of customers still paying right after the given subscription month (Kaplan-Meier): in every month, those who left are "
    "compared with those who were there and observed for the whole month, so customers who are too young count as far as they were seen."
)
_MEDIAN = N_(
    "The first subscription month by whose end half of the customers have left, read from the survival curve; "
    "its interval inverts the curve's own (Brookmeyer and Crowley 1982)."
)
_LOG_RANK = N_(
    "The log-rank test of one and the same survival curve for all groups, late entry respected; "
    "the p value is the chance of differences this large if there were none."
)
_PAIRS = N_(
    "The log-rank test of every pair of groups; the p values are corrected by Holm for the number of pairs, so that one of them is wrongly called "
    "different in at most one company of twenty."
)
_TREND = N_("The change per year of the share still paying, from cohort to cohort: a straight line through all mature cohorts, with the Cochran-Armitage test.")


def retention_finding(survival, *, tenure_month=12, group="all", min_at_risk=30):
    """What share of the customers is still paying after `tenure_month` months?

    Parameters
    ----------
    survival : DataFrame with group, tenure_month, at_risk, survival, lower, upper
    min_at_risk : with fewer customers at risk in that month the number is withheld
    """
    span = months_in_words(tenure_month)
    rows = survival[(survival["group"] == group) & (survival["tenure_month"] == tenure_month)]
    at_risk = int(rows["at_risk"].iloc[0]) if len(rows) else 0
    common = {"key": _key(f"retention_month_{tenure_month}", group), "n": at_risk, "unit": "share", "definition": _RETENTION}
    whom = _("of customers") if group == "all" else _('of the customers in "{group}"').format(group=group)
    if at_risk < min_at_risk or math.isnan(rows["survival"].iloc[0]):
        told = rows["withheld"].iloc[0] if len(rows) and "withheld" in rows and math.isnan(rows["survival"].iloc[0]) else ""
        if not told:
            seen = _("only {at_risk} were").format(at_risk=formats.count(at_risk)) if at_risk > 1 else _("only 1 was") if at_risk else _("nobody has been")
            told = _("{seen} observed in that month, and at least {min_at_risk} are needed").format(seen=seen, min_at_risk=formats.count(min_at_risk))
        return Finding(
            **common, value=math.nan, lower=math.nan, upper=math.nan, withheld=told,
            sentence=_("The share {whom} still paying after {span} is withheld: {told}.").format(whom=whom, span=span, told=told),
        )
    row = rows.iloc[0]
    no_interval = row.get("withheld", "") or None
    sentence = _("{survival} {whom} are still paying after {span}").format(
        survival=formats.measure(row["survival"], "share", row["lower"], row["upper"]), whom=whom, span=span,
    )
    sentence += _("; {at_risk} have been observed that long.").format(at_risk=formats.count(at_risk))
    if no_interval:
        sentence = sentence[:-1] + f" ({no_interval})."
    return Finding(**common, value=float(row["survival"]), lower=float(row["lower"]), upper=float(row["upper"]), withheld=no_interval, sentence=sentence)


def median_lifetime_finding(quantiles, *, group="all", min_customers=30):
    """After how many months has half of the customers left?

    Parameters
    ----------
    quantiles : DataFrame with group, share_left, tenure_month, lower, upper (months), customers, withheld
    min_customers : of fewer customers the number is withheld
    """
    row = quantiles[(quantiles["group"] == group) & (quantiles["share_left"] == 0.5)].iloc[0]
    customers = int(row["customers"])
    common = {"key": _key("median_lifetime", group), "n": customers, "unit": "months", "definition": _MEDIAN}
    told = _("fewer than {min_customers} customers").format(min_customers=formats.count(min_customers)) if customers < min_customers else row["withheld"]
    if customers < min_customers or math.isnan(row["tenure_month"]):
        return Finding(
            **common, value=math.nan, lower=math.nan, upper=math.nan, withheld=told,
            sentence=_("The month by which half of the customers have left is not known yet: {told} (of {customers}).").format(
                told=told, customers=formats.counted(customers, "customer", "customers"),
            ),
        )
    common |= {"value": float(row["tenure_month"]), "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": told or None}
    month = formats.count(row["tenure_month"])
    if math.isnan(row["lower"]):
        interval = _("no interval")
    elif math.isnan(row["upper"]):
        interval = _("95% interval from month {lower} to beyond the last month observed").format(lower=formats.count(row["lower"]))
    else:
        interval = _("95% interval month {lower} to {upper}").format(lower=formats.count(row["lower"]), upper=formats.count(row["upper"]))
    sentence = _("Half of the customers have left by the end of subscription month {month} ({interval}), of {customers} customers.").format(
        month=month, interval=interval, customers=formats.count(customers),
    )
    return Finding(**common, sentence=sentence)


def groups_differ_finding(log_rank, *, by):
    """Do the groups leave at different speeds?

    Parameters
    ----------
    log_rank : DataFrame, one row: groups, chi_square, degrees_of_freedom, p_value
    by : what the customers are grouped by
    """
    row = log_rank.iloc[0]
    groups = int(row["groups"])
    common = {"key": "groups_differ", "lower": math.nan, "upper": math.nan, "n": groups, "unit": _("p value"), "definition": _LOG_RANK}
    what = _("The {groups} groups by {by}").format(groups=formats.count(groups), by=formats.words(by))
    if math.isnan(row["p_value"]):
        told = _("fewer than two groups can be compared")
        return Finding(
            **common, value=math.nan, withheld=told, sentence=_("Whether the groups by {by} leave at different speeds is withheld: {told}.").format(
                by=formats.words(by), told=told,
            ),
        )
    freedom = formats.count(row["degrees_of_freedom"])
    test = _("log-rank χ² = {chi_square} on {freedom} degrees of freedom, p {p_value}").format(
        chi_square=formats.number(row["chi_square"]), freedom=freedom, p_value=formats.p_value(row["p_value"]),
    )
    if row["p_value"] < 0.05:
        sentence = _("{what} leave at different speeds, beyond chance ({test}).").format(what=what, test=test)
    else:
        sentence = _("{what} do not leave at different speeds, as far as can be told from chance ({test}).").format(what=what, test=test)
    return Finding(**common, value=float(row["p_value"]), sentence=sentence)


def pairs_differ_finding(pairs, *, by, most=4):
    """Which pairs of groups leave at different speeds?

    Parameters
    ----------
    pairs : DataFrame of pairwise_log_rank: group_a, group_b, p_holm
    by : what the customers are grouped by
    most : pairs named in the sentence
    """
    tested = pairs[pairs["p_holm"].notna()].sort_values("p_holm", kind="stable")
    found = tested[tested["p_holm"] < 0.05]
    common = {"key": "pairs_differ", "value": len(found), "lower": math.nan, "upper": math.nan, "n": len(tested), "unit": "pairs", "definition": _PAIRS}
    ground = _("{tested} of groups by {by} tested, corrected for that by Holm").format(
        tested=formats.counted(len(tested), "pair", "pairs"), by=formats.words(by),
    )
    if not len(found):
        return Finding(**common, sentence=_("No two groups leave at different speeds beyond chance ({ground}).").format(ground=ground))
    named = [_("{group_a} and {group_b} (p {p_holm})").format(
        group_a=one_line(row["group_a"]), group_b=one_line(row["group_b"]), p_holm=formats.p_value(row["p_holm"]),
    ) for row in found.head(most).to_dict("records")]
    if len(found) > most:
        named.append(formats.counted(len(found) - most, "more pair", "more pairs"))
    return Finding(**common, sentence=_("Different speeds, beyond chance: {named} ({ground}).").format(named=formats.listing(named), ground=ground))


def retention_trend_finding(trend_test, *, tenure_month=12, min_customers=30):
    """Do newer cohorts stay longer?

    Parameters
    ----------
    trend_test : DataFrame with tenure_month, cohorts, customers, change_per_year, lower, upper (share per year), p_value, withheld
    min_customers : of fewer customers in mature cohorts the number is withheld
    """
    row = trend_test[trend_test["tenure_month"] == tenure_month].iloc[0]
    span, cohorts, customers = months_in_words(tenure_month), formats.count(row["cohorts"]), formats.count(row["customers"])
    common = {"key": f"retention_trend_month_{tenure_month}", "n": int(row["customers"]), "unit": "share", "definition": _TREND,
              "value": float(row["change_per_year"]), "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": row["withheld"] or None}
    if math.isnan(row["change_per_year"]) or row["customers"] < min_customers:
        told = row["withheld"] or _("the mature cohorts have only {customers}").format(
            customers=formats.counted(row["customers"], "customer", "customers"),
        )
        common |= {"value": math.nan, "lower": math.nan, "upper": math.nan, "withheld": told}
        return Finding(**common, sentence=_("Whether retention after {span} is changing from cohort to cohort is withheld: {told}.").format(
            span=span, told=told,
        ))
    moving = _("is rising") if row["change_per_year"] > 0 else _("is falling")
    way = moving if row["p_value"] < 0.05 else _("shows no trend beyond chance")
    change, low, high = (formats.points(row[column]) for column in ("change_per_year", "lower", "upper"))
    return Finding(
        **common,
        sentence=_(
            "Retention after {span} {way} from cohort to cohort: {change} percentage points a year (95% interval {low} to {high}, p "
            "{p_value}); {cohorts} mature cohorts, {customers} customers."
        ).format(span=span, way=way, change=change, low=low, high=high, p_value=formats.p_value(row["p_value"]), cohorts=cohorts, customers=customers),
    )


def _key(key, group):
    return key if group == "all" else f"{key}:{group}"
