"""Tables for reading: great_tables, everything escaped, numbers in their units, withheld cells blank with the reason."""

from html import escape

import pandas as pd
from great_tables import GT, html

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.theme import one_line, plain_line

#: What the columns of the kit's tables are called in print, and their units.
COLUMNS = {
    "group": (N_("Group"), "text"),
    "from_stage": (N_("From"), "code"),
    "to_stage": (N_("To"), "code"),
    "cohort_month": (N_("Cohort"), "text"),
    "customer_id": (N_("Customer"), "name"),
    "name": (N_("Name"), "name"),
    "tenure_month": (N_("Subscription month"), "count"),
    "at_risk": (N_("At risk"), "count"),
    "churned": (N_("Left"), "count"),
    "customers": (N_("Customers"), "count"),
    "top_customers": (N_("Top customers"), "count"),
    "survival": (N_("Still paying"), "share"),
    "retention": (N_("Still paying"), "share"),
    "hazard": (N_("Leave in that month"), "share"),
    "in_confidence_set": (N_("May be the highest"), "flag"),
    "mature": (N_("Mature"), "flag"),
    "significant": (N_("Beyond chance"), "flag"),
    "attribute": (N_("Attribute"), "code"),
    "value": (N_("Value"), ""),
    "share": (N_("Share of all"), "share"),
    "top_share": (N_("Share of top"), "share"),
    "lift": (N_("Lift"), "ratio"),
    "lower": (N_("Lower 95%"), ""),
    "upper": (N_("Upper 95%"), ""),
    "verdict": (N_("Verdict"), "text"),
    "reason": (N_("Why"), "text"),
    "confidence_set": (N_("May be the highest"), "text"),
    "month_by_count": (N_("Month most left in"), "count"),
    "tenure": (N_("Months"), "count"),
    "change_per_year": (N_("Change a year"), "share"),
    "p_value": ("p", "p"),
    "q_value": ("q", "p"),
    "method": (N_("Method"), "code"),
    "horizon_months": (N_("Horizon, months"), "count"),
    "mrr": (N_("MRR"), "money"),
    "average_mrr": (N_("Average MRR"), "money"),
    "started_on": (N_("Customer since"), "date"),
    "share_left": (N_("Left"), "share"),
    "group_a": (N_("Group"), "text"),
    "group_b": (N_("and"), "text"),
    "chi_square": ("χ²", "number"),
    "p_holm": (N_("p, corrected"), "p"),
    "month": (N_("Month"), "text"),
    "opening_customers": (N_("Customers at its start"), "count"),
    "churned_customers": (N_("Left"), "count"),
    "rate": (N_("Churn"), "share"),
    "change": (N_("Change"), "points"),
    "change_lower": (N_("Lower 95%"), "points"),
    "change_upper": (N_("Upper 95%"), "points"),
    "step": (N_("Step"), "code"),
    "measure": (N_("Measure"), "code"),
    "now": (N_("Now"), "number"),
    "then": (N_("Then"), "number"),
    "gain": (N_("Gain"), "number"),
    "running": (N_("So far"), "money"),
    "explanation": (N_("What it is"), "text"),
    "new_customers": (N_("New customers"), "count"),
    "spend": (N_("Spend"), "money"),
    "cac": (N_("Cost to win one"), "money"),
    "lifetime_value": (N_("Lifetime value"), "money"),
    "ltv_to_cac": (N_("LTV:CAC"), "ratio"),
    "against_target": (N_("Against the line"), "text"),
    "payback_months": (N_("Payments until paid back"), "count"),
    "remark": (N_("Remark"), "remark"),
}

