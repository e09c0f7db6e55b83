"""ChartMogul: subscriptions, line items and customers."""

# ruff: noqa: E501 - rows of exports, one on a line

from lifecycle_utils.importers import import_system
from tests.importers.exports import checked, export, table


def test_chartmogul_subscriptions(tmp_path):
    header = [
        "CUSTOMER_UUID", "CUSTOMER_EXTERNAL_IDS", "CUSTOMER_NAME", "CUSTOMER_EMAIL", "CUSTOMER_COUNTRY", "CUSTOMER_SUBSCRIPTION_ID", "PLAN_NAME", "QUANTITY",
        "MRR (cents)", "ARR (cents)", "CURRENCY", "BILLING_CURRENCY", "INTERVAL_UNIT", "INTERVAL_COUNT", "STATUS", "START_DATE", "END_DATE",
    ]  # fmt: skip
    rows = [
        ["u1", "c1", "One", "a@b", "PL", "s1", "Pro", "1", "10000", "120000", "USD", "USD", "year", "1", "Active", "2024-01-10T00:00:00Z", ""],
        # its MRR stays at the last value although it ended
        ["u2", "c2", "Two", "a@c", "DE", "s2", "Pro", "1", "5000", "60000", "USD", "USD", "month", "1", "Cancelled", "2024-01-10T00:00:00Z", "2024-04-10T00:00:00Z"],
        ["u3", "c3", "Three", "a@d", "JP", "s3", "Pro", "1", "5000", "60000", "JPY", "JPY", "month", "1", "Active", "2024-01-10T00:00:00Z", ""],
    ]
    import_system("chartmogul", export(tmp_path / "export", "subscriptions.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-10", "", "100.0000"), ("s2", "c2", "2024-01-10", "2024-04-10", "50.0000"), ("s3", "c3", "2024-01-10", "", "5000.0000"),
    ]  # fmt: skip
    assert table(tmp_path / "company", "customers", ("customer_id", "name", "country"))[1] == ("c2", "Two", "DE")


def test_chartmogul_line_items_and_customers(tmp_path):
    header = [
        "ID", "EXTERNAL_ID", "TYPE", "AMOUNT_IN_CENTS", "QUANTITY", "TAX_AMOUNT_IN_CENTS", "SERVICE_PERIOD_START", "SERVICE_PERIOD_END",
        "CUSTOMER_EXTERNAL_ID", "SUBSCRIPTION_EXTERNAL_ID", "CURRENCY", "PRORATED",
    ]  # fmt: skip
    folder = export(
        tmp_path / "export", "lines.csv", header,
        ["1", "l1", "subscription", "1230", "1", "230", "2024-01-15 00:00:00", "2024-02-15 00:00:00", "c1", "s1", "USD", "false"],
        ["2", "l2", "subscription", "1230", "1", "230", "2024-02-15 00:00:00", "2024-03-15 00:00:00", "c1", "s1", "USD", "false"],
        ["3", "l3", "one_time", "9900", "1", "0", "2024-02-15 00:00:00", "2024-02-15 00:00:00", "c1", "", "USD", "false"],
        ["4", "l4", "subscription", "300", "1", "0", "2024-02-20 00:00:00", "2024-03-15 00:00:00", "c1", "s1", "USD", "true"],
        ["5", "l5", "subscription", "120000", "1", "0", "2024-01-01 00:00:00", "2025-01-01 00:00:00", "c2", "s2", "USD", "false"],
    )  # fmt: skip
    export(folder, "customers.csv", ["Name", "Email", "Company", "Country", "State", "City", "Zip", "External ID", "Lead created at", "Free trial started at"],
        ["Ann", "a@b", "One", "PL", "", "", "", "c1", "2023-12-01 10:00", "2023-12-10 10:00"], ["Bob", "b@b", "Two", "DE", "", "", "", "c2"],
    )  # fmt: skip
    done = import_system("chartmogul", folder, tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-15", "2024-02-15", "10.0000"), ("s1", "c1", "2024-02-15", "2024-03-15", "10.0000"), ("s2", "c2", "2024-01-01", "2025-01-01", "100.0000"),
    ]  # fmt: skip
    assert table(tmp_path / "company", "leads", ("lead_id", "created_on", "trial_started_on", "customer_id")) == [("c1", "2023-12-01", "2023-12-10", "c1")]
    assert sum("left out" in one for one in done.told) == 2
    assert checked(tmp_path / "company") == set()
