"""The score of every paying customer, computed in the engine; only counts and short lists leave it."""

import narwhals as nw
import numpy as np
import pandas as pd

from lifecycle_utils.months import month_column
from lifecycle_utils.observe.customer_months import labelled
from lifecycle_utils.observe.features import features
from lifecycle_utils.observe.fetch import fetch, fetch_one
from lifecycle_utils.observe.moments import moment_of
from lifecycle_utils.observe.money import UNIT
from lifecycle_utils.observe.score_inputs import code_columns

#: Rows that a model outside the engine scores at a time.
_AT_A_TIME = 100_000
#: Probabilities are summed in millionths, so that a sum depends neither on the order of its rows nor on the engine.
_MILLION = 1_000_000
#: The inputs that compare use with before, and their labels for use that has fallen by half.
_TRENDS, _FALLEN = ("usage_trend", "usage_trend_3"), ("stopped", "fell by more than half")


def customer_scores(snapshot, inputs, *, score, scorecard, bands):
    """Every customer that pays at the end of the snapshot with its chance to leave, its scorecard points and its health band.

    Parameters
    ----------
    inputs : of `score_inputs`, those that `score` was fitted with
    score : a fitted score: either it has `points` (input, label, points), `intercept` and `slope`, and the engine adds them up; or it has
        `predict(rows)`, and the customers pass through it a hundred thousand at a time
    scorecard : a score with `points`, whose sum is shown as `health`
    bands : DataFrame, one row per band from the highest chance down: band, from_probability

    Returns
    -------
    Lazy frame, kept in the engine: customer_id, customer (its number), started_on, tenure, units (MRR in ten-thousandths), the code of each
    input (`code_columns`), churn_probability, units_at_stake (the two multiplied), health, band
    """
    question = ("customer_scores", score.method, tuple(one.name for one in inputs))
    return snapshot.once(question, lambda: _scores(snapshot, inputs, score, scorecard, bands))


def input_counts(scores, inputs):
    """How many customers have each value of each input? DataFrame input, label, customers."""
    coded = list(zip(inputs, code_columns(inputs), strict=True))
    flags = {f"{column}_{code}": nw.col(column) == code for one, column in coded for code in range(len(one.labels))}
    counted = fetch(scores.select(**{name: nw.when(flag).then(1).otherwise(0) for name, flag in flags.items()}).select(nw.all().sum()))
    counts = counted.fillna(0).iloc[0].astype("int64").tolist()
    return input_labels(inputs)[["input", "label"]].assign(customers=counts)


def input_labels(inputs):
    """The inputs and their values as a table: input, title, table, label."""
    return pd.DataFrame([(one.name, one.title, one.table, label) for one in inputs for label in one.labels], columns=["input", "title", "table", "label"])


def band_counts(scores, bands):
    """How many customers are in each health band, and what is at stake?

    Returns
    -------
    DataFrame, one row per band, in the order of `bands`: band, customers, mrr, expected_churn (customers), mrr_at_stake (currency per month)
    """
    millionths = (nw.col("churn_probability") * _MILLION).round(0).cast(nw.Int64)
    totals = ("units", "expected", "units_at_stake")
    sums = scores.with_columns(expected=millionths).group_by("band").agg(nw.len().alias("customers"), *(nw.col(name).sum() for name in totals))
    frame = fetch(sums.select("band", "customers", *totals)).set_index("band").reindex(bands["band"]).fillna(0).reset_index()
    money = {"mrr": frame["units"] / UNIT, "expected_churn": frame["expected"] / _MILLION, "mrr_at_stake": frame["units_at_stake"] / UNIT}
    return frame.assign(**money).astype({"customers": "int64"})[["band", "customers", *money]]


