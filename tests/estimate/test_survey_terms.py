"""What is said: phrases by hand in three languages, a planted theme that is found, and none where there is none."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.phrases import keyed_phrases, phrases
from lifecycle_utils.estimate.survey_terms import survey_terms

COMMON = ["Too many spreadsheets", "Reporting took two days", "Errors from typing the same data twice", "No overview"]


def answers(texts_by_question, top):
    rows = [(question, number, number in top, text) for question, texts in texts_by_question.items() for number, text in enumerate(texts)]
    return pd.DataFrame(rows, columns=["question", "customer_id", "top", "answer"])


@pytest.mark.parametrize(("text", "told", "untold"), [
    ("Checking freight invoices by hand.", {"freight invoices", "invoices by hand", "checking freight invoices"}, {"by hand", "invoices by", "by"}),
    ("Honestly: too slow, far too slow", {"honestly", "slow"}, {"honestly too slow", "slow far"}),
    ("Ręczne sprawdzanie faktur zajmowało zbyt dużo czasu", {"sprawdzanie faktur", "ręczne sprawdzanie faktur zajmowało"}, {"w czasu"}),
    ("請求書の確認に時間がかかっていました", {"請求書", "確認", "時間"}, {"の", "いました"}),
    ("対応が早い会社を探していた", {"対応", "早い", "会社", "対応が早い", "早い会社"}, {"が早", "応が", "ていた", "探していた"}),
    ("運賃請求書のチェック", {"運賃", "請求書", "チェック", "運賃請求書"}, {"書の", "のチ", "のチェック"}),
    ("SAP S/4 and ERP don't talk", {"sap", "erp", "erp don't talk"}, {"4", "s"}),
    ("", set(), {""}),
])
def test_phrases_by_hand(text, told, untold):
    found = phrases(text)
    assert told <= found and not untold & found


#: What real customers could have written: the first eight are the top ones, and all of them have trouble with freight invoices.
VOICES = {
    "faktury": [
        "Ręczne sprawdzanie faktur za transport zajmowało nam dwa dni", "Nikt nie kontrolował faktur od przewoźników",
        "Faktury za przewozy były pełne błędów",
        "Sprawdzaliśmy każdą fakturę za transport ręcznie", "Przewoźnicy przysyłali błędne faktury",
        "Kontrola faktur transportowych kosztowała dużo czasu",
        "Dwie osoby sprawdzały faktury na pełny etat", "Błędne faktury za transport i brak kontroli", "Za dużo arkuszy kalkulacyjnych",
        "Raporty dla zarządu trwały cały tydzień", "Brak przeglądu tego, co się dzieje", "Te same dane wpisywane były dwa razy",
        "Chcieliśmy mieć jeden system zamiast pięciu", "Arkusze kalkulacyjne nie były aktualne", "Raport dla zarządu był zawsze spóźniony",
        "Potrzebowaliśmy lepszego wsparcia", "Cena poprzedniego narzędzia była za wysoka", "Wpisywanie danych do arkuszy",
        "Trudno było znaleźć aktualne dane",
        "Raporty przygotowywane ręcznie", "Zbyt wiele arkuszy", "Zarząd chciał widzieć liczby co tydzień", "System był powolny",
        "Nikt nie wiedział, która wersja arkusza jest aktualna",
    ],
    "請求書": [
        "運賃請求書の確認に毎月二日かかっていました", "請求書の間違いが多く、確認が大変でした", "運送会社からの請求書を手作業で確認していた",
        "請求書の確認を二人が専任でやっていた", "運賃の請求書に誤りがあっても気づけなかった", "手作業の請求書確認をなくしたかった",
        "請求書を一枚ずつ確認するのが負担でした", "運賃請求書のチェックが追いつかなかった", "表計算ソフトが多すぎました",
        "役員会向けの報告書に一週間かかっていた", "全体の状況が見えなかった", "同じデータを二度入力していた",
        "システムが遅かった", "サポートの対応が遅かったです", "報告書の作成が大変でした",
        "最新のデータがどれか分からない", "価格が高すぎた", "報告書を手で作っていました",
        "表計算のファイルが多くて困っていた", "データの入力ミスが多い", "状況を毎週知りたかった",
        "前のツールは価格が合わなかった", "対応が早い会社を探していた", "入力の手間を減らしたかった",
    ],
    "invoices": [
        "Checking freight invoices by hand took two days", "Nobody checked the carriers' invoices", "Freight invoices had errors",
        "We checked every freight invoice by hand", "Carriers sent wrong invoices", "Invoice checks cost us too much time",
        "Two people checked invoices full time",
        "Wrong freight invoices and no control", "Too many spreadsheets", "Board reports took a whole week", "No overview of what is going on",
        "The same data typed twice", "One system instead of five", "The spreadsheets were never up to date", "The board report was always late",
        "We needed better support", "The price of the old tool was too high", "Typing data into spreadsheets", "Hard to find the current numbers",
        "Reports made by hand", "Too many spreadsheets", "The board wanted numbers every week", "The system was slow",
        "Nobody knew which version was current",
    ],
}  # fmt: skip


@pytest.mark.parametrize("theme", VOICES)
def test_the_theme_of_the_top_customers_is_found_in_three_languages(theme):
    other = {"faktury": "Szybkie wsparcie", "請求書": "使いやすい", "invoices": "Quick support"}[theme]
    table = survey_terms(answers({"pain": VOICES[theme], "like": [other] * 24}, top=set(range(8))))
    pain = table[table["question"] == "pain"]
    first = pain.iloc[0]
    assert (first["term"], first["answers"], first["top_answers"]) == (theme, 8, 8) and first["significant"]  # whatever its ending
    assert first["quote"] in VOICES[theme][:8]
    assert all(theme[:5] in term for term in pain.loc[pain["significant"], "term"])


def test_forms_of_a_word_are_one():
    assert keyed_phrases("Fakturami, faktura; fakturę. Faktur").keys() == {"faktur"}
    assert keyed_phrases("companies with invoices, a company; an invoice").keys() >= {"company", "invoice"}
    assert {"status", "process"} <= keyed_phrases("status; process").keys()  # no plurals


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
