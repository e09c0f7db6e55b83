"""The sentence on what sets the top customers apart."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

_TRAITS = N_(
    "Lift: the share of the trait's customers who are top customers, over that share among all customers ever. A trait counts when it is more frequent "
    "among the top customers than chance allows (one-sided Fisher test, false discovery rate controlled over all traits tested)."
)


#: Who the best customers are, by what they are ranked.
_BEST = {
    "total_revenue": N_("those who have paid most so far"), "mrr": N_("those who pay most now"),
    "ltv": N_("those with the highest lifetime value, paid so far and still expected"),
}


def ideal_customer_finding(profile, *, value="total_revenue", most=3):
    """Which traits do the top customers have that others do not?

    Parameters
    ----------
    profile : DataFrame of ideal_customer_profile: attribute, value, customers, top_customers, share, top_share, lift, lower, upper, significant
    value : by what they are top: "total_revenue", "mrr" or "ltv"
    most : traits named in the sentence; the table and the chart hold all
    """
    tested = profile[profile["lift"].notna()]
    found = tested[tested["significant"].astype(bool)]
    common = {"key": "icp_traits", "unit": "ratio", "definition": _TRAITS}
    nothing = {"value": math.nan, "lower": math.nan, "upper": math.nan}
    if not len(tested):
        return Finding(**common, **nothing, n=0, withheld=_("no attribute of customers could be tested"),
                       sentence=_("What sets the top customers apart is withheld: no attribute of customers could be tested."))
    first = tested["attribute"].iloc[0]
    everybody, top = (int(profile.loc[profile["attribute"] == first, column].sum()) for column in ("customers", "top_customers"))
    told = {"top": formats.count(top), "everybody": formats.count(everybody), "best": _BEST[value], "tested": formats.count(len(tested))}
    if not len(found):
        return Finding(**common, **nothing, n=everybody, withheld=_("no trait is beyond chance"), sentence=_(
            "Nothing that is known of them distinguishes the best {top} of {everybody} customers ({best}): none of {tested} traits is more frequent "
            "among them than chance allows. An average trait is no profile."
        ).format(**told))
    named = [_("{trait} ({top_share} of them, {share} of all)").format(
        trait=_trait(row), top_share=formats.percent(row["top_share"]), share=formats.percent(row["share"]),
    ) for row in found.head(most).to_dict("records")]
    further = len(found) - most
    more = [formats.counted(further, "more trait", "more traits")] if further > 0 else []
    clearest = found.iloc[0]
    return Finding(
        **common, value=float(clearest["lift"]), lower=float(clearest["lower"]), upper=float(clearest["upper"]), n=everybody,
        sentence=_(
            "The best {top} of {everybody} customers ({best}) differ from all beyond chance in {listing}; {tested} traits were tested. The clearest, {trait}, "
            "is {lift} times (95% interval {interval}) as frequent among them."
        ).format(
            **told, listing=formats.listing([*named, *more]), trait=_trait(clearest),
            lift=formats.point(clearest["lift"], "ratio", clearest["lower"], clearest["upper"]),
            interval=formats.interval(clearest["lift"], "ratio", clearest["lower"], clearest["upper"]),
        ),
    )


def _trait(row):
    return f"{formats.words(one_line(row['attribute']))} {one_line(row['value'], limit=60)}"
