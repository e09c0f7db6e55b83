"""Sentences on the seven stages: each key figure with its change, and which changes are more than chance."""

import math

from lifecycle_utils.language import N_, _, ngettext, spoken
from lifecycle_utils.months import shift_month
from lifecycle_utils.present import formats
from lifecycle_utils.present.notes import Notes
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.stage_words import MAIN, WORDS, change_in_words, name_of, of_one
from lifecycle_utils.present.vocabulary import said

_CHANGES = N_(
    "Key figures whose change since the year before has an interval that leaves out 0 (Newcombe 1998; Zou & Donner 2008), of those whose two values "
    "are independent. Each is judged by itself: of twenty that only chance moves, one is expected to be counted here."
)
_SAID = {"news": N_("beyond chance"), "noise": N_("within chance")}


def lifecycle_changes_finding(kpis, *, month):
    """Which key figures are not what they were a year before?

    Parameters
    ----------
    kpis : DataFrame of stage_kpis: kpi, month, value, unit, change_year, year_verdict ("news", "noise" or "")
    month : "YYYY-MM"
    """
    rows = kpis[(kpis["month"] == month) & ~kpis["kpi"].str.contains(":") & (kpis["year_verdict"] != "")]
    before = formats.calendar_month(shift_month(month, -12))
    common = {"key": "changed_in_a_year", "unit": "count", "definition": _CHANGES, "n": len(rows), "lower": math.nan, "upper": math.nan}
    if not len(rows):
        told = _("no key figure has an interval in both {month} and {before}").format(month=formats.calendar_month(month), before=before)
        return Finding(**common, value=math.nan, withheld=told, sentence=_("Which key figures have changed within a year is withheld: {told}.").format(
            told=told,
        ))
    news = rows[rows["year_verdict"] == "news"]
    compared = formats.counted(len(rows), "rate or average that can be", "rates and averages that can be")
    if not len(news):
        return Finding(**common, value=0, sentence=_(
            "Of {compared} compared with {before}, none has changed beyond chance: rises and falls such as theirs are what chance makes. Counts "
            "such as customers and MRR are told on their own."
        ).format(compared=compared, before=before))
    told = [f"{_lower(name_of(row['kpi']))} ({_moved(row)})" for row in news.to_dict("records")]
    rest = _("the others moved no more than chance allows") if len(news) < len(rows) else _("nothing else could be compared")
    which = ngettext("{news} has changed beyond chance: {listing}", "{news} have changed beyond chance: {listing}", len(news)).format(
        news=formats.count(len(news)), listing=formats.listing(told),
    )  # fmt: skip
    return Finding(**common, value=len(news), sentence=_("Of {compared} compared with {before}, {which}; {rest}.").format(
        compared=compared, before=before, which=which, rest=rest,
    ))


def stage_findings(kpis, *, stage, month, horizon_months=36):
    """What a stage's main figure is and how it changed, and then its other figures as notes; channels and features are left to the table.

    Parameters
    ----------
    kpis : DataFrame of stage_kpis
    stage : "awareness" … "expansion"

    Returns
    -------
    list of a Finding, and Notes where there is more to say
    """
    rows = kpis[(kpis["month"] == month) & (kpis["stage"] == stage) & ~kpis["kpi"].str.contains(":")].set_index("kpi", drop=False)
    told = [row for row in rows.drop(index=MAIN[stage]).to_dict("records") if not math.isnan(row["value"])]
    notes = [_sentence(row, month, horizon_months) for row in told]
    blank = rows[rows["value"].isna() & (rows["kpi"] != MAIN[stage])]
    for reason, same in blank.groupby("withheld", sort=False):
        names = formats.listing([_lower(name_of(kpi)) for kpi in same["kpi"]])
        notes.append(_("Withheld: {names} ({reason}).").format(names=names, reason=reason))
    return [_finding(rows.loc[MAIN[stage]], month, horizon_months), *([Notes(tuple(notes))] if notes else [])]


