"""Chargebee: MRR changes, MRR by month, the list of subscriptions."""

# ruff: noqa: E501 - rows of exports, one on a line

from lifecycle_utils.importers import import_system
from tests.importers.exports import checked, export, table


def test_chargebee_mrr_changes(tmp_path):
    header = ["id", "customer_id", "subscription_id", "currency_code", "status", "status_previous", "mrr", "mrr_previous", "mrr_change", "record_recorded_at", "record_start_at", "record_end_at"]
    rows = [
        ["1", "c1", "s1", "USD", "active", "", "100", "0", "100", "", "2024-01-10 10:00:00", "2024-03-05 10:00:00"],
        ["2", "c1", "s1", "USD", "active", "active", "150", "100", "50", "", "2024-03-05 10:00:00", "2024-06-01 00:00:00"],
        ["3", "c1", "s1", "USD", "cancelled", "active", "0", "150", "-150", "", "2024-06-01 00:00:00", ""],
        ["4", "c2", "s2", "USD", "active", "", "20", "0", "20", "", "2024-02-01 00:00:00", ""],
    ]
    import_system("chargebee", export(tmp_path / "export", "changes.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-10", "2024-03-05", "100.0000"), ("s1", "c1", "2024-03-05", "2024-06-01", "150.0000"), ("s2", "c2", "2024-02-01", "", "20.0000"),
    ]  # fmt: skip
    assert checked(tmp_path / "company") == set()


def test_chargebee_mrr_by_month(tmp_path):
    header = ["id", "customer_id", "subscription_id", "reporting_timezone", "reporting_month", "status", "billing_currency_code", "mrr_billing_currency"]
    months = [("2024-01", "10"), ("2024-02", "10"), ("2024-03", "15"), ("2024-05", "15"), ("2024-06", "15")]
    rows = [["1", "c1", "s1", "UTC", month, "active", "EUR", mrr] for month, mrr in months] + [["9", "c2", "s2", "UTC", "2024-05", "active", "EUR", "7"]]
    import_system("chargebee", export(tmp_path / "export", "monthly.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-01", "2024-03-01", "10.0000"), ("s1", "c1", "2024-03-01", "2024-04-01", "15.0000"),
        ("s1", "c1", "2024-05-01", "", "15.0000"), ("s2", "c2", "2024-05-01", "2024-06-01", "7.0000"),
    ]  # fmt: skip
    assert 'currency = "EUR"' in (tmp_path / "company" / "lifecycle.toml").read_text(encoding="utf-8")


def test_chargebee_list_of_subscriptions(tmp_path):
    header = [
        "Subscription Id", "Customer Id", "Subscription Status", "MRR", "Activated On", "Canceled On", "Reason Code", "Plan Quantity", "Currency",
        "Subscription Billing Period", "Current Plan", "Recurring Discount MRR", "Current Billing Term Start Date", "Auto-Collection", "Trial End",
    ]  # fmt: skip
    rows = [
        ["s1", "c1", "Active", "100", "10-Jan-2024 10:00", "", "", "2", "USD", "1 month", "Pro", "5"],
        ["s2", "c2", "Cancelled", "50", "10-Jan-2024 10:00", "15-Mar-2024 10:00", "Price", "1", "USD", "1 year", "Pro", "0"],
        ["s3", "c3", "Non Renewing", "50", "10-Jan-2024", "15-Dec-2030", "", "1", "USD", "3 months", "Pro", "0"],
    ]
    import_system("chargebee", export(tmp_path / "export", "list.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-10", "", "100.0000"), ("s2", "c2", "2024-01-10", "2024-03-15", "50.0000"), ("s3", "c3", "2024-01-10", "2030-12-15", "50.0000"),
    ]  # fmt: skip
    assert table(tmp_path / "company", columns=("billing_interval",)) == [("monthly",), ("annual",), ("quarterly",)]
