"""Sentences on features: who uses them, and with which early ones conversion and retention go."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.difference_rows import in_points
from lifecycle_utils.present.findings_trials import withheld_for
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

_GAP = N_(
    "The share of paying accounts that used a feature in the window less that share of accounts on trial, over equally many days; "
    "false discovery rate controlled over all features."
)
_ASSOCIATION = N_(
    "Groups are fixed on the landmark day by use up to then, and only what happens after it is outcome. Accounts with equally many days of use are compared "
    "(Mantel-Haenszel); the false discovery rate is controlled over all features. It is an association, not a cause."
)
#: The row of feature use that counts accounts with any use.
ANY = N_("(any feature)")
NOT_A_CAUSE = N_("This is an association, not proof that the feature is the cause")


def feature_gap_finding(gap, *, days=14):
    """Which feature do trials and paying accounts use most differently?

    Parameters
    ----------
    gap : DataFrame of feature_gap
    days : length of the window
    """
    common = {"key": "feature_gap", "unit": "share", "definition": _GAP}
    what = _("How feature use differs between trials and paying accounts")
    if gap.empty:
        return withheld_for(gap, common, what)
    whole = gap[gap["difference"].notna()]
    if whole.empty:
        return withheld_for(gap, common, what, gap["withheld"].iloc[0])
    tested = whole[whole["feature"] != ANY] if len(whole) > 1 else whole
    found = tested[tested["significant"].astype(bool)]
    trial, paying = int(tested["trial_accounts"].iloc[0]), int(tested["paying_accounts"].iloc[0])
    common |= {"n": trial + paying}
    ground = _("{trial} accounts on trial and {paying} paying ones, over {days} days").format(
        trial=formats.count(trial), paying=formats.count(paying), days=formats.count(days),
    )
    if found.empty:
        row = tested.loc[tested["difference"].abs().idxmax()]
        sentence = _("Trials and paying accounts use every feature alike, as far as can be told from chance ({ground}).").format(ground=ground)
    else:
        row = found.loc[found["difference"].abs().idxmax()]
        more, less = (int((found["difference"] * sign > 0).sum()) for sign in (1, -1))
        shares = _("{paying_share} of paying accounts used it, against {trial_share} of trials").format(
            paying_share=formats.percent(row["paying_share"]), trial_share=formats.percent(row["trial_share"]),
        )
        of = formats.counted(len(tested), "feature", "features")
        ways = [way.format(number=formats.count(number)) for number, way in ((more, _("{number} more often")), (less, _("{number} less often"))) if number]
        sentence = _(
            "The widest gap is {named}: {shares}, {in_points}. Of {of}, beyond chance, paying accounts use {ways} than trials "
            "({ground}).{whole}"
        ).format(named=_named(row), shares=shares, in_points=in_points(row), of=of, ways=formats.listing(ways), ground=ground, whole=_any_use(whole))
    return Finding(**common, value=float(row["difference"]), lower=float(row["lower"]), upper=float(row["upper"]), sentence=sentence)


def _any_use(gap):
    rows = gap[gap["feature"] == ANY]
    if rows.empty:
        return ""
    paying, trial = (formats.percent(rows[name].iloc[0]) for name in ("paying_share", "trial_share"))
    return _(" In that time {paying} of paying accounts and {trial} of trials used anything at all.").format(paying=paying, trial=trial)


def feature_association_finding(association, *, key, outcome, before, most=3):
    """Which early features go with the outcome?

    Parameters
    ----------
    association : DataFrame of feature_association
    key : of the finding, such as "features_conversion"
    outcome : what was done, such as "became customers within 90 days"
    before : up to when use was looked at, such as "in the first 7 days of the trial"
    most : features named in the sentence; the table and the chart hold all
    """
    common = {"key": key, "unit": "share", "definition": _ASSOCIATION}
    what = _("Which features used {before} go with accounts that {outcome}").format(before=before, outcome=outcome)
    if association.empty:
        return withheld_for(association, common, what)
    tested = association[association["difference"].notna()]
    if tested.empty:
        return withheld_for(association, common, what, association["withheld"].iloc[0])
    common |= {"n": int(tested[["used", "unused"]].sum(axis=1).max())}
    ground = _("{n}, {tested} tested").format(
        n=formats.counted(common["n"], "account", "accounts"), tested=formats.counted(len(tested), "feature", "features"),
    )
    found = tested[tested["significant"].astype(bool)]
    if found.empty:
        nothing = {"value": math.nan, "lower": math.nan, "upper": math.nan}
        return Finding(**common, **nothing, withheld=_("no feature is beyond chance"),
                       sentence=_("Of the features used {before}, none goes with accounts that {outcome} beyond chance ({ground}).").format(
                           before=before, outcome=outcome, ground=ground,
                       ))  # fmt: skip
    best = found.iloc[0]
    others = [_("{named} ({difference} points)").format(named=_named(row), difference=formats.points(row["difference"]))
        for row in found.iloc[1:most].to_dict("records")]
    further = len(found) - most
    others += [formats.counted(further, "more feature", "more features")] if further > 0 else []
    also = _(" So do {others}.").format(others=formats.listing(others)) if len(others) > 1 else _(" So does {others}.").format(
        others=others[0]) if others else ""
    users, rest = (formats.percent(best[name]) for name in ("used_share", "unused_share"))
    return Finding(
        **common, value=float(best["difference"]), lower=float(best["lower"]), upper=float(best["upper"]),
        sentence=_(
            "Of the accounts that used {best} {before}, {users} {outcome}, against {rest} of the others; among equally active accounts that is "
            "{best_2} ({ground}).{also} {NOT_A_CAUSE}."
        ).format(
            best=_named(best), before=before, users=users, outcome=outcome, rest=rest, best_2=in_points(best), ground=ground, also=also,
            NOT_A_CAUSE=NOT_A_CAUSE,
        ),
    )  # fmt: skip


def _named(row):
    return one_line(row["feature"], limit=40)
