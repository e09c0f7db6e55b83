"""Tables are escaped, tell units and say why a cell is blank."""

import re

import pandas as pd

from lifecycle_utils import present
from lifecycle_utils.present.tables import table_html
from tests.present.frames import HOSTILE, NAN, profile_frame, survival_frame


def cells(html):
    """The texts of the body, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", html[html.index("<tbody") :], flags=re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)] for row in rows]


def test_names_from_the_data_are_escaped():
    html = table_html(pd.DataFrame({"group": HOSTILE, "note": ["<b>", "&amp;", "{{x}}"]}), name="t", title="<i>Title</i>")
    assert "<script" not in html and "<b>" not in html and "<i>" not in html
    assert cells(html) == [["$x_{", "&lt;b&gt;"], ["&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;amp;"], ["_under", "{{x}}"]]


def test_numbers_have_units_and_an_interval_has_that_of_its_estimate():
    html = table_html(survival_frame(months=1, at_risk=2000), name="survival", title="t")
    assert cells(html) == [["all", "1", "2,000", "4", "98.0%", "95.0%", "101.0%"]]


def test_money_is_in_the_companys_currency():
    frame = pd.DataFrame({"group": ["all"], "value": [1234.5], "lower": [1200.0], "upper": [99.5]})
    assert cells(table_html(frame, name="t", title="t", currency="EUR")) == [["all", "€1,235", "€1,200", "€99.50"]]


def test_a_blank_cell_is_a_dash_that_says_why():
    html = table_html(profile_frame().tail(1), name="t", title="t")
    assert '<span class="withheld" title="fewer than 5 customers">–</span>' in html
    assert "withheld</th>" not in html.lower()


def test_a_blank_interval_has_its_own_reason():
    frame = pd.DataFrame({"group": ["all"], "hazard": [0.1], "lower": [NAN], "withheld": [""], "interval_withheld": ["nobody has left"]})
    html = table_html(frame, name="t", title="t")
    assert '<span class="withheld" title="nobody has left">–</span>' in html and len(cells(html)[0]) == 3


def test_header_cells_are_header_cells():
    html = table_html(survival_frame(months=2), name="survival", title="t")
    assert html.count('scope="col"') == 7 and html.count('scope="row"') == 2 and '<th scope="row"' in html


def test_the_table_scrolls_inside_a_box_that_a_keyboard_reaches():
    html = table_html(survival_frame(months=1), name="t", title='A "title"')
    assert html.startswith('<div class="lifecycle-table tex2jax_ignore mathjax_ignore" role="region" tabindex="0" aria-label="A &quot;title&quot;">')


def test_flagged_rows_may_come_first_and_columns_be_chosen():
    frame = pd.DataFrame({"group": list("abc"), "flag": [False, True, False], "n": [1, 2, 3]})
    assert cells(table_html(frame, name="t", title="t", show=("group", "n"), first="flag")) == [["b", "2"], ["a", "1"], ["c", "3"]]


def test_an_empty_table_and_dates_and_flags():
    assert cells(table_html(pd.DataFrame({"group": [], "mrr": []}), name="t", title="t")) == []
    frame = pd.DataFrame({"name": ["x", None], "started_on": pd.to_datetime(["2026-01-31", None]), "mature": [True, False], "p_value": [1e-9, NAN]})
    assert cells(table_html(frame, name="t", title="t")) == [["x", "2026-01-31", "yes", "&lt;\N{NO-BREAK SPACE}0.001"], ["–", "–", "no", "–"]]


def test_the_same_frame_gives_the_same_html():
    one, other = (table_html(survival_frame(), name="survival", title="t") for _ in range(2))
    assert one == other


def test_remarks_say_why_a_cell_is_blank_and_what_is_to_be_said_of_a_row():
    frame = pd.DataFrame({"group": list("abcd"), "value": [1.0, NAN, 2.0, 3.0], "withheld": ["", "nobody left", "", ""],
                          "interval_withheld": ["", "nobody left", "too few", ""], "note": ["rough", "", "rough", ""]})
    html = table_html(frame, name="t", title="t", show=("group", "value"), remarks=True)
    assert [row[2] for row in cells(html)] == ["rough", "nobody left", "too few", ""] and ">Remark</th>" in html


def test_the_kits_own_codes_are_printed_in_words_and_stay_in_the_csv():
    frame = pd.DataFrame({"method": ["arpu_over_churn", "a_new_method"], "value": [1.0, 2.0]})
    table = present.Table("t", frame, "t")
    assert [row[0] for row in cells(table._repr_mimebundle_()["text/html"])] == ["MRR ÷ churn", "a new method"]
    assert table.csv().splitlines()[1] == "arpu_over_churn,1.0"


def test_changes_are_points_and_dollars_are_not_formulas():
    frame = pd.DataFrame({"month": ["2026-10"], "change": [-0.012], "change_lower": [-0.02], "change_upper": [0.0001]})
    assert cells(table_html(frame, name="t", title="t")) == [["2026-10", "−1.2", "−2.0", "0.0"]]
