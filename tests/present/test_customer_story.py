"""The notebook on one customer: its sentences and chart, stored as an essay, and run on the sample."""

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import present
from tests.present.test_notebooks import tidy

PATH = Path(__file__).resolve().parents[2] / "notebooks" / "explore" / "one_customer.ipynb"
FACTS = pd.Series({"name": "Ōsaka $x_", "started_on": pd.Timestamp("2024-01-23"), "ended_on": pd.NaT, "tenure": 2, "mrr": 2376.0, "total_revenue": 56104.8,
                   "active": True})  # fmt: skip
CURVES = pd.DataFrame({"group": "monthly", "tenure_month": [1, 2, 3, 4], "at_risk": 100, "survival": [0.9, 0.8, 0.6, 0.5]})
HAZARDS = pd.DataFrame({"group": "monthly", "tenure_month": [1, 2, 3, 4], "hazard": [0.1, 0.11, 0.25, 0.9], "lower": [0.1, 0.1, 0.2, np.nan]})
KNOWN = [("stage", "stage", "subscriptions", "month 3"), ("nps", "last NPS answer", "feedback", "9-10")]
INPUTS = pd.DataFrame(KNOWN, columns=["input", "title", "table", "label"])
SCORED = pd.DataFrame([("C1", "A", 0.18, -3, "month 3", "9-10")], columns=["customer_id", "name", "churn_probability", "health", "stage", "nps"])


def test_who_it_is():
    assert present.customer_finding(FACTS, month="2026-10", currency="JPY").sentence == (
        "Ōsaka $x_ has been a customer since 2024-01-23, is in subscription month 3 and pays ¥2,376 a month at the end of October 2026; ¥56,105 in all."
    )
    gone = present.customer_finding(FACTS.where(FACTS.index != "active", False), month="2026-10", currency="USD")
    assert gone.sentence == "Ōsaka $x_ was a customer from 2024-01-23 and does not pay at the end of October 2026; $56,105 in all."


def test_how_those_who_had_come_as_far_fared():
    found = present.customer_stage_finding(FACTS, CURVES, HAZARDS, group="monthly", ahead_months=2)
    # of 80 % after month 2, 50 % are there after month 4; month 4 has too few at risk to be named
    assert found.value == pytest.approx(0.5 / 0.8)
    assert found.sentence == "Of customers (monthly) who had come as far, 62% stayed another 2 months; most leave in month 3 (25% of those who begin it)."
    assert present.customer_stage_finding(FACTS, CURVES, HAZARDS, group="monthly", ahead_months=9).withheld


def test_how_likely_it_is_to_leave_and_why():
    leave = pd.DataFrame([("C1", 1, "stage", "month 3", 4.1)], columns=["customer_id", "rank", "input", "label", "odds"])
    stay = pd.DataFrame([("C1", 1, "nps", "9-10", 0.71)], columns=leave.columns)
    found = present.customer_score_finding(SCORED, [leave, stay], INPUTS, average=0.05, horizon_months=3)
    assert found.sentence == (
        "The chance that it leaves within 3 months is 18.0%, of all customers 5.0%; for leaving speaks stage: month 3 (4.1); "
        "for staying last NPS answer: 9-10 (0.71) (odds, against the average customer)."
    )
    assert present.customer_score_finding(SCORED.head(0), [leave, stay], INPUTS, average=0.05, horizon_months=3).withheld
    assert present.customer_score_finding(SCORED, [leave, stay], INPUTS, average=0.05, horizon_months=3, unproven="by chance").withheld == "by chance"
    assert "9-10" in present.customer_inputs_table(SCORED, INPUTS).csv() and "month 3" in present.customer_inputs_table(SCORED, INPUTS).csv()


def test_the_chart_draws_what_was_paid_and_used():
    history = pd.DataFrame({"month": ["2026-01", "2026-02", "2026-03"], "mrr": [10.0, 20.0, 15.0], "days_used": [3.0, 0.0, 6.0]})
    ax = present.customer_history_chart(history, currency="USD", name="A")
    (line,) = [one for one in ax.lines if one.get_gid() == "mrr"]
    assert line.get_ydata().tolist() == [10, 20, 15]
    bars = [bar for one in ax.figure.axes for bar in one.patches if bar.get_gid() == "days"]
    assert [bar.get_height() for bar in bars] == [3, 0, 6]
    told = present.Figure(ax, caption="x").alt
    assert "$10.00 in 2026-01, $15.00 in 2026-03, at most $20.00 in 2026-02" in told and "3.0 on average" in told
    assert len(present.customer_history_chart(history.assign(days_used=np.nan), currency="USD", name="A").figure.axes) == 1


def test_it_is_stored_tidy_in_short_cells():
    text = PATH.read_text(encoding="utf-8")
    assert tidy.tidied(text) == text, "run python notebooks/tidy.py"
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            assert sum(bool(line.strip()) for line in source.splitlines()) <= 8, cell["id"]
            assert not any(isinstance(node, (ast.FunctionDef, ast.Lambda, ast.For)) for node in ast.walk(ast.parse(source))), cell["id"]


@pytest.mark.slow
def test_it_runs_on_the_sample_and_answers_first():
    shown, namespace = [], {"display": lambda *results: shown.extend(results)}
    for cell in json.loads(PATH.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            body = ast.parse("".join(cell["source"])).body
            last = body.pop() if isinstance(body[-1], ast.Expr) else None
            exec(compile(ast.Module(body, []), cell["id"], "exec"), namespace)
            if "parameters" in cell["metadata"].get("tags", []):
                namespace |= {"customer": "C02279", "month": "2026-10"}  # a name in Japanese
            if last is not None:
                shown.append(eval(compile(ast.Expression(last.value), cell["id"], "eval"), namespace))
    findings = [one for one in shown if isinstance(one, present.Finding)]
    assert [one.key for one in findings] == ["customer", "customer_stage", "customer_score"] and shown.index(findings[0]) == 0
    assert findings[0].sentence.startswith("東京物流株式会社 has been a customer since") and 0 < findings[2].value < 1
    assert sum(isinstance(one, present.Figure) for one in shown) == 2
    assert {one.name for one in shown if isinstance(one, present.Table)} >= {"customer_subscriptions", "customer_inputs"}
