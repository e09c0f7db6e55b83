import re

import nbformat
import pandas as pd
import pytest

from lifecycle_utils.errors import NotebookFailed, UsageError
from lifecycle_utils.estimate.pool_cohorts import pool_cohorts
from lifecycle_utils.estimate.score_choice import ALGORITHMS
from lifecycle_utils.observe.customer_value import VALUES
from lifecycle_utils.report.catalogue import FOLDER, discover
from lifecycle_utils.report.parameters import assign, typed
from tests.report.toys import write_notebook

_SURVIVAL = 'data = ""\nmonth = ""\nmin_at_risk = 30  # customers\nspan = "year"'


@pytest.fixture
def folder(tmp_path):
    write_notebook(tmp_path, "05_lifetime_value.ipynb", "1", title="Value", allowed={"horizon_months": [1, 60]})
    write_notebook(tmp_path, "02_cohort_survival.ipynb", "1", parameters=_SURVIVAL, allowed={"span": ["year", "quarter"]})
    (tmp_path / "Untitled.ipynb").write_text("not ours")
    (tmp_path / "notes.txt").write_text("not ours")
    return tmp_path


def test_notebooks_come_in_the_order_of_their_numbers_and_lose_them(folder):
    first, second = discover(folder)
    assert (first.name, second.name, second.title) == ("cohort_survival", "lifetime_value", "Value")
    assert first.needs == ("subscriptions",)
    assert first.defaults == {"data": "", "month": "", "min_at_risk": 30, "span": "year"}


@pytest.mark.parametrize("name", ["lifetime_value", "05_lifetime_value", "05_lifetime_value.ipynb"])
def test_only_takes_the_output_name_and_the_file_name(folder, name):
    assert [one.name for one in discover(folder, only=[name])] == ["lifetime_value"]


def test_an_unknown_notebook_is_refused_with_a_suggestion(folder):
    with pytest.raises(UsageError, match="did you mean 'cohort_survival'"):
        discover(folder, only=["cohort_survivel"])


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no notebook"):
        discover(tmp_path)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"{", "cannot be read"), (b"\xff\xfe", "cannot be read"), (b"{}", "cannot be read"), (b'{"nbformat": 4, "nbformat_minor": 5}', "cannot be read")],
)
def test_a_corrupt_notebook_is_told_by_name(folder, content, told):
    (folder / "03_broken.ipynb").write_bytes(content)
    with pytest.raises(NotebookFailed, match=f"03_broken.ipynb {told}"):
        discover(folder)


@pytest.mark.parametrize("parameters", ["import os", "by = open('x')", "a, b = 1, 2", "by ="])
def test_a_parameters_cell_holds_plain_assignments_only(tmp_path, parameters):
    write_notebook(tmp_path, "02_cohort_survival.ipynb", "1", parameters=parameters)
    with pytest.raises(NotebookFailed, match="parameters cell of 02_cohort_survival.ipynb"):
        discover(tmp_path)


def test_every_notebook_of_the_kit_declares_what_the_runner_needs():
    for notebook in discover(FOLDER):
        stored = nbformat.read(notebook.path, as_version=4).metadata["lifecycle"]
        assert stored["name"] == notebook.name
        assert notebook.title and notebook.question and notebook.needs
        assert {"data", "month"} <= set(notebook.defaults)
        assert all(isinstance(value, (str, int, float, bool)) for value in notebook.defaults.values())


