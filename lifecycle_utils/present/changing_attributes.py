"""The warning that an attribute looks as if it had been written after the start."""

from lifecycle_utils.language import _
from lifecycle_utils.present import formats
from lifecycle_utils.present.notes import Notes
from lifecycle_utils.present.theme import one_line


def changing_attributes_notes(attributes):
    """Which attributes were not known at the start, as far as their values show?

    Parameters
    ----------
    attributes : DataFrame of changing_attributes: attribute, explains_leaving, explains_tenure, value_of_leavers, leavers, reason
    """
    suspected = attributes[attributes["reason"] != ""].to_dict("records")
    if not suspected:
        return Notes((_("No attribute looks as if it was written after the start: none tells who has left, or how long somebody has been a customer."),))
    told = [_WORDS[row["reason"]](row, formats.words(one_line(row["attribute"]))) for row in suspected]
    if any(row["withheld"] for row in suspected):
        told.append(_('What was known at the start all the same is a trait again with name = "known at start" under [attributes] in lifecycle.toml.'))
    return Notes(tuple(told))


def _left(row, name):
    if row["value_of_leavers"]:
        return _(
            "{name} is left out, for it was written when customers left: of the {leavers} with “{value}” nobody, or hardly anybody, is still there."
        ).format(
            name=name, leavers=formats.count(row["leavers"]), value=one_line(row["value_of_leavers"], limit=60),
        )
    return _("{name} is left out, for it tells who has left better than anything known at the start does: it explains {share} of who has left.").format(
        name=name, share=formats.percent(row["explains_leaving"]),
    )


def _long(row, name):
    return _("{name} is left out, for it changes with time: it explains {share} of how long somebody has been a customer.").format(
        name=name, share=formats.percent(row["explains_tenure"]),
    )


def _bought(row, name):
    return _(
        'Mind {name}: subscriptions have a column of that name, so it may be what customers buy and not who they are. {column} = "changes" under [attributes] '
        "in lifecycle.toml leaves it out."
    ).format(name=name, column=row["attribute"])


_WORDS = {"tells who left": _left, "tells how long": _long, "is bought": _bought}
