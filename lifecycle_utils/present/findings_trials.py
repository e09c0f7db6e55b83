"""Sentences on trials: how many, how many pay, how soon, and what a payment card brings."""

import math

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.difference_rows import in_points
from lifecycle_utils.present.months_axis import months_in_words
from lifecycle_utils.present.record import Finding

_STARTED = N_("Trials that began in the calendar month: a lead's first trial, or an account's period of MRR 0 before its first payment.")
_CONVERSION = N_(
    "The share of trials with a first payment within so many days of their start (Kaplan-Meier): every trial counts for as long as it was watched, "
    "so recent trials, which have not had the time, do not lower it."
)
_TIME = N_(
    "The day since the start by which half of the trials have paid that pay within the days watched, read from the conversion curve, "
    "so that recent trials, of which only the quick can have paid, do not shorten it."
)
_PAYING = N_("The share that pays so many months later, with a card less without: conversion and later churn together.")
_REVENUE = N_("What was paid within the months on average, by those who never paid too, with a card less without.")
_CARD_NOTE = N_(" Only starts of whom the months are over count. Caused by the card only where chance decided who saw which page.")
_ONLY_CONVERTED = N_(". Hardly any trial without a payment is in the data: if only converted trials are kept there, this number means nothing")
#: What a start is: a trial, or a lead that saw the page.
TRIAL = N_("trial started")
_SURVIVAL = N_(
    "The share of customers won by a trial who are still paying after so many months (Kaplan-Meier), with card less without; "
    "the log-rank test asks whether the two curves differ."
)


def withheld_for(frame, common, what, otherwise=N_("there are too few trials")):  # noqa: B008 a constant
    """The finding that stands where `frame` has no answer: its reason, as observed."""
    why = frame.attrs.get("withheld") or otherwise
    nothing = {"value": math.nan, "lower": math.nan, "upper": math.nan}
    return Finding(**{"n": 0, **common}, **nothing, withheld=why, sentence=_("{what} is withheld: {why}.").format(what=what, why=why))


def trials_finding(trials, *, month):
    """How many trials began in the month, and how many in the twelve months to it?

    Parameters
    ----------
    trials : DataFrame as of observe.trials: trial_month, trials, ended, converted
    """
    common = {"key": "trials_started", "unit": "customers", "definition": _STARTED}
    if trials.empty:
        return withheld_for(trials, common, _("How many trials began"))
    own = trials[trials["trial_month"] == month]
    began, total, ended, converted = (int(own["trials"].sum()), *(int(trials[name].sum()) for name in ("trials", "ended", "converted")))
    return Finding(
        **common, value=began, lower=math.nan, upper=math.nan, n=total,
        sentence=_(
            "{began} began in {month}, of {total} so far. {ended} of these have ended or led to a payment, and {converted} have become paying "
            "customers."
        ).format(
            began=formats.counted(began, "trial", "trials"), month=formats.calendar_month(month), total=formats.count(total),
            ended=formats.count(ended), converted=formats.count(converted),
        ),
    )  # fmt: skip


def trial_conversion_finding(conversion, *, days=90, group="all", min_trials=30):
    """What share of trials pays within `days` days?

    Parameters
    ----------
    conversion : DataFrame of trial_conversion: group, days, at_risk, conversion, lower, upper, withheld
    min_trials : with fewer trials the number is withheld
    """
    common = {"key": "trial_conversion" if group == "all" else f"trial_conversion:{group}", "unit": "share", "definition": _CONVERSION}
    what = _("The share of trials that pay within {days} days").format(days=formats.count(days))
    rows = conversion[conversion["group"] == group]
    if rows.empty:
        return withheld_for(conversion, common, what)
    started, row = int(rows["at_risk"].iloc[0]), rows[rows["days"] <= days].iloc[-1]
    common |= {"n": started}
    if started < min_trials or row["days"] < days:
        few = _("only {started} begun").format(started=formats.counted(started, "trial has", "trials have"))
        why = few if started < min_trials else _("no trial has been watched for {days} days").format(days=formats.count(days))
        return withheld_for(conversion, common, what, why)
    told = row["withheld"] or None
    sentence = _(
        "{conversion} of trials have become paying customers {days} days after they began; {started} trials were watched, the recent ones for as long "
        "as they have run"
    ).format(
        conversion=formats.measure(row["conversion"], "share", row["lower"], row["upper"]), days=formats.count(days), started=formats.count(started),
    )  # fmt: skip
    sentence += _ONLY_CONVERTED if row["conversion"] > 0.95 else ""
    return Finding(**common, value=float(row["conversion"]), lower=float(row["lower"]), upper=float(row["upper"]), withheld=told,
                   sentence=_("{sentence} ({told}).").format(sentence=sentence, told=told) if told else formats.full_stop(sentence))  # fmt: skip


