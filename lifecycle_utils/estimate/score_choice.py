"""The score that is used: the one asked for, or the scorecard where nothing can be learnt yet."""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.boosted_score import fit_boosting
from lifecycle_utils.estimate.churn_model import fit_logistic
from lifecycle_utils.estimate.clustered import clustered_error, normal_interval
from lifecycle_utils.estimate.ranking import auc
from lifecycle_utils.estimate.scorecard import fit_scorecard
from lifecycle_utils.language import _

ALGORITHMS = ("logistic", "boosting", "scorecard")
#: A reason moves the odds by at least this factor.
_LEAST_ODDS = 1.1


def fit_scores(rows, points, *, algorithms=ALGORITHMS, min_churned=20):
    """The scorecard and the fitted models, for the back-test: those that the rows allow, the scorecard first.

    Parameters
    ----------
    rows : DataFrame of customer-months: month, customer, churned, mrr and categorical inputs
    points : DataFrame of `scorecard_points`
    algorithms : which of "logistic", "boosting", "scorecard"
    min_churned : a model needs so many that left, and so many that stayed

    Returns
    -------
    list of scores
    """
    if unknown := [name for name in algorithms if name not in ALGORITHMS]:
        raise EstimateError(f"algorithm {unknown[0]!r} is not one of {', '.join(ALGORITHMS)}")
    churned = int(rows["churned"].sum())
    enough = min(churned, len(rows) - churned) >= min_churned
    fits = {"scorecard": lambda: fit_scorecard(rows, points), "logistic": lambda: fit_logistic(rows), "boosting": lambda: fit_boosting(rows)}
    return [fit() for name, fit in fits.items() if name in algorithms and (enough or name == "scorecard")]


def fit_score(rows, points, *, algorithm="logistic", min_churned=20):
    """The score by the algorithm asked for; the scorecard where fewer than `min_churned` left, or stayed. As of `fit_scores`."""
    return score_by(fit_scores(rows, points, algorithms=("scorecard", algorithm), min_churned=min_churned), algorithm)


def score_by(scores, algorithm):
    """The score of that algorithm among `scores`, else the first."""
    return next((score for score in scores if score.method == algorithm), scores[0])


def why_unproven(backtest, *, method):
    """Why should nobody act on this score? The empty text where the test found it better than chance at finding those who leave.

    Parameters
    ----------
    backtest : DataFrame of `score_backtest`
    method : of the score in use

    Returns
    -------
    str: the reason, or "" where the interval of the AUC or of the lift of its first tenth lies above chance, and neither lies below
    """
    rows = backtest[(backtest["method"] == method) & backtest["measure"].isin(["auc", "top_decile_lift"])]
    if reasons := [reason for reason in rows["withheld"] if reason]:
        return _("whether the score is better than chance is not known: {reasons}").format(reasons=reasons[0])
    verdicts = set(rows["verdict"])
    if not verdicts:
        return _("the score in use could not be tested: too few had left before the test to fit it")
    if "better" in verdicts and "worse" not in verdicts:
        return ""
    return _("in its test the score was no better than chance at finding those who leave")


def worth_of_tables(train, test, inputs, *, scores=(), min_churned=20, confidence=0.95):
    """What does each table add? The fitted model with all inputs against the model that never saw those of the table.

    Parameters
    ----------
    train, test : DataFrames of customer-months
    inputs : DataFrame, one row per (input, label): input, title, table
    scores : of `fit_scores` for `train`, so that the model with all inputs need not be fitted again
    min_churned : in training and test; with fewer nothing is told

    Returns
    -------
    DataFrame, one row per table but subscriptions: table, inputs (count), auc, auc_without, auc_gain, lower, upper,
        verdict ("better", "no difference", "worse")
    """
    columns = ["table", "inputs", "auc", "auc_without", "auc_gain", "lower", "upper", "verdict"]
    if min(train["churned"].sum(), test["churned"].sum()) < min_churned:
        return pd.DataFrame(columns=columns)
    fitted = next((score for score in scores if score.method == "logistic"), None) or fit_logistic(train)
    whole, whole_influence = auc(fitted.predict(test), test["churned"])
    rows = []
    for table, part in inputs[inputs["table"] != "subscriptions"].groupby("table", sort=False):
        names = part["input"].unique().tolist()
        value, influence = auc(fit_logistic(train.drop(columns=names)).predict(test), test["churned"])
        lower, upper = normal_interval(whole - value, clustered_error(whole_influence - influence, test["customer"]), confidence=confidence)
        verdict = "better" if lower > 0 else "worse" if upper < 0 else "no difference"
        rows.append((table, len(names), whole, value, whole - value, lower, upper, verdict))
    return pd.DataFrame(rows, columns=columns)


def top_reasons(score, customers, *, most=3, towards="leaving"):
    """What speaks most for each customer's leaving (or staying)?

    Parameters
    ----------
    score : a fitted score
    customers : DataFrame, one row per customer: customer_id, and the inputs
    most : reasons per customer
    towards : "leaving" or "staying"

    Returns
    -------
    DataFrame, one row per customer and reason, the strongest first: customer_id, rank (1, 2, ...), input, label, odds (the factor by which it
        moves the odds of leaving, against the average customer); reasons of less than 10 % are left out

    Notes
    -----
    A reason is what the score saw, not what causes leaving.
    """
    if towards not in ("leaving", "staying"):
        raise EstimateError(f"towards {towards!r} is neither leaving nor staying")
    moved = score.contributions(customers) if len(customers) else pd.DataFrame()
    sign, rows = (1 if towards == "leaving" else -1), []
    for place, customer in enumerate(customers["customer_id"]):
        own = (sign * moved.iloc[place]).sort_values(ascending=False, kind="stable")
        told = own[own >= np.log(_LEAST_ODDS)].head(most)
        rows += [
            (customer, rank, name, str(customers[name].iloc[place]), float(np.exp(sign * strength)))
            for rank, (name, strength) in enumerate(told.items(), start=1)
        ]
    return pd.DataFrame(rows, columns=["customer_id", "rank", "input", "label", "odds"])
