"""Values by method with the gap to the simple formula; lifts with what is beyond chance."""

import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from tests.present.frames import profile_frame, value_frame


def by_gid(ax, gid):
    return [tuple(zip(*one.get_data(), strict=True)) for one in ax.lines if one.get_gid() == gid]


def test_values_intervals_and_the_simple_formulas_line():
    ax = present.lifetime_value_chart(value_frame(), currency="USD")
    assert [point[0] for point in by_gid(ax, "value")] == [(900, 0), (5000, 1), (1200, 2), (3000, 3), (3100, 5)]
    assert by_gid(ax, "interval") == [((1100, 2), (1300, 2)), ((2600, 3), (3400, 3)), ((2700, 5), (3600, 5))]
    assert [line[0][0] for line in by_gid(ax, "simple_formula")] == [5000]


def test_the_gap_runs_from_each_honest_answer_to_the_simple_formula():
    ax = present.lifetime_value_chart(value_frame(), currency="USD")
    assert by_gid(ax, "gap") == [((1200, 2), (5000, 2)), ((3000, 3), (5000, 3)), ((3100, 5), (5000, 5))]


def test_a_withheld_method_says_why_and_has_no_dot():
    ax = present.lifetime_value_chart(value_frame(), currency="USD")
    (told,) = [text.get_text().replace("\n", " ") for text in ax.texts if text.get_gid() == "withheld"]
    assert told == "withheld: customers have been seen for 47 months, 59 are needed"


@pytest.mark.parametrize(("currency", "amount"), [("USD", "$3,000"), ("JPY", "¥3,000"), ("EUR", "€3,000")])
def test_amounts_are_written_in_the_companys_currency(currency, amount):
    ax = present.lifetime_value_chart(value_frame(), currency=currency)
    assert amount in [text.get_text() for text in ax.texts]
    present.Figure(ax, "caption")  # a dollar is a dollar, not a formula


def test_the_value_chart_in_words_holds_every_number():
    alt = present.lifetime_value_alt(value_frame(), currency="USD")
    for number in ("$900", "$5,000", "$1,200 (95% interval $1,100 to $1,300)", "$3,000 (95% interval $2,600 to $3,400)", "withheld, customers have been seen"):
        assert number in alt


def test_significant_lifts_are_emphasised_and_come_first():
    ax = present.lift_chart(profile_frame())
    assert by_gid(ax, "lift") == [((7.5, 0),), ((1.6, 1),), ((0.9, 2),)]
    assert by_gid(ax, "interval")[0] == ((5.3, 0), (8.9, 0))
    colours = [one.get_color() for one in ax.lines if one.get_gid() == "lift"]
    assert colours == [theme.BLUE, theme.WITHIN_CHANCE, theme.WITHIN_CHANCE]


def test_hostile_traits_are_shown_as_they_are():
    ax = present.lift_chart(profile_frame())
    assert [label.get_text() for label in ax.get_yticklabels()] == ["seats: 61+", "industry: $x_{", "industry: _under"]
    present.Figure(ax, "caption")


def test_the_lift_chart_in_words():
    assert present.lift_alt(profile_frame()) == (
        "Beyond chance: seats: 61+, lift 7.5 (95% interval 5.3 to 8.9), 30% of top and 4.0% of all customers. "
        "2 further traits are drawn in grey, within chance; the highest is industry: $x_{, lift 1.60 (95% interval 0.99 to 2.60)."
    )


def test_no_testable_trait_is_told():
    assert "withheld" in present.lift_chart(profile_frame().tail(1)).get_label()
