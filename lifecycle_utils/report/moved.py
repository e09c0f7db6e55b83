"""How a tile's number moved: since last month in words, over the year in a small picture."""

from lifecycle_utils.language import _
from lifecycle_utils.present import formats
from lifecycle_utils.present.vocabulary import said
from lifecycle_utils.report import sparkline
from lifecycle_utils.report.left import number
from lifecycle_utils.report.sanitise import clean_text

#: Tables with a row a month: finding to table, column and unit; the unit "" is the company's currency.
_SERIES = {
    "customers": ("mrr_movements", "closing_customers", "customers"),
    "mrr": ("mrr_movements", "closing_mrr", ""),
    "churn_rate_monthly": ("churn_rate", "rate", "share"),
}
_MOST_BARS = 24


def since_last_month(key, left, currency):
    """The change as a sentence, "" if nothing is known, and whether it is beyond chance: True, False, or None where that is not said."""
    row = next(iter(left.rows("since_last_month", figure=key)), None)
    if row is None and key == "churn_rate_monthly":  # judged by itself, where no notebook judges all figures together
        row = max(left.rows("churn_rate"), key=lambda month: month["month"], default={}) | {"unit": "share"}
    if row and row.get("verdict") in ("news", "noise"):
        news = row["verdict"] == "news"
        said = _("more than chance") if news else _("within chance")
        if key == "highest_churn_month":
            moved = row["of"] != row["of_before"]
            told = _("of the subscription; a month ago it was {month}") if moved else _("of the subscription, as a month ago")
            return told.format(month=row["of_before"]), None
        return _("{change} since last month, {said}").format(change=_signed(number(row["change"]), row["unit"]), said=said), news
    table, column, unit = _SERIES.get(key, ("", "", ""))
    months = left.series(table, column, last=2)
    if len(months) < 2:
        return "", None
    return _("{change} since last month").format(change=_signed(months[1][1] - months[0][1], unit or currency)), None


def picture(key, left, currency):
    """A line over the last year, or the months of a subscription with those of highest churn marked. Returns Markup, "" where there is none."""
    if key == "highest_churn_month":
        return _months_of_churn(left)
    table, column, unit = _SERIES.get(key, ("", "", ""))
    series = left.series(table, column)
    if not series:
        return ""
    values = [value for _month, value in series]
    write = _writer(unit or currency)
    told = _("{first} in {from_month}, {last} in {to_month}; lowest {low}, highest {high}").format(
        first=write(values[0]), last=write(values[-1]), low=write(min(values)), high=write(max(values)),
        from_month=formats.calendar_month(series[0][0]), to_month=formats.calendar_month(series[-1][0]),
    )  # fmt: skip
    return sparkline.line(values, clean_text(told))


def _months_of_churn(left):
    finding = left.findings["highest_churn_month"]
    summary = [row for row in left.rows("highest_churn_month_summary") if number(row.get("tenure_month")) == finding["value"] and row["group"] != "all"]
    if not summary:
        return ""
    row = summary[0]
    rows = sorted((number(one["tenure_month"]), number(one["hazard"])) for one in left.rows("highest_churn_month_by_interval", group=row["group"]))
    known = [(month, hazard) for month, hazard in rows[:_MOST_BARS] if hazard == hazard]
    highest = {number(month) for month in row["confidence_set"].split(", ")}
    marked = {place for place, (month, _hazard) in enumerate(known) if month in highest}
    words = {"group": said(row["group"]), "months": formats.listing(row["confidence_set"].split(", ")), "share": formats.percent(number(row["hazard"]))}
    told = _("Share of customers ({group}) who leave in each subscription month: highest in month {months}, {share}").format(**words)
    return sparkline.bars([hazard for _month, hazard in known], marked, clean_text(told))


def _signed(change, unit):
    if unit == "share":
        return _("{change} points").format(change=formats.points(change))
    if unit in ("count", "customers"):
        return f"{'−' if change < 0 else '+' if change else '±'}{formats.count(abs(round(change)))}"
    return formats.signed_money(change, unit, decimals=0)


def _writer(unit):
    if unit == "share":
        return lambda value: formats.percent(value, decimals=1)
    return formats.count if unit == "customers" else lambda value: formats.money(value, unit, decimals=0)
