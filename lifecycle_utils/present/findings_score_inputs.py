"""Sentences on what a score looks at: whether it has shifted since, and what is missing."""

import math

from lifecycle_utils.language import N_, _, ngettext
from lifecycle_utils.present import formats
from lifecycle_utils.present.notes import Notes
from lifecycle_utils.present.record import Finding

_DRIFT = N_(
    "Population stability index of each input between the data that the score learnt from and today; above 0.25 is large, and what chance alone gives "
    "is not counted."
)
_MISSING = N_("Tables that the company folder does not hold, and what the score would read from them.")
_NO = {"value": math.nan, "lower": math.nan, "upper": math.nan}


def score_drift_finding(drift, inputs):
    """Are today's customers like those the score has learnt from?

    Parameters
    ----------
    drift : DataFrame input, psi, by_chance, verdict, most_changed, share_then, share_now, matters, largest shift first
    inputs : DataFrame input, title
    """
    common = {"key": "score_drift", "unit": "ratio", "definition": _DRIFT}
    if not len(drift):
        told = _("it has learnt nothing yet")
        return Finding(**common, **_NO, n=0, withheld=told, sentence=_("Whether customers have changed since the score learnt is withheld: {told}.").format(
            told=told,
        ))
    large, titles = drift[drift["verdict"].eq("large") & drift["matters"]], inputs.drop_duplicates("input").set_index("input")["title"]
    first = drift.iloc[0]
    ends = {"value": float(first["psi"]), "lower": math.nan, "upper": math.nan, "n": int(first["customers_now"])}
    if not len(large):
        told = _("none of the {matters} that it relies on has shifted much").format(matters=formats.counted(drift["matters"].sum(), "input", "inputs"))
        return Finding(**common, **ends, sentence=_("Customers are still like those the score has learnt from: {told}.").format(told=told))
    told = [
        _("{titles} ({most_changed}: {share_then} then, {share_now} now)").format(
            titles=formats.words(titles[row["input"]]), most_changed=row["most_changed"], share_then=formats.percent(row["share_then"]),
            share_now=formats.percent(row["share_now"]),
        )
        for row in large.head(3).to_dict("records")
    ]
    shifted = ngettext(
        "{large} of the {matters} that the score relies on has shifted much", "{large} of the {matters} that the score relies on have shifted much", len(large)
    ).format(large=formats.count(len(large)), matters=formats.counted(drift["matters"].sum(), "input", "inputs"))
    return Finding(
        **common, **ends,
        sentence=_("{shifted} since it learnt: {listing}. A score may be less right about customers of a kind it has seen little of.").format(
            shifted=shifted, listing=formats.listing(told),
        ),
    )


def missing_inputs_finding(missing, *, known):
    """Which tables are missing, and what would they add?

    Parameters
    ----------
    missing : dict of absent table to titles of the inputs it would bring
    known : number of inputs that the score has
    """
    common = {"key": "score_missing_inputs", "unit": "ratio", "definition": _MISSING, **_NO, "n": known}
    if not missing:
        return Finding(**common, sentence=_("Every table that the score can read is there; it has {known} inputs.").format(known=formats.count(known)))
    told = [_("without {table} it cannot see {titles}").format(table=table, titles=formats.listing(list(titles))) for table, titles in missing.items()]
    return Finding(**common, withheld=_("no table {missing}").format(missing=formats.listing(list(missing))),
        sentence=_("The score has {known} inputs; {join}.").format(
        known=formats.count(known), join="; ".join(told),
    ))


def score_test_notes(months):
    """What the score is tested on. `months`: train, test (calendar months), by_customer (bool)."""
    if months.by_customer:
        return Notes((_(
            "Only one month's outcome is known ({month}): the score learns from every second customer and is tested on the others. That says how well it tells "
            "customers apart, not for how long."
        ).format(month=formats.calendar_month(months.test[0])),))
    if not months.test:
        return Notes((_("No month's outcome is known yet: there is nothing to test the score on."),))
    return Notes((_("The score learns from the ends of {first} to {last} and is tested on those of {begin} to {end}.").format(
        first=formats.calendar_month(months.train[0]), last=formats.calendar_month(months.train[-1]),
        begin=formats.calendar_month(months.test[0]), end=formats.calendar_month(months.test[-1]),
    ),))
