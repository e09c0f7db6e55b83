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


def ideal_customer_finding(profile, *, most=3):
    """Which traits do the top customers have that others do not?

    Parameters
    ----------
    profile : DataFrame of ideal_customer_profile: attribute, value, customers, top_customers, share, top_share, lift, lower, upper, significant
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
    ground = _("({top} top customers of {everybody}, {tested} traits tested)").format(
        top=formats.count(top), everybody=formats.count(everybody), tested=formats.count(len(tested)),
    )
    if not len(found):
        return Finding(**common, **nothing, n=everybody, withheld=_("no trait is beyond chance"),
                       sentence=_("No trait sets the top customers apart: none is more frequent among them than chance allows {ground}.").format(
                           ground=ground,
                       ))
    named = [_("{trait} ({top_share} against {share})").format(
        trait=_trait(row), top_share=formats.percent(row["top_share"]), share=formats.percent(row["share"]),
    ) for row in found.head(most).to_dict("records")]
    further = len(found) - most
    more = [formats.counted(further, "more trait", "more traits")] if further > 0 else []
    best = found.iloc[0]
    lift = formats.measure(best["lift"], "ratio", best["lower"], best["upper"]).replace(" (", " times (")
    return Finding(
        **common, value=float(best["lift"]), lower=float(best["lower"]), upper=float(best["upper"]), n=everybody,
        sentence=_(
            "More frequent among the top customers than among all, beyond chance: {listing} {ground}. The clearest, {best}, is {lift} as "
            "frequent among the top customers."
        ).format(listing=formats.listing([*named, *more]), ground=ground, best=_trait(best), lift=lift),
    )


def _trait(row):
    return f"{formats.words(one_line(row['attribute']))}: {one_line(row['value'], limit=60)}"
