"""The notebook on revenue retention, cell by cell in this process: on the sample, on real companies, and where hardly anything can be said."""

import ast
import json
from io import StringIO
from pathlib import Path

import matplotlib
import nbformat
import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.present.record import FINDING_MIME, TABLE_MIME
from tests.companies import write_mrr_playbook, write_ravenstack
from tests.observe.histories import open_rows

matplotlib.use("Agg")

NOTEBOOK = Path(__file__).resolve().parents[1] / "notebooks" / "04_revenue_retention.ipynb"
MOVEMENTS = ["month", "opening_mrr", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing_mrr", "opening_customers", "new_customers",
             "reactivated_customers", "churned_customers", "closing_customers"]  # fmt: skip
COHORTS = ["cohort_month", "tenure_month", "customers", "mrr", "customer_retention", "revenue_retention", "mature"]


def run(**parameters):
    """Every code cell, the parameters replaced: ({table: frame}, {key: finding})."""
    shown = []
    names = {"display": lambda *things: shown.extend(things)}
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, cell.id, "exec"), names)
            if last:
                shown.append(eval(compile(ast.Expression(last.value), cell.id, "eval"), names))
            if "parameters" in cell.metadata.get("tags", []):
                names |= parameters
    bundles = [thing._repr_mimebundle_() for thing in shown if thing is not None]
    bundles = [bundle[0] if isinstance(bundle, tuple) else bundle for bundle in bundles]
    tables = [bundle[TABLE_MIME] for bundle in bundles if TABLE_MIME in bundle]
    findings = [bundle[FINDING_MIME] for bundle in bundles if FINDING_MIME in bundle]
    assert sum("image/png" in bundle for bundle in bundles) == 3
    assert len({finding["key"] for finding in findings}) == len(findings) and len({table["name"] for table in tables}) == len(tables)
    json.dumps(findings)
    return {table["name"]: pd.read_csv(StringIO(table["csv"])) for table in tables}, {finding["key"]: finding for finding in findings}


def test_the_sample_company_answers_everything():
    tables, findings = run(month="2026-09")
    assert tables["mrr_movements"].columns[:14].tolist() == MOVEMENTS and tables["cohort_revenue"].columns[:7].tolist() == COHORTS
    movements = tables["mrr_movements"]
    moved = movements[["opening_mrr", "new", "reactivation", "expansion", "contraction", "churn", "fx"]].sum(axis=1)
    np.testing.assert_allclose(moved, movements["closing_mrr"], rtol=0, atol=1e-6)
    assert movements["month"].is_monotonic_increasing and movements["month"].iloc[-1] == "2026-09"
    assert not [key for key, finding in findings.items() if finding["value"] is None]
    assert findings["revenue_verdict"]["n"] == findings["net_revenue_retention"]["n"]
    assert set(tables) >= {"revenue_verdicts", "churn_definitions", "churn_mix", "concentration", "largest_customers", "earlier_customers"}


@pytest.mark.parametrize(("write", "month"), [(write_mrr_playbook, "2019-11"), (write_mrr_playbook, "2017-09"), (write_ravenstack, "2024-12")])
def test_real_companies_run_through(shared_data, tmp_path, write, month):
    tables, findings = run(data=str(write(shared_data, tmp_path)), month=month)
    assert tables["mrr_movements"]["month"].iloc[-1] == month
    if write is write_ravenstack:
        assert findings["net_revenue_retention"]["value"] > 2.9  # accounts hardly ever leave and add subscriptions all the time
        assert findings["churn_definitions"]["value"] == 0


@pytest.mark.parametrize("settings", ["", "observed_from = 2024-03-20"])
def test_a_company_of_one_month_says_what_it_cannot_say(tmp_path, settings):
    open_rows(tmp_path, ["1,a,2024-03-05,,10,,x", "2,b,2024-03-09,,0,,x"], "2024-03", settings)
    tables, findings = run(data=str(tmp_path), month="2024-03")
    for key in ("revenue_verdict", "net_revenue_retention", "expected_share_existing", "churn_mix", "quick_ratio", "churn_definitions"):
        assert findings[key]["value"] is None and findings[key]["withheld"] and "withheld" in findings[key]["sentence"], key
    assert len(tables["mrr_movements"]) == (0 if settings else 1)


def test_groups_by_any_attribute_and_a_month_at_a_time():
    tables, findings = run(month="2026-09", by="industry", months=1, mix_by="billing_interval", span="quarter")
    assert set(tables["churn_mix"]["group"]) >= {"all", "annual", "monthly"}
    assert "all" in set(tables["revenue_retention"]["group"]) and "Retail" in set(tables["revenue_retention"]["group"])
    assert " in the month before " in findings["churn_mix"]["sentence"]
