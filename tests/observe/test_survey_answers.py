"""Open answers and who has not been asked, by hand."""

from lifecycle_utils import sources
from lifecycle_utils.observe.survey_answers import survey_answers, survey_choices, top_customers_unasked
from tests.companies import write_csv


def company(folder, *, feedback=True):
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"],
              [[1, "a", "2024-01-01", "", 100], [2, "b", "2024-01-01", "", 90], [3, "c", "2024-01-01", "2024-02-01", 500], [4, "d", "2024-01-01", "", 10]])
    if feedback:
        write_csv(folder / "feedback.csv", ["customer_id", "answered_on", "survey", "question", "score", "answer"], [
            ["a", "2024-01-05", "icp", "Why?", "", "old"], ["a", "2024-03-05", "ICP", "Why?", "", "new"], ["a", "2024-03-05", "icp", "How?", "", "so"],
            ["d", "2024-03-05", "icp", "Why?", "", "low"], ["a", "2024-03-06", "nps", "How likely?", 9, ""], ["a", "2024-03-07", "icp", "Why?", "", ""],
            ["x", "2024-03-05", "icp", "Why?", "", "never paid"], ["b", "2024-07-05", "icp", "Why?", "", "later"],
        ])
    return sources.open_snapshot(folder, month="2024-06")


def test_the_newest_answer_of_each_customer_and_question(tmp_path):
    frame = survey_answers(company(tmp_path), top_share=0.5, value="mrr")
    assert frame.values.tolist() == [["How?", "a", True, "so"], ["Why?", "a", True, "new"], ["Why?", "d", False, "low"]]
    assert len(survey_answers(company(tmp_path), most_answers=1)) == 1


def test_top_customers_that_pay_and_have_not_answered(tmp_path):
    snapshot = company(tmp_path)
    assert top_customers_unasked(snapshot, top_share=0.75, value="total_revenue")["customer_id"].tolist() == ["b"]  # a answered, c has left, b answers later
    assert top_customers_unasked(snapshot, survey="csat", top_share=0.75, value="total_revenue")["customer_id"].tolist() == ["a", "b"]


def test_without_feedback_nobody_has_been_asked(tmp_path):
    snapshot = company(tmp_path, feedback=False)
    assert survey_answers(snapshot).empty and top_customers_unasked(snapshot, top_share=0.75, value="mrr")["customer_id"].tolist() == ["a", "b", "d"]


def test_closed_questions_are_counted_and_left_out_of_the_words(tmp_path):
    customers = [f"c{n:02d}" for n in range(20)]
    write_csv(tmp_path / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"],
              [[n, one, "2024-01-01", "", 100 - n] for n, one in enumerate(customers)])
    rows = [[one, "2024-02-01", "icp", "How?", "", "friend" if n < 5 else "search"] for n, one in enumerate(customers)]
    rows += [[one, "2024-02-01", "icp", "How much?", 9 if n % 2 else 7, ""] for n, one in enumerate(customers)]  # answered by a number
    rows += [[one, "2024-02-01", "icp", "Why?", "", f"for reason {n}"] for n, one in enumerate(customers)]  # everybody otherwise: open
    rows += [["c00", "2024-01-15", "icp", "How?", "", "search"]]  # told otherwise before
    write_csv(tmp_path / "feedback.csv", ["customer_id", "answered_on", "survey", "question", "score", "answer"], rows)
    snapshot = sources.open_snapshot(tmp_path, month="2024-06")
    counts = survey_choices(snapshot, top_share=0.2, value="mrr")
    assert counts.values.tolist() == [["How much?", "7", 10, 2], ["How much?", "9", 10, 2], ["How?", "friend", 5, 4], ["How?", "search", 15, 0]]
    assert set(survey_answers(snapshot, top_share=0.2, value="mrr")["question"]) == {"Why?"}
