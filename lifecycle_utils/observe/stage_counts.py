"""Everything that the key figures of the seven stages are worked out from, gathered once; what the company did not bring is named."""

from dataclasses import dataclass

from lifecycle_utils.errors import UsageError
from lifecycle_utils.language import _
from lifecycle_utils.months import month_end, month_range, shift_month
from lifecycle_utils.observe.awareness import SEEN, acquisition_months, awareness_months
from lifecycle_utils.observe.engagement import SURVEYS, active_months, answers, feature_months
from lifecycle_utils.observe.first_value import first_value_ages
from lifecycle_utils.observe.lead_ages import lead_ages, lead_months
from lifecycle_utils.observe.movements import first_whole_month, mrr_movements
from lifecycle_utils.observe.revenue import revenue
from lifecycle_utils.observe.tenures import tenures
from lifecycle_utils.observe.trial_months import trial_months


@dataclass(frozen=True)
class StageCounts:
    """Small tidy counts, months and what is missing.

    Attributes
    ----------
    months : the months to report, oldest first, the snapshot's last
    cutoffs : dict of month to the first day after it
    frames : dict of name to DataFrame: awareness, leads, trials, lead_ages, trial_ages, first_value_ages, acquisition, active, features,
        answers, movements
    worth : dict of month to (tenures, revenue) as known at its end, for the snapshot's month, the month before and the year before
    missing : dict of name (of a frame, or of a column or survey in one) to the reason why there is none
    """

    months: tuple
    cutoffs: dict
    frames: dict
    worth: dict
    missing: dict


def stage_counts(snapshot, *, months=25, first_value_feature="", max_age_days=365):
    """Count what the key figures of all stages need.

    Parameters
    ----------
    months : calendar months to report, up to the snapshot's
    first_value_feature : the feature whose first use is the first value; "" for any
    max_age_days : for how long leads are watched

    Returns
    -------
    StageCounts
    """
    if months < 1:
        raise UsageError(f"months = {months!r} is not a number of months from 1")
    # a year more than is reported, so that every month has its year before
    whole = month_range(shift_month(snapshot.month, 1 - months - 12), snapshot.month)
    missing, frames = {}, {"movements": mrr_movements(snapshot)}
    _gather(snapshot, "marketing", missing, frames, awareness=awareness_months, acquisition=acquisition_months)
    _gather(
        snapshot, "leads", missing, frames, leads=lead_months, lead_ages=lambda one: lead_ages(one, max_age_days=max_age_days),
        trial_ages=lambda one: lead_ages(one, goal="trial", max_age_days=max_age_days),
    )
    _gather(
        snapshot, "usage", missing, frames, active=active_months, features=feature_months,
        first_value_ages=lambda one: first_value_ages(one, feature=first_value_feature),
    )
    _gather(snapshot, "feedback", missing, frames, answers=answers)
    frames["trials"] = frames["leads"][["month", "trials"]] if "leads" in frames else trial_months(snapshot)
    _name_gaps(frames, missing, first_value_feature)
    first = first_whole_month(snapshot) or (frames["movements"]["month"].min() if len(frames["movements"]) else snapshot.month)
    dates = [month for month in (snapshot.month, shift_month(snapshot.month, -1), shift_month(snapshot.month, -12)) if month >= first]
    known = {month: snapshot if month == snapshot.month else snapshot.as_of(month) for month in dates}
    worth = {month: (tenures(one), revenue(one)) for month, one in known.items()}
    return StageCounts(tuple(whole[12:]), {month: month_end(month) for month in whole}, frames, worth, missing)


def _gather(snapshot, table, missing, frames, **questions):
    for name, question in questions.items():
        if snapshot.has(table):
            frames[name] = question(snapshot)
        else:
            missing[name] = _("the table {table} is missing").format(table=table)


def _name_gaps(frames, missing, feature):
    """Columns that are empty and surveys nobody answered, as reasons."""
    if "awareness" in frames:
        missing |= {name: _("the table marketing has no {text}").format(text=name.replace("_", " ")) for name in SEEN if frames["awareness"][name].isna().all()}
    if "answers" in frames:
        given = set(frames["answers"]["survey"])
        missing |= {name: _('the table feedback has no answers to the survey "{name}"').format(name=name) for name in SURVEYS if name not in given}
    if "first_value_ages" in frames and not (frames["first_value_ages"]["outcome"] == "reached").any():
        what = _('the feature "{feature}"').format(feature=feature) if feature else _("anything")
        missing["first_value_ages"] = _("the table usage holds no account that began after its first day and used {what}").format(what=what)
    if "trials" in frames and frames["trials"].empty:
        missing["trials"] = _("the table leads is missing, and subscriptions has no periods of MRR 0")
