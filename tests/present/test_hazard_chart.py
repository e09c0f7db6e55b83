"""The hazard chart draws every month that has an interval, and marks only a peak that is one."""

import numpy as np
import pandas as pd

from lifecycle_utils import present
from lifecycle_utils.present import theme
from tests.present.frames import hazard_frame, peak_frame


def points(ax, colour):
    return [tuple(point) for one in ax.lines if one.get_color() == colour for point in zip(*one.get_data(), strict=True)]


def shaded(ax):
    return sorted(patch.get_x() + 0.5 for patch in ax.patches if patch.get_gid() == "confidence_set")


def test_months_and_intervals_are_those_of_the_frame():
    ax = present.hazard_chart(hazard_frame())
    assert points(ax, theme.BLUE) == [(1, 0.02), (2, 0.03), (3, 0.08), (4, 0.02)]
    segments = [one for bars in ax.collections for one in bars.get_segments()]
    assert np.allclose([segment[:, 1] for segment in segments], [[0.016, 0.025], [0.024, 0.0375], [0.064, 0.1], [0.016, 0.025]])


def test_months_without_interval_are_not_drawn():
    ax = present.hazard_chart(hazard_frame((0.02, 0.03, 0.5), thin=(3,)))
    assert points(ax, theme.BLUE) == [(1, 0.02), (2, 0.03)] and "50%" not in ax.get_label()


def test_the_peak_is_marked_and_the_months_that_may_be_it_are_shaded():
    hazards = hazard_frame()
    ax = present.hazard_chart(hazards, peak_frame(hazards, 3, [2, 3], verdict="window"))
    assert points(ax, theme.VERMILLION) == [(3, 0.08)] and shaded(ax) == [2, 3]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "peak"] == ["month 3: 8.0%"]
    assert "The peak is marked: month 3, 8.0% (95% interval 6.4% to 10.0%) of 400 at risk. Shaded: months 2 and 3" in ax.get_label()


def test_where_no_month_stands_out_nothing_is_marked():
    hazards = hazard_frame()
    ax = present.hazard_chart(hazards, peak_frame(hazards, 3, [1, 2, 3, 4], verdict="none"))
    assert not points(ax, theme.VERMILLION) and not shaded(ax)
    assert "No month stands out beyond chance." in ax.get_label()


def test_months_too_thin_to_be_the_peak_are_grey():
    hazards = hazard_frame((0.02, 0.06, 0.3))
    ax = present.hazard_chart(hazards, peak_frame(hazards, 2, [2], eligible=[1, 2]))
    assert points(ax, theme.GHOST) == [(3, 0.3)] and "Months 3 are in grey" in ax.get_label()


def test_panels_are_one_for_each_group_and_all_are_described():
    frame = pd.concat([hazard_frame(), hazard_frame(group="_yearly"), hazard_frame((0.01, 0.02), group="monthly")])
    first = present.hazard_panels(frame)
    titles = [ax.get_title(loc="left") for ax in first.figure.axes]
    assert titles == [f"Customers who leave in each subscription month: {group}" for group in ("_yearly", "monthly")]
    assert present.Figure(first, "caption").alt.count("Share of customers of") == 2


def test_with_too_few_customers_everywhere_the_chart_says_so():
    ax = present.hazard_chart(hazard_frame((0.1,), thin=(1,)))
    assert "Withheld: too few customers at risk in every month" in [text.get_text() for text in ax.texts]
    assert "withheld" in ax.get_label()