def time_to_convert_finding(times, *, within_days=90, group="all"):
    """By which day have half of those paid who pay?

    Parameters
    ----------
    times : DataFrame of time_to_convert: group, days, lower, upper, converted, trials, withheld
    within_days : days for which trials were watched
    """
    common = {"key": "time_to_convert", "unit": "days", "definition": _TIME}
    what = _("How long trials take to become customers")
    if times.empty:
        return withheld_for(times, common, what)
    row = times[times["group"] == group].iloc[0]
    common |= {"n": int(row["converted"])}
    if math.isnan(row["days"]):
        return withheld_for(times, common, what, row["withheld"])
    interval = _(", no interval") if math.isnan(row["lower"]) else _(" (95% interval day {lower} to {upper})").format(
        lower=formats.count(row["lower"]), upper=formats.count(row["upper"]),
    )
    return Finding(
        **common, value=float(row["days"]), lower=float(row["lower"]), upper=float(row["upper"]),
        sentence=_(
            "Of the trials that pay within {within_days} days, half have paid by day {days} after their start{interval}; {converted} trials "
            "paid."
        ).format(within_days=formats.count(within_days), days=formats.count(row["days"]), interval=interval, converted=formats.count(row["converted"])),
    )  # fmt: skip


def card_findings(effect, *, months_after=12, currency):
    """What does asking for a card bring: customers still paying, and revenue, per trial and per lead that saw the page?

    Parameters
    ----------
    effect : DataFrame of card_effect
    months_after : months after the start

    Returns
    -------
    list of Finding; a single one that says why, where nothing can be compared
    """
    if effect.empty:
        common = {"key": "card_still_paying", "unit": "share", "definition": _PAYING + _CARD_NOTE}
        return [withheld_for(effect, common, _("What asking for a payment card brings"))]
    at = {(row["per"], row["measure"]): row for row in effect[effect["months_after"] == months_after].to_dict("records")}
    findings = []
    for per in dict.fromkeys(per for per, _measure in at):
        findings += [_paying(at, per), _revenue(at[per, "revenue"], currency)]
    return findings


def _paying(at, per):
    row, converted = at[per, "still paying"], at[per, "converted"]
    common, after, sides = _about(row, "card_still_paying", "share", _PAYING)
    if math.isnan(row["difference"]):
        return _nothing(row, common, _("What a card brings, still paying {after},").format(after=after))
    paid, still = (_("{with_card} against {without_card}").format(
        with_card=formats.percent(one["with_card"]), without_card=formats.percent(one["without_card"]),
    ) for one in (converted, row))
    whom = _("trials") if per == TRIAL else _("leads that saw the page")
    sentence = _("With a card against without one: {paid} of {whom} had become customers {after}, and {still} were paying still, {in_points}").format(
        paid=paid, whom=whom, after=after, still=still, in_points=in_points(row),
    )
    sentence = _("{sentence} ({told}).").format(sentence=sentence + ("" if _beyond(row) else _(", within chance")), told=sides)
    if per != TRIAL and (TRIAL, "still paying") in at:
        sentence += _conclusion(row, at[TRIAL, "still paying"])
    return Finding(**common, value=float(row["difference"]), lower=float(row["lower"]), upper=float(row["upper"]), sentence=sentence)


