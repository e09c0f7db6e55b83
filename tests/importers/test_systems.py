"""Each system's documented columns, with the cases that go wrong elsewhere, to the tables that a person would write by hand."""

# ruff: noqa: E501 - rows of exports, one on a line

import csv
import json

import pytest

from lifecycle_utils import sources
from lifecycle_utils.cli import main
from lifecycle_utils.errors import InputError, UsageError
from lifecycle_utils.importers import SYSTEMS, import_csv, import_system
from lifecycle_utils.importers.mapping import load_mapping


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


def test_stripe_dashboard(tmp_path):
    folder = dashboard(
        tmp_path,
        ["s1", "c1", "One", "Pro", "3", "usd", "month", "20.00", "active", "2024-01-05 09:00", "2024-01-05 09:00", "", "", "", "", "Media"],
        ["s2", "c2", "Two", "Pro", "1", "usd", "year", "1200.00", "active", "2024-02-01 00:10", "2024-02-01 00:10"],
        # cancelled in March, served until the end of April
        ["s3", "c3", "Three", "Pro", "1", "usd", "month", "10.00", "canceled", "2024-01-01 08:00", "2024-01-01 08:00", "", "", "2024-03-12 10:00", "2024-05-01 08:00"],
        # asked to cancel at the period's end and still active
        ["s4", "c4", "Four", "Pro", "1", "usd", "month", "10.00", "active", "2024-01-01 08:00", "2024-01-01 08:00", "", "", "2024-06-12 10:00"],
        ["s5", "c5", "Five", "Pro", "1", "usd", "month", "10.00", "active", "2024-03-01 08:00", "2024-03-01 08:00", "2024-03-01 08:00", "2024-03-15 08:00"],
        ["s6", "c6", "Six", "Pro", "1", "usd", "month", "10.00", "trialing", "2024-06-01 08:00", "2024-06-01 08:00", "2024-06-01 08:00", "2024-06-15 08:00"],
        ["s7", "c7", "Seven", "Pro", "1", "usd", "month", "10.00", "incomplete_expired", "2024-03-01 08:00", "2024-03-01 08:00"],
        ["s8", "c8", "Eight", "Free", "1", "usd", "month", "0.00", "active", "2024-03-01 08:00", "2024-03-01 08:00"],
    )  # fmt: skip
    done = import_system("stripe", folder, tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-05", "", "60.0000"),
        ("s2", "c2", "2024-02-01", "", "100.0000"),
        ("s3", "c3", "2024-01-01", "2024-05-01", "10.0000"),
        ("s4", "c4", "2024-01-01", "", "10.0000"),
        ("s5", "c5", "2024-03-01", "2024-03-15", "0.0000"),
        ("s5", "c5", "2024-03-15", "", "10.0000"),
        ("s6", "c6", "2024-06-01", "2024-06-15", "0.0000"),
        ("s8", "c8", "2024-03-01", "", "0.0000"),
    ]
    assert table(tmp_path / "company", columns=("billing_interval", "industry"))[:2] == [("monthly", "Media"), ("annual", "")]
    assert table(tmp_path / "company", "customers", ("customer_id", "name"))[0] == ("c1", "One")
    assert checked(tmp_path / "company") == set()
    told = "\n".join(done.told)
    assert "never became active" in told and "--set money=minor" in told
    assert json.loads((tmp_path / "company" / "import_stripe.json").read_text(encoding="utf-8"))["told"] == done.told


def test_stripe_in_another_time_zone_and_in_cents(tmp_path):
    folder = dashboard(tmp_path, ["s1", "c1", "One", "Pro", "1", "usd", "month", "2000", "active", "2024-01-31 23:30", "2024-01-31 23:30"])
    import_system("stripe", folder, tmp_path / "company", options=[("money", "minor")], time_zone="Asia/Tokyo")
    assert table(tmp_path / "company") == [("s1", "c1", "2024-02-01", "", "20.0000")]


def test_a_status_that_is_not_known_is_refused_until_it_is_said(tmp_path):
    folder = dashboard(tmp_path, ["s1", "c1", "One", "Pro", "1", "usd", "month", "20", "on_hold", "2024-01-05 09:00", "2024-01-05 09:00", "", "", "2024-03-01 09:00"])
    with pytest.raises(InputError, match="--set status.on_hold=live"):
        import_system("stripe", folder, tmp_path / "company")
    import_system("stripe", folder, tmp_path / "company", options=[("status.on_hold", "ended")])
    assert table(tmp_path / "company") == [("s1", "c1", "2024-01-05", "2024-03-01", "20.0000")]