def scored_customers(snapshot, scores, inputs, *, band="", customer_id="", order="units_at_stake", limit=50):
    """The first customers of a band, largest `order` first, or one of them: the only ones that are named.

    Parameters
    ----------
    band : a health band; "": of all
    customer_id : this customer alone
    order : "units_at_stake", or "units" (MRR)
    limit : at most so many

    Returns
    -------
    DataFrame, one row per customer: customer_id, name, cohort_month (of its current subscription), mrr, churn_probability, mrr_at_stake,
    health, and the inputs as categorical columns
    """
    chosen = scores.filter(nw.col("band") == band) if band else scores
    chosen = chosen.filter(nw.col("customer_id") == customer_id) if customer_id else chosen
    first = chosen.sort(order, "customer_id", descending=[True, False]).head(limit)
    first = first.with_columns(name=nw.col("customer_id"), cohort_month=month_column(nw.col("started_on")))
    if snapshot.has("customers"):
        own = snapshot.table("customers").select("customer_id", own=nw.col("name"))
        named = nw.when(nw.col("own").is_null()).then(nw.col("name")).otherwise(nw.col("own"))
        first = first.join(own, on="customer_id", how="left").with_columns(name=named)
    frame = fetch(first).sort_values([order, "customer_id"], ascending=[False, True], ignore_index=True)
    chance = frame["churn_probability"].round(12)  # engines differ in the last digit of an exponential
    told = labelled(frame.assign(churn_probability=chance, mrr=frame["units"] / UNIT, mrr_at_stake=frame["units_at_stake"] / UNIT), inputs)
    return told[["customer_id", "name", "cohort_month", "mrr", "churn_probability", "mrr_at_stake", "health", *(one.name for one in inputs)]]


def doing_well(scores, inputs):
    """The scored customers of whom nothing speaks against it: no negative scorecard points, no use that stopped or fell by more than half.

    Whoever cannot leave before a contract ends has a low chance to leave, and may have given up on the product all the same.
    """
    well = nw.col("health") >= 0
    for one, column in zip(inputs, code_columns(inputs), strict=True):
        if one.name in _TRENDS:
            well = well & ~nw.col(column).is_in([code for code, label in enumerate(one.labels) if label in _FALLEN])
    return scores.filter(well)


def _scores(snapshot, inputs, score, scorecard, bands):
    moments = moment_of(snapshot)
    known = features(moments, inputs).join(moments.customers, on="customer", how="inner").drop("moment")
    chance = nw.col("churn_probability")
    if hasattr(score, "points"):
        log_odds = score.intercept + score.slope * _points(inputs, score.points)
        scored = known.with_columns(churn_probability=1 / (1 + (-log_odds).exp()))
    else:
        scored = _predicted(snapshot, known, inputs, score)
    band = nw.lit(bands["band"].iloc[-1])
    for name, least in reversed(list(zip(bands["band"][:-1], bands["from_probability"][:-1], strict=True))):
        band = nw.when(chance >= least).then(nw.lit(name)).otherwise(band)
    at_stake = (chance * nw.col("units")).round(0).cast(nw.Int64)
    return scored.with_columns(units_at_stake=at_stake, health=_points(inputs, scorecard.points), band=band)


def _points(inputs, points):
    """The sum of points as an engine column."""
    told = points.set_index(["input", "label"])["points"].to_dict()
    total = nw.lit(0.0)
    for one, column in zip(inputs, code_columns(inputs), strict=True):
        values = [float(told.get((one.name, label), 0.0)) for label in one.labels]
        gained = nw.lit(0.0)
        for value in sorted(set(values) - {0.0}):
            gained = nw.when(nw.col(column).is_in([code for code, own in enumerate(values) if own == value])).then(nw.lit(value)).otherwise(gained)
        total = total + gained
    return total


def _predicted(snapshot, known, inputs, score):
    """Beside each customer what a model outside the engine predicts; the predictions go back into the engine."""
    highest = fetch_one(known.select(nw.col("customer").max()))
    parts = [pd.DataFrame({"customer": np.array([], dtype="int64"), "churn_probability": np.array([], dtype=float)})]
    for begin in range(0, 0 if pd.isna(highest) else int(highest) + 1, _AT_A_TIME):
        inside = (nw.col("customer") >= begin) & (nw.col("customer") < begin + _AT_A_TIME)
        chunk = fetch(known.filter(inside).select("customer", *code_columns(inputs)))
        if len(chunk):
            parts.append(pd.DataFrame({"customer": chunk["customer"].to_numpy("int64"), "churn_probability": score.predict(labelled(chunk, inputs))}))
    predictions = snapshot.company.hand_over(pd.concat(parts[1:] or parts, ignore_index=True))
    return known.join(predictions, on="customer", how="inner")
