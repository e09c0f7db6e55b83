"""What did customers answer, the top ones and the others: ticked, or in their own words; and who among the top has not been asked?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.observe.customers import customer_list, customers
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.traits import top_customers

#: Texts are read outside the engine; the newest so many are enough to say what is said often.
_MOST_ANSWERS = 20_000
#: A question is closed if it has at most so many different answers, each given by so many customers on average.
_MOST_CHOICES, _LEAST_EACH = 12, 5
_WHOSE = ("customer_id", "question")


def survey_answers(snapshot, *, survey="icp", top_share=0.1, value="total_revenue", months_left=None, most_answers=_MOST_ANSWERS):
    """The newest answer of every customer to every open question of a survey.

    Returns
    -------
    DataFrame, one row per customer and question: question, customer_id, top (bool), answer. The newest `most_answers`, oldest first; no rows
    without the table feedback or answers in words. Questions with few different answers are closed, and left to `survey_choices`.
    """
    columns = ["question", "customer_id", "top", "answer"]
    if not snapshot.has("feedback"):
        return pd.DataFrame(columns=columns).astype({"top": bool})
    told = _newest(snapshot, survey, top_customers(snapshot, top_share=top_share, value=value, months_left=months_left))
    closed = survey_choices(snapshot, survey=survey, top_share=top_share, value=value, months_left=months_left)["question"]
    opened = told.filter(~nw.col("question").is_in(sorted(set(closed)))) if len(closed) else told
    last = opened.sort("answered_on", *_WHOSE, descending=[True, False, False]).head(most_answers)
    frame = fetch(last, sort=["answered_on", *_WHOSE])
    return frame.assign(top=frame["top"] == 1)[columns]


def survey_choices(snapshot, *, survey="icp", top_share=0.1, value="total_revenue", months_left=None):
    """How many customers gave each answer to each closed question: one with few different answers, in words or as a score?

    Returns
    -------
    DataFrame, one row per question and answer: question, answer, customers (whose newest answer it is), top_customers; no rows without such a question
    """
    columns = ["question", "answer", "customers", "top_customers"]
    if not snapshot.has("feedback"):
        return pd.DataFrame(columns=columns)
    told = _newest(snapshot, survey, top_customers(snapshot, top_share=top_share, value=value, months_left=months_left))
    counts = told.group_by("question", "answer").agg(nw.len().alias("customers"), top_customers=nw.col("top").sum())
    spread = counts.group_by("question").agg(nw.len().alias("different"), nw.col("customers").sum().alias("answered"))
    few = (nw.col("different") <= _MOST_CHOICES) & (nw.col("answered") >= _LEAST_EACH * nw.col("different"))
    frame = fetch(counts.join(spread.filter(few).select("question"), on="question", how="inner"), sort=["question", "answer"])
    whole = frame["answer"].str.removesuffix(".0")  # a score of 9 is no 9.0
    return frame.assign(answer=whole).astype({"customers": "int64", "top_customers": "int64"})[columns]


def _newest(snapshot, survey, ranked):
    """The newest answer of each customer to each question, a score as its number: customer_id, question, answered_on, answer, top."""
    answer = nw.when(nw.col("answer").is_null()).then(nw.col("score").cast(nw.String)).otherwise(nw.col("answer"))
    given = snapshot.table("feedback").filter((nw.col("survey").str.to_lowercase() == survey) & ~nw.col("question").is_null()).with_columns(answer=answer)
    given = given.filter(~nw.col("answer").is_null())
    newest = given.with_columns(newest=nw.col("answered_on").max().over(*_WHOSE)).filter(nw.col("answered_on") == nw.col("newest"))
    one = newest.group_by(*_WHOSE, "answered_on").agg(nw.col("answer").min())
    return one.join(ranked.select("customer_id", "top"), on="customer_id", how="inner")


def top_customers_unasked(snapshot, *, survey="icp", top_share=0.1, value="total_revenue", months_left=None, limit=50):
    """The top customers that pay now and have not answered the survey, the largest first: customer_id, name, cohort_month, started_on, mrr."""
    columns = ["customer_id", "name", "cohort_month", "started_on", "mrr"]
    top = top_customers(snapshot, top_share=top_share, value=value, months_left=months_left).filter(nw.col("top") == 1).select("customer_id")
    paying = customers(snapshot).filter(nw.col("active")).join(top, on="customer_id", how="inner")
    if snapshot.has("feedback"):
        asked = snapshot.table("feedback").filter(nw.col("survey").str.to_lowercase() == survey).select("customer_id").unique()
        paying = paying.join(asked, on="customer_id", how="anti")
    return customer_list(paying, columns=columns, order="mrr", limit=limit)
