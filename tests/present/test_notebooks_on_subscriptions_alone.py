"""Notebooks on a company that brings subscriptions alone, with and without billing intervals: every cell runs, what is missing is told."""

import ast
import json
import re

import numpy as np
import pytest

from lifecycle_utils import present
from lifecycle_utils.months import add_months
from tests.companies import write_csv
from tests.present.test_notebooks import FOLDER, code_cells

NOTEBOOKS = ("02_cohort_survival", "03_highest_churn_month", "05_lifetime_value")


def subscriptions(*, with_intervals):
    """Every month of three years 40 customers: 30 pay monthly and lose a fifth in month 3 and 2 % in others; 10 pay annually and lose a fifth at renewals."""
    rng = np.random.default_rng(4)
    rows, cutoff = [], np.datetime64("2026-01-01").item()
    for cohort in range(36):
        start = add_months(np.datetime64("2023-01-01").item(), cohort)
        for number in range(40):
            annual = number >= 30
            hazard = [(0.2 if month % 12 == 0 else 0.0) if annual else (0.2 if month == 3 else 0.02) for month in range(1, 48)]
            left = next((month for month, chance in enumerate(hazard, start=1) if rng.random() < chance), None)
            end = add_months(start, left) if left else None
            name = f"c{cohort}-{number}"
            interval = ["annual" if annual else "monthly"] if with_intervals else []
            rows.append([name, name, start, end if end and end < cutoff else "", 100 if annual else 50, *interval])
    return rows


@pytest.fixture(scope="module", params=[True, False], ids=["with intervals", "without"])
def findings(request, tmp_path_factory):
    """Findings by key, in the notebooks' order, of all notebooks run on the company; and whether it told its billing intervals."""
    folder = tmp_path_factory.mktemp("company")
    header = ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", *(["billing_interval"] if request.param else [])]
    write_csv(folder / "subscriptions.csv", header, subscriptions(with_intervals=request.param))
    found = {stem: run(stem, data=str(folder), month="2025-12", by="plan") for stem in NOTEBOOKS}
    return request.param, found


def run(stem, **parameters):
    """Execute the code of a notebook and return what it shows that is a finding."""
    shown = []
    namespace = {"display": lambda *results: shown.extend(results)}
    for cell in code_cells(FOLDER / f"{stem}.ipynb"):
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), cell.id, "exec"), namespace)
        if cell.id == "parameters":
            namespace |= parameters
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), cell.id, "eval"), namespace))
    bundles = [one._repr_mimebundle_() for one in shown if one is not None]
    assert all(json.dumps(bundle[0] if isinstance(bundle, tuple) else bundle) for bundle in bundles)
    return {one.key: one for one in shown if isinstance(one, present.Finding)}


def test_the_first_finding_answers_the_question(findings):
    _, found = findings
    assert [next(iter(found[stem])) for stem in NOTEBOOKS] == ["retention_month_12", "highest_churn_month", "ltv"]
    assert {"customers", "mrr", "churn_rate_monthly", "median_lifetime"} <= found["02_cohort_survival"].keys()


def test_missing_tables_are_named_and_nothing_else_is_withheld_in_the_money(findings):
    _, found = findings
    money = found["05_lifetime_value"]
    assert money["ltv_to_cac"].withheld == "the tables leads and marketing are missing" and np.isnan(money["ltv_to_cac"].value)
    assert [key for key, one in money.items() if one.withheld and np.isnan(one.value)] == ["ltv_to_cac"]
    # month 3 and renewals are not what the fitted model can say: its numbers stand, without an interval
    assert {one.withheld for key, one in money.items() if one.withheld and key != "ltv_to_cac"} == {"the model does not describe these customers"}
    assert {"ltv", "ltv_simple_formula", "ltv_revenue_weighted", "ltv_fitted_model", "residual_value"} <= money.keys()


def test_each_interval_has_its_own_month_and_its_own_calls(findings):
    told, found = findings
    churn = found["03_highest_churn_month"]
    if told:
        assert churn["highest_churn_month"].value == churn["highest_churn_month:monthly"].value == 3
        assert churn["highest_churn_month:annual"].value in (12, 24)
        headline = r"Customers who pay monthly leave most in subscription month 3: .*; customers who pay annually leave most at"
        assert re.match(headline, str(churn["highest_churn_month"]))
        assert {"worth_of_fixing", "worth_of_fixing:annual", "worth_of_fixing:monthly"} <= churn.keys()
        both = churn["worth_of_fixing:annual"].value + churn["worth_of_fixing:monthly"].value
        assert churn["worth_of_fixing"].value == pytest.approx(both)
        assert "of the customers who pay annually (month" in str(churn["customers_to_call"])
    else:
        assert not [key for key in churn if ":" in key] and "who pay" not in str(churn["highest_churn_month"])


def test_the_worth_of_a_month_is_near_what_was_put_in(findings):
    """A quarter of the fifth who leave in month 3 stay: 360 a year, less 4 % before, and pay 50 for most of twelve more months."""
    told, found = findings
    if told:
        worth = found["03_highest_churn_month"]["worth_of_fixing:monthly"]
        expected = 360 * 0.98**2 * 0.25 * 0.2 * 50 * sum(0.98**month for month in range(12))
        assert worth.lower < expected < worth.upper
