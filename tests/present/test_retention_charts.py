"""The retention triangle and trend show mature cells only, with text that can be read."""

import numpy as np

from lifecycle_utils import present
from lifecycle_utils.present.retention_heatmap import contrast, readable_on
from tests.present.frames import retention_frame


def test_cells_are_the_mature_shares_and_the_others_are_hatched():
    ax = present.retention_heatmap(retention_frame())
    cells = {text.get_position(): text.get_text() for text in ax.texts if text.get_gid() == "cell"}
    assert cells == {(0.5, 0.5): "90", (1.5, 0.5): "80", (0.5, 1.5): "100", (1.5, 1.5): "70", (0.5, 2.5): "50"}
    hatched = [patch.get_xy() for patch in ax.patches if patch.get_gid() == "immature"]
    assert hatched == [(1, 2)] and all(patch.get_hatch() for patch in ax.patches)
    drawn = ax.collections[0].get_array()
    assert drawn.mask.sum() == 1 and drawn.max() == 1.0


def test_cohorts_run_down_with_their_sizes_and_everybody_is_no_cohort():
    ax = present.retention_heatmap(retention_frame())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2026-01", "2026-02", "2026-03"]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "customers"] == ["50", "60", "70"]


def test_text_keeps_its_contrast_on_every_shade():
    ax = present.retention_heatmap(retention_frame())
    mesh = ax.collections[0]
    for text in (one for one in ax.texts if one.get_gid() == "cell"):
        share = float(mesh.get_array().filled(np.nan)[int(text.get_position()[1]), int(text.get_position()[0])])
        assert contrast(text.get_color(), mesh.cmap(mesh.norm(share))) >= 4.5
    assert all(contrast(readable_on(shade), shade) >= 4.5 for shade in map(str, np.linspace(0, 1, 21)))


def test_the_newest_cohorts_are_kept_when_there_are_too_many():
    ax = present.retention_heatmap(retention_frame(), most_cohorts=2)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["2026-02", "2026-03"]


def test_the_triangle_in_words():
    assert present.retention_heatmap(retention_frame()).get_label() == (
        "Retention triangle of 3 cohorts, 2026-01 to 2026-03, with 180 customers; after month 1: 90% of cohort 2026-01, 50% of cohort 2026-03; "
        "after month 2: 80% of cohort 2026-01, 70% of cohort 2026-02. 1 cells are not over yet or too thin, and hatched."
    )


def test_the_trend_draws_mature_cohorts_at_their_place():
    ax = present.retention_trend_chart(retention_frame(), tenure_months=(2,))
    # Two lines, the dots of the error bars and what joins them; no cohort is too thin here, so the hollow dots are none.
    drawn = [tuple(zip(*one.get_data(), strict=True)) for one in ax.lines if one.get_gid() not in ("leader", "thin")]
    assert drawn == [((0.0, 0.8), (1.0, 0.7))] * 2
    assert [text.get_text() for text in ax.texts if text.get_gid() == "name"] == ["after 2 months"]
    assert ax.get_label() == (
        "Share still paying, cohort by cohort: after 2 months, 80% (95% interval 67% to 89%) of cohort 2026-01 and "
        "70% (95% interval 57% to 80%) of cohort 2026-02 (2 mature cohorts)."
    )


def test_a_cohort_too_small_for_an_interval_is_a_hollow_dot():
    frame = retention_frame()
    frame.loc[(frame["cohort_month"] == "2026-01") & (frame["tenure_month"] == 2), ["lower", "upper"]] = None
    (thin,) = [one for one in present.retention_trend_chart(frame, tenure_months=(2,)).lines if one.get_gid() == "thin"]
    assert [tuple(point) for point in zip(*thin.get_data(), strict=True)] == [(0, 0.8)] and thin.get_markerfacecolor() == "#ffffff"


def test_a_month_that_no_cohort_has_reached_is_told():
    assert "after 12 months, withheld: no cohort is mature" in present.retention_trend_chart(retention_frame(), tenure_months=(2, 12)).get_label()
