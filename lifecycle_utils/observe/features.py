"""What is known of each paying customer at the end of a month, as the inputs of a score: one row per month and customer, in the engine."""

import narwhals as nw

from lifecycle_utils.observe.known_at_start import first_leads
from lifecycle_utils.observe.last_answers import last_answers
from lifecycle_utils.observe.moments import customer_of, number_of
from lifecycle_utils.observe.peers import peer_trend
from lifecycle_utils.observe.purchase_history import purchase_history
from lifecycle_utils.observe.score_inputs import PEERS_BY, code_columns
from lifecycle_utils.observe.usage_history import usage_history

_ANSWERS_WITHIN_DAYS = {"nps": 183, "csat": 365}


def features(moments, inputs):
    """One row per moment and customer that pays then: moment and customer (numbers), started_on, tenure, units (MRR in ten-thousandths), `code_columns`.

    A lazy frame, kept in the engine; a code is the place of the customer's value in the input's labels.
    """
    whose = number_of(nw.col("key")).alias("moment"), customer_of(nw.col("key")).alias("customer")
    codes = [one.code.cast(nw.Int16).alias(column) for one, column in zip(inputs, code_columns(inputs), strict=True)]
    question = ("features", tuple((one.name, one.labels) for one in inputs))
    return moments.once(question, lambda: histories(moments, inputs).select(*whose, "started_on", "tenure", "units", *codes))


def histories(moments, inputs):
    """One row per moment and paying customer with every column that the inputs read; tables that no input reads are not touched."""
    tables, joined = {one.table for one in inputs}, purchase_history(moments)
    if "usage" in tables:
        names = [one.source for one in inputs if one.name.startswith("uses_")]
        joined = _beside(joined, usage_history(moments, joined, names))
    if "feedback" in tables:
        for survey, within_days in _ANSWERS_WITHIN_DAYS.items():
            answers = moments.rows(lambda snapshot, survey=survey, days=within_days: last_answers(snapshot, survey=survey, within_days=days))
            joined = _beside(joined, answers.select("key", nw.col("score").alias(survey)))
    if "leads" in tables:
        joined = _beside(joined, moments.rows(first_leads).select("key", "channel", "trial"))
    names = [one.source for one in inputs if one.name.startswith("attribute_")]
    if names:
        known = moments.rows(lambda snapshot: snapshot.table("customers").select("customer_id", *names))
        joined = _beside(joined, known.select("key", *(nw.col(name).alias(f"attribute_{name}") for name in names)))
    if any(one.name == "peers" for one in inputs):
        everybody = moments.rows(lambda snapshot: snapshot.table("customers").select("customer_id", kind=nw.col(PEERS_BY)))
        trend = moments.once("peers", lambda: peer_trend(moments, everybody))
        joined = joined.with_columns(moment=number_of(nw.col("key")), kind=nw.col(f"attribute_{PEERS_BY}")).join(trend, on=["moment", "kind"], how="left")
    return joined


def _beside(frame, more):
    return frame.join(more, on="key", how="left")
