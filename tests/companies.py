"""Real companies from the shared data, written as company folders; nothing of them is kept in the project."""

import csv
import datetime as dt

from lifecycle_utils.months import add_months

#: Telco has no dates, only whole months of tenure: all that matters is that a start is `tenure` months before this day.
TELCO_AS_OF = dt.date(2026, 10, 15)
TELCO_MONTH = "2026-10"


def write_csv(path, header, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_telco(shared_data, folder):
    """Telco as a company: start = as-of minus tenure months, end = as-of if churned; Contract is an attribute of the subscription."""
    rows = read_rows(shared_data / "telco" / "Telco-Customer-Churn.csv")
    write_csv(
        folder / "subscriptions.csv",
        ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "Contract"],
        [
            [
                row["customerID"], row["customerID"], add_months(TELCO_AS_OF, -int(row["tenure"])),
                TELCO_AS_OF if row["Churn"] == "Yes" else "", row["MonthlyCharges"], row["Contract"],
            ]
            for row in rows
        ],
    )
    return folder


def write_telco_to_score(shared_data, folder):
    """Telco as a single look at one company: who had left before the last month is not in it. Attributes known at the start, and points for two of them."""
    rows = read_rows(shared_data / "telco" / "Telco-Customer-Churn.csv")
    names = ["InternetService", "PaymentMethod", "TechSupport", "gender"]
    write_telco(shared_data, folder)
    known_of = [[row["customerID"], row["Contract"], *(row[name] for name in names)] for row in rows]
    write_csv(folder / "customers.csv", ["customer_id", "contract", *names], known_of)
    known = "".join(f'{name} = "known at start"\n' for name in ("contract", *names))
    (folder / "lifecycle.toml").write_text(
        f"""
company = "Telco"
observed_from = 2026-07-31
[attributes]
{known}
[scorecard.attribute_contract]
"Month-to-month" = -10
"Two year" = 10
[scorecard.attribute_TechSupport]
No = -5
Yes = 5
""",
        encoding="utf-8",
    )
    return folder


def write_mrr_playbook(shared_data, folder):
    """The MRR playbook through column renames alone."""
    source = (shared_data / "mrr_playbook" / "subscription_periods.csv").read_bytes()
    (folder / "subscriptions.csv").write_bytes(source)
    (folder / "lifecycle.toml").write_text(
        '[columns.subscriptions]\nstarted_on = "start_date"\nended_on = "end_date"\nmrr = "monthly_amount"\n', encoding="utf-8"
    )
    return folder


def write_ravenstack(shared_data, folder):
    """RavenStack through table and column names; usage takes its customer from the subscription, feedback is the tickets' CSAT."""
    raven = shared_data / "ravenstack"
    for name in ("subscriptions", "accounts"):
        (folder / f"ravenstack_{name}.csv").write_bytes((raven / f"ravenstack_{name}.csv").read_bytes())
    owner = {row["subscription_id"]: row["account_id"] for row in read_rows(raven / "ravenstack_subscriptions.csv")}
    write_csv(
        folder / "usage.csv",
        ["usage_id", "customer_id", "used_on", "feature", "events"],
        [
            [row["usage_id"], owner[row["subscription_id"]], row["usage_date"], row["feature_name"], row["usage_count"]]
            for row in read_rows(raven / "ravenstack_feature_usage.csv")
        ],
    )
    write_csv(
        folder / "feedback.csv",
        ["customer_id", "answered_on", "survey", "score"],
        [
            [row["account_id"], row["submitted_at"], "csat", row["satisfaction_score"]]
            for row in read_rows(raven / "ravenstack_support_tickets.csv")
            if row["satisfaction_score"]
        ],
    )
    (folder / "lifecycle.toml").write_text(
        """
company = "RavenStack"
[tables]
subscriptions = "ravenstack_subscriptions.csv"
customers = "ravenstack_accounts.csv"
[columns.subscriptions]
customer_id = "account_id"
started_on = "start_date"
ended_on = "end_date"
plan = "plan_tier"
billing_interval = "billing_frequency"
mrr = "mrr_amount"
[columns.customers]
customer_id = "account_id"
name = "account_name"
""",
        encoding="utf-8",
    )
    return folder
