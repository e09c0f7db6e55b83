"""A company with a canary in every text column of every table: a word that nobody writes, so that wherever it turns up it has leaked."""

import csv
import datetime as dt

from lifecycle_utils.months import add_months

CANARY = "Xyzzycanary"


def write_canaries(folder, *, customers=40):
    """Write the company; its settings, its file's problems and its test accounts hold canaries too."""
    starts = [add_months(dt.date(2024, 1, 5), number % 20) for number in range(customers)]
    ends = [add_months(start, 2 + number % 9) if number % 3 == 0 else None for number, start in enumerate(starts)]
    ids = [f"{CANARY}-customer-{number}" for number in range(customers)]
    _write(folder, "subscriptions", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "plan", "billing_interval", "seller"], [
        [f"{CANARY}-sub-{n}", ids[n], starts[n], ends[n] or "", 20 + n, f"{CANARY} plan {n % 2}", f"{CANARY} interval" if n % 2 else "monthly", CANARY]
        for n in range(customers)
    ] + [[f"{CANARY}-none", ids[0], starts[0], starts[0], 5, f"{CANARY} plan 0", "monthly", ""]])  # fmt: skip
    _write(folder, "customers", ["customer_id", "name", "industry", "secret_note", "employees"], [
        [ids[n], f"{CANARY} Ltd {n}", f"{CANARY} industry {n % 2 if n > 5 else n + 10}", f"{CANARY} note {n}", 5 * n] for n in range(customers)
    ])  # fmt: skip
    _write(folder, "leads", ["lead_id", "created_on", "channel", "trial_started_on", "trial_ended_on", "card_required", "customer_id", "industry"], [
        [f"{CANARY}-lead-{n}", starts[n % customers], f"{CANARY} channel {n % 2}", starts[n % customers], starts[n % customers] + dt.timedelta(14),
         "true" if n % 2 else "false", ids[n] if n < customers else "", f"{CANARY} industry {n % 2}"]
        for n in range(2 * customers)
    ])  # fmt: skip
    months = [f"{2024 + month // 12}-{month % 12 + 1:02d}" for month in range(20)]
    _write(folder, "marketing", ["month", "channel", "spend", "visits"], [[month, f"{CANARY} channel {n}", 100, 1000] for month in months for n in (0, 1)])
    _write(folder, "usage", ["customer_id", "used_on", "feature", "events", "user_id"], [
        [ids[n], starts[n] + dt.timedelta(days), f"{CANARY} feature {days % 3}", 3, f"{CANARY}-user-{n}"] for n in range(customers) for days in (1, 5, 40)
    ])  # fmt: skip
    _write(folder, "feedback", ["customer_id", "answered_on", "survey", "question", "score", "answer"], [
        [ids[n], starts[n] + dt.timedelta(30), survey, f"{CANARY} question?", n % 11, f"{CANARY} answer of many words"]
        for n in range(customers) for survey in ("nps", f"{CANARY} survey")
    ])  # fmt: skip
    (folder / "lifecycle.toml").write_text(
        f'company = "{CANARY} Incorporated"\n[test_accounts]\nname = ["{CANARY} Ltd 39"]\n[bands]\nemployees = [50, 100]\n', encoding="utf-8"
    )
    return folder


def _write(folder, table, header, rows):
    with open(folder / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])
