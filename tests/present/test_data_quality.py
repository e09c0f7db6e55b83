"""What the report is made from, held against tables small enough to count."""

import pandas as pd
import pytest

from lifecycle_utils import present, sources


@pytest.fixture
def company(tmp_path):
    header = "subscription_id,customer_id,started_on,ended_on,mrr\n"
    rows = "1,a,2024-01-01,2024-02-01,10\n2,b,2024-03-01,2024-02-01,20\n3,c,2024-04-01,,30\n4,c,2024-06-01,,1250.5\n"
    (tmp_path / "subscriptions.csv").write_text(header + rows, encoding="utf-8")
    usage = "".join(f"{customer},{day},login,1\n" for customer, day in (("a", "2024-03-03"), ("c", "2024-04-04"), ("c", "2024-04-09")))
    (tmp_path / "usage.csv").write_text("customer_id,used_on,feature,events\n" + usage, encoding="utf-8")
    (tmp_path / "lifecycle.toml").write_text('on_end_before_start = "drop"\n', encoding="utf-8")
    return sources.open_company(tmp_path)


def test_rows_set_aside_are_counted_of_all_rows(company):
    finding = present.rows_set_aside_finding(sources.data_quality(company))
    assert (finding.value, finding.n) == (1, 7)
    assert finding.sentence == "Set aside: 1 of 7 rows read from 2 tables."


def test_nothing_set_aside_is_said():
    quality = pd.DataFrame({"rows_read": [3], "rows_set_aside": [0]})
    assert present.rows_set_aside_finding(quality).sentence == "Of 3 rows read from 1 table, none was set aside."


def test_coverage_counts_the_rows_that_are_used(company):
    assert sources.coverage(company).to_dict("split")["data"] == [
        ["subscriptions", "2024-01", 1], ["subscriptions", "2024-04", 1], ["subscriptions", "2024-06", 1],
        ["usage", "2024-03", 1], ["usage", "2024-04", 2],
    ]  # fmt: skip


def test_missing_months_are_named_by_table(company):
    finding = present.months_missing_finding(sources.data_quality(company))
    assert (finding.value, finding.n) == (3, 8)
    assert finding.sentence == "Months without a row: subscriptions (3 of 6)."


def test_the_chart_draws_every_month_with_rows_and_every_gap(company):
    ax = present.coverage_chart(sources.coverage(company), month="2024-05")
    drawn = {patch.get_gid(): patch for patch in ax.patches if patch.get_gid() != "missing"}
    assert set(drawn) == {"subscriptions 2024-01", "subscriptions 2024-04", "subscriptions 2024-06", "usage 2024-03", "usage 2024-04"}
    assert drawn["usage 2024-03"].get_facecolor() != drawn["usage 2024-04"].get_facecolor(), "half of the busiest month is paler"
    assert sorted((patch.get_x(), round(patch.get_y())) for patch in ax.patches if patch.get_gid() == "missing") == [(1, 0), (2, 0), (4, 0)]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "rows"] == ["3", "3"]
    (end,) = ax.lines[0].get_xdata()[:1]
    assert end == 5, "after the fifth of six months"
    alt = present.coverage_alt(sources.coverage(company), month="2024-05")
    assert "subscriptions from January 2024 to June 2024, 3 months between them without a row" in alt


def test_a_company_without_dates_is_drawn_empty():
    ax = present.coverage_chart(pd.DataFrame({"table": [], "month": [], "rows": []}), month="2024-05")
    assert not ax.patches


def test_tables_say_why_and_how_much_mrr(company):
    quality = present.data_quality_table(sources.data_quality(company))
    shown = quality._repr_mimebundle_()["text/html"]
    assert "end_before_start: 1" in shown
    assert "2024\u201101 \u2013 2024\u201106, 3 missing" in shown
    problems = present.problems_table(sources.problem_table(company))
    shown = problems._repr_mimebundle_()["text/html"]
    assert "end_before_start (warning)" in shown and "subscriptions.csv row 3" in shown and "$20.00" in shown
    assert problems.name == "data_quality_problems"
    newest = present.coverage_table(sources.coverage(company)).frame
    assert newest["month"].tolist() == sorted(newest["month"], reverse=True)


def test_what_a_file_contains_stays_text(tmp_path):
    rows = "1,<script>,2024-01-01,1\n" * 2
    (tmp_path / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,mrr\n" + rows, encoding="utf-8")
    (tmp_path / "lifecycle.toml").write_text('on_repeated_row = "drop"\non_unknown_customer = "keep"\n', encoding="utf-8")
    (tmp_path / "customers.csv").write_text("customer_id,name\nx,test <script>\n", encoding="utf-8")
    problems = sources.problem_table(sources.open_company(tmp_path))
    assert "<script>" in " ".join(problems["value"])
    assert "<script>" not in present.problems_table(problems)._repr_mimebundle_()["text/html"]
