"""What they say: NPS, satisfaction after a talk with support, and the open questions put to customers who stayed."""

import numpy as np
import pandas as pd

from lifecycle_utils.simulate.answers import QUESTIONS, answer
from lifecycle_utils.simulate.chance import normal, stream
from lifecycle_utils.simulate.days import DAY, add_months, complete_months, plus_days
from lifecycle_utils.simulate.frames import stacked

NPS_QUESTION = "How likely are you to recommend us to a colleague? (0-10)"
CSAT_QUESTION = "How satisfied are you with the help you got? (1-5)"
_ANSWERS = {"nps": 0.3, "csat": 0.06, "icp": 0.16}


def feedback(truth, window, accounts, history, seed):
    """Columns of the contract's table `feedback`, sorted by customer, day, survey and question."""
    generator = stream(seed, "feedback")
    moments = _moments(window, history, generator)
    traits = accounts["traits"].to_numpy()[moments["account"].to_numpy()]
    mood = truth.nps_mean + truth.trait_nps * traits + np.where(moments["left_days"] <= 90, truth.nps_before_churn, 0.0)
    asked = moments[(moments["month"] % 4 == 2) & (generator.random(len(moments)) < _ANSWERS["nps"])]
    score = np.clip(np.rint(mood[asked.index] + 2 * normal(generator, len(asked))), 0, 10)
    nps = asked.assign(survey="nps", question=NPS_QUESTION, score=score, answer=None)
    helped = moments[generator.random(len(moments)) < _ANSWERS["csat"]]
    score = np.clip(np.rint(3.6 + 0.15 * (mood[helped.index] - truth.nps_mean) + 0.9 * normal(generator, len(helped))), 1, 5)
    csat = helped.assign(survey="csat", question=CSAT_QUESTION, score=score, answer=None)
    columns = ["account", "answered_on", "survey", "question", "score", "answer"]
    table = stacked([nps[columns], csat[columns], _open_questions(accounts, moments, generator)])
    table["customer_id"] = accounts["customer_id"].to_numpy()[table["account"].to_numpy()]
    table = table.sort_values(["customer_id", "answered_on", "survey", "question"], kind="stable", ignore_index=True)
    return table[["customer_id", "answered_on", "survey", "question", "score", "answer"]]


def _moments(window, history, generator):
    """One possible day of an answer per spell and subscription month. Columns: account, month, day, left_days until the true end."""
    starts, ends = (history[name].to_numpy().astype(DAY) for name in ("started_on", "ended_on"))
    over = np.minimum(np.where(np.isnat(ends), window.cutoff, ends), window.cutoff)
    count = complete_months(starts, over)
    row = np.repeat(np.arange(len(history)), count)
    month = 1 + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    day = plus_days(add_months(starts[row], month - 1), np.floor(generator.random(len(row)) * 28))
    left = np.where(np.isnat(ends[row]), 10_000, (ends[row] - day).astype(np.int64))
    account, spell = history["account"].to_numpy()[row], history["spell"].to_numpy()[row]
    return pd.DataFrame({"account": account, "spell": spell, "month": month, "answered_on": day, "left_days": left})


def _open_questions(accounts, moments, generator):
    """Asked once, in the seventh month or the month after: whoever left earlier has no voice here, as in life."""
    asked = moments[(moments["spell"] == 1) & (moments["month"] == 7)]
    asked = asked[generator.random(len(asked)) < _ANSWERS["icp"]]
    rows = []
    for moment in asked.itertuples():
        account = accounts.iloc[moment.account]
        for number in range(len(QUESTIONS)):
            text, question = answer(account, number, generator)
            rows.append((moment.account, moment.answered_on, "icp", question, np.nan, text))
    table = pd.DataFrame(rows, columns=["account", "answered_on", "survey", "question", "score", "answer"])
    return table.astype({"account": np.int64, "answered_on": moments["answered_on"].dtype, "score": float})
