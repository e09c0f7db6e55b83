"""Sentences on who is at risk, and on whether the score that says so has been right before."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_BANDS = N_(
    "Health bands are cut where they held the riskiest 10%, the next 20% and 30%, and the safest "
    "40% of the customer-months that the score learnt from."
)
_ALGORITHM = N_(
    "Inputs are read from what was known at the end of a month, the outcome is whether the customer left in the months after. The score is fitted again "
    "for every report and never stored."
)
_LIFT = N_(
    "Share that left among the tenth of customers with the highest predicted chance, over that share among all; tested on "
    "what the score had not learnt from."
)
_AUC = N_(
    "The chance that a customer who left had a higher predicted chance than one who stayed (area under the ROC curve), tested on what the score "
    "had not learnt from."
)
_BRIER = N_(
    "Brier score: the mean squared distance between the predicted chance and what happened. The gain is what the score takes off that of the simpler "
    "prediction, as a share of it."
)
_SLOPE = N_("Slope of the outcome on the predicted log odds, tested on what the score had not learnt from: 1 is right, below 1 is too extreme.")
_NAMES = {
    "scorecard": N_("the scorecard"), "logistic": N_("the fitted model"), "boosting": N_("gradient boosting"),
    "base rate": N_("giving everybody the same chance"),
}
_GAINS = {
    "better": N_("Foretelling who leaves, {name} is better than {other}: its squared error is {off} smaller."),
    "worse": N_("Foretelling who leaves, {name} is worse than {other}: its squared error is {off} larger."),
    "no difference": N_(
        "Foretelling who leaves, {name} and {other} cannot be told apart: the first takes {off} off the second's squared error, within chance."
    ),
}
#: An interval of the slope that is wider than this says nothing.
_TOO_WIDE = 1.0
_NO = {"value": math.nan, "lower": math.nan, "upper": math.nan}


def at_risk_finding(bands, *, currency, horizon_months, withheld="", unproven="", revenue=None):
    """How many customers are at risk now, and what of their MRR is expected to be lost?

    Parameters
    ----------
    bands : DataFrame band, customers, mrr, expected_churn, mrr_at_stake (currency per month); the band "at risk" is asked for
    withheld : why no chance can be told, if so
    unproven : why nobody should act on the score, if so: then nobody is called at risk
    revenue : DataFrame group, active_customers: how many paid on the month's last day, so that those who ended with it are told of
    """
    row, everybody = bands.set_index("band").loc["at risk"], int(bands["customers"].sum())
    common = {"key": "at_risk", "unit": "customers", "definition": _BANDS, "lower": math.nan, "upper": math.nan, "value": int(row["customers"]), "n": everybody}
    if unproven:
        return Finding(**common | _NO, withheld=unproven, sentence=_("Who is at risk is withheld: {unproven}.").format(unproven=unproven))
    who = _("At risk: {customers} of {everybody} scored, who pay {mrr} a month").format(
        customers=formats.counted(row["customers"], "customer", "customers"), everybody=formats.count(everybody), mrr=formats.money(row["mrr"], currency),
    )
    ended = 0 if revenue is None else int(revenue.loc[revenue["group"] == "all", "active_customers"].sum()) - everybody
    rest = "" if ended <= 0 else _(" Not scored: {ended} who paid to the last day of the month and are gone with it.").format(ended=formats.count(ended))
    if withheld:
        return Finding(**common, withheld=withheld, sentence=_("{who}; how many of them will leave cannot be told yet: {withheld}.").format(
            who=who, withheld=withheld,
        ) + rest)
    return Finding(
        **common,
        sentence=_(
            "{who}. About {expected_churn} of them are expected to leave within {horizon_months}, taking {mrr_at_stake} of monthly revenue with them."
        ).format(
            who=who, expected_churn=formats.count(round(row["expected_churn"])), horizon_months=months_in_words(horizon_months),
            mrr_at_stake=formats.money(row["mrr_at_stake"], currency),
        ) + rest,
    )


def score_lift_finding(backtest, *, method, horizon_months):
    """Did those who were called most at risk leave more often?"""
    row, common = _measure(backtest, method, "top_decile_lift"), {"key": "score_lift", "unit": "ratio", "definition": _LIFT}
    if row is None:
        return _withheld(backtest, common, _("Whether the score finds those who leave"))
    top, rate = _measure(backtest, method, "top_decile_churn")["value"], row["churned"] / row["customer_months"]
    return Finding(
        **common, **_ends(row), n=int(row["customer_months"]),
        sentence=_(
            "Of the tenth that the score called most at risk, {top} left within {horizon_months}; of all customers, {rate}. That is {told} "
            "times as often, in {ground}, none of which the score had learnt from."
        ).format(
            top=formats.percent(top), horizon_months=months_in_words(horizon_months), rate=formats.percent(rate), told=_told(row, "ratio"),
            ground=_ground(row),
        ),
    )


def score_auc_finding(backtest, *, method):
    """How often does the score put one who left before one who stayed?"""
    row, common = _measure(backtest, method, "auc"), {"key": "score_auc", "unit": "share", "definition": _AUC}
    if row is None:
        return _withheld(backtest, common, _("Whether the score puts those who leave first"))
    told = _("no better than a coin") if row["verdict"] != "better" else _("a coin would reach 50%")
    return Finding(
        **common, **_ends(row), n=int(row["customer_months"]),
        sentence=_("Of one customer who left and one who stayed, the score put the one who left first in {told} of the pairs; {told_2}.").format(
            told=_told(row, "share"), told_2=told,
        ),
    )


def score_calibration_finding(backtest, *, method):
    """Did as many leave as the score said?"""
    row, common = _measure(backtest, method, "calibration_slope"), {"key": "score_calibration", "unit": "ratio", "definition": _SLOPE}
    if row is None or math.isnan(row["value"]):
        return _withheld(backtest, common, _("Whether as many leave as the score says"))
    ratio = _measure(backtest, method, "calibration_ratio")
    told = {
        "right": _("its chances are as far apart as they should be"),
        "too extreme": _("it is too sure of itself: its high chances are too high, its low ones too low"),
        "too timid": _("it is too timid: its high chances are too low, its low ones too high"),
    }
    apart = told[row["verdict"]]
    if row["verdict"] == "right" and row["upper"] - row["lower"] > _TOO_WIDE:
        apart = _("whether its chances are as far apart as they should be cannot be told yet")
    right = ratio["verdict"] == "right"
    said = _("On average the score was right, within chance")
    if not right:
        said = _("The score expected {number} times as many to leave as did").format(number=formats.number(ratio["value"], decimals=2))
    return Finding(
        **common, **_ends(row), n=int(row["customer_months"]),
        sentence=(
            _("{said}, but {apart}; slope {told}, where 1 is right.") if right and row["verdict"] != "right"
            else _("{said}, and {apart}; slope {told}, where 1 is right.")
        ).format(said=said, apart=apart, told=_told(row, "ratio")),
    )


def score_gain_finding(backtest, *, method, against):
    """Is the score closer to what happened than a simpler prediction, beyond chance?

    Parameters
    ----------
    against : "base rate", or the method of a simpler score
    """
    key = f"score_gain_over_{against.replace(' ', '_')}"
    row, common = _measure(backtest, method, "brier_gain", against), {"key": key, "unit": "share", "definition": _BRIER}
    if row is None:
        return _withheld(backtest, common, _("Whether the score is better than {against}").format(against=_NAMES[against]))
    base = _measure(backtest, against, "brier")["value"]
    share = [row[end] / base for end in ("value", "lower", "upper")]
    off = share if row["verdict"] != "worse" else [-share[0], -share[2], -share[1]]
    return Finding(
        **common, value=share[0], lower=share[1], upper=share[2], n=int(row["customer_months"]),
        sentence=_GAINS[row["verdict"]].format(name=_NAMES[method], other=_NAMES[against], off=formats.measure(off[0], "share", *off[1:])),
    )


def score_algorithm_finding(score, *, asked_for, last_month, horizon_months):
    """By what are the customers scored, and what has it learnt from?

    Parameters
    ----------
    score : the fitted score in use: method, customers, customer_months, churned
    asked_for : the algorithm of the notebook's parameters
    last_month : the newest month it has learnt from, "" for none
    """
    names = {"logistic": _("a discrete-time hazard model (logistic regression)"), "boosting": _("gradient boosting"), "scorecard": _("the scorecard")}
    common = {"key": "score_algorithm", "unit": "customers", "definition": _ALGORITHM, **_NO, "value": score.customers, "n": score.customer_months}
    learnt = _("{customer_months} customer-months of {customers}, {churned} of which ended in churn within {horizon_months}").format(
        customer_months=formats.count(score.customer_months), customers=formats.counted(score.customers, "customer", "customers"),
        churned=formats.count(score.churned), horizon_months=months_in_words(horizon_months),
    )
    if score.method != asked_for:
        return Finding(**common, withheld=_("too few have left to fit {names}").format(names=names[asked_for]),
                       sentence=_("Customers are scored by {names}, for too few have left to fit {names_2}: {learnt}.").format(
                           names=names[score.method], names_2=names[asked_for], learnt=learnt,
                       ))
    until = _(", the newest of them at the end of {last_month}").format(last_month=formats.calendar_month(last_month)) if last_month else ""
    return Finding(**common, sentence=_("Customers are scored by {names}, fitted to {learnt}{until}.").format(
        names=names[score.method], learnt=learnt, until=until,
    ))


def _measure(backtest, method, measure, against=None):
    rows = backtest[(backtest["method"] == method) & (backtest["measure"] == measure) & (backtest["withheld"] == "")]
    rows = rows if against is None else rows[rows["against"] == against]
    return None if rows.empty else rows.iloc[0]


def _withheld(backtest, common, what):
    reasons = [reason for reason in backtest["withheld"] if reason]
    told = reasons[0] if reasons else _("there is nothing to compare it with")
    ground = int(backtest["customer_months"].max()) if len(backtest) else 0
    return Finding(**common, **_NO, n=ground, withheld=told, sentence=_("{what} is withheld: {told}.").format(what=what, told=told))


def _told(row, unit):
    return formats.measure(row["value"], unit, row["lower"], row["upper"])


def _ends(row):
    return {"value": float(row["value"]), "lower": float(row["lower"]), "upper": float(row["upper"])}


def _ground(row):
    return _("{customer_months} customer-months of {customers} customers").format(
        customer_months=formats.count(row["customer_months"]), customers=formats.count(row["customers"]),
    )
