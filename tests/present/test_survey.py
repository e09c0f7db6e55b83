"""Survey themes in a sentence and a table; whatever somebody wrote stays text."""

import pandas as pd

from lifecycle_utils import present

TERMS = pd.DataFrame({
    "question": ["Which pain?", "Why?"], "term": ["freight invoices", "<b>price</b>"], "answers": [14, 50], "top_answers": [8, 5], "answered": [312, 312],
    "top_answered": [49, 49], "share_top": [0.163, 0.1], "share_others": [0.023, 0.17], "p_value": [1e-4, 0.9], "q_value": [0.016, 1.0],
    "significant": [True, False], "quote": ["Checking freight invoices by hand", "<script>alert(1)</script>"],
})


def test_the_sentence_names_what_the_top_customers_say():
    told = present.survey_finding(TERMS)
    assert told.sentence == (
        "Of 312 customers who answered, 49 are among the top. In their own words these say more often than the others: "
        "“freight invoices” (16% of them, 2.3% of the others; Which pain?)."
    )
    assert told.value == 0.163 and told.n == 49
    assert present.survey_finding(TERMS.assign(significant=False)).withheld == "no phrase is beyond chance"
    assert "withheld" in present.survey_finding(TERMS.iloc[:0]).sentence


def test_what_somebody_wrote_stays_text():
    html = present.survey_terms_table(TERMS)._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "<b>price" not in html and html.index("freight invoices") < html.index("&lt;b&gt;price")
    customers = pd.DataFrame({"customer_id": ["a"], "name": ["=A"], "cohort_month": ["2024-01"], "started_on": ["2024-01-01"], "mrr": [9.5]})
    table = present.unasked_table(customers, currency="EUR")
    assert table.name == "top_customers_to_ask" and "€9.50" in table._repr_mimebundle_()["text/html"]


def test_closed_questions_in_words():
    choices = pd.DataFrame({"question": ["How?", "How?"], "answer": ["friend", "search"], "answers": [20, 80], "share_top": [0.6, 0.4], "lower": [0.4, 0.2],
                            "upper": [0.8, 0.6], "share_others": [0.1, 0.9], "significant": [True, False]})
    assert present.survey_choices_notes(choices).sentences == ("How? “friend” is the answer of 60% of the top customers and 10% of the others.",)
    assert "To no closed question" in present.survey_choices_notes(choices.assign(significant=False)).sentences[0]
    assert "No question" in present.survey_choices_notes(choices.iloc[:0]).sentences[0]
    assert len(present.survey_choices_told(choices)[1].frame) == 2 and len(present.survey_choices_told(choices.iloc[:0])) == 1
