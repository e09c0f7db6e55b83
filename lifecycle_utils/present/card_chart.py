"""What a payment card brings in the end: the share still paying, with a card less without, per trial and per lead."""

from lifecycle_utils.language import _
from lifecycle_utils.present import formats, theme
from lifecycle_utils.present.difference_rows import draw_differences, in_points
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.vocabulary import said


@theme.styled
def card_chart(effect, *, measure="still paying", ax=None):
    """How many more are paying after so many months where a card was asked for?

    Parameters
    ----------
    effect : DataFrame of card_effect: per, months_after, measure, with_card, without_card, difference, lower, upper
    measure : "still paying" or "converted"
    ax : Axes, or None for a new figure

    Returns
    -------
    Axes, described by `card_alt`
    """
    rows = [
        row | {"name": _name(row), "beyond": _beyond(row), "note": _("{with_card} with, {without_card} without").format(
            with_card=formats.percent(row["with_card"]), without_card=formats.percent(row["without_card"]),
        )}
        for row in _shown(effect, measure)
    ]
    xlabel = _("percentage points more (or fewer) {measure} with a card\nblue: beyond chance; grey: within it").format(measure=said(measure))
    title = _("What asking for a card brings") if measure == "still paying" else _("What asking for a card converts")
    ax = draw_differences(rows, ax, title=title, xlabel=xlabel, withheld=_("too few of one page to compare"))
    return theme.describe(ax, card_alt(effect, measure=measure))


def card_alt(effect, *, measure="still paying"):
    """The chart in words: every row with its difference, interval and both shares."""
    rows = _shown(effect, measure)
    if not rows:
        return _("The difference that a payment card makes to the share {measure} is withheld: too few of one page to compare.").format(measure=said(measure))
    parts = [_("{name}: {in_points}, {with_card} with and {without_card} without").format(
        name=_name(row), in_points=in_points(row), with_card=formats.percent(row["with_card"]), without_card=formats.percent(row["without_card"]),
    ) for row in rows]
    return _("Difference in the share {measure}, with a card less without. {parts}.").format(measure=said(measure), parts="; ".join(parts))


def _shown(effect, measure):
    return effect[(effect["measure"] == measure) & effect["difference"].notna()].to_dict("records")


def _name(row):
    return _("per {lead}, {months_after}").format(
        lead=said(row["per"].replace("lead shown the page", "lead")), months_after=months_in_words(row["months_after"]),
    )


def _beyond(row):
    return row["lower"] > 0 or row["upper"] < 0
