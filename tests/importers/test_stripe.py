"""Stripe: the Dashboard's export, tables shaped as the API, and the seeds."""

# ruff: noqa: E501 - rows of exports, one on a line

import json

import pytest

from lifecycle_utils import sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.importers import import_system
from tests.importers.exports import checked, dashboard, export, table


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


def test_an_export_made_up_by_hand_becomes_a_company(tmp_path):
    """As a new user brings it: names in several scripts, a formula for a name, a currency without cents, a year's price, coupons."""
    header = ["id", "Customer ID", "Customer Description", "Plan", "Product", "Quantity", "Currency", "Interval", "Amount", "Status", "Created (UTC)", "Coupon", "Ended At (UTC)"]
    export(
        tmp_path / "export", "subscriptions.csv", header,
        ["sub_1", "cus_1", "Bäckerei Müller", "price_1", "Pro", "5", "usd", "month", "49.00", "active", "2024-02-29 23:59", "WELCOME10", ""],
        ["sub_2", "cus_2", "株式会社 海", "price_2", "Pro JP", "1", "jpy", "month", "5800", "active", "2024-03-01 00:00", "", ""],
        ["sub_3", "cus_3", "=SUM(1)", "price_3", "Pro", "1", "usd", "year", "490.00", "canceled", "2024-01-31 12:00", "", "2025-01-31 12:00"],
    )  # fmt: skip
    done = import_system("stripe", tmp_path / "export", tmp_path / "company")
    assert table(tmp_path / "company") == [
        ("sub_1", "cus_1", "2024-02-29", "", "245.0000"), ("sub_2", "cus_2", "2024-03-01", "", "5800.0000"), ("sub_3", "cus_3", "2024-01-31", "2025-01-31", "40.8333"),
    ]  # fmt: skip
    assert any("MRR is before discounts" in one for one in done.told)
    assert [one.code for one in sources.check(tmp_path / "company")] == ["currency_without_rate"]
    (tmp_path / "company" / "exchange_rates.csv").write_text("month,currency,rate\n2024-01,JPY,0.0066\n", encoding="utf-8")
    assert checked(tmp_path / "company") == set()
    assert ("=SUM(1)",) in table(tmp_path / "company", "customers", ("name",))