#: How the kit's own codes are printed, by column; CSV files keep the codes.
CODES = {
    "method": {
        "mean_lifetime_of_churned": N_("MRR × lifetime of those who left"), "arpu_over_churn": N_("MRR ÷ churn"), "restricted_mean": N_("Observed survival"),
        "revenue_weighted_mean": N_("Observed, weighted by MRR"), "shifted_beta_geometric": N_("Fitted model"),
    },
    "step": {
        "arpu_over_churn": N_("MRR ÷ churn, for ever"), "beyond_horizon": N_("After the horizon"), "churn_by_tenure": N_("Churn by tenure"),
        "discount": N_("Discount"),
        "restricted_mean": N_("Observed survival"),
    },
    "measure": {
        "survival": N_("Still paying at the horizon"), "restricted_mean": N_("Months paid"), "lifetime_value": N_("Lifetime value of a new customer"),
        "yearly_revenue": N_("Revenue of a year"),
    },
}

#: Columns that are not printed but say why a row's cells are blank: the value, or only its interval.
REASONS = ("withheld", "interval_withheld")
WITHHELD = N_("too few customers to say")
#: What a row's remark is taken from: why it is blank, why its interval is, or a warning.
REMARKS = (*REASONS, "payback_withheld", "note")
#: Dollars are money: JupyterLab would set what stands between two of them as a formula.
NO_MATH = "tex2jax_ignore mathjax_ignore"


def table_html(frame, *, name, title, rows=12, currency="", labels=None, units=None, show=(), first="", remarks=False):
    """The first `rows` rows of a tidy frame as an HTML table that scrolls inside its box.

    Parameters
    ----------
    frame : DataFrame; its column `withheld` (or `interval_withheld`) is not shown but is the reason told by the row's blank cells
    name : str, the stem of the CSV file that holds all rows
    currency : str, ISO code of the columns whose unit is "money"
    labels, units : dict by column, over `COLUMNS`; units: text, name (never translated), code, sentence, date, count, share, chance, points, money,
        ratio, months, p, flag, and figure, a number that is text already.
        `lower` and `upper` take the unit of the column before them.
    show : columns to print, in their order; all but `REASONS` by default
    first : a flag column; the rows in which it is true are printed before the others
    remarks : print a last column with the row's reason or note
    """
    labels, units = labels or {}, units or {}
    shown = list(show) or [column for column in frame.columns if column not in REASONS]
    ordered = frame.sort_values(first, ascending=False, kind="stable") if first else frame
    if remarks:
        told = _told(ordered, REMARKS)
        if any(told[:rows]):  # an empty column tells nothing
            shown, ordered = [*shown, "remark"], ordered.assign(remark=told)
    part = ordered[shown].head(rows)
    kinds = _units(part, units, currency)
    part = part.assign(**{column: part[column].map(lambda code, known=known: known.get(code, code)) for column, known in CODES.items() if column in shown})
    cells = pd.DataFrame({column: [_text(cell, kinds[column], currency) for cell in part[column]] for column in shown}, dtype=object)
    words = [column for column in shown if kinds[column] in _WORDS]  # a date stays in one piece, like a number
    table = (
        GT(cells, id=f"table-{name}", rowname_col=shown[0], auto_align=False)
        .tab_header(title)
        .tab_stubhead(_label(shown[0], labels))
        .cols_label({column: _label(column, labels) for column in shown[1:]})
        .cols_align("left", words)
        .cols_align("right", [column for column in shown if column not in words])
        .tab_options(**_LOOK, table_additional_css=[_CSS.replace("ID", f"table-{name}")])
    )
    reasons = _told(ordered.head(rows), REASONS)
    for reason in dict.fromkeys(reasons):
        where = [row for row, told in enumerate(reasons) if told == reason]
        table = table.sub_missing(columns=shown, rows=where, missing_text=html(_blank(reason)))
    if len(part) < len(frame):
        told = _("{shown} of {rows} rows, all in {file}").format(
            shown=formats.count(len(part)), rows=formats.count(len(frame)), file=f"tables/{name}.csv",
        )  # fmt: skip
        table = table.tab_source_note(told)
    # Focusable, so that a keyboard can scroll it (WCAG 2.1.1).
    box = f'<div class="lifecycle-table {NO_MATH}" role="region" tabindex="0" aria-label="{escape(title)}">'
    return f"{box}{table.as_raw_html()}</div>"


