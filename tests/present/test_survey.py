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
        "What the top customers say more often than the others: Which pain? “freight invoices”, 16% of the top customers, 2.3% of the others "
        "(49 top customers of 312 who answered)."
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