def test_cells_that_cannot_be_read_are_refused_with_the_way_out(tmp_path):
    folder = dashboard(tmp_path, ["s1", "c1", "One", "Pro", "1", "usd", "month", "1,234.50", "active", "x", "05/01/2024"])
    with pytest.raises(InputError) as told:
        import_system("stripe", folder, tmp_path / "company")
    assert "row 2: Amount '1,234.50' cannot be read" in str(told.value)
    assert "Start Date (UTC) '05/01/2024'" in str(told.value)
    assert not (tmp_path / "company").exists()


API_SUBSCRIPTION = ["id", "billing_cycle_anchor", "canceled_at", "customer_id", "ended_at", "livemode", "start_date", "status", "trial_start", "trial_end"]


def api(folder):
    export(folder, "subscription.csv", API_SUBSCRIPTION, *(
        [f"s{n}", "2024-01-01 00:00:00", "", f"c{n}", "", "false" if n == 9 else "true", "2024-01-01 00:00:00", "active"] for n in range(1, 10)
    ))  # fmt: skip
    export(folder, "item.csv", ["id", "plan_id", "quantity", "subscription_id"], *(
        ["i1", "monthly", "2", "s1"], ["i1b", "addon", "1", "s1"], ["i2", "yen", "1", "s2"], ["i3", "quarter", "1", "s3"], ["i4", "week", "1", "s4"],
        ["i5", "monthly", "1", "s5"], ["i6", "monthly", "1", "s6"], ["i7", "monthly", "1", "s7"], ["i8", "metered", "1", "s8"], ["i9", "monthly", "1", "s9"],
    ))  # fmt: skip
    export(folder, "plan.csv", ["id", "amount", "currency", "interval", "interval_count", "usage_type", "nickname", "product_id"],
        ["monthly", "1000", "usd", "month", "1", "licensed", "Basic"], ["addon", "500", "usd", "month", "1", "licensed", "Addon"],
        ["yen", "12000", "jpy", "year", "1", "licensed", "Yen"], ["quarter", "3000", "usd", "month", "3", "licensed", "Quarter"],
        ["week", "1200", "usd", "week", "1", "licensed", "Week"], ["metered", "5", "usd", "month", "1", "metered", "Meter"],
    )  # fmt: skip
    export(folder, "discount.csv", ["id", "coupon_id", "subscription_id", "start", "end"],
        ["d5", "forever", "s5", "2024-01-01 00:00:00"], ["d6", "limited", "s6", "2024-01-01 00:00:00", "2024-04-01 00:00:00"],
        ["d7", "off", "s7", "2024-01-01 00:00:00"],
    )  # fmt: skip
    return export(folder, "coupon.csv", ["id", "amount_off", "percent_off", "duration"],
        ["forever", "", "25", "forever"], ["limited", "", "50", "repeating"], ["off", "300", "", "forever"],
    )  # fmt: skip


EXPECTED = {"s1": "25.0000", "s2": "1000.0000", "s3": "10.0000", "s4": "52.0000", "s5": "7.5000", "s6": "10.0000", "s7": "7.0000"}


def test_stripe_api_tables(tmp_path):
    done = import_system("stripe", api(tmp_path / "export"), tmp_path / "company")
    assert {row[0]: row[4] for row in table(tmp_path / "company")} == EXPECTED
    told = "\n".join(done.told)
    for words in ("is of test mode", "is metered", "a discount that ends", "bring exchange_rates.csv (month, currency, rate: what one unit is worth in USD) for JPY"):
        assert words in told
    assert {one.code for one in sources.check(tmp_path / "company")} == {"currency_without_rate"}


def test_discounts_that_end_may_be_deducted(tmp_path):
    import_system("stripe", api(tmp_path / "export"), tmp_path / "company", options=[("limited_discounts", "deduct")])
    assert [row[2:] for row in table(tmp_path / "company") if row[0] == "s6"] == [("2024-01-01", "2024-04-01", "5.0000"), ("2024-04-01", "", "10.0000")]


def test_stripe_seeds(shared_data, tmp_path):
    """Two of the seeds' subscriptions have items; a trial of a day, a quantity of two."""
    done = import_system("stripe", shared_data / "stripe_api_seeds", tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("sfjytkyu876", "123fsdf", "2021-02-18", "2021-02-19", "0.0000"), ("sfjytkyu876", "123fsdf", "2021-02-19", "", "3000.0000"),
        ("sdgfs4536", "sdf6547", "2021-02-18", "2021-02-19", "0.0000"), ("sdgfs4536", "sdf6547", "2021-02-19", "", "1500.0000"),
    ]  # fmt: skip
    assert len(table(tmp_path / "company", "customers", ("customer_id",))) == 12
    assert "subscription_data.csv was read as the API's subscriptions" in done.told
    assert checked(tmp_path / "company") == {"unknown_customer"}


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


