"""Sentences on features: who uses them, and with which early ones conversion and retention go."""

import math

from lifecycle_utils.present import formats
from lifecycle_utils.present.difference_rows import in_points
from lifecycle_utils.present.findings_trials import withheld_for
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.theme import one_line

_GAP = (
    "The share of paying accounts that used a feature in the window less that share of accounts on trial, over equally many days; "
    "false discovery rate controlled over all features."
)
_ASSOCIATION = (
    "Groups are fixed on the landmark day by use up to then, and only what happens after it is outcome. Accounts with equally many days of use are compared "
    "(Mantel-Haenszel); the false discovery rate is controlled over all features. It is an association, not a cause."
)
#: The row of feature use that counts accounts with any use.
ANY = "(any feature)"
NOT_A_CAUSE = "This is an association, not proof that the feature is the cause"


def feature_gap_finding(gap, *, days=14):
    """Which feature do trials and paying accounts use most differently?

    Parameters
    ----------
    gap : DataFrame of feature_gap
    days : length of the window
    """
    common = {"key": "feature_gap", "unit": "share", "definition": _GAP}
    what = "How feature use differs between trials and paying accounts"
    if gap.empty:
        return withheld_for(gap, common, what)
    whole = gap[gap["difference"].notna()]
    if whole.empty:
        return withheld_for(gap, common, what, gap["withheld"].iloc[0])
    tested = whole[whole["feature"] != ANY] if len(whole) > 1 else whole
    found = tested[tested["significant"].astype(bool)]
    trial, paying = int(tested["trial_accounts"].iloc[0]), int(tested["paying_accounts"].iloc[0])
    common |= {"n": trial + paying}
    ground = f"{formats.count(trial)} accounts on trial and {formats.count(paying)} paying ones, over {formats.count(days)} days"
    if found.empty:
        row = tested.loc[tested["difference"].abs().idxmax()]
        sentence = f"Trials and paying accounts use every feature alike, as far as can be told from chance ({ground})."
    else:
        row = found.loc[found["difference"].abs().idxmax()]
        more, less = (int((found["difference"] * sign > 0).sum()) for sign in (1, -1))
        shares = f"{formats.percent(row['paying_share'])} of paying accounts used it, against {formats.percent(row['trial_share'])} of trials"
        of = formats.counted(len(tested), "feature", "features")
        ways = [f"{formats.count(number)} {way}" for number, way in ((more, "more often"), (less, "less often")) if number]
        sentence = (
            f"The widest gap is {_named(row)}: {shares}, {in_points(row)}. Of {of}, beyond chance, paying accounts use {formats.listing(ways)} "
            f"than trials ({ground}).{_any_use(whole)}"
        )
    return Finding(**common, value=float(row["difference"]), lower=float(row["lower"]), upper=float(row["upper"]), sentence=sentence)


def _any_use(gap):
    rows = gap[gap["feature"] == ANY]
    if rows.empty:
        return ""
    paying, trial = (formats.percent(rows[name].iloc[0]) for name in ("paying_share", "trial_share"))
    return f" In that time {paying} of paying accounts and {trial} of trials used anything at all."


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
    what = f"Which features used {before} go with accounts that {outcome}"
    if association.empty:
        return withheld_for(association, common, what)
    tested = association[association["difference"].notna()]
    if tested.empty:
        return withheld_for(association, common, what, association["withheld"].iloc[0])
    common |= {"n": int(tested[["used", "unused"]].sum(axis=1).max())}
    ground = f"{formats.counted(common['n'], 'account', 'accounts')}, {formats.counted(len(tested), 'feature', 'features')} tested"
    found = tested[tested["significant"].astype(bool)]
    if found.empty:
        nothing = {"value": math.nan, "lower": math.nan, "upper": math.nan}
        return Finding(**common, **nothing, withheld="no feature is beyond chance",
                       sentence=f"Of the features used {before}, none goes with accounts that {outcome} beyond chance ({ground}).")  # fmt: skip
    best = found.iloc[0]
    others = [f"{_named(row)} ({formats.points(row['difference'])} points)" for row in found.iloc[1:most].to_dict("records")]
    further = len(found) - most
    others += [formats.counted(further, "more feature", "more features")] if further > 0 else []
    also = f" So do {formats.listing(others)}." if len(others) > 1 else f" So does {others[0]}." if others else ""
    users, rest = (formats.percent(best[name]) for name in ("used_share", "unused_share"))
    return Finding(
        **common, value=float(best["difference"]), lower=float(best["lower"]), upper=float(best["upper"]),
        sentence=f"Of the accounts that used {_named(best)} {before}, {users} {outcome}, against {rest} of the others; "
        f"among equally active accounts that is {in_points(best)} ({ground}).{also} {NOT_A_CAUSE}.",
    )  # fmt: skip


def _named(row):
    return one_line(row["feature"], limit=40)
