"""The fitted score: a discrete-time hazard by logistic regression."""

import numpy as np
import pandas as pd

from lifecycle_utils.estimate.additive_score import AdditiveScore, check_training, codes_of, input_names, input_shares
from lifecycle_utils.estimate.pooled_logistic import pooled_logistic


def fit_logistic(rows, *, caution=0.5):
    """Which values of which inputs go with leaving, each with the others held fixed?

    One row is a customer and a period of `horizon_months` that it began as a paying customer; the chance to leave in it is the hazard of
    discrete-time survival analysis, and "stage" (time since the start, and the renewal ahead for fixed terms) is its baseline. How far the
    values of an input may differ is estimated along with them (`pooled_logistic`), so that an input that tells nothing drops out by itself.

    Parameters
    ----------
    rows : DataFrame of customer-months: month, customer, churned, mrr and categorical inputs
    caution : as of `pooled_logistic`

    Returns
    -------
    AdditiveScore of method "logistic"; its points are log odds, and `details["spread"]` is, per input, the standard deviation of the log
    odds between its values

    Raises
    ------
    EstimateError : if nobody left or nobody stayed

    References
    ----------
    Singer & Willett (1993), Journal of Educational Statistics 18, 155-195: discrete-time survival by logistic regression.
    van Houwelingen (2007), Scandinavian Journal of Statistics 34, 70-85: landmarks, predictions from what is known at a moment.

    Of 100 who used the product 10 left, of 100 who did not 40: the log odds differ by 1.79, here a little less, as the effects are drawn in.

    >>> use = pd.Categorical(["yes"] * 100 + ["no"] * 100)
    >>> left = [True] * 10 + [False] * 90 + [True] * 40 + [False] * 60
    >>> rows = pd.DataFrame({"month": "2026-01", "customer": range(200), "churned": left, "mrr": 1.0, "use": use})
    >>> fitted = fit_logistic(rows)
    >>> print(fitted.points.round(2).to_string(index=False))
    input label  points  share
      use    no    0.83    0.5
      use   yes   -0.83    0.5
    """
    churned, names = check_training(rows), input_names(rows)
    sizes = [len(rows[name].cat.categories) for name in names]
    intercept, effects, variances = pooled_logistic(codes_of(rows, names), sizes, rows["churned"].to_numpy(bool), caution=caution)
    points = input_shares(rows).assign(points=np.concatenate(effects))[["input", "label", "points", "share"]]
    spread = dict(zip(names, np.sqrt(variances).tolist(), strict=True))
    return AdditiveScore("logistic", points, intercept, 1.0, rows["customer"].nunique(), len(rows), churned, {"spread": spread})


def input_weights(score, inputs):
    """How much does each input move the chance to leave, over the customers the score was fitted to?

    Parameters
    ----------
    score : AdditiveScore
    inputs : DataFrame, one row per (input, label): input, title, table

    Returns
    -------
    DataFrame, one row per input, the weightiest first: input, title, table, weight (standard deviation of its log odds over the training
    rows), raises_most, raises_odds (the label among those that at least 1 % of the rows had that goes with leaving most, and the factor on the
    odds against the average odds), lowers_most, lowers_odds
    """
    rows = []
    titles = inputs.drop_duplicates("input").set_index("input")
    for name, part in score.points.groupby("input", sort=False):
        effect = score.slope * part["points"]
        mean, average = (part["share"] * effect).sum(), np.log((part["share"] * np.exp(effect)).sum())
        frequent = effect[part["share"] >= 0.01]
        high, low = frequent.idxmax(), frequent.idxmin()
        weight = float(np.sqrt((part["share"] * (effect - mean) ** 2).sum()))
        ends = [value for end in (high, low) for value in (part.loc[end, "label"], float(np.exp(effect[end] - average)))]
        rows.append((name, titles.loc[name, "title"], titles.loc[name, "table"], weight, *ends))
    columns = ["input", "title", "table", "weight", "raises_most", "raises_odds", "lowers_most", "lowers_odds"]
    return pd.DataFrame(rows, columns=columns).sort_values(["weight", "input"], ascending=[False, True], ignore_index=True)
