"""The tables of customer scoring, with their columns in words."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.calibration_chart import METHODS
from lifecycle_utils.present.record import Table
from lifecycle_utils.present.vocabulary import said

#: What is measured, in words.
_MEASURES = {
    "auc": N_("leaver before stayer"), "auc_gain": N_("leaver before stayer, gain"), "top_decile_lift": N_("top tenth, times as often"),
    "top_decile_churn": N_("top tenth that left"),
    "brier": N_("squared error"), "brier_gain": N_("squared error removed"), "calibration_slope": N_("slope (1 is right)"),
    "calibration_ratio": N_("predicted over observed"),
}
_SHARES = ("auc", "auc_gain", "top_decile_churn")


def score_backtest_table(backtest):
    """Every score in the test, one measure a row, its number and interval in words beside the numbers of the CSV.

    Parameters
    ----------
    backtest : DataFrame method, measure, against, value, lower, upper, verdict, customers, customer_months, churned, withheld
    """
    rows = backtest.to_dict("records")
    frame = backtest.assign(
        score=[METHODS.get(row["method"], row["method"]) for row in rows], measured=[_MEASURES[row["measure"]] for row in rows],
        over=[METHODS.get(row["against"], row["against"]) or formats.BLANK for row in rows], result=[_result(row) for row in rows],
        judged=[said(row["verdict"]) or formats.BLANK for row in rows], printed=[bool(row["verdict"] or row["withheld"]) for row in rows],
    )
    labels = {"score": "Score", "measured": "Measure", "over": "Against", "result": _("In the test (95% interval)"), "judged": "Verdict"}
    units = dict.fromkeys(("score", "measured", "over", "result", "judged"), "text")
    return Table("score_backtest", frame, _("Every score, tested on what it had not learnt from"), rows=max(int(frame["printed"].sum()), 1),
                 labels=labels, units=units, show=tuple(labels), first="printed")


def score_calibration_table(calibration, *, method):
    """What was predicted and what happened, the score in use first. `calibration`: method, group, customer_months, churned, predicted, observed, …"""
    frame = calibration.assign(score=[METHODS.get(name, name) for name in calibration["method"]], in_use=calibration["method"] == method)
    labels = {"score": _("Score"), "group": _("Group"), "predicted": _("Predicted"), "observed": _("Left")}
    units = {"score": "text", "group": "count", "predicted": "share", "observed": "share"}
    return Table("score_calibration", frame, _("Chance given and share that left"), labels=labels, units=units, first="in_use", rows=10,
                 show=("score", "group", "customer_months", "predicted", "observed", "lower", "upper"))


def health_bands_table(bands, tested, *, currency, withheld=""):
    """Today's customers by health band, beside what the test found of each band.

    Parameters
    ----------
    bands : DataFrame band, customers, mrr, expected_churn, mrr_at_stake
    tested : DataFrame band, customer_months, churned, observed, lower, upper, predicted
    withheld : why no chance can be told, if so
    """
    if withheld:
        bands = bands.assign(expected_churn=math.nan, mrr_at_stake=math.nan, withheld=withheld)
    frame = bands.merge(tested.rename(columns={"customer_months": "tested", "churned": "left"}), on="band", how="left")
    labels = {
        "band": "Health", "expected_churn": _("Expected to leave"), "mrr_at_stake": _("MRR at stake"), "tested": "Tested", "left": _("Left in the test"),
        "observed": _("Left of tested"), "predicted": "Predicted",
    }
    units = {"mrr_at_stake": "money", "expected_churn": "months", "observed": "share", "predicted": "share", "tested": "count", "left": "count", "band": "text"}
    show = ("band", "customers", "mrr", "expected_churn", "mrr_at_stake", "tested", "observed", "lower", "upper")
    title = _("Customers by health, and what became of such customers in the test")
    return Table("health_bands", frame, title, currency=currency, labels=labels, units=units, show=show)


def score_inputs_table(weights):
    """What each input weighs in the fitted model. `weights`: input, title, table, weight, raises_most, raises_odds, lowers_most, lowers_odds."""
    labels = {
        "title": "Input", "table": "From", "weight": "Weight", "raises_most": _("Leaves most"), "raises_odds": _("Odds ×"), "lowers_most": _("Leaves least"),
        "lowers_odds": _("Odds × "),
    }
    units = {"weight": "number", "raises_odds": "ratio", "lowers_odds": "ratio", "raises_most": "text", "lowers_most": "text", "title": "text", "table": "text"}
    show = ("title", "table", "weight", "raises_most", "raises_odds", "lowers_most", "lowers_odds")
    return Table("score_inputs", _worded(weights), _("What the model looks at, the weightiest first"), rows=15, labels=labels, units=units, show=show)


def scorecard_table(points, inputs):
    """The points of the scorecard, those that are not 0 first. `points`: input, label, points; `inputs`: input, title, label."""
    frame = _worded(points.merge(inputs[["input", "title"]].drop_duplicates("input"), on="input", how="left"))
    labels = {"title": "Input", "input": _("In lifecycle.toml"), "label": "Value", "points": "Points"}
    units = {"title": "text", "input": "name", "label": "text", "points": "count" if (points["points"] % 1 == 0).all() else "months"}
    counts = frame.assign(written=frame["points"] != 0)
    rows = max(int(counts["written"].sum()), 12)  # those of 0 points are left to the CSV
    return Table("scorecard", counts, _("The scorecard: points by value, above 0 speaks for staying"), rows=rows, labels=labels, units=units,
                 show=("title", "label", "points", "input"), first="written")


def worth_of_tables_table(worth):
    """What each table adds to the model. `worth`: table, inputs, auc, auc_without, auc_gain, lower, upper, verdict."""
    labels = {"table": "Table", "inputs": "Inputs", "auc": _("Pairs in order"), "auc_without": _("Without it"), "auc_gain": _("It adds"), "verdict": "Verdict"}
    units = {"table": "text", "inputs": "count", "auc": "share", "auc_without": "share", "auc_gain": "share", "verdict": "text"}
    return Table("score_worth_of_tables", worth, _("What each table adds: pairs of leaver and stayer put in the right order"), labels=labels, units=units)


def score_drift_table(drift, inputs):
    """How far each input has shifted. `drift`: input, psi, by_chance, verdict, most_changed, share_then, share_now, customers_then, customers_now."""
    frame = _worded(drift.merge(inputs[["input", "title"]].drop_duplicates("input"), on="input", how="left"))
    labels = {
        "title": "Input", "psi": _("Shift (PSI)"), "by_chance": _("By chance up to"), "verdict": "Verdict", "matters": _("Relied on"),
        "most_changed": _("Changed most"),
        "share_then": "Then", "share_now": "Now",
    }
    units = {"title": "text", "psi": "ratio", "by_chance": "ratio", "verdict": "text", "most_changed": "text", "share_then": "share", "share_now": "share"}
    show = ("title", "psi", "by_chance", "verdict", "matters", "most_changed", "share_then", "share_now")
    return Table("score_drift", frame, _("How far today's customers are from those the score has learnt from"), labels=labels, units=units, show=show)


def _result(row):
    """A number of the back-test with its interval: shares in percent, squared errors in four decimals."""
    ends = row["value"], row["lower"], row["upper"]
    if ends[0] != ends[0]:
        return row["withheld"]
    if row["measure"] in _SHARES:
        value, (lower, upper) = formats.point(ends[0], "share", *ends[1:]), (formats.point(end, "share", *ends[1:]) for end in ends[1:])
    else:
        value, lower, upper = (formats.number(end, decimals=4 if row["measure"].startswith("brier") else 2) for end in ends)
    return _("{value} ({lower} to {upper})").format(value=value, lower=lower, upper=upper)


def _worded(frame):
    return frame.assign(title=[formats.words(title) for title in frame["title"]])
