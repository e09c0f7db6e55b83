"""What is said: phrases by hand in three languages, a planted theme that is found, and none where there is none."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.survey_terms import phrases, survey_terms

COMMON = ["Too many spreadsheets", "Reporting took two days", "Errors from typing the same data twice", "No overview"]


def answers(texts_by_question, top):
    rows = [(question, number, number in top, text) for question, texts in texts_by_question.items() for number, text in enumerate(texts)]
    return pd.DataFrame(rows, columns=["question", "customer_id", "top", "answer"])


@pytest.mark.parametrize(("text", "told", "untold"), [
    ("Checking freight invoices by hand.", {"freight invoices", "invoices by hand", "checking freight invoices"}, {"by hand", "invoices by", "by"}),
    ("Honestly: too slow, far too slow", {"honestly", "slow"}, {"honestly too slow", "slow far"}),
    ("Ręczne sprawdzanie faktur zajmowało zbyt dużo czasu", {"sprawdzanie faktur", "ręczne sprawdzanie faktur zajmowało"}, {"w czasu"}),
    ("請求書の確認に時間がかかっていました", {"請求書", "確認", "時間"}, {"の", "いました"}),
    ("SAP S/4 and ERP don't talk", {"sap", "erp", "erp don't talk"}, {"4", "s"}),
    ("", set(), {""}),
])
def test_phrases_by_hand(text, told, untold):
    found = phrases(text)
    assert told <= found and not untold & found


def test_counts_by_hand():
    table = survey_terms(answers({"pain": ["freight invoices"] * 6 + COMMON[:4], "like": ["the dashboard"] * 10}, top={0, 1, 2, 3, 9}), min_answers=3)
    row = table[table["question"] == "pain"].iloc[0]
    assert row["term"] == "freight invoices" and row[["answers", "top_answers", "answered", "top_answered"]].tolist() == [6, 4, 10, 5]
    assert row[["share_top", "share_others"]].tolist() == [0.8, 0.4]
    # P(at least 4 of the 5 top ones among the 6 of 10 who said it): (15 x 4 + 6 x 1) / 252
    assert row["p_value"] == pytest.approx((15 * 4 + 6) / 252)
    assert row["quote"] == "freight invoices" and len(table[table["question"] == "pain"]) == 1  # the other words of the phrase say the same


def test_how_people_talk_is_not_what_they_say():
    told = survey_terms(answers({question: [f"To be honest, the {word}" for word in ["pilot"] * 5 + ["price"] * 5] for question in ("a", "b")}, top={0}))
    assert told.empty  # everything is as frequent in the other question
    other = {"a": ["To be honest, the pilot"] * 10, "b": ["To be honest, the support"] * 10}
    assert survey_terms(answers(other, top={0})).groupby("question")["term"].agg(list).to_dict() == {"a": ["pilot"], "b": ["support"]}


def drawn(seed, *, theme=0.0, people=300, questions=4):
    rng = np.random.default_rng(seed)
    top = set(rng.choice(people, 40, replace=False).tolist())
    texts = {}
    for question in range(questions):
        own = "abcd"[question] * 3
        words, planted = [f"{own}{letter}" for letter in "efghijklmnop"], f" and the {own} thing"
        said = rng.random(people) < 0.05 + theme * np.isin(np.arange(people), list(top))
        texts[f"Question {question}?"] = [f"It was {rng.choice(words)}{planted if one else ''}" for one in said]
    return answers(texts, top)


def test_a_planted_theme_is_found_and_nothing_else():
    table = survey_terms(drawn(1, theme=0.4))
    found = table.loc[table["significant"], "term"].tolist()
    assert {"aaa thing", "bbb thing", "ccc thing", "ddd thing"} <= set(found)
    assert all({"aaa", "bbb", "ccc", "ddd"} & set(term.split()) for term in found)  # parts of sentences around it, nothing without it


def test_permuted_labels_find_something_as_rarely_as_chance_allows():
    frame, rng, found = drawn(2), np.random.default_rng(3), 0
    for _ in range(60):
        top = set(rng.choice(300, 40, replace=False).tolist())
        found += survey_terms(frame.assign(top=frame["customer_id"].isin(top)))["significant"].any()
    assert found / 60 <= 0.1


def test_no_answers_and_answers_without_a_phrase_in_common():
    assert survey_terms(answers({}, top=set())).empty
    assert survey_terms(answers({"a": ["one thing", "another matter"]}, top={0})).empty
    assert survey_terms(answers({"a": ["", ".", "!"]}, top={0})).empty
    with pytest.raises(EstimateError, match="lack top"):
        survey_terms(pd.DataFrame({"question": [], "customer_id": [], "answer": []}))