def _revenue(row, currency):
    common, after, sides = _about(row, "card_revenue", currency, _REVENUE)
    if math.isnan(row["difference"]):
        return _nothing(row, common, _("What a card brings, revenue {after},").format(after=after))
    pair = _("{with_card} with a card against {without_card} without").format(
        with_card=formats.money(row["with_card"], currency), without_card=formats.money(row["without_card"], currency),
    )
    told = formats.measure(row["difference"], currency, row["lower"], row["upper"])
    per = _("trial") if row["per"] == TRIAL else _("lead that saw the page")
    sentence = _("Per {per}, {pair} had been paid {after}: a difference of {told}{text} ({sides}).").format(
        per=per, pair=pair, after=after, told=told, text="" if _beyond(row) else _(", within chance"), sides=sides,
    )
    return Finding(**common, value=float(row["difference"]), lower=float(row["lower"]), upper=float(row["upper"]), sentence=sentence)


def _about(row, key, unit, definition):
    """What both sentences on a row share: the finding's fields, when, and the denominators."""
    one, key = ("trial", key) if row["per"] == TRIAL else ("lead", f"{key}_per_lead")
    n = int(row["starts_with_card"] + row["starts_without_card"])
    after = (_("{months_after} after the trial began") if one == "trial" else _("{months_after} after the lead came")).format(
        months_after=months_in_words(row["months_after"]),
    )  # fmt: skip
    told = _("{with_card} trials with a card, {without_card} without") if one == "trial" else _("{with_card} leads with a card, {without_card} without")
    sides = told.format(with_card=formats.count(row["starts_with_card"]), without_card=formats.count(row["starts_without_card"]))
    return {"key": key, "n": n, "unit": unit, "definition": definition + _CARD_NOTE}, after, sides


def _nothing(row, common, what):
    return Finding(**common, value=math.nan, lower=math.nan, upper=math.nan, withheld=row["withheld"], sentence=_("{what} is withheld: {withheld}.").format(
        what=what, withheld=row["withheld"],
    ))


def _conclusion(lead, trial):
    if _beyond(lead):
        return _(" In the end asking for a card wins customers.") if lead["lower"] > 0 else _(" In the end asking for a card loses customers.")
    return _(" So the card changes who starts a trial, and not, as far as can be told, how many pay in the end.") if _beyond(trial) else ""


def _beyond(row):
    return row["lower"] > 0 or row["upper"] < 0


def card_survival_finding(curves, log_rank, *, tenure_month=12, min_at_risk=30):
    """Do customers who came by a trial with a card stay as long as those without?

    Parameters
    ----------
    curves : DataFrame of survival, groups "with card" and "without card"
    log_rank : DataFrame of one row, or None where there is nothing to test
    """
    common = {"key": "card_survival", "unit": "share", "definition": _SURVIVAL}
    what = _("Whether customers who came with a card stay as long")
    if curves.empty:
        return withheld_for(curves, common, what)
    rows = curves[curves["tenure_month"] == tenure_month].set_index("group")
    known = [group for group in ("with card", "without card") if group in rows.index and rows.loc[group, "at_risk"] >= min_at_risk]
    common |= {"n": int(rows.loc[known, "at_risk"].sum()) if known else 0}
    if len(known) < 2:
        return withheld_for(curves, common, what, _("fewer than {min_at_risk} of one page have been observed for {tenure_month}").format(
            min_at_risk=min_at_risk, tenure_month=months_in_words(tenure_month),
        ))
    own, others = (rows.loc[group] for group in ("with card", "without card"))
    p = log_rank["p_value"].iloc[0]
    test = (_("the curves differ beyond chance (log-rank p {p})") if p < 0.05 else _("the curves do not differ beyond chance (log-rank p {p})")).format(
        p=formats.p_value(p),
    )  # fmt: skip
    share = [formats.measure(row["survival"], "share", row["lower"], row["upper"]) for row in (own, others)]
    return Finding(
        **common, value=float(own["survival"] - others["survival"]), lower=math.nan, upper=math.nan,
        sentence=_("Of customers won by a trial with a card {share} are still paying after {tenure_month}, without one {share_2}; {test}.").format(
            share=share[0], tenure_month=months_in_words(tenure_month), share_2=share[1], test=test,
        ),
    )  # fmt: skip
