"""Sentences on who is at risk, and on whether the score that says so has been right before."""

import math

from lifecycle_utils.language import N_, _, ngettext
from lifecycle_utils.present import formats
from lifecycle_utils.present.calibration_chart import METHODS
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
    "Share that left among the tenth of customers with the highest predicted chance, over that share among all; "
    "months that the score had not learnt from."
)
_AUC = N_(
    "The chance that a customer who left had a higher predicted chance than one who stayed (area under the ROC curve), in months that the score "
    "had not learnt from."
)
_BRIER = N_(
    "Brier score: the mean squared distance between the predicted chance and what happened. The gain is what the score takes off that of the simpler "
    "prediction, as a share of it."
)
_SLOPE = N_("Slope of the outcome on the predicted log odds, in months that the score had not learnt from: 1 is right, below 1 predictions are too extreme.")
_DRIFT = N_(
    "Population stability index of each input between the data that the score learnt from and today; above 0.25 is large, and what chance alone gives "
    "is not counted."
)
_MISSING = N_("Tables that the company folder does not hold, and what the score would read from them.")
#: An interval of the slope that is wider than this says nothing.
_TOO_WIDE = 1.0
_NO = {"value": math.nan, "lower": math.nan, "upper": math.nan}


def at_risk_finding(bands, *, currency, horizon_months, withheld="", unproven=""):
    """How many customers are at risk now, and what of their MRR is expected to be lost?

    Parameters
    ----------
    bands : DataFrame band, customers, mrr, expected_churn, mrr_at_stake (currency per month); the band "at risk" is asked for
    withheld : why no chance can be told, if so
    unproven : why nobody should act on the score, if so: then nobody is called at risk
    """
    row, everybody = bands.set_index("band").loc["at risk"], int(bands["customers"].sum())
    common = {"key": "at_risk", "unit": "customers", "definition": _BANDS, "lower": math.nan, "upper": math.nan, "value": int(row["customers"]), "n": everybody}
    if unproven:
        return Finding(**common | _NO, withheld=unproven, sentence=_("Who is at risk is withheld: {unproven}.").format(unproven=unproven))
    who = _("{customers} of {everybody} {value} at risk, paying {mrr} a month").format(
        customers=formats.counted(row["customers"], "customer", "customers"), everybody=formats.count(everybody),
        value="is" if row["customers"] == 1 else "are", mrr=formats.money(row["mrr"], currency),
    )
    if withheld:
        return Finding(**common, withheld=withheld, sentence=_("{who}; how many of them will leave cannot be told yet: {withheld}.").format(
            who=who, withheld=withheld,
        ))
    return Finding(
        **common,
        sentence=_(
            "{who}: about {expected_churn} of them are expected to leave within {horizon_months}, taking {mrr_at_stake} of monthly revenue "
            "with them."
        ).format(
            who=who, expected_churn=formats.count(round(row["expected_churn"])), horizon_months=months_in_words(horizon_months),
            mrr_at_stake=formats.money(row["mrr_at_stake"], currency),
        ),
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
            "times as often, in {ground} that the score had not learnt from."
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
        return _withheld(backtest, common, _("Whether the score is better than the {against}").format(against=METHODS.get(against, against)))
    base = _measure(backtest, against, "brier")["value"]
    name, other = METHODS.get(method, method), METHODS.get(against, against)
    verdicts = {"better": _("is closer to"), "worse": _("is further from"), "no difference": _("is, as far as can be told, no closer to and no further from")}
    share = [row[end] / base for end in ("value", "lower", "upper")]
    off = share if share[0] >= 0 else [-share[0], -share[2], -share[1]]
    return Finding(
        **common, value=share[0], lower=share[1], upper=share[2], n=int(row["customer_months"]),
        sentence=(
            _("The {name} {verdict} what happened than the {other}: it removes {off} of that one's squared error.") if share[0] >= 0
            else _("The {name} {verdict} what happened than the {other}: it adds {off} to that one's squared error.")
        ).format(name=name, verdict=verdicts[row["verdict"]], other=other, off=formats.measure(off[0], "share", *off[1:])),
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


def score_drift_finding(drift, inputs):
    """Are today's customers like those the score has learnt from?

    Parameters
    ----------
    drift : DataFrame input, psi, by_chance, verdict, most_changed, share_then, share_now, matters, largest shift first
    inputs : DataFrame input, title
    """
    common = {"key": "score_drift", "unit": "ratio", "definition": _DRIFT}
    if not len(drift):
        told = _("it has learnt nothing yet")
        return Finding(**common, **_NO, n=0, withheld=told, sentence=_("Whether customers have changed since the score learnt is withheld: {told}.").format(
            told=told,
        ))
    large, titles = drift[drift["verdict"].eq("large") & drift["matters"]], inputs.drop_duplicates("input").set_index("input")["title"]
    first = drift.iloc[0]
    ends = {"value": float(first["psi"]), "lower": math.nan, "upper": math.nan, "n": int(first["customers_now"])}
    if not len(large):
        told = _("none of the {matters} that it relies on has shifted much").format(matters=formats.counted(drift["matters"].sum(), "input", "inputs"))
        return Finding(**common, **ends, sentence=_("Customers are still like those the score has learnt from: {told}.").format(told=told))
    told = [
        _("{titles} ({most_changed}: {share_then} then, {share_now} now)").format(
            titles=formats.words(titles[row["input"]]), most_changed=row["most_changed"], share_then=formats.percent(row["share_then"]),
            share_now=formats.percent(row["share_now"]),
        )
        for row in large.head(3).to_dict("records")
    ]
    shifted = ngettext(
        "{large} of the {matters} that the score relies on has shifted much", "{large} of the {matters} that the score relies on have shifted much", len(large)
    ).format(large=formats.count(len(large)), matters=formats.counted(drift["matters"].sum(), "input", "inputs"))
    return Finding(
        **common, **ends,
        sentence=_("{shifted} since it learnt: {listing}. A score may be less right about customers of a kind it has seen little of.").format(
            shifted=shifted, listing=formats.listing(told),
        ),
    )


def missing_inputs_finding(missing, *, known):
    """Which tables are missing, and what would they add?

    Parameters
    ----------
    missing : dict of absent table to titles of the inputs it would bring
    known : number of inputs that the score has
    """
    common = {"key": "score_missing_inputs", "unit": "ratio", "definition": _MISSING, **_NO, "n": known}
    if not missing:
        return Finding(**common, sentence=_("Every table that the score can read is there; it has {known} inputs.").format(known=formats.count(known)))
    told = [_("without {table} it cannot see {titles}").format(table=table, titles=formats.listing(list(titles))) for table, titles in missing.items()]
    return Finding(**common, withheld=_("no table {missing}").format(missing=formats.listing(list(missing))),
        sentence=_("The score has {known} inputs; {join}.").format(
        known=formats.count(known), join="; ".join(told),
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
