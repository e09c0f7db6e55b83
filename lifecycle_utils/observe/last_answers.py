"""What did customers last answer?"""

import datetime as dt

import narwhals as nw


def last_answers(snapshot, *, survey, within_days):
    """The newest score of each customer in a survey: customer_id and `score`; of several that day the lowest."""
    answers = snapshot.table("feedback").filter(
        (nw.col("survey").str.to_lowercase() == survey) & ~nw.col("score").is_null()
        & (nw.col("answered_on") >= snapshot.cutoff - dt.timedelta(days=within_days))
    )
    newest = answers.with_columns(newest=nw.col("answered_on").max().over("customer_id")).filter(nw.col("answered_on") == nw.col("newest"))
    return newest.group_by("customer_id").agg(nw.col("score").min())
