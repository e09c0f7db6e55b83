"""HubSpot: lifecycle dates of contacts become leads."""

# ruff: noqa: E501 - rows of exports, one on a line

import pytest

from lifecycle_utils.errors import InputError
from lifecycle_utils.importers import import_system
from tests.importers.exports import checked, dashboard, export, table


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


def test_deals_are_no_leads(tmp_path):
    """A deal has a Record ID and a Create Date too; taken for a contact, each would be one more lead."""
    deals = ["Record ID", "Deal Name", "Deal Stage", "Amount", "Deal owner", "Close Date", "Create Date", "Associated Company IDs", "Associated Contact IDs"]
    folder = export(tmp_path / "export", "deals.csv", deals, ["9", "One - Pro", "closedwon", "1200", "Eve", "2024-03-15", "2024-03-01", "77", "101"])
    with pytest.raises(InputError, match="none of the files is one that HubSpot is known to export: deals.csv"):
        import_system("hubspot", folder, tmp_path / "company")
    export(folder, "contacts.csv", ["Record ID", "Create Date", "Lifecycle Stage"], ["101", "2024-03-01 09:14", "customer"])
    done = import_system("hubspot", folder, tmp_path / "company")
    assert table(tmp_path / "company", "leads", ("lead_id",)) == [("101",)]
    assert any("deals.csv" in one for one in done.told)