def benchmark_notes(kpis, benchmarks, *, month):
    """What others report for the same key figures, as context.

    Parameters
    ----------
    benchmarks : dict of key figure to small_business, enterprise ([low, high]), as_of, source: [benchmarks] of lifecycle.toml
    """
    now = kpis[kpis["month"] == month].set_index("kpi")
    known = [name for name in benchmarks if name in now.index]
    if not known:
        return Notes((_("What is usual elsewhere is not said: lifecycle.toml has no [benchmarks] for a key figure of the table."),))
    return Notes(tuple(_benchmark(name, now.loc[name], benchmarks[name], month) for name in known))


def _finding(row, month, horizon):
    name, _said, definition = WORDS[row["kpi"]]
    common = {"key": f"{row['stage']}_{row['kpi']}", "value": float(row["value"]), "lower": float(row["lower"]), "upper": float(row["upper"]),
              "unit": row["unit"], "n": None if math.isnan(row["n"]) else int(row["n"]), "definition": definition, "withheld": row["withheld"] or None}
    if math.isnan(row["value"]):
        return Finding(**common, sentence=_("{stage}: {name} is withheld: {withheld}.").format(
            stage=said(row["stage"].capitalize()), name=_lower(name), withheld=row["withheld"],
        ))
    return Finding(**common, sentence=_("{stage}: {sentence}").format(
        stage=said(row["stage"].capitalize()), sentence=_lower(_sentence(row, month, horizon)),
    ))


def _sentence(row, month, horizon):
    measured = formats.measure(row["value"], row["unit"], row["lower"], row["upper"])
    words = {"value": measured, "n": formats.count(row["n"]), "horizon": formats.count(horizon), "month": formats.calendar_month(month)}
    why = f" ({row['withheld']})" if row["withheld"] else ""
    return formats.full_stop(f"{of_one(WORDS[row['kpi']][1].format(**words))}{_changes(row, month)}{why}")


def _changes(row, month):
    told, verdicts = [], []
    for name, lag in (("month", -1), ("year", -12)):
        change = change_in_words(row[f"change_{name}"], row["unit"], row["value"])
        if change:
            told.append(_("{change} on {month}").format(change=change, month=formats.calendar_month(shift_month(month, lag))))
            verdicts.append(_SAID.get(row[f"{name}_verdict"], ""))
    if len(set(verdicts)) == 1:
        verdict = "" if not verdicts[0] else _(", both {verdict}").format(verdict=verdicts[0]) if len(verdicts) == 2 else f", {verdicts[0]}"
        return _(": {parts}").format(parts=f"{formats.listing(told)}{verdict}")
    parts = [f"{text} ({verdict})" if verdict else text for text, verdict in zip(told, verdicts, strict=True)]
    return _(": {parts}").format(parts=formats.listing(parts)) if told else ""


def _benchmark(name, row, benchmark, month):
    ranges = [_("{benchmark} for companies that sell to {words}").format(benchmark=_range(benchmark[segment], row["unit"]), words=words)
              for segment, words in (("small_business", _("small businesses")), ("enterprise", _("enterprises"))) if segment in benchmark]  # fmt: skip
    ours = formats.measure(row["value"], row["unit"], row["lower"], row["upper"]) if row["value"] == row["value"] else _("withheld ({withheld})").format(
        withheld=row["withheld"],
    )
    return _(
        "{name} in {month} is {ours}. Elsewhere: {ranges} ({source}; {as_of}). That is context, counted by others in their own way, and no "
        "target."
    ).format(
        name=name_of(name), month=formats.calendar_month(month), ours=ours, ranges=formats.listing(ranges), source=benchmark["source"],
        as_of=benchmark["as_of"],
    )


def _range(ends, unit):
    return _("{lower} to {upper}").format(lower=formats.point(ends[0], unit), upper=formats.point(ends[1], unit))


def _moved(row):
    return _("{change_year} to {point}").format(
        change_year=change_in_words(row["change_year"], row["unit"], row["value"]),
        point=formats.point(row["value"], row["unit"], row["lower"], row["upper"]),
    )


def _lower(name):
    """In the middle of a sentence; abbreviations and names stay."""
    if spoken() != "en" and name[1:2] == " ":  # a word of one letter is no abbreviation
        return name[:1].lower() + name[1:]
    return name if name[:2].isupper() or name.startswith("Net ") else name[:1].lower() + name[1:]
