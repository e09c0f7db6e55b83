"""Sentences on the existing base: how much of the revenue customers won earlier bring, now and this quarter, and how few of them."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding

_EARLIER = N_("MRR of customers whose first paid month is before this year (this quarter, this month), over all MRR. Counted, not estimated: no interval.")
_EXPECTED = N_(
    "Expected revenue of the quarter (the sum of its three month-end MRRs) from customers won before it, over all of it. Open months follow the "
    "newest twelve; the interval is where the share may turn out."
)
_TOP = N_("MRR of the customers who pay most at the month's end, over all MRR. Counted, not estimated: no interval.")


def earlier_customers_finding(shares):
    """How much of this month's revenue comes from customers won earlier?

    Parameters
    ----------
    shares : DataFrame, one row per month and period: month, period, begins, earlier_mrr, mrr (currency per month), share, change (shares)
    """
    last = shares[shares["month"] == shares["month"].max()].set_index("period") if len(shares) else shares
    common = {"key": "revenue_from_earlier_customers", "lower": math.nan, "upper": math.nan, "n": None, "unit": "share", "definition": _EARLIER}
    if not len(shares) or math.isnan(last["share"].iloc[0]):
        told = _("nobody pays at the month's end")
        return Finding(**common, value=math.nan, withheld=told, sentence=_("The share of revenue from earlier customers is withheld: {told}.").format(
            told=told,
        ))
    told = {"quarter": _("{share} before this quarter"), "month": _("{share} before this month")}
    parts = [text.format(share=formats.percent(last.loc[period, "share"])) for period, text in told.items()]
    change = last.loc["year", "change"]
    then = "" if math.isnan(change) else _(" (a year ago {share_year_before})").format(
        share_year_before=formats.percent(last.loc["year", "share_year_before"]),
    )
    sentence = _("{share} of the MRR of {iloc} comes from customers won before this year{then}, {parts}.").format(
        share=formats.percent(last.loc["year", "share"]), iloc=formats.calendar_month(last["month"].iloc[0]), then=then,
        parts=formats.listing(parts),
    )
    return Finding(**common, value=float(last.loc["year", "share"]), sentence=sentence)


def expected_share_finding(expected):
    """How much of this quarter's revenue is expected from customers who are already there?

    Parameters
    ----------
    expected : DataFrame of one row: quarter_begins, quarter_ends, months_known, share, lower, upper, change, change_lower, change_upper (shares), withheld
    """
    row = expected.iloc[0]
    quarter = _("{quarter_begins} to {quarter_ends}").format(
        quarter_begins=formats.month_name(row["quarter_begins"]), quarter_ends=formats.calendar_month(row["quarter_ends"]),
    )
    common = {"key": "expected_share_existing", "n": int(row["history_months"]), "unit": "share", "definition": _EXPECTED, "value": float(row["share"]),
              "lower": float(row["lower"]), "upper": float(row["upper"]), "withheld": row["withheld"] or None}  # fmt: skip
    if math.isnan(row["share"]):
        return Finding(**common, sentence=_("The share of revenue expected from existing customers in {quarter} is withheld: {withheld}.").format(
            quarter=quarter, withheld=row["withheld"],
        ))
    known = int(row["months_known"])
    sure = _(", {known} of its 3 months known").format(known=known) if known else ""
    share = formats.measure(row["share"], "share", row["lower"], row["upper"])
    sentence = _("{share} of the revenue of {quarter} is expected from customers won before it{sure}").format(share=share, quarter=quarter, sure=sure)
    if math.isnan(row["change"]):
        return Finding(**common, sentence=_("{sentence}; there is no such quarter a year earlier.").format(sentence=sentence))
    chance = "" if row["change_lower"] > 0 or row["change_upper"] < 0 else _(", which chance could make")
    ends = _("{change_lower} to {change_upper}").format(change_lower=formats.points(row["change_lower"]), change_upper=formats.points(row["change_upper"]))
    return Finding(**common, sentence=_("{sentence}: {change} points on the year before (95% interval {ends}{chance}).").format(
        sentence=sentence, change=formats.points(row["change"]), ends=ends, chance=chance,
    ))


def concentration_finding(shares, *, top=10):
    """How much of the MRR do the largest customers pay?

    Parameters
    ----------
    shares : DataFrame, one row per number of customers: top, share, even_share, customers, effective_customers
    """
    common = {"key": "top_customers_share", "lower": math.nan, "upper": math.nan, "unit": "share", "definition": _TOP}
    if not len(shares):
        told = _("nobody pays at the month's end")
        return Finding(**common, value=math.nan, n=0, withheld=told, sentence=_("How much hangs on the largest customers is withheld: {told}.").format(
            told=told,
        ))
    fitting = shares[shares["top"] <= top]
    row = (fitting if len(fitting) else shares).iloc[-1]
    n = int(row["customers"])
    sentence = _(
        "The largest {top} {share} of the MRR ({even_share} if all {n} paid alike); it is as concentrated as with {effective_customers} equal "
        "customers."
    ).format(
        top=formats.counted(row["top"], "customer pays", "customers pay"), share=formats.percent(row["share"], decimals=1),
        even_share=formats.percent(row["even_share"], decimals=1), n=formats.count(n), effective_customers=formats.count(row["effective_customers"]),
    )
    return Finding(**common, value=float(row["share"]), n=n, sentence=sentence)
