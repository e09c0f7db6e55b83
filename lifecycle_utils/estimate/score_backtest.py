"""Would the score have been right? Predictions made without the test months, held against what happened in them."""

import numpy as np
import pandas as pd
from scipy.special import expit

from lifecycle_utils.estimate.calibration import brier, calibration, calibration_slope
from lifecycle_utils.estimate.clustered import clustered_error, normal_interval
from lifecycle_utils.estimate.intervals import wilson_interval
from lifecycle_utils.estimate.ranking import auc, gain_curve, top_lift
from lifecycle_utils.language import _

CHANCE, BASE_RATE = "chance", "base rate"
_TOP = 0.1
#: Where the bands of a scorecard lie while nothing is known of who leaves: at -20, 0 and 20 points.
_FEW_POINTS = -20.0
_COLUMNS = ["method", "measure", "against", "value", "lower", "upper", "verdict", "customers", "customer_months", "churned", "withheld"]


def score_backtest(test, scores, *, min_churned=10, confidence=0.95):
    """How well did each score foretell the test months, and is one better than another beyond chance?

    Parameters
    ----------
    test : DataFrame of customer-months: customer, churned, and the inputs; months in which nothing was learnt
    scores : list of fitted scores, the simplest first: each is held against chance and the base rate, and against the first; the base rate
        is the share of the first's training rows that left, the prediction of who knows nothing else
    min_churned : with fewer that left (or stayed) everything is withheld
    confidence : of the intervals

    Returns
    -------
    DataFrame, one row per (method, measure, against)
        method : of the score, or "base rate"
        measure : auc, auc_gain, top_decile_lift, top_decile_churn, brier, brier_gain, calibration_slope, calibration_ratio
        against : what a gain is over: "chance", "base rate" or another method; empty for measures that stand alone
        value, lower, upper : a gain above 0 is better (brier_gain is the base's loss minus the score's), as is a lift or ratio against 1
        verdict : "better", "worse" or "no difference" for what is against something; "right", "too extreme", "too timid" for the slope,
            "right", "too low", "too high" for the ratio of predicted to observed
        customers, customer_months, churned : of the test
        withheld : why there is no value, else empty

    Notes
    -----
    Every interval is clustered by customer: a customer seen in several months is one piece of evidence.

    References
    ----------
    DeLong et al. (1988) and Obuchowski (1997) for the AUC and its differences, Brier (1950), Cox (1958) for the slope.
    """
    happened, customers = test["churned"].to_numpy(bool), test["customer"].to_numpy()
    ground = {"customers": int(test["customer"].nunique()), "customer_months": len(test), "churned": int(happened.sum())}
    few = min(ground["churned"], len(test) - ground["churned"])
    if few < min_churned:
        did = _("ended in churn") if ground["churned"] == few else _("went on")
        told = _("only {few} of the test's {test} customer-months {did}; at least {min_churned} are needed").format(
            few=few, test=len(test), did=did, min_churned=min_churned,
        )
        return pd.DataFrame([_row(score.method, "auc", CHANCE, (np.nan,) * 3, "", told) | ground for score in scores], columns=_COLUMNS)
    judge = _Judge(happened, customers, confidence)
    everywhere = np.full(len(test), scores[0].churned / scores[0].customer_months)
    predictions = {score.method: score.predict(test) for score in scores}
    rows = [_row(BASE_RATE, "brier", "", judge.brier(everywhere))]
    first = next(iter(predictions), None)
    uncalibrated = {score.method: score.details.get("withheld", "") for score in scores}
    for method, predicted in predictions.items():
        rows += judge.ranks(method, predicted)
        if uncalibrated[method]:
            told = _("before the test {uncalibrated}").format(uncalibrated=uncalibrated[method])
            rows += [_row(method, "brier_gain", BASE_RATE, (np.nan,) * 3, "", told), _row(method, "calibration_slope", "", (np.nan,) * 3, "", told)]
            continue
        rows += judge.chances(method, predicted, everywhere)
        if method != first and not uncalibrated[first]:
            rows += judge.gains(method, predicted, first, predictions[first])
    return pd.DataFrame([row | ground for row in rows], columns=_COLUMNS)