def test_recurly(tmp_path):
    header = [
        "uuid", "account_code", "email", "state", "plan_code", "unit_amount", "quantity", "currency", "activated_at", "canceled_at", "expires_at",
        "trial_started_at", "trial_ends_at", "paused_at", "remaining_pause_cycles", "current_period_started_at", "current_period_ends_at", "expiration_reason",
    ]  # fmt: skip
    period = ["2024-06-01 00:00:00", "2024-07-01 00:00:00"]
    rows = [
        ["s1", "c1", "a@b", "active", "gold", "10.00", "5", "USD", "2024-01-01 00:00:00", *[""] * 6, *period],
        # canceled: will not renew, and is live until it expires
        ["s2", "c2", "a@c", "canceled", "gold", "10.00", "1", "USD", "2024-01-01 00:00:00", "2024-06-10 00:00:00", "2030-07-01 00:00:00", *[""] * 4, *period],
        ["s3", "c3", "a@d", "expired", "gold", "10.00", "1", "USD", "2024-01-01 00:00:00", "2024-02-10 00:00:00", "2024-03-01 00:00:00", *[""] * 4, *period, "canceled"],
        ["s4", "c4", "a@e", "paused", "gold", "10.00", "1", "USD", "2024-01-01 00:00:00", "", "", "", "", "2024-05-01 00:00:00", "3", *period],
        ["s5", "c5", "a@f", "active", "year", "240.00", "1", "USD", "2024-01-15 00:00:00", "", "", "2024-01-01 00:00:00", "2024-01-15 00:00:00", "", "", "2024-01-15 00:00:00", "2025-01-15 00:00:00"],
    ]  # fmt: skip
    done = import_system("recurly", export(tmp_path / "export", "subscriptions.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("s1", "c1", "2024-01-01", "", "50.0000"),
        ("s2", "c2", "2024-01-01", "2030-07-01", "10.0000"),
        ("s3", "c3", "2024-01-01", "2024-03-01", "10.0000"),
        ("s4", "c4", "2024-01-01", "2024-05-01", "10.0000"),
        ("s5", "c5", "2024-01-01", "2024-01-15", "0.0000"),
        ("s5", "c5", "2024-01-15", "", "20.0000"),
    ]
    assert any("taken from the current period" in one for one in done.told)
    assert checked(tmp_path / "company") == set()


def test_hubspot_contacts(tmp_path):
    header = [
        "Record ID", "First Name", "Email", "Create Date", "Original Source", "Lifecycle Stage", "Became a Lead Date", "Became a Customer Date",
        "Associated Company IDs",
    ]  # fmt: skip
    folder = export(
        tmp_path / "export", "contacts.csv", header,
        ["101", "Ann", "a@b", "2024-03-12 09:14", "Organic Search", "customer", "2024-03-13 09:14", "3/15/2024 2:30 PM", "77;78"],
        ["102", "Bob", "b@b", "3/1/2024 11:59 PM", "Paid Search", "lead", "3/2/2024", "", ""],
    )  # fmt: skip
    done = import_system("hubspot", folder, tmp_path / "company")
    columns = ("lead_id", "created_on", "channel", "customer_id", "lifecycle_stage", "became_lead_on", "became_customer_on")
    assert table(tmp_path / "company", "leads", columns) == [
        ("101", "2024-03-12", "Organic Search", "77", "customer", "2024-03-13", "2024-03-15"), ("102", "2024-03-01", "Paid Search", "", "lead", "2024-03-02", ""),
    ]  # fmt: skip
    assert any("month/day/year" in one for one in done.told)


def test_hubspot_leads_join_a_company_that_is_there(tmp_path):
    folder = dashboard(tmp_path, ["s1", "c1", "One", "Pro", "1", "usd", "month", "20", "active", "2024-01-05 09:00", "2024-01-05 09:00"])
    import_system("stripe", folder, tmp_path / "company")
    contacts = export(tmp_path / "hubspot", "contacts.csv", ["Record ID", "Create Date", "Stripe Customer ID"], ["1", "2024-01-01 09:14", "c1"])
    import_system("hubspot", contacts, tmp_path / "company")
    assert checked(tmp_path / "company") == set()
    with pytest.raises(InputError, match="has leads already"):
        import_system("hubspot", contacts, tmp_path / "company")


def test_baremetrics(tmp_path):
    header = [
        "plan_oid", "plan_name", "plan_currency", "plan_amount", "plan_interval", "plan_interval_count", "customer_oid", "customer_name", "customer_email",
        "subscription_oid", "subscription_started_at", "subscription_canceled_at", "subscription_quantity",
    ]  # fmt: skip
    rows = [["p", "Pro", "usd", "3000", "month", "3", "c1", "One", "a@b", "s1", "2024-01-01", "2024-07-01", "2"]]
    import_system("baremetrics", export(tmp_path / "export", "b.csv", header, *rows), tmp_path / "company")
    assert table(tmp_path / "company") == [("s1", "c1", "2024-01-01", "2024-07-01", "20.0000")]


def test_documented_columns_are_in_the_mappings(shared_data):
    """Every system's file is recognised by columns that somebody has documented or seen."""
    seen = json.loads((shared_data / "reference" / "export_columns.json").read_text(encoding="utf-8"))
    documented = {
        "stripe": seen["stripe_dashboard_subscriptions"]["columns_seen"], "chargebee": seen["chargebee"]["mrr_changes"] + seen["chargebee"]["mrr_monthly"],
        "chartmogul": seen["chartmogul"]["export_subscriptions"] + seen["chartmogul"]["customers_csv"] + seen["chartmogul"]["export_line_items"],
        "recurly": seen["recurly"]["subscriptions_export_confirmed"] + seen["recurly"]["fivetran_seed_columns"],
        "hubspot": list(seen["hubspot"]["contact_label_to_internal"]), "baremetrics": seen["baremetrics_import"]["columns"],
    }  # fmt: skip
    assert set(documented) == set(SYSTEMS)
    for system, names in documented.items():
        mapping = load_mapping(system)
        known = {name for file in mapping.files for group in (file.columns, file.attributes, file.dates) for variants in group.values() for name in variants}
        assert len(known & set(names)) >= 8 or system == "baremetrics" and len(known & set(names)) >= 8, system


def test_csv_proposes_a_mapping(tmp_path):
    folder = export(tmp_path / "export", "billing 2024.csv", ["id", "Account ID", "Start Date", "End Date", "MRR Amount", "Plan Tier"], ["1", "a", "2024-01-01", "", "10", "Pro"])
    export(folder, "accounts.csv", ["account_id", "Company Name", "industry"], ["a", "One", "Media"])
    text = import_csv(folder, tmp_path / "company")
    assert 'subscriptions = "billing 2024.csv"' in text and 'customer_id = "Account ID"' in text and 'name = "Company Name"' in text
    assert (tmp_path / "company" / "lifecycle.toml").read_text(encoding="utf-8") == text
    assert checked(tmp_path / "company") == set()
    with pytest.raises(InputError, match="already"):
        import_csv(folder, tmp_path / "company")


def test_csv_of_a_real_company(shared_data, tmp_path):
    import_csv(shared_data / "mrr_playbook" / "subscription_periods.csv", tmp_path / "company")
    assert checked(tmp_path / "company") == set()
    assert sources.open_snapshot(tmp_path / "company", month="2019-12").has("subscriptions")


def test_the_command(tmp_path, capsys):
    folder = dashboard(tmp_path, ["s1", "c1", "One", "Pro", "1", "usd", "month", "20", "active", "2024-01-05 09:00", "2024-01-05 09:00"])
    assert main(["import", "stripe", str(folder), "--out", str(tmp_path / "company"), "--set", "amount=total"]) == 0
    told = capsys.readouterr()
    assert "subscriptions.csv: 1 rows" in told.out and "next: lifecycle check" in told.err
    assert main(["import", "paddle", str(folder), "--out", str(tmp_path / "x")]) == 2
    assert main(["import", "stripe", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]) == 3
    assert main(["import", "stripe", str(folder), "--out", str(tmp_path / "x"), "--set", "money=gold"]) == 2
    assert main(["import", "csv", str(folder), "--out", str(tmp_path / "x")]) == 3
    assert not (tmp_path / "x").exists()


def test_files_of_another_system_are_told_by_name(tmp_path):
    with pytest.raises(InputError, match="none of the files is one that Recurly is known to export"):
        import_system("recurly", export(tmp_path / "export", "a.csv", ["x", "y"], ["1", "2"]), tmp_path / "company")
    with pytest.raises(UsageError, match="there are: baremetrics"):
        import_system("paddle", tmp_path, tmp_path / "company")
