"""Baremetrics' file of subscriptions."""

from lifecycle_utils.importers import import_system
from tests.importers.exports import export, table


def test_baremetrics(tmp_path):
    header = [
        "plan_oid", "plan_name", "plan_currency", "plan_amount", "plan_interval", "plan_interval_count", "customer_oid", "customer_name", "customer_email",
        "subscription_oid", "subscription_started_at", "subscription_canceled_at", "subscription_quantity",
    ]  # fmt: skip
    rows = [["p", "Pro", "usd", "3000", "month", "3", "c1", "One", "a@b", "s1", "2024-01-01", "2024-07-01", "2"]]
    import_system("baremetrics", export(tmp_path / "export", "b.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [("s1", "c1", "2024-01-01", "2024-07-01", "20.0000")]