def _told(part, columns):
    """What the first of `columns` that is not empty says of each row, or ""."""
    told = part.reindex(columns=list(columns)).fillna("")
    return [_(next(filter(None, row), "")) for row in told.itertuples(index=False)]


def _label(column, labels):
    return _(labels.get(column) or COLUMNS.get(column, (column.replace("_", " ").capitalize(),))[0])


def _units(part, units, currency):
    """The unit of each column: as told, as known, or by what it holds; an interval's ends have that of the column before."""
    kinds, before = {}, "number"
    for column in part:
        kind = units.get(column) or COLUMNS.get(column, ("", ""))[1]
        if column in ("lower", "upper"):
            kind = before
        elif not kind:
            kind = _guess(part[column], currency if column == "value" else "")
        if column not in ("lower", "upper"):
            before = kind
        kinds[column] = kind
    return kinds


def _guess(column, currency):
    if pd.api.types.is_bool_dtype(column):
        return "flag"
    if pd.api.types.is_integer_dtype(column):
        return "count"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    if currency and pd.api.types.is_numeric_dtype(column):
        return "money"
    return "number" if pd.api.types.is_numeric_dtype(column) else "text"


def _text(cell, unit, currency):
    """A cell as it is read, or None where it is blank."""
    if cell is None or pd.isna(cell):
        return None
    return _WRITERS[unit](cell, currency)


#: Units that are set to the left; whatever else there is is a number.
_WORDS = ("text", "name", "code", "sentence", "flag", "remark")
_WRITERS = {
    "name": lambda cell, _: plain_line(cell, limit=160),
    "sentence": lambda cell, _: one_line(cell, limit=480) if cell else "",
    "figure": lambda cell, _: one_line(cell, limit=160),
    "text": lambda cell, _: one_line(cell, limit=160),
    "code": lambda cell, _: one_line(formats.words(cell) if "_" in str(cell) else cell, limit=60),
    "remark": lambda cell, _: one_line(cell, limit=240) if cell else "",
    "flag": lambda cell, _currency: _("yes") if cell else _("no"),
    "count": lambda cell, _: formats.count(cell),
    "share": lambda cell, _: formats.percent(cell, decimals=1),
    "chance": lambda cell, _: f"<{formats.percent(0.001, decimals=1)}" if 0 <= cell < 0.0005 else formats.percent(cell, decimals=1),  # nobody's chance is none
    "ratio": lambda cell, _: formats.number(cell, decimals=2),
    "number": lambda cell, _: formats.number(cell, decimals=2),
    "months": lambda cell, _: formats.number(cell, decimals=1),
    "money": lambda cell, currency: formats.money(cell, currency) if currency else formats.number(cell, decimals=2),
    "date": lambda cell, _: pd.Timestamp(cell).strftime("%Y-%m-%d"),
    "points": lambda cell, _: formats.points(cell),
    "p": lambda cell, _: formats.p_value(cell).removeprefix("= ").replace(" ", "\N{NO-BREAK SPACE}"),
}

_LOOK = {
    "table_font_names": "inherit",
    "table_font_size": "0.9rem",
    "table_border_top_style": "none",
    "table_margin_left": "0",
    "table_margin_right": "auto",
    "heading_align": "left",
    "heading_title_font_size": "1rem",
    "data_row_padding": "0.3rem",
}

# Colours come from the page around the table, so that a dark page stays dark; great_tables only knows fixed ones.
_CSS = "#ID .gt_title { font-weight: 600; } "
_CSS += "#ID .gt_table, #ID .gt_table :is(thead, tbody, tfoot, tr, th, td) { color: inherit; background-color: transparent; }"


def _blank(reason):
    told = escape(str(reason) or str(WITHHELD))
    return f'<span class="withheld" title="{told}">{formats.BLANK}</span>'