def test_choices_and_numbers_are_bounded_as_the_code_bounds_them():
    notebooks = {notebook.name: notebook for notebook in discover(FOLDER)}
    for notebook in notebooks.values():
        assert set(notebook.allowed) <= set(notebook.defaults)
        numbers = {name for name, value in notebook.defaults.items() if isinstance(value, (int, float)) and not isinstance(value, bool)}
        assert numbers <= set(notebook.allowed), f"say in the metadata of {notebook.path.name} from what to what"
        for name in notebook.allowed:
            assert typed(name, str(notebook.defaults[name]), notebook.defaults[name], notebook.allowed[name]) == notebook.defaults[name]
    assert set(notebooks["customer_scoring"].allowed["algorithm"]) == set(ALGORITHMS)
    assert set(notebooks["ideal_customer_profile"].allowed["value"]) == set(VALUES)
    for span in notebooks["revenue_retention"].allowed["span"]:
        assert pool_cohorts(pd.DataFrame(columns=["group", "customers", "kept_customers", "mrr", "kept_mrr", "mature"]), span=span) is not None


@pytest.mark.parametrize("allowed", [5, ["a"], {"rate": 5}, {"rate": []}, {"rate": [1]}, {"rate": [1, "a"]}])
def test_what_is_allowed_is_words_or_two_numbers(tmp_path, allowed):
    write_notebook(tmp_path, "02_cohort_survival.ipynb", "1", allowed=allowed)
    with pytest.raises(NotebookFailed, match="metadata of 02_cohort_survival.ipynb"):
        discover(tmp_path)


@pytest.mark.parametrize(
    ("allowed", "told"),
    [
        ({"horizon_months": ["short", "long"]}, "horizon_months = 24 is none of the words"),
        ({"horizon_months": [30, 60]}, "horizon_months = 24 is no number from 30 to 60"),
        ({"by": [1, 2]}, "by = 'cohort_month' is no number from 1 to 2"),
        ({"by": "plan"}, "by is neither a list of words nor [lowest, highest]"),
        ({"rate": [False, True]}, "rate is neither a list of words nor [lowest, highest]"),
        ({"horizn_months": [1, 60]}, "'horizn_months', which is no parameter; did you mean 'horizon_months'?"),
    ],
)
def test_what_is_allowed_is_of_a_parameter_and_fits_its_default(tmp_path, allowed, told):
    write_notebook(tmp_path, "02_cohort_survival.ipynb", "1", allowed=allowed)
    with pytest.raises(NotebookFailed, match=f"metadata of 02_cohort_survival.ipynb cannot be used: .*{re.escape(told)}"):
        discover(tmp_path)


def test_a_parameter_goes_to_the_notebooks_that_declare_it(folder):
    assigned = assign(discover(folder), [("min_at_risk", "50"), ("by", "industry")], data="/d", month="2026-10")
    assert assigned == {
        "cohort_survival": {"data": "/d", "month": "2026-10", "min_at_risk": 50},
        "lifetime_value": {"data": "/d", "month": "2026-10", "by": "industry"},
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([("min_at_rsk", "5")], "did you mean 'min_at_risk'"),
        ([("x = __import__('os').system('true') #", "5")], "has a parameter"),
        ([("data", "x")], "--data"),
        ([("month", "2026-10")], "--month"),
        ([("by", "a"), ("by", "b")], "given twice"),
        ([("min_at_risk", "5.5")], "whole number such as 30, not '5.5'"),
        ([("min_at_risk", "1_000")], "whole number"),
        ([("min_at_risk", "٣")], "whole number"),
        ([("rate", "nan")], "a number such as 0.1"),
        ([("rate", "inf")], "a number such as 0.1"),
        ([("rate", "1e999")], "a number such as 0.1"),
        ([("pooled", "perhaps")], "true or false"),
        ([("span", "yaer")], "cannot be 'yaer'; did you mean 'year'?"),
        ([("span", "")], "cannot be '' (there are: year, quarter)"),
        ([("horizon_months", "0")], "a number from 1 to 60, not '0'"),
        ([("horizon_months", "-24")], "a number from 1 to 60, not '-24'"),
    ],
)
def test_names_and_values_that_cannot_be_are_refused(folder, given, told):
    with pytest.raises(UsageError, match=re.escape(told)):
        assign(discover(folder), given, data="", month="2026-10")
