"""The front page: the numbers, what changed, whom to call, what to do this month, and every question with its answer."""

import html
import re

from lifecycle_utils.language import N_, _
from lifecycle_utils.present import formats
from lifecycle_utils.present.vocabulary import said
from lifecycle_utils.report.job import DONE
from lifecycle_utils.report.left import Left, number, read_rows
from lifecycle_utils.report.tiles import answer, tiles

#: Lists to act on, most urgent first; whatever other lists there are come after these.
FIRST_LISTS = ("customers_to_call", "at_risk_customers", "renewals_due", "upgrade_ready", "healthy_customers", "open_leads", "top_customers_to_ask")

#: Whom to call first is taken from the first of these that there is: the list, the column of the money, why these and in which order, and the money.
CALL_LISTS = (
    (
        "customers_to_call", "mrr",
        N_("At a point of the subscription where many leave; those who pay most first. Other lists are below."), N_("{money} a month"),
    ),  # fmt: skip
    ("at_risk_customers", "mrr_at_stake", N_("The most likely to leave soon; the most revenue at stake first."), N_("{money} a month at stake")),
)
MOST_CALLS = 5

_TITLE = re.compile("<caption><strong>(.*?)</strong>", re.DOTALL)  # as prose.table writes it
#: What the money of a list is, and its column; lists of people who pay nothing yet have none.
_MONEY, _AT_STAKE = ("mrr", N_("{money} of MRR")), ("mrr_at_stake", N_("{money} of MRR at stake"))


def front(report):
    """What the templates of the front page and of report.html are given."""
    done = report.having(DONE)
    outcomes = [outcome for _notebook, outcome in done]
    left, currency = Left(outcomes), report.company.settings.currency
    return {
        "tiles": tiles(outcomes, left, currency),
        "changes": changes(left),
        "calls": calls(left, done, currency),
        "lists": lists(done, currency),
        "cards": [{"name": notebook.name, "title": notebook.title, "question": notebook.question, "finding": answer(outcome)} for notebook, outcome in done],
    }


def changes(left):
    """What changed since last month: the summary, and the few changes with whether each is more than chance; None where no notebook says so."""
    summary = left.findings.get("since_last_month")
    if not summary:
        return None
    named = [finding for key, finding in left.findings.items() if key.startswith("since_last_month:")]
    named.sort(key=lambda finding: not _is_news(finding))
    return {"summary": summary, "page": left.notebooks["since_last_month"], "named": [finding | {"news": _is_news(finding)} for finding in named]}


def calls(left, done, currency):
    """The first few customers to call: dict of page, total, because and rows of name, why and money; None where there is no list."""
    for name, column, because, paid in CALL_LISTS:
        rows = left.rows(name)
        page = next((notebook.name for notebook, outcome in done if any(table["name"] == name for table in outcome.tables)), "")
        if rows and page:
            first = [
                {
                    "name": row.get("name") or row.get("customer_id") or "", "why": _why(row),
                    "money": _(paid).format(money=formats.money(number(row.get(column)), currency)),
                }  # fmt: skip
                for row in rows[:MOST_CALLS]
            ]
            return {"page": page, "rows": first, "total": len(rows), "more": len(rows) - len(first), "list": name, "because": _(because)}
    return None


def lists(done, currency):
    """The tables to act on, most urgent first: each with its title, what it sums up to, and the page that it is from."""
    found = [(notebook, table) for notebook, outcome in done for table in outcome.tables if table["name"] in notebook.lists]
    found.sort(key=lambda entry: FIRST_LISTS.index(entry[1]["name"]) if entry[1]["name"] in FIRST_LISTS else len(FIRST_LISTS))
    return [_list(notebook, table, currency) for notebook, table in found]


def _list(notebook, table, currency):
    rows = read_rows(table["csv"])
    title = _TITLE.search(table["html"])
    column, sentence = _AT_STAKE if table["name"] == "at_risk_customers" else _MONEY
    money = sum(value for value in (number(row.get(column)) for row in rows) if value == value)
    told = [_("{n} on the list").format(n=formats.count(len(rows)))]
    if money:
        told.append(sentence.format(money=formats.money(money, currency)))
    named = html.unescape(title[1]) if title else table["name"]
    return table | {"rows": len(rows), "title": named, "told": told if rows else [_("nobody")], "page": notebook.name}


def _why(row):
    if row.get("tenure_month"):
        return _("{group}, subscription month {month}").format(group=said(row.get("group", "")), month=row["tenure_month"])
    return row.get("what_to_do") or row.get("main_reason") or ""


def _is_news(finding):
    return finding["lower"] is not None and finding["upper"] is not None and (finding["lower"] > 0 or finding["upper"] < 0)
