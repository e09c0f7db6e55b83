"""The profile on a card: the traits that stand by themselves, and how customers who have them fare."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding, Table

_DEFINITION = N_(
    "A customer is of the profile if it has at least two of the traits that stand by themselves (one, if there is only one): traits that are more "
    "frequent among the top customers also within customers who are alike in the clearer traits (Mantel-Haenszel test)."
)
_MEASURES = {
    "customers": N_("customers ever"), "share_of_customers": N_("share of customers"), "average_mrr": N_("average MRR"),
    "survival": N_("still paying after {months} months"),
    "lifetime_value": N_("lifetime value"), "nps": N_("Net Promoter Score"), "satisfied": N_("satisfied (CSAT 4-5)"),
    "by_referral": N_("came by referral, last 12 months"),
    "cost_to_win": N_("cost to win one, last 12 months"),
}

#: Measures of those who answered, or came lately: few of them say nothing.
_ASKED = ("nps", "satisfied", "by_referral")
_VERDICTS = {"higher": N_("higher"), "lower": N_("lower"), "no difference": N_("no difference"), "": formats.BLANK}


def profile_finding(must_have, card, *, currency, horizon_months):
    """Which traits make the profile, and what does it bring?

    Parameters
    ----------
    must_have : DataFrame attribute, value, kept
    card : DataFrame of profile_card: measure, inside, inside_lower, inside_upper, outside, n_inside
    horizon_months : over which the lifetime value counts
    """
    kept, common = must_have[must_have["kept"]], {"key": "ideal_profile", "unit": "share", "definition": _DEFINITION}
    if kept.empty or card.empty:
        told = _("no trait stands by itself") if kept.empty else _("nobody is outside, or nobody inside, the profile")
        return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, n=None, withheld=told, sentence=_(
            "There is no profile to describe: {told}."
        ).format(told=told))
    traits = formats.listing([f"{formats.words(row['attribute'])} {row['value']}" for row in kept.to_dict("records")])
    rows = card.set_index("measure")
    size, value, staying = rows.loc["share_of_customers"], rows.loc["lifetime_value"], rows.loc["survival"]
    shadows = [f"{formats.words(row['attribute'])} {row['value']}" for row in must_have[~must_have["kept"]].to_dict("records")]
    needs = _("two or more of them") if kept["attribute"].nunique() > 1 else _("one of them") if len(kept) > 1 else _("it")
    worth = "" if math.isnan(value["inside"]) or math.isnan(value["outside"]) else _(
        " Within {horizon} one of them is worth {inside}, another customer {outside}."
    ).format(
        horizon=formats.counted(horizon_months, "month", "months"),
        inside=formats.measure(value["inside"], currency, value["inside_lower"], value["inside_upper"]),
        outside=formats.point(value["outside"], currency, value["outside_lower"], value["outside_upper"]),
    )
    stays = {"higher": _(" They stay longer."), "lower": _(" They stay less long.")}.get(staying["verdict"], "")
    shadow = _(" What goes with these and tells nothing more: {shadows}.").format(shadows=formats.listing(shadows)) if shadows else ""
    return Finding(
        **common, value=float(size["inside"]), lower=math.nan, upper=math.nan, n=int(size["n_inside"]),
        sentence=_("The profile: {traits}. {inside} of all customers have {needs}.{worth}{stays}{shadow}").format(
            traits=traits, inside=formats.percent(size["inside"]), needs=needs, worth=worth, stays=stays, shadow=shadow,
        ),
    )


def profile_card_table(card, *, currency, survival_month=12):
    """Inside and outside the profile, one measure a row. `card`: as of `profile_finding`, with unit and verdict."""
    rows = card.to_dict("records")
    frame = card.assign(
        told=[_MEASURES[row["measure"]].format(months=survival_month) for row in rows],
        of_the_profile=[_number(row, "inside", currency) for row in rows], others=[_number(row, "outside", currency) for row in rows],
        judged=[_VERDICTS[row["verdict"]] for row in rows],
    )
    labels = {"told": "Measure", "of_the_profile": _("Of the profile"), "others": "Others", "judged": _("Of the profile is")}
    return Table("profile_card", frame, _("Customers of the profile and the others"), labels=labels, units=dict.fromkeys(labels, "text"), show=tuple(labels))


def must_have_table(must_have):
    """Which of the traits stand by themselves? `must_have`: attribute, value, customers, top_customers, odds_ratio, lower, upper, p_value, kept."""
    labels = {"odds_ratio": _("Odds ×, clearer traits equal"), "kept": _("Stands by itself")}
    units = {"value": "text", "odds_ratio": "ratio", "kept": "flag"}
    show = ("attribute", "value", "odds_ratio", "lower", "upper", "p_value", "kept")
    return Table("must_have_traits", must_have, _("Traits of the top customers, the clearer ones held equal"), labels=labels, units=units, show=show)


def trait_pairs_table(pairs):
    """Do two traits together tell more than each? `pairs`: first, second, customers, top_customers, lift, lower, upper, expected, adds."""
    adding = int(pairs["adds"].sum()) if len(pairs) else 0
    title = _("Two traits together: of {pairs}, {adding} bring more than their two traits by themselves").format(
        adding=formats.count(adding), pairs=formats.counted(len(pairs), "pair", "pairs"),
    ) if len(pairs) else _("Two traits together: there are no two traits of different attributes to look at")
    labels = {"first": "Trait", "second": _("and trait"), "expected": _("If they only add"), "adds": _("More than that")}
    units = {"first": "code", "second": "code", "lift": "ratio", "expected": "ratio", "adds": "flag"}
    pairs = pairs.assign(**{side: [_trait(trait) for trait in pairs[side]] for side in ("first", "second")})
    return Table("trait_pairs", pairs, title, labels=labels, units=units, show=("first", "second", "lift", "lower", "upper", "expected", "adds"), first="adds")


def _trait(trait):
    """A trait as estimate names it, with its attribute as print says it."""
    name, mark, value = str(trait).partition(": ")
    return f"{formats.words(name)}{mark}{value}"


def _number(row, side, currency):
    value, lower, upper = row[side], row[f"{side}_lower"], row[f"{side}_upper"]
    if math.isnan(value):
        few = row[f"n_{side}"] if row["measure"] in _ASKED else 0
        return _("too few to say ({few})").format(few=formats.count(few)) if few else formats.BLANK
    if row["unit"] == "customers":
        return formats.count(value)
    if row["unit"] == "points":
        ends = "" if math.isnan(lower) else _(" (95% interval {lower} to {upper})").format(
            lower=formats.number(lower, decimals=0), upper=formats.number(upper, decimals=0),
        )
        return f"{formats.number(value, decimals=0)}{ends}"
    return formats.measure(value, currency if row["unit"] == "money" else "share", lower, upper)