def score_calibration(test, scores, *, groups=10, confidence=0.95):
    """Of those to whom each score gave about the same chance, how many left? `calibration` of every score: method, group (1 = lowest chance), …"""
    told = [score for score in scores if not score.details.get("withheld")] if len(test) else []
    parts = [calibration(score.predict(test), test["churned"], groups=groups, confidence=confidence).assign(method=score.method) for score in told]
    tables = [part.assign(group=range(1, len(part) + 1)) for part in parts]
    columns = ["method", "group", "customer_months", "churned", "predicted", "observed", "lower", "upper"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def score_gains(test, scores):
    """Going down each score's list, how soon are those found who left? `gain_curve` of every score: method, share, found."""
    parts = [gain_curve(score.predict(test), test["churned"]).assign(method=score.method) for score in scores] if test["churned"].any() else []
    return pd.concat(parts, ignore_index=True)[["method", "share", "found"]] if parts else pd.DataFrame(columns=["method", "share", "found"])


def health_bands(score, train, *, shares=(("at risk", 0.1), ("watch", 0.2), ("steady", 0.3), ("healthy", 0.4))):
    """From which chance to leave is a customer at risk? Cut so that the bands held about these shares of the training rows, the riskiest first.

    Rows with the same chance stay together: a band holds the share that comes nearest to what is asked for, and may hold nobody.

    Returns
    -------
    DataFrame, one row per band from the highest chance down: band, from_probability, share_of_training

    Nothing of the test is looked at.
    """
    names = [name for name, _ in shares]
    if not len(train):  # a company younger than the horizon: bands of points, for an additive score has nothing else to go by
        edges = [*expit(score.intercept + score.slope * np.linspace(_FEW_POINTS, -_FEW_POINTS, len(shares) - 1)), 0.0]
        return pd.DataFrame({"band": names, "from_probability": edges, "share_of_training": np.nan})
    predicted = score.predict(train)
    chances, rows = np.unique(predicted, return_counts=True)
    above = np.append(np.cumsum(rows[::-1])[::-1], 0) / len(train)  # the share with this chance or a higher one; none have a higher one than the last
    steps = np.append(chances, np.nextafter(chances[-1], 2.0))
    edges = [*(steps[np.abs(above - asked).argmin()] for asked in np.cumsum([share for _, share in shares])[:-1]), 0.0]
    bands = _band_of(predicted, edges)
    held = [float((bands == number).mean()) for number in range(len(shares))]
    return pd.DataFrame({"band": names, "from_probability": edges, "share_of_training": held})


def band_backtest(test, score, bands, *, confidence=0.95):
    """How many of each band left in the test months?

    Returns
    -------
    DataFrame, one row per band: band, customer_months, churned, observed, lower, upper (Wilson), predicted (mean)
    """
    predicted = score.predict(test)
    frame = pd.DataFrame({"band": _band_of(predicted, bands["from_probability"]), "predicted": predicted, "churned": test["churned"].to_numpy(bool)})
    counts = frame.groupby("band").agg(customer_months=("churned", "size"), churned=("churned", "sum"), predicted=("predicted", "mean"))
    counts = counts.reindex(range(len(bands)))
    counts[["customer_months", "churned"]] = counts[["customer_months", "churned"]].fillna(0).astype("int64")
    lower, upper = wilson_interval(counts["churned"], counts["customer_months"], confidence=confidence)
    observed = counts["churned"] / counts["customer_months"].where(counts["customer_months"] > 0)
    table = pd.DataFrame({"band": bands["band"], "customer_months": counts["customer_months"].to_numpy(), "churned": counts["churned"].to_numpy()})
    return table.assign(observed=observed.to_numpy(), lower=lower, upper=upper, predicted=counts["predicted"].to_numpy())


class _Judge:
    """What happened in the test, and to whom: every measure of a prediction with its interval."""

    def __init__(self, happened, customers, confidence):
        self.happened, self.customers, self.confidence = happened, customers, confidence

    def brier(self, predicted):
        return self._between(*brier(predicted, self.happened))

    def ranks(self, method, predicted):
        """Whether one method puts those who leave first."""
        yield self._against(method, "auc", CHANCE, *auc(predicted, self.happened), nothing=0.5)
        lift, influence, rate = top_lift(predicted, self.happened, share=_TOP)
        yield self._against(method, "top_decile_lift", CHANCE, lift, influence, nothing=1.0, log=True)
        yield _row(method, "top_decile_churn", "", (rate, *self._wilson(rate)))

    def chances(self, method, predicted, everywhere):
        """Whether the chances that one method tells are right."""
        value, loss = brier(predicted, self.happened)
        yield _row(method, "brier", "", self._between(value, loss))
        base, base_loss = brier(everywhere, self.happened)
        yield self._against(method, "brier_gain", BASE_RATE, base - value, base_loss - loss)
        ends = self._between(*calibration_slope(predicted, self.happened))
        yield _row(method, "calibration_slope", "", ends, _verdict(ends, 1.0, ("too timid", "too extreme", "right")))
        ends = self._ratio(predicted)
        yield _row(method, "calibration_ratio", "", ends, _verdict(ends, 1.0, ("too high", "too low", "right")))

    def gains(self, method, predicted, against, other):
        """The rows of one method over another."""
        (value, influence), (base, base_influence) = auc(predicted, self.happened), auc(other, self.happened)
        yield self._against(method, "auc_gain", against, value - base, influence - base_influence)
        (value, loss), (base, base_loss) = brier(predicted, self.happened), brier(other, self.happened)
        yield self._against(method, "brier_gain", against, base - value, base_loss - loss)

    def _against(self, method, measure, against, value, influence, *, nothing=0.0, log=False):
        ends = self._between(value, influence, log=log)
        return _row(method, measure, against, ends, _verdict(ends, nothing, ("better", "worse", "no difference")))

    def _between(self, value, influence, *, log=False):
        error = clustered_error(influence, self.customers)
        return (value, *normal_interval(value, error, confidence=self.confidence, log=log))

    def _wilson(self, rate):
        rows = _TOP * len(self.happened)
        return tuple(float(end) for end in wilson_interval(rate * rows, rows, confidence=self.confidence))

    def _ratio(self, predicted):
        """Churn predicted over churn observed: the sum of chances over the count."""
        total, seen = predicted.sum(), self.happened.sum()
        influence = predicted / total - self.happened / seen
        return self._between(float(total / seen), influence, log=True)


def _verdict(ends, nothing, words):
    """The word for an interval above `nothing`, below it, or around it."""
    _, lower, upper = ends
    above, below, neither = words
    return "" if np.isnan(lower) else above if lower > nothing else below if upper < nothing else neither


def _row(method, measure, against, ends, verdict="", withheld=""):
    value, lower, upper = ends
    return {
        "method": method, "measure": measure, "against": against, "value": value, "lower": lower, "upper": upper, "verdict": verdict, "withheld": withheld,
    }


def _band_of(predicted, edges):
    """The number of each prediction's band; edges fall, the last is 0."""
    return (np.asarray(predicted)[:, None] < np.asarray(edges, dtype=float)[None, :-1]).sum(axis=1)
