"""What the report is made from: rows read, used and set aside, and what was told of them, in sentences and tables."""

import math
import re

import pandas as pd

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.record import Finding, Table

_SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "note": N_("note")}


def rows_set_aside_finding(quality):
    """How much of what was read is not used?

    Parameters
    ----------
    quality : DataFrame, one row per table: rows_read, rows_set_aside
    """
    read, aside = int(quality["rows_read"].sum()), int(quality["rows_set_aside"].sum())
    rows, tables = formats.counted(read, "row", "rows"), formats.counted(len(quality), "table", "tables")
    if aside:
        sentence = _("Set aside: {aside} of {rows} read from {tables}.").format(aside=formats.count(aside), rows=rows, tables=tables)
    else:
        sentence = _("Of {rows} read from {tables}, none was set aside.").format(rows=rows, tables=tables)
    definition = _("Rows that the report does not use, of all rows of the company's tables; rows are set aside only by the rules of docs/checks.md.")
    return Finding("rows_set_aside", aside, math.nan, math.nan, read, "count", definition, sentence)


def months_missing_finding(quality):
    """Which tables have months without a row between their first and their last?

    Parameters
    ----------
    quality : DataFrame, one row per table: table, months_covered, months_missing
    """
    missing, covered = (int(quality[name].sum()) for name in ("months_missing", "months_covered"))
    gaps = [
        _("{table} ({missing} of {months})").format(
            table=formats.words(row["table"]), missing=formats.count(row["months_missing"]),
            months=formats.count(row["months_missing"] + row["months_covered"]),
        )
        for row in quality.to_dict("records") if row["months_missing"]
    ]  # fmt: skip
    if gaps:
        sentence = _("Months without a row: {gaps}.").format(gaps=formats.listing(gaps))
    else:
        sentence = _("No table misses a month between its first and its last row.")
    definition = _("Calendar months between the first and the last row of a table in which it has none; of all tables, counted together.")
    return Finding("months_missing", missing, math.nan, math.nan, missing + covered, "count", definition, sentence)


def data_quality_table(quality):
    """One row per table of the company, as a Table named data_quality."""
    labels = {
        "table": N_("Table"), "rows_read": N_("Rows read"), "rows_used": N_("Used"), "rows_set_aside": N_("Set aside"), "set_aside_because": N_("Because of"),
        "covers": N_("Covers"),
    }  # fmt: skip
    units = {"table": "code", "set_aside_because": "remark", "covers": "remark"}
    frame = quality.assign(covers=[_covered(row) for row in quality.to_dict("records")])
    shown = [column for column in labels if column != "set_aside_because" or frame[column].fillna("").astype(bool).any()]
    title = _("Rows read, used and set aside, by table")
    return Table("data_quality", _however_stored(quality), title, rows=len(quality), labels=labels, units=units, show=tuple(shown), reading=frame)


def problems_table(problems):
    """Every problem that `lifecycle check` tells, as a Table named data_quality_problems.

    Parameters
    ----------
    problems : DataFrame: severity, code, table, file, column, row, value, rows, mrr (text), message, fix
    """
    labels = {"where": N_("First place"), "rule": N_("Rule"), "rows": N_("Rows"), "mrr": N_("MRR touched"), "what": N_("What")}
    told = problems.to_dict("records")
    frame = problems.assign(
        rule=[f"{row['code']} ({_SEVERITIES[row['severity']]})" for row in told],
        where=[row["file"] if pd.isna(row["row"]) else _("{file} row {row}").format(**row) for row in told],
        mrr=[_amounts(row["mrr"]) for row in told],
        what=[f"{row['column']} {row['message']}; {row['fix']}".strip() for row in told],
    )
    units = {"where": "name", "rule": "name", "what": "sentence", "mrr": "remark"}
    title = _("What the checks tell of the tables")
    return Table("data_quality_problems", _however_stored(problems), title, rows=20, labels=labels, units=units, show=tuple(labels), reading=frame)


def _amounts(text):
    """Amounts as the checks write them, one a currency, as they are read.

    >>> _amounts("4,184.00 EUR + 17,752.00 USD"), _amounts("")
    ('€4,184 + $17,752', '')
    """
    pairs = re.fullmatch(r"(?:[\d,.]+ [A-Z]{3}(?: \+ |$))+", str(text)) and re.findall(r"([\d,.]+) ([A-Z]{3})", str(text))
    return " + ".join(formats.money(float(amount.replace(",", "")), currency) for amount, currency in pairs) if pairs else text


def coverage_table(coverage):
    """The rows of each table by month, newest first, as a Table named data_quality_months.

    Parameters
    ----------
    coverage : DataFrame: table, month, rows
    """
    newest = coverage.sort_values("month", ascending=False, kind="stable")
    labels, title = {"month": N_("Month"), "table": N_("Table"), "rows": N_("Rows")}, _("Rows of each table by month, newest first")
    return Table("data_quality_months", newest, title, labels=labels, units={"table": "code"}, show=tuple(labels))


def _however_stored(frame):
    """A frame without the places in files, which its reader is told: the CSV files of a report are the same, whatever a company's tables are kept in."""
    return frame.drop(columns=["file", "row"], errors="ignore")


def _covered(row):
    """The months from the first to the last row of a table, each in one piece, and how many between them are missing."""
    if not row["first"]:
        return ""
    first, last = (str(row[name])[:7].replace("-", "\u2011") for name in ("first", "last"))
    missing = 0 if pd.isna(row["months_missing"]) else row["months_missing"]  # which a shared report may not tell
    return _("{first} – {last}, {missing} missing").format(first=first, last=last, missing=formats.count(missing)) if missing else f"{first} – {last}"
