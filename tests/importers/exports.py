"""Exports as the systems write them, and what came of them."""

import csv

from lifecycle_utils import sources


def export(folder, name, header, *rows):
    """A file of an export; cells that a row lacks at its end are empty."""
    folder.mkdir(exist_ok=True)
    with open(folder / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([*row, *[""] * (len(header) - len(row))] for row in rows)
    return folder


def table(folder, name="subscriptions", columns=("subscription_id", "customer_id", "started_on", "ended_on", "mrr")):
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return [tuple(row[column] for column in columns) for row in csv.DictReader(file)]


def checked(folder):
    """No error, and the codes of what is told."""
    problems = sources.check(folder)
    assert [str(one) for one in problems if one.severity == "error"] == []
    return {one.code for one in problems}


DASHBOARD = [
    "id", "Customer ID", "Customer Name", "Plan", "Quantity", "Currency", "Interval", "Amount", "Status", "Created (UTC)", "Start Date (UTC)",
    "Trial Start (UTC)", "Trial End (UTC)", "Canceled At (UTC)", "Ended At (UTC)", "industry (metadata)",
]  # fmt: skip


def dashboard(folder, *rows):
    return export(folder / "export", "subscriptions.csv", DASHBOARD, *rows)
