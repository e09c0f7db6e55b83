"""Recurly, whose "canceled" is still live."""

# ruff: noqa: E501 - rows of exports, one on a line

from lifecycle_utils.importers import import_system
from tests.importers.exports import checked, export, table


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
