"""The survival chart draws what the frame says, as far as enough customers are at risk."""

import numpy as np
import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from tests.present.frames import HOSTILE, survival_frame


def line(ax, label):
    return next(one for one in ax.lines if one.get_label() == label)


def texts(ax, gid=None):
    return [text.get_text() for text in ax.texts if gid is None or text.get_gid() == gid]


def test_the_curve_starts_at_everybody_and_steps_down_at_each_months_end():
    ax = present.survival_chart(survival_frame(months=2, step=0.1))
    corners = list(zip(*line(ax, "all").get_data(), strict=True))
    assert corners[:6] == [(0, 1), (1, 1), (1, 0.9), (2, 0.9), (2, 0.8), (2.7, 0.8)]


def test_the_band_lies_between_the_bounds():
    ax = present.survival_chart(survival_frame(months=3))
    (band,) = ax.collections
    corners = {tuple(np.round(corner, 3)) for corner in band.get_paths()[0].vertices}
    assert {(2, 0.93), (2, 0.99), (3, 0.91), (3, 0.97)} <= corners


def test_nothing_is_drawn_beyond_the_last_month_with_enough_at_risk():
    frame = survival_frame(months=12, at_risk=100, decrease=10)  # 50 at risk in month 6, 40 in month 7
    ax = present.survival_chart(frame, min_at_risk=50)
    assert line(ax, "all").get_xdata().max() == 6.7
    assert "after 6 months" in ax.get_label() and "12 months" not in ax.get_label()


def test_the_numbers_under_the_plot_are_those_at_risk_in_the_ticks_month():
    ax = present.survival_chart(survival_frame(months=12))
    written = {text.xy[0]: text.get_text() for text in ax.texts if text.get_gid() == "at_risk"}
    assert written == {1: "200", 3: "190", 6: "175", 9: "160", 12: "145"}


def test_hostile_names_are_shown_as_they_are():
    ax = present.survival_chart(survival_frame(groups=("all", *HOSTILE)))
    names = texts(ax, "name")
    assert names[0] == "All customers" and "$x_{" in names and "_under" in names and any(name.startswith("<script>") for name in names)
    assert not any(text.get_parse_math() for text in ax.texts)
    present.Figure(ax, "caption")  # draws: a formula that cannot be parsed would raise


def test_names_do_not_overlap_where_curves_end_together():
    ax = present.survival_chart(survival_frame(groups=("all", *"abcdef"), step=0.001))
    heights = sorted(text.xy[1] for text in ax.texts if text.get_gid() == "name")
    assert min(np.diff(heights)) >= 0.069


def test_of_many_cohorts_only_everybody_is_coloured_and_the_grey_ones_are_counted():
    cohorts = [f"2025-{month:02d}" for month in range(1, 9)]
    ax = present.survival_chart(survival_frame(groups=("all", *cohorts)))
    assert line(ax, "all").get_color() == theme.INK
    assert all(line(ax, cohort).get_color() == theme.GHOST for cohort in cohorts)
    assert "grey: 8 further groups" in texts(ax) and "8 further groups in grey" in ax.get_label()


def test_of_many_other_groups_the_six_largest_are_coloured():
    frame = survival_frame(groups=("all", *"abcdefgh"))
    frame.loc[frame["group"].isin(["a", "b"]), "at_risk"] -= 50
    ax = present.survival_chart(frame)
    assert {name for name in "abcdefgh" if line(ax, name).get_color() == theme.GHOST} == {"a", "b"}


def test_the_alt_text_tells_the_frames_numbers():
    assert present.survival_chart(survival_frame()).get_label() == (
        "Survival curves: the share of customers still paying by subscription month. all: 76% (95% interval 73% to 79%) after 12 months."
    )


def test_with_too_few_customers_everywhere_the_chart_says_so():
    ax = present.survival_chart(survival_frame(at_risk=20, decrease=1))
    assert not ax.lines and texts(ax) == ["Withheld: no group has 30 customers at risk"]
    assert ax.get_label() == "Survival curves are withheld: no group has 30 customers at risk."


@pytest.mark.parametrize("frame", [survival_frame(), survival_frame(groups=("all", "b"))])
def test_the_frame_is_not_changed(frame):
    before = frame.copy(deep=True)
    present.survival_chart(frame)
    assert frame.equals(before)
