"""What did customers answer to open questions, the top ones and the others; and who among the top has not been asked?"""

import narwhals as nw
import pandas as pd

from lifecycle_utils.observe.customers import customer_list, customers
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.traits import top_customers

#: Texts are read outside the engine; the newest so many are enough to say what is said often.
_MOST_ANSWERS = 20_000


def survey_answers(snapshot, *, survey="icp", top_share=0.1, value="total_revenue", months_left=None, most_answers=_MOST_ANSWERS):
    """The newest answer of every customer to every open question of a survey.

    Returns
    -------
    DataFrame, one row per customer and question: question, customer_id, top (bool), answer. The newest `most_answers`, oldest first; no rows
    without the table feedback or answers in words
    """
    columns = ["question", "customer_id", "top", "answer"]
    if not snapshot.has("feedback"):
        return pd.DataFrame(columns=columns).astype({"top": bool})
    texts = snapshot.table("feedback").filter((nw.col("survey").str.to_lowercase() == survey) & ~nw.col("answer").is_null() & ~nw.col("question").is_null())
    whose = ["customer_id", "question"]
    newest = texts.with_columns(newest=nw.col("answered_on").max().over(*whose)).filter(nw.col("answered_on") == nw.col("newest"))
    one = newest.group_by(*whose, "answered_on").agg(nw.col("answer").min())
    ranked = top_customers(snapshot, top_share=top_share, value=value, months_left=months_left)
    told = one.join(ranked.select("customer_id", "top"), on="customer_id", how="inner")
    last = told.sort("answered_on", *whose, descending=[True, False, False]).head(most_answers)
    frame = fetch(last, sort=["answered_on", *whose])
    return frame.assign(top=frame["top"] == 1)[columns]


def top_customers_unasked(snapshot, *, survey="icp", top_share=0.1, value="total_revenue", months_left=None, limit=50):
    """The top customers that pay now and have not answered the survey, the largest first: customer_id, name, cohort_month, started_on, mrr."""
    columns = ["customer_id", "name", "cohort_month", "started_on", "mrr"]
    top = top_customers(snapshot, top_share=top_share, value=value, months_left=months_left).filter(nw.col("top") == 1).select("customer_id")
    paying = customers(snapshot).filter(nw.col("active")).join(top, on="customer_id", how="inner")
    if snapshot.has("feedback"):
        asked = snapshot.table("feedback").filter(nw.col("survey").str.to_lowercase() == survey).select("customer_id").unique()
        paying = paying.join(asked, on="customer_id", how="anti")
    return customer_list(paying, columns=columns, order="mrr", limit=limit)
