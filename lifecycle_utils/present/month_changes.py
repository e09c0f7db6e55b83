"""What changed since last month, in sentences and as a table: the figures that moved most, and whether chance moves them so far."""

import math

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.months import shift_month
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding
from lifecycle_utils.present.rows_of_text import rows_of_text
from lifecycle_utils.present.vocabulary import said

#: What the figures are called; `{of}` is the cohort or the subscription month that the value is about.
NAMES = {
    "churn_rate_monthly": N_("Customers who left in the month"),
    "upgrade_rate": N_("Customers who went up to a higher MRR"),
    "downgrade_rate": N_("Customers who went down to a lower MRR"),
    "new_customers": N_("New customers"),
    "mrr_gained": N_("MRR gained in the month, net of MRR lost"),
    "leads": N_("New leads"),
    "retention_month_2": N_("Still paying after 2 months (newest cohort: {of})"),
    "retention_month_12": N_("Still paying after 12 months"),
    "highest_churn_month": N_("Left in subscription month {of}, where churn is highest"),
    "ltv": N_("Lifetime value of a customer"),
}
#: The same of one billing interval, where there are several.
_OF_GROUP = N_("Left in subscription month {of} ({group}), where churn is highest")
_SAID = {"news": N_("beyond chance"), "noise": N_("within chance")}
_SINCE = N_("{name}: {now}, {change} since last month (interval {interval}), {said}.")
#: Few pass through a month of the subscription since the last report: they stand against all who did before, not against those of one month.
_AGAINST_ALL = N_("{name}: {now} of those who were in it this month, {change} against all before them (interval {interval}), {said}.")
_COUNTED = N_(
    "Figures whose change since the month before has an interval that leaves out 0, of those that can be compared. The intervals hold all at once: "
    "in a company to which nothing happens, at most one report in twenty names any. Changes are worked out before anything is rounded."
)
_ONE = N_("The figure of this month less that of the month before, both worked out from the same data, with an interval that holds for all figures at once.")


def month_changes_findings(changes, *, month, named=3):
    """How many figures have changed since last month beyond chance, and the few whose change stands out most.

    Parameters
    ----------
    changes : DataFrame of month_changes, the most telling change first: figure, unit, now, before, change, lower, upper, verdict ("news",
        "noise" or ""), n, of, of_before, group, withheld
    month : "YYYY-MM"
    named : so many changes are named

    Returns
    -------
    list of Finding: since_last_month (value: how many are news), then since_last_month:FIGURE (value: the change)
    """
    before = formats.calendar_month(shift_month(month, -1))
    known = changes[changes["verdict"] != ""]
    common = {"key": "since_last_month", "unit": "count", "definition": _COUNTED, "n": len(known), "lower": math.nan, "upper": math.nan}
    if not len(known):
        told = _("no figure can be compared with {before}").format(before=before)
        sentence = _("What has changed since {before} is withheld: {told}.").format(before=before, told=told)
        return [Finding(**common, value=math.nan, withheld=told, sentence=sentence)]
    news = int((known["verdict"] == "news").sum())
    compared = formats.counted(len(known), "figure", "figures")
    if not news:
        sentence = _("Of {compared} compared with {before}, none has changed beyond chance.").format(compared=compared, before=before)
    else:
        template = _("Of {compared} compared with {before}, changed beyond chance: {count}.")
        sentence = template.format(compared=compared, before=before, count=formats.count(news))
    first = Finding(**common, value=news, sentence=sentence)
    return [first, *(_one(row) for row in known.head(named).to_dict("records"))]


def month_changes_table(changes, *, month):
    """All figures that are compared, as a Table named since_last_month."""
    title = _("What changed since {month}").format(month=formats.calendar_month(shift_month(month, -1)))
    return rows_of_text("since_last_month", changes, title, change_rows(changes), figures=(1, 2, 3, 4))


def change_rows(changes):
    """One row of text per figure: DataFrame."""
    names = [_("Figure"), _("Now"), _("A month before"), _("Change"), _("Interval of the change"), _("Verdict")]
    rows = []
    for row in changes.to_dict("records"):
        known = row["verdict"] != ""
        interval = _interval(row) if known else formats.BLANK
        values = (_value(row, "now"), _value(row, "before"), _change(row, "change") if known else formats.BLANK)
        rows.append((name_of_change(row), *values, interval, str(_SAID[row["verdict"]]) if known else row["withheld"]))
    return pd.DataFrame(rows, columns=names)


def name_of_change(row):
    """What a compared figure is called.

    >>> name_of_change({"figure": "highest_churn_month", "of": "3", "group": "monthly"})
    'Left in subscription month 3 (monthly), where churn is highest'
    """
    about, template = row["of"], _OF_GROUP if row["group"] else NAMES[row["figure"]]
    return _(template).format(of=formats.calendar_month(about) if "-" in about else about, group=said(row["group"]))


def _one(row):
    name = name_of_change(row)
    if row["figure"] == "highest_churn_month" and row["of"] != row["of_before"]:
        name = _("{name} (it was month {before} before)").format(name=name, before=row["of_before"])
    sentence = _(_AGAINST_ALL if row["figure"] == "highest_churn_month" else _SINCE).format(
        name=name, now=_value(row, "now"), change=_change(row, "change"), interval=_interval(row), said=_SAID[row["verdict"]],
    )  # fmt: skip
    n = None if math.isnan(row["n"]) else int(row["n"])
    return Finding(
        key=f"since_last_month:{row['figure']}", value=float(row["change"]), lower=float(row["lower"]), upper=float(row["upper"]), n=n, unit=row["unit"],
        definition=_ONE, sentence=sentence, withheld=None,
    )  # fmt: skip


def _value(row, column):
    value, unit = row[column], row["unit"]
    if unit == "share":
        return formats.percent(value, decimals=1)
    return formats.count(value) if unit == "count" and not math.isnan(value) else formats.money(value, unit, decimals=0) if unit != "count" else formats.BLANK


def _interval(row):
    return _("{lower} to {upper}").format(lower=_change(row, "lower"), upper=_change(row, "upper"))


def _change(row, column):
    value, unit = row[column], row["unit"]
    if unit == "share":
        return _("{change} points").format(change=formats.points(value)) if column == "change" else formats.points(value)
    return formats.signed_money(value, unit, decimals=0) if unit != "count" else _signed(value)


def _signed(value):
    """
    >>> _signed(-3.0), _signed(0.2), _signed(1855.0)
    ('−3', '0', '+1,855')
    """
    whole = round(value)
    return f"{'−' if whole < 0 else '+' if whole else ''}{formats.count(abs(whole))}"
