"""Movements, the layer cake, and both churns side by side: what is drawn is what the frames hold."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from lifecycle_utils.present.layer_cake_chart import layer_name
from tests.present.frames import HOSTILE, NAN

MOVEMENTS = pd.DataFrame({
    "month": ["2026-08", "2026-09", "2026-10"], "opening_mrr": [0.0, 100.0, 130.0], "new": [100.0, 40.0, 10.0], "reactivation": [0.0, 5.0, 0.0],
    "expansion": [0.0, 10.0, 20.0], "contraction": [0.0, -5.0, -10.0], "churn": [0.0, -20.0, -30.0], "fx": 0.0, "closing_mrr": [100.0, 130.0, 120.0],
    "opening_customers": [0, 4, 7], "closing_customers": [4, 7, 5],
})  # fmt: skip
CAKE = pd.DataFrame({
    "month": ["2025-12", "2026-01", "2026-01"], "layer": ["2025-01", "2025-01", "2026-01"], "customers": [4, 3, 1], "mrr": [80.0, 60.0, 40.0],
    "share": [1.0, 0.6, 0.4],
})  # fmt: skip


def retention(*rows):
    columns = ["group", "measure", "value", "churn", "churn_lower", "churn_upper", "customers", "withheld"]
    return pd.DataFrame(rows, columns=columns)


SIDES = retention(
    ("all", "customer_retention", 0.76, 0.24, 0.22, 0.26, 900, ""), ("all", "net_revenue_retention", 0.98, 0.02, -0.03, 0.07, 900, ""),
    ("$x_{", "customer_retention", 0.9, 0.1, NAN, NAN, 12, "few"), ("$x_{", "net_revenue_retention", 1.1, -0.1, NAN, NAN, 12, "few"),
    ("young", "customer_retention", NAN, NAN, NAN, NAN, 40, "not yet"), ("young", "net_revenue_retention", NAN, NAN, NAN, NAN, 40, "not yet"),
)  # fmt: skip


def bars(ax, gid):
    """Where the bars of a movement begin, and how far they reach from there; a month without it is None."""
    return [(patch.get_y(), patch.get_height()) if patch.get_height() else None for patch in ax.patches if patch.get_gid() == gid]


def test_gains_are_stacked_above_zero_and_losses_below():
    ax = present.movements_chart(MOVEMENTS, currency="USD")
    assert bars(ax, "new") == [(0, 100), (0, 40), (0, 10)]
    assert bars(ax, "reactivation") == [None, (40, 5), None] and bars(ax, "expansion") == [None, (45, 10), (10, 20)]
    assert bars(ax, "churn") == [None, (0, -20), (0, -30)] and bars(ax, "contraction") == [None, (-20, -5), (-30, -10)]
    assert not bars(ax, "fx")  # a company of one currency has no such movement
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["new", "returned", "expansion", "churn", "contraction"]


def test_every_month_adds_up_to_its_change():
    ax = present.movements_chart(MOVEMENTS, currency="USD")
    kinds = ("new", "reactivation", "expansion", "churn", "contraction")
    heights = np.array([[bar[1] if bar else 0 for bar in bars(ax, kind)] for kind in kinds]).sum(axis=0)
    assert heights.tolist() == (MOVEMENTS["closing_mrr"] - MOVEMENTS["opening_mrr"]).tolist()


def test_exchange_rates_go_to_the_side_they_are_on():
    ax = present.movements_chart(MOVEMENTS.assign(fx=[0.0, 7.0, -3.0]), currency="USD")
    assert bars(ax, "fx")[1:] == [(55, 7), (-40, -3)]


def test_movements_in_words_and_without_any():
    alt = present.movements_alt(MOVEMENTS, currency="USD")
    assert alt == (
        "MRR gained and lost in each of 3 months, 2026-08 to 2026-10. In October 2026: new $10.00, returned $0.00, expansion $20.00, "
        "churn −$30.00, contraction −$10.00; MRR went from $130 to $120."
    )
    assert present.movements_chart(MOVEMENTS, currency="USD", most=1).get_label().startswith("MRR gained and lost in each of 1 month, 2026-10")
    assert "withheld" in present.movements_chart(MOVEMENTS.head(0), currency="USD").get_label()


def test_layers_are_stacked_the_oldest_first_and_named_at_their_end():
    ax = present.layer_cake_chart(CAKE, currency="USD")
    heights = {drawn.get_gid(): [path[:, 1].max() for path in [drawn.get_paths()[0].vertices]] for drawn in ax.collections}
    assert heights == {"2025-01": [80.0], "2026-01": [100.0]}
    assert [text.get_text() for text in ax.texts if text.get_gid() == "name"] == ["2025: 60%", "2026: 40%"]
    assert present.layer_cake_alt(CAKE, currency="EUR").endswith("In January 2026, from customers won in: 2025 60% (€60.00), 2026 40% (€40.00).")


def test_layers_are_named_by_where_they_begin():
    assert layer_name("2025-04", ["2024-04", "2025-04"]) == "year from 2025-04"
    assert layer_name("2025-07", ["2025-04", "2025-07"]) == "2025-07"
    assert "withheld" in present.layer_cake_chart(CAKE.head(0), currency="USD").get_label()
    present.Figure(present.layer_cake_chart(CAKE.assign(mrr=0.0, share=NAN), currency="USD"), "a company that lost everybody")


def test_both_churns_with_their_intervals_and_hollow_without():
    ax = present.churn_side_by_side_chart(SIDES, limit=0.1)
    dots = {gid: [(line.get_xdata()[0], line.get_markerfacecolor()) for line in ax.lines if line.get_gid() == gid] for gid in
            ("customer_retention", "net_revenue_retention")}  # fmt: skip
    assert dots == {"customer_retention": [(0.24, theme.BLUE), (0.1, theme.PAPER)], "net_revenue_retention": [(0.02, theme.VERMILLION), (-0.1, theme.PAPER)]}
    assert [list(line.get_xdata()) for line in ax.lines if line.get_gid() == "interval"] == [[0.22, 0.26], [-0.03, 0.07]]
    assert [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "limit"] == [0.1]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["All customers", "$x_{"]  # a group without a number has no line
    assert [text.get_text() for text in ax.texts if text.get_gid() == "customers"] == ["900", "12"]
    present.Figure(ax, "caption")


def test_side_by_side_in_words():
    alt = present.churn_side_by_side_alt(SIDES)
    assert "All customers: customers 24% (95% interval 22% to 26%), revenue 2.0% (95% interval −3.0% to 7.0%); $x_{: customers 10%, revenue −10%." in alt
    assert "withheld" in present.churn_side_by_side_chart(SIDES[SIDES["group"] == "young"]).get_label()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_drawn_as_they_are(name):
    ax = present.churn_side_by_side_chart(SIDES.replace("$x_{", name))
    assert ax.get_yticklabels()[1].get_text() == theme.one_line(name, limit=22)
    present.Figure(ax, "caption")
