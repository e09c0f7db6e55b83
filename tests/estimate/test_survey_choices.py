"""Answers to closed questions: by hand, and as rarely beyond chance as may be."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from lifecycle_utils.estimate.survey_choices import survey_choices


def counts(**questions):
    rows = [(question, answer, n, k) for question, answers in questions.items() for answer, (n, k) in answers.items()]
    return pd.DataFrame(rows, columns=["question", "answer", "customers", "top_customers"])


def test_every_number_by_hand():
    table = survey_choices(counts(how={"friend": (20, 12), "search": (80, 8)}, who={"me": (30, 2)})).set_index("answer")
    assert table.index.tolist() == ["search", "friend", "me"]
    friend = table.loc["friend"]
    assert friend[["answered", "top_answered", "share_top", "share_others"]].tolist() == [100, 20, 0.6, 0.1]
    assert friend["p_value"] == pytest.approx(stats.fisher_exact([[12, 8], [8, 72]], "greater").pvalue)
    wilson = stats.binomtest(12, 20).proportion_ci(method="wilson")
    assert friend[["lower", "upper"]].tolist() == pytest.approx([wilson.low, wilson.high])
    assert friend["q_value"] == pytest.approx(3 * friend["p_value"]) and friend["significant"] and not table.loc[["search", "me"], "significant"].any()


def test_nobody_of_the_top_answered():
    table = survey_choices(counts(how={"friend": (20, 0), "search": (80, 0)}))
    assert table[["share_top", "p_value", "q_value"]].isna().all().all() and not table["significant"].any()
    assert survey_choices(counts()).empty


def test_answers_without_meaning_are_called_different_as_rarely_as_chance_allows():
    chance, found = np.random.default_rng(5), 0
    for _ in range(120):
        answers, top = chance.integers(0, 5, 200), np.zeros(200, bool)
        top[chance.choice(200, 30, replace=False)] = True
        found += survey_choices(counts(how={str(n): (int((answers == n).sum()), int((top & (answers == n)).sum())) for n in range(5)}))["significant"].any()
    assert found <= 0.09 * 120  # at most 5 % in the long run
