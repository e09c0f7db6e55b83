"""Whether customers with a trait also stay longer and are worth more, as a table and in a sentence."""

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.notes import Notes
from lifecycle_utils.present.record import Table
from lifecycle_utils.present.theme import one_line

_VERDICTS = {
    "longer": N_("longer"), "less long": N_("less long"), "more": N_("more"), "less": N_("less"), "no difference": N_("no difference"),
    "": N_("cannot be told"),
}


def trait_worth_notes(worth):
    """Which traits go with a longer stay, and which with a higher lifetime value? `worth`: DataFrame of trait_worth: attribute, value, stays, worth."""
    if not len(worth):
        return Notes((_("There is no trait whose customers could be compared with the others."),))
    told = []
    for column, code, some, none in (
        ("stays", "longer", N_("Customers with one of these traits also stay longer, beyond chance: {named}."),
         N_("With none of these traits customers stay longer than without it, beyond chance.")),
        ("stays", "less long", N_("They leave sooner: {named}."), ""),
        ("worth", "more", N_("They are worth more: {named}."), N_("With none of these traits customers are worth more than without it, beyond chance.")),
    ):
        named = [_trait(row) for row in worth[worth[column] == code].to_dict("records")]
        sentence = some.format(named=formats.listing(named)) if named else str(none)
        told += [sentence] if sentence else []
    return Notes(tuple(told))


def trait_worth_table(worth, *, currency, survival_month=12):
    """Each trait with and without. `worth`: as of `trait_worth_notes`, with the numbers and the intervals of the differences."""
    rows = worth.to_dict("records")
    frame = worth.assign(
        trait=[_trait(row) for row in rows],
        still_there=[_pair(formats.percent(row["survival"]), formats.percent(row["survival_without"])) for row in rows],
        stay_told=[_told(row, "stays", formats.points, "survival_gain", "survival_lower", "survival_upper") for row in rows],
        value_told=[_pair(*(formats.money(row[name], currency, decimals=0) for name in ("lifetime_value", "value_without"))) for row in rows],
        worth_told=[_told(row, "worth", lambda x: formats.signed_money(x, currency, decimals=0), "value_gain", "gain_lower", "gain_upper") for row in rows],
    )
    labels = {
        "trait": _("Trait"), "still_there": _("Still paying after {months} months").format(months=survival_month), "stay_told": _("Stay (points)"),
        "value_told": _("Lifetime value"), "worth_told": _("Worth"),
    }
    title = _("Customers with the trait against those without it")
    return Table("trait_worth", frame, title, labels=labels, units=dict.fromkeys(labels, "text"), show=tuple(labels))


def _trait(row):
    return f"{formats.words(one_line(row['attribute']))} {one_line(row['value'], limit=60)}"


def _pair(with_it, without):
    return _("{with_it}, without {without}").format(with_it=with_it, without=without)


def _told(row, verdict, write, *columns):
    gain, lower, upper = (write(row[column]) for column in columns)
    if row[verdict] == "":
        return str(_VERDICTS[""])
    return _("{verdict}: {gain} ({lower} to {upper})").format(verdict=_VERDICTS[row[verdict]], gain=gain, lower=lower, upper=upper)
