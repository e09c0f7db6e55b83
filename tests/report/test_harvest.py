import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from lifecycle_utils.report.execute import RunFailed
from lifecycle_utils.report.harvest import FINDING, TABLE, count_figures, findings, messages, neutralised_csv, tables


def notebook(*bundles, metadata=None):
    outputs = [new_output("display_data", data=data, metadata=metadata or {}) for data in bundles]
    return new_notebook(cells=[new_code_cell("1", outputs=outputs)])


def a_finding(**others):
    return {FINDING: {"key": "ltv", "sentence": "It is 5.", "value": 5, "lower": 4, "upper": 6, "n": 9, "unit": "EUR", "definition": "d"} | others}


def a_table(name="survival", csv="group\nall\n"):
    return {TABLE: {"name": name, "csv": csv}, "text/html": "<table><tr><td>all</td></tr></table>"}


def test_findings_keep_their_order_and_their_fields():
    found = findings(notebook(a_finding(), a_finding(key="mrr", value=float("nan")), a_finding()))
    assert [finding["key"] for finding in found] == ["ltv", "mrr"]
    assert found[0] == a_finding()[FINDING] | {"withheld": None}
    assert found[1]["value"] is None


@pytest.mark.parametrize("bad", [{"key": ""}, {"sentence": None}])
def test_a_finding_says_what_it_is(bad):
    with pytest.raises(RunFailed, match="no key or no sentence"):
        findings(notebook(a_finding(**bad)))


def test_one_key_cannot_have_two_values():
    with pytest.raises(RunFailed, match="'ltv' stands twice"):
        findings(notebook(a_finding(), a_finding(value=6)))


@pytest.mark.parametrize("name", ["../evil", "a/b", "A", "", "a" * 65, "con.", "..", "a\n"])
def test_a_table_is_named_by_a_plain_file_stem(name):
    with pytest.raises(RunFailed, match="small letters, digits and _ only"):
        tables(notebook(a_table(name)))


def test_one_table_cannot_have_two_contents():
    assert tables(notebook(a_table(), a_table())) == [{"name": "survival", "csv": "group\nall\n"}]
    with pytest.raises(RunFailed, match="'survival' stands twice"):
        tables(notebook(a_table(), a_table(csv="group\nother\n")))


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml", "image/jpeg"])
def test_a_figure_without_alt_text_stops_the_report(kind):
    assert count_figures(notebook({kind: "x"}, metadata={kind: {"alt": "A curve."}})) == 1
    with pytest.raises(RunFailed, match="code cell 1: a figure has no alt text"):
        count_figures(notebook({kind: "x"}, metadata={kind: {"alt": " "}}))
    with pytest.raises(RunFailed, match="no alt text"):
        count_figures(notebook({kind: "x"}))


def test_what_cells_write_to_standard_error_is_kept():
    cell = new_code_cell("1", outputs=[new_output("stream", name="stderr", text="beware\n"), new_output("stream", name="stdout", text="fine\n")])
    assert messages(new_notebook(cells=[cell])) == "beware"


def rows_of(text):
    return list(csv.reader(io.StringIO(text, newline="")))


FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t1", "\r1", " =1", "＝1", "＋1", "－1", "＠x",
            "=cmd|' /C calc'!A0", "﹦1", "\u200b=1", "\u00a0=1", "\x0b@x"]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_text(formula):
    assert rows_of(neutralised_csv(f'group,"{formula}"\n')) == [["group", "'" + formula]]


plain_text = st.from_regex(r"[a-z0-9, \"\n]{0,8}", fullmatch=True)


@given(st.lists(st.tuples(plain_text, st.floats(allow_nan=False) | st.integers() | plain_text), min_size=1))
def test_numbers_and_plain_text_stay_as_they_are(rows):
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    assert neutralised_csv(written.getvalue()) == written.getvalue()
