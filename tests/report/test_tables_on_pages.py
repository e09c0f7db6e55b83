"""How tables are set on a page: sentences have room, short words and numbers stay in one line, names of parts stand out."""

import pandas as pd
from bs4 import BeautifulSoup

from lifecycle_utils import language
from lifecycle_utils.present.rows_of_text import rows_of_text
from lifecycle_utils.present.tables import table_html
from lifecycle_utils.report import prose

SENTENCE = "fewer than thirty customers were at risk in every month that was looked at, so that nothing can be told"


def page_table(html):
    return BeautifulSoup(prose.table(html), "html.parser").table


def classes(table, column):
    """The classes that are given by width, of the cells of a column."""
    rows = [row.find_all(["th", "td"], recursive=False) for row in table.select("tbody tr")]
    return [set(row[column]["class"]) & {"short", "wrapped", "long", "figures"} for row in rows if len(row) > column]


def test_a_column_is_as_wide_as_its_longest_text_asks_for():
    frame = pd.DataFrame({"group": ["a", "bb"], "told": ["", SENTENCE], "said": ["yes", "talk before the renewal comes"], "mrr": [1.0, 1234.0]})
    table = page_table(table_html(frame, name="t", title="T", currency="USD", units={"told": "remark"}))
    assert [classes(table, column) for column in range(4)] == [[{"short"}] * 2, [{"long"}] * 2, [{"wrapped"}] * 2, [set()] * 2]


def test_japanese_takes_twice_the_room():
    frame = pd.DataFrame({"group": ["a"], "said": ["あ" * 12], "told": ["あ" * 13]})
    table = page_table(table_html(frame, name="t", title="T"))
    assert [classes(table, column) for column in (1, 2)] == [[{"short"}], [{"wrapped"}]]


def test_written_numbers_are_set_like_numbers_and_parts_have_their_name():
    rows = pd.DataFrame({"Figure": ["PURCHASE", "MRR", "Churn"], "Now": ["\u200b", "$12", "1.9%"], "Interval": ["\u200b", "$12,332 to $12,342", "1% to 3%"]})
    made = rows_of_text("t", pd.DataFrame({"value": [1.0]}), "T", rows, figures=(1, 2))
    table = page_table(made._repr_mimebundle_()["text/html"])
    assert [row.get("class", []) for row in table.select("tbody tr")] == [["part"], [], []]
    assert all("gt_right" in cell["class"] for cell in table.select("tbody td")) and classes(table, 2) == [{"figures"}] * 3
    assert made.csv() == "value\n1.0\n"


def test_names_are_nobodys_to_translate_and_no_break_spaces_stay():
    frame = pd.DataFrame({"customer_id": ["returned"], "name": ["new"], "group": ["12\u00a0345\u00a0USD  now"]})
    with language.speaking("pl"):
        html = table_html(frame, name="t", title="T")
    assert ">returned<" in html and ">new<" in html and ">12\u00a0345\u00a0USD now<" in html
